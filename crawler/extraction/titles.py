"""The title that readers saw: the heading if the page's own titles agree with it."""

import re
from typing import Any

from lxml.html import HtmlElement

from crawler.cleaning import clean_title
from crawler.extraction.structured import meta_content, text_of

_SEPARATORS = re.compile(r"\s+[-–—|·•:»]+\s+|\s*[||_]+\s*|\s*::\s*|\s+[--―]+\s*")
_SHORTEST = 6
"""Letters that a heading needs to be believed without a witness."""


def find_title(
    tree: HtmlElement, nodes: list[dict[str, Any]], announced: str | None = None
) -> str:
    """The article's title without the names of site and section; empty if there is none.

    `announced` is the title in the feed; `nodes` are the page's JSON-LD articles.
    """
    site = clean_title(meta_content(tree, "og:site_name", "application-name") or "")
    witnesses = [
        clean_title(text or "")
        for text in (
            *(text_of(node, "headline", "name") for node in nodes),
            meta_content(tree, "og:title", "twitter:title"),
            tree.findtext(".//title"),
            announced,
        )
    ]
    witnesses = [witness for witness in witnesses if witness]
    headings = [clean_title(h.text_content()) for h in list(tree.iter("h1"))[:5]]
    for heading in headings:
        if len(heading) >= 4 and any(_contains(witness, heading) for witness in witnesses):
            return heading
    for witness in witnesses:
        stripped = _without_site(witness, site)
        if stripped:
            return stripped
    long = [heading for heading in headings if len(heading) >= _SHORTEST]
    return max(long, key=len, default="")


def _contains(outer: str, inner: str) -> bool:
    return _folded(inner) in _folded(outer)


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _without_site(title: str, site: str) -> str:
    parts = [part.strip() for part in _SEPARATORS.split(title) if part.strip()]
    if len(parts) < 2:
        return title
    kept = [part for part in parts if not site or _folded(part) != _folded(site)]
    if not kept:
        return title
    # The headline is the longest part; what follows it is section, outlet, slogan.
    longest = max(range(len(kept)), key=lambda place: len(kept[place]))
    if longest == 0 or len(kept[longest]) > 2 * len(kept[0]):
        start = title.find(kept[longest])
        return title[start : start + len(kept[longest])]
    end = title.find(kept[longest]) + len(kept[longest])
    return title[title.find(kept[0]) : end]
