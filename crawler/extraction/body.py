"""The text of an article inside the tree of its page."""

from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.candidates import agreed_text, careful_text, quick_text
from crawler.extraction.mending import mend
from crawler.extraction.plain import element_text, plain_text
from crawler.extraction.structured import Metas, script_bodies, text_of

SHORT = 200
"""Characters below which other places of the page are asked for the text (half for CJK)."""

_MUTE = (
    "script", "style", "noscript", "template", "iframe", "svg", "link", "meta", "canvas", "object",
    "embed", "video", "audio", "source", "picture",
)  # fmt: skip
"""Elements without text of the article: gone before the tree is copied and searched."""

_IN_DISCUZ = "//td[starts-with(@id,'postmessage_')]|//div[starts-with(@id,'postmessage_')]"

_LITTLE = 0.2
"""Share of the page's running text below which a quick extraction is not believed."""

_ENOUGH = 3_000
"""Characters of a text (a third for CJK) that is believed without a look at the rest of the page."""

_LARGE = 10_000
"""Elements above which a page is passed over once, whatever was asked: time is limited."""

_RUN = 80
"""Characters of one text node (a third for CJK) that make it running text."""

_RUNS = etree.XPath(
    "//body//text()[string-length() > $least][not(ancestor::a or ancestor::aside or "
    "ancestor::footer or ancestor::nav or ancestor::form or ancestor::select or ancestor::button)]",
    smart_strings=False,
)


def article_text(tree: HtmlElement, url: str, metas: Metas, *, cjk: bool, precise: bool) -> str:
    """The article's paragraphs as lines, chrome at the edges included; empty if there is none.

    First the place that the site's software is known to keep it in, then trafilatura: once, if
    that is believable, else (and always, if `precise`) in several ways that must agree. The tree
    is used up: read everything else from it before.
    """
    known = _known_place(tree, url, metas)
    if known:
        return known
    etree.strip_elements(tree, *_MUTE, with_tail=False)
    mend(tree)
    large = sum(1 for _ in tree.iter()) > _LARGE
    if precise and not large:
        return agreed_text(tree, cjk=cjk)
    text = careful_text(tree, cjk=True) if cjk and not large else quick_text(tree)
    if large or not _covers_little(tree, text, cjk=cjk):
        return text
    return agreed_text(tree, cjk=cjk)


def hidden_text(tree: HtmlElement, nodes: list[dict[str, Any]]) -> str:
    """The longest text that JSON-LD or the state of the page's scripts carry for the article."""
    others = [text_of(node, "articleBody") or "" for node in nodes] + script_bodies(tree)
    return max((plain_text(other) for other in others), key=len, default="")


def with_paragraphs(text: str, nodes: list[dict[str, Any]]) -> str:
    """The JSON-LD body if it is the same text with more paragraphs, else the text."""
    if "\n" in text:
        return text
    for node in nodes:
        body = text_of(node, "articleBody")
        if body and "\n" in body:
            lines = plain_text(body)
            if "".join(lines.split()) == "".join(text.split()):
                return lines
    return text


def is_short(text: str, *, cjk: bool) -> bool:
    """Whether there is so little text that `hidden_text` is worth a look."""
    return len(text) < (SHORT // 2 if cjk else SHORT)


def _covers_little(tree: HtmlElement, text: str, *, cjk: bool) -> bool:
    """Whether most of the page's running text is missing: another part was taken for the article."""
    scale = 3 if cjk else 1
    if len(text) > _ENOUGH // scale:
        return False
    squeezed = "".join(text.split())
    least = _RUN // scale
    total = covered = 0
    for run in _RUNS(tree, least=least):
        run = "".join(run.split())
        if len(run) > least // 2:  # the rest was indentation
            total += len(run)
            covered += len(run) if run[:least] in squeezed else 0
    return covered < _LITTLE * total or not text


def _known_place(tree: HtmlElement, url: str, metas: Metas) -> str:
    host = urlsplit(url).hostname or ""
    places: list[HtmlElement] = []
    if host == "mp.weixin.qq.com":
        places = tree.xpath("//*[@id='js_content']")
    elif (
        "discuz" in metas.get("generator", "").lower()
        or tree.find(".//div[@id='postlist']") is not None
    ):
        places = tree.xpath(_IN_DISCUZ)[:1]
    return element_text(places[0]) if places else ""
