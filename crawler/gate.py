"""The gate before extraction: what a page shows its readers, looked at cheaply.

Raw HTML is useless for it: nearly every page has buttons to share it with some platform. So only
paragraphs count, and scripts only where there are hardly any.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from selectolax.lexbor import LexborHTMLParser

from crawler.extraction.decoding import decode
from crawler.extraction.page import MAX_BYTES, Announced, Page, extract
from crawler.extraction.tags import check_tags

Gate = Callable[[str, str], bool]
"""Whether a page is worth extracting, by its head (titles, description) and its paragraphs.

It must be picklable, because it is asked in an extraction process.
"""

LEAST_PARAGRAPH = 50
"""Columns of a line that is no button, label or menu; a wide character takes three."""

LEAST_SHOWN = 600
"""Characters of paragraphs below which a page is taken to keep its text in a script."""

DEEPEST = 10_000
"""Tags inside one another beyond which a page is extracted unseen."""

_UNSHOWN = ["style", "noscript", "template", "svg", "iframe", "nav", "footer", "button", "select"]
_INLINE = [
    "a", "abbr", "b", "cite", "code", "em", "font", "i", "label", "mark", "q", "small", "span",
    "strong", "sub", "sup", "time", "u", "wbr",
]  # fmt: skip
_DESCRIPTIONS = (
    'meta[name="description"],meta[property="og:description"],meta[property="og:title"]'
)
_WIDE = re.compile("[\u2e80-\ud7ff\uff00-\uffef]")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def read_page(
    body: bytes, url: str, *, gate: Gate | None, announced: Announced, **about: Any
) -> Page | None:
    """The article of a page, or None if the gate says that it is not worth extracting.

    What has passed a gate is read precisely: it is little, and it matters.
    `about` is what `extract` takes. Raises ExtractionError.
    """
    if gate is not None and 0 < len(body) <= MAX_BYTES:
        page = decode(body, about.get("content_type"))
        markup = page.encode("utf-8", "replace")
        check_tags(markup)
        if is_plain(markup) and not _passes(gate, page, announced):
            return None
    return extract(body, url, announced=announced, precise=gate is not None, **about)


def _passes(gate: Gate, page: str, announced: Announced) -> bool:
    head, text = shown(page)
    return gate(f"{announced.title or ''}\n{head}", text)


def is_plain(markup: bytes) -> bool:
    """False for a page with tags so deep that a quick look at it would be none.

    The parser takes the square of the depth. Tags that are never closed count as deep, for nobody
    knows better before parsing.
    """
    if markup.count(b"<") <= DEEPEST:
        return True
    units = np.frombuffer(markup + b"<", np.uint8)
    after = units[np.flatnonzero(units[:-1] == _OPENS) + 1]
    steps = np.where(after == _ENDS, -1, np.where(after > _LETTERS, 1, 0))
    return bool(np.max(np.cumsum(steps)) <= DEEPEST)


_OPENS, _ENDS, _LETTERS = (ord(sign) for sign in "</@")


def shown(page: str) -> tuple[str, str]:
    """Titles and description of a page, and its paragraphs, one in a line."""
    tree = LexborHTMLParser(page)
    title = tree.css_first("title")
    said = [meta.attributes.get("content") or "" for meta in tree.css(_DESCRIPTIONS)]
    head = "\n".join([title.text() if title is not None else "", *said])
    scripts = [script.text() for script in tree.css("script")]
    tree.strip_tags(["script", *_UNSHOWN])
    tree.unwrap_tags(_INLINE)
    tree.merge_text_nodes()
    body = tree.body
    text = _paragraphs(body.text(separator="\n", strip=True).split("\n") if body else ())
    return head, text if len(text) >= LEAST_SHOWN else f"{text}\n{_told_by(scripts)}"


def _paragraphs(lines: Iterable[str]) -> str:
    return "\n".join(line for line in lines if _is_paragraph(line))


def _is_paragraph(line: str) -> bool:
    if len(line) >= LEAST_PARAGRAPH:
        return True
    return len(line) + 2 * len(_WIDE.findall(line)) >= LEAST_PARAGRAPH


def _told_by(scripts: Iterable[str]) -> str:
    """The strings of scripts, where pages that are put together by the browser keep their text."""
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), "\n".join(scripts))
    return _paragraphs(text.replace("\\n", "\n").replace('"', "\n").split("\n"))
