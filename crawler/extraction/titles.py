"""The title that readers saw: the heading if the page's own titles agree with it."""

import re
from typing import Any

from lxml.html import HtmlElement

from crawler.cleaning import clean_title
from crawler.extraction.structured import Metas, meta_content, text_of

_SEPARATORS = re.compile(
    r"\s+[-\u2013-\u2015|\xb7\u2022:\xbb<>]+\s+|\s*[|\uff5c_]+\s*|\s*::\s*|\s*[\uff0d\u2015]+\s*"
)
_MARKS = " -|_:\u2013\u2014\u2015\xb7\u2022\xbb\uff5c\uff0d"
# Outlets of East Asia put their name behind a dash or a colon without spaces around it.
_OUTLET = re.compile(
    r"(?<=.{6})(?:[-\u2013-\u2015\uff0d]+[^-\u2013-\u2015\uff0d:\uff1a\s]{2,12}"
    r"(?:[网網]站?|新[聞闻]|[日晚早][报報]|[报報]社|在[线線]|频道|頻道|ニュース|デジタル|뉴스|신문|일보)"
    r"|[:\uff1a][^:\uff1a\s]{2,12}(?:デジタル|オンライン|뉴스))$"
)
_PAGES = re.compile(r"\s*[(\uff08]\d{1,2}/\d{1,2}(?:ページ)?[)\uff09]$")
_NO_LETTERS = re.compile(r"[\W_]+")
_SHORTEST = 6
"""Letters that a heading needs to be believed without a witness."""


def find_title(
    tree: HtmlElement, metas: Metas, nodes: list[dict[str, Any]], announced: str | None = None
) -> str:
    """The article's title without the names of site and section; empty if there is none.

    `announced` is the title in the feed; `nodes` are the page's JSON-LD articles.
    """
    sites = _sites(metas, nodes)
    headlines = _cleaned(*(text_of(node, "headline", "name") for node in nodes))
    shown = _cleaned(meta_content(metas, "og:title", "twitter:title"), tree.findtext(".//title"))
    witnesses = [*headlines, *shown, *_cleaned(announced)]
    headings = [clean_title(h.text_content()) for h in list(tree.iter("h1"))[:5]]
    headings = [heading for heading in headings if _folded(heading) not in sites]
    folded = [_folded(witness) for witness in witnesses]
    last = {_folded(_parts(witness)[-1]) for witness in shown if len(_parts(witness)) > 1}
    for heading in headings:
        name = _folded(heading)
        if len(heading) >= 4 and any(name in f for f in folded) and name not in last - set(folded):
            return heading
    for witness in witnesses:
        stripped = _without_site(witness, sites, guess=witness not in headlines)
        if stripped:
            return stripped
    long = [heading for heading in headings if len(heading) >= _SHORTEST]
    return max(long, key=len, default="")


def _sites(metas: Metas, nodes: list[dict[str, Any]]) -> set[str]:
    """What the page calls itself, folded."""
    names = [meta_content(metas, "og:site_name"), meta_content(metas, "application-name")]
    for node in nodes:
        publisher = node.get("publisher")
        if isinstance(publisher, dict):
            names.append(text_of(publisher, "name"))
    return {_folded(name) for name in _cleaned(*names)}


def _cleaned(*texts: str | None) -> list[str]:
    return [title for title in (clean_title(text) for text in texts if text) if title]


def _folded(text: str) -> str:
    return _NO_LETTERS.sub("", text).casefold()


def _parts(title: str) -> list[str]:
    return [part.strip() for part in _SEPARATORS.split(title) if part.strip()] or [title]


def _without_site(title: str, sites: set[str], *, guess: bool) -> str:
    if guess:
        title = _OUTLET.sub("", title)
    parts = _parts(title)
    if len(parts) < 2:
        return _PAGES.sub("", title)
    if _folded(parts[-1]) in sites:
        return title[: title.rfind(parts[-1])].rstrip(_MARKS)
    if _folded(parts[0]) in sites:
        return title[title.find(parts[1]) :]
    # The headline is the longest part; what stands around it is section, outlet, slogan.
    return _PAGES.sub("", max(parts, key=len)) if guess else title
