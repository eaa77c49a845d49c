"""The text of an article inside the tree of its page."""

import re
from copy import deepcopy
from typing import Any
from urllib.parse import urlsplit

import trafilatura
import trafilatura.utils
from lxml import etree, html
from lxml.html import HtmlElement

from crawler.cleaning import clean_text
from crawler.extraction.structured import script_bodies, text_of

SHORT = 200
"""Characters below which other places of the page are asked for the text (half for CJK)."""

_BLOCKS = frozenset(
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
_SAMPLE = 3_000
_IN_DISCUZ = "//td[starts-with(@id,'postmessage_')]|//div[starts-with(@id,'postmessage_')]"

# trafilatura drops lines that are just the name of a network: those names are our subject.
trafilatura.utils.RE_FILTER = re.compile(
    r"\W*(?:Drucken|E-?Mail|PDF|Print|Share|Instagram|Pinterest|Pocket|Flipboard|RSS|"
    r"Quick link|More from this section|Copyright.{0,80}|Terms of .{0,20})$",
    re.IGNORECASE,
)


def article_text(tree: HtmlElement, url: str, *, cjk: bool) -> str:
    """The article's paragraphs as lines, chrome at the edges included; empty if there is none.

    First the place that the site's software is known to keep it in, then trafilatura. The tree is
    used up: read everything else from it before.
    """
    return _known_place(tree, url) or _extracted(tree, url, cjk=cjk)


def hidden_text(tree: HtmlElement, nodes: list[dict[str, Any]]) -> str:
    """The longest text that JSON-LD or the state of the page's scripts carry for the article."""
    others = [text_of(node, "articleBody") or "" for node in nodes] + script_bodies(tree)
    return max((plain_text(other) for other in others), key=len, default="")


def with_paragraphs(text: str, nodes: list[dict[str, Any]]) -> str:
    """The JSON-LD body if it is the same text with more paragraphs, else the text."""
    for node in nodes:
        body = text_of(node, "articleBody")
        if body and "\n" in body and "\n" not in text:
            lines = plain_text(body)
            if "".join(lines.split()) == "".join(text.split()):
                return lines
    return text


def is_short(text: str, *, cjk: bool) -> bool:
    """Whether there is so little text that `hidden_text` is worth a look."""
    return len(text) < (SHORT // 2 if cjk else SHORT)


def is_cjk_page(tree: HtmlElement) -> bool:
    """Whether the visible text is Chinese, Japanese or Korean, by what stands first in it."""
    sample = ""
    for element in tree.iter("title", "h1", "p", "td", "a", "li", "div"):
        sample += element.text or ""
        if len(sample) > _SAMPLE:
            break
    return is_cjk(sample)


def is_cjk(text: str) -> bool:
    """Whether a good part of the letters are Chinese, Japanese or Korean."""
    sample = text[:_SAMPLE]
    if sample.isascii():
        return False
    return len(_CJK.findall(sample)) > 0.3 * len(_LETTER.findall(sample)) > 0


def _known_place(tree: HtmlElement, url: str) -> str:
    host = urlsplit(url).hostname or ""
    places: list[HtmlElement] = []
    if host == "mp.weixin.qq.com":
        places = tree.xpath("//*[@id='js_content']")
    elif "discuz" in (tree.xpath("string(//meta[@name='generator']/@content)")).lower() or (
        tree.xpath("boolean(//div[@id='postlist'])")
    ):
        places = tree.xpath(_IN_DISCUZ)[:1]
    return element_text(places[0]) if places else ""


def _extracted(tree: HtmlElement, url: str, *, cjk: bool) -> str:
    _mend(tree)
    text = trafilatura.extract(
        tree,
        url=url,
        include_comments=False,
        include_tables=True,
        with_metadata=False,
        favor_precision=cjk,
    )
    return clean_text(text or "")


def _mend(tree: HtmlElement) -> None:
    """Give shapes that trafilatura loses the shape of paragraphs."""
    for section in list(tree.iter("section")):
        if not any(child.tag in _BLOCKS for child in section.iter() if child is not section):
            section.tag = "p"
    for place in [*tree.iter("article"), *tree.iter("main")]:
        if place.text and len(place.text.strip()) > 20:
            lead = html.Element("p")
            lead.text, place.text = place.text, None
            while len(place) and place[0].tag not in _BLOCKS - {"br"}:
                lead.append(place[0])
            place.insert(0, lead)


def element_text(element: HtmlElement) -> str:
    """The text of an element, one line per block."""
    copy = deepcopy(element)
    copy.tail = None
    etree.strip_elements(copy, *_DROPPED, with_tail=False)
    pieces: list[str] = []
    for event, part in etree.iterwalk(copy, events=("start", "end")):
        if part.tag in _BLOCKS:
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
    except (etree.ParserError, ValueError):
        return clean_text(text)
