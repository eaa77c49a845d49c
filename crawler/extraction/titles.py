"""The title that readers saw: the heading if the page's own titles agree with it."""

import re
from typing import Any

from lxml.html import HtmlElement

from crawler.cleaning import clean_title
from crawler.extraction.structured import meta_content, text_of

_SEPARATORS = re.compile(
    r"\s+[-\u2013-\u2015|\xb7\u2022:\xbb]+\s+|\s*[|\uff5c_]+\s*|\s*::\s*|\s*[\uff0d\u2015]+\s*"
)
_MARKS = " -|_:\u2013\u2014\u2015\xb7\u2022\xbb\uff5c\uff0d"
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
    if site and _folded(parts[-1]) == _folded(site):
        return title[: title.rfind(parts[-1])].rstrip(_MARKS)
    if site and _folded(parts[0]) == _folded(site):
        return title[title.find(parts[1]) :]
    # The headline is the longest part; what stands around it is section, outlet, slogan.
    return max(parts, key=len)
