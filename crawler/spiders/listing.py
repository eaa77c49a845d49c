"""HTML pages of links: what an outlet without a feed still has."""

import re2
from lxml.cssselect import CSSSelector
from lxml.etree import ParserError
from lxml.html import HtmlElement

from crawler.cleaning import clean_title
from crawler.extraction.errors import ExtractionError
from crawler.extraction.page import parse
from crawler.spiders.reading import MAX_ENTRIES, Document, Entry, FeedError, Reading, joined

_LIKELY = "h1 a, h2 a, h3 a, h4 a, article a"
"""Where headlines stand in most templates, for a feed that states no selector."""


def read(document: Document) -> Reading:
    """Entries of the links that the feed's CSS selector finds, in their order on the page.

    Raises FeedError if the page cannot be read. A page without a link that matches has no entries;
    whether that is a redesign of the site is for those to say who know what it had before.
    """
    try:
        tree = parse(document.body, document.content_type)
    except (ExtractionError, ParserError) as error:
        raise FeedError(f"{document.url} cannot be read as a listing: {error}") from error
    selector = document.spec.links or _LIKELY
    base = joined(document.url, next(iter(tree.xpath("//base/@href")), ""))
    titles: dict[str, str] = {}
    for element in CSSSelector(selector)(tree):
        link = _link(element)
        href = (link.get("href") or "").strip() if link is not None else ""
        if link is None or not href or href.startswith(("#", "javascript:", "mailto:")):
            continue
        url = joined(base, href)
        if document.spec.pattern is None or re2.search(document.spec.pattern, url):
            title = clean_title(link.get("title") or link.text_content())
            titles[url] = max(titles.get(url, ""), title, key=len)
    entries = [Entry(url, title or None) for url, title in titles.items()]
    return Reading(tuple(entries[:MAX_ENTRIES]))


def _link(element: HtmlElement) -> HtmlElement | None:
    if element.tag == "a":
        return element
    return next(element.iter("a"), None)
