"""Text out of markup as it stands: one line per block, nothing chosen and nothing judged."""

import re
from copy import deepcopy

from lxml import etree, html
from lxml.html import HtmlElement

from crawler.cleaning import clean_text

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ]
)
_DROPPED = ("script", "style", "noscript", "template", "iframe", "svg", "button", "select")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_LETTER = re.compile(r"[^\W\d_]")
_SAMPLE = 1_500
"""Characters that decide, wherever they stand."""

_FEW = 150


def element_text(element: HtmlElement) -> str:
    """The text of an element, one line per block."""
    copy = deepcopy(element)
    copy.tail = None
    etree.strip_elements(copy, *_DROPPED, with_tail=False)
    pieces: list[str] = []
    for event, part in etree.iterwalk(copy, events=("start", "end")):
        if part.tag in BLOCKS:
            pieces.append("\n")
        own = part.text if event == "start" else part.tail
        # A line end in the source is a space; only blocks end a line.
        pieces.append((own or "").replace("\n", " "))
    return clean_text("".join(pieces))


def plain_text(text: str) -> str:
    """The text of a string that may be HTML, one line per block."""
    if "<" not in text:
        return clean_text(text)
    try:
        return element_text(html.fragment_fromstring(text, create_parent="div"))
    except (etree.ParserError, ValueError, AssertionError):  # the last one for a bare <html/>
        return clean_text(text)


def is_cjk_page(tree: HtmlElement) -> bool:
    """Whether the visible text is Chinese, Japanese or Korean: title and paragraphs, else all."""
    sample = _first_text(tree, "title", "h1", "p")
    if len(sample) < _FEW:
        sample = _first_text(tree, "title", "h1", "p", "td", "a", "li", "div", "span")
    return is_cjk(sample)


def _first_text(tree: HtmlElement, *tags: str) -> str:
    pieces: list[str] = []
    length = 0
    for element in tree.iter(*tags):
        own = element.text
        if own and not own.isspace():
            pieces.append(own)
            length += len(own)
            if length > _SAMPLE:
                break
    return "".join(pieces)


def is_cjk(text: str) -> bool:
    """Whether a good part of the letters are Chinese, Japanese or Korean."""
    sample = text[:_SAMPLE]
    if sample.isascii():
        return False
    return len(_CJK.findall(sample)) > 0.3 * len(_LETTER.findall(sample)) > 0
