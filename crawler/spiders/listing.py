"""HTML pages of links: what an outlet without a feed still has."""

from typing import Any

import re2
from lxml.cssselect import CSSSelector
from lxml.etree import ParserError, XPath, XPathError
from lxml.html import HtmlElement

from config.sources import is_xpath
from crawler.cleaning import clean_title
from crawler.extraction.errors import ExtractionError
from crawler.extraction.page import parse
from crawler.spiders.reading import MAX_ENTRIES, Document, Entry, FeedError, Reading, joined

_LIKELY = "h1 a, h2 a, h3 a, h4 a, article a"
"""Where headlines stand in most templates, for a feed that states no selector."""

_NO_PAGE = ("#", "javascript:", "mailto:")


def read(document: Document) -> Reading:
    """Entries of the links that the feed's selector finds, in their order on the page.

    The page after this one is what `next_page` finds first. Raises FeedError if the page cannot be
    read. A page without a link that matches has no entries; whether that is a redesign of the site
    is for those to say who know what it had before.
    """
    try:
        tree = parse(document.body, document.content_type)
    except (ExtractionError, ParserError) as error:
        raise FeedError(f"{document.url} cannot be read as a listing: {error}") from error
    base = joined(document.url, next(iter(tree.xpath("//base/@href")), ""))
    titles: dict[str, str] = {}
    for href, title in _links(tree, document.spec.links or _LIKELY):
        url = joined(base, href)
        if document.spec.pattern is None or re2.search(document.spec.pattern, url):
            titles[url] = max(titles.get(url, ""), title, key=len)
    entries = [Entry(url, title or None) for url, title in titles.items()]
    return Reading(tuple(entries[:MAX_ENTRIES]), _next_page(tree, base, document))


def _next_page(tree: HtmlElement, base: str, document: Document) -> tuple[str, ...]:
    if document.spec.next_page is None:
        return ()
    pages = (joined(base, href) for href, _ in _links(tree, document.spec.next_page))
    here = {document.url, str(document.spec.url)}
    return tuple(page for page in pages if page not in here)[:1]


def _links(tree: HtmlElement, selector: str) -> list[tuple[str, str]]:
    """Address and text of every link that a selector finds, itself or as the first link inside."""
    links = []
    for found in _select(tree, selector):
        if isinstance(found, str):  # an XPath that ends in @href
            link, href = found.getparent(), found.strip()  # type: ignore[attr-defined]
        else:
            link = found if found.tag == "a" else next(found.iter("a"), None)
            href = (link.get("href") or "").strip() if link is not None else ""
        if href and not href.lower().startswith(_NO_PAGE):
            links.append((href, _title(link)))
    return links


def _title(link: HtmlElement | None) -> str:
    if link is None:
        return ""
    return clean_title(link.get("title") or link.text_content())


def _select(tree: HtmlElement, selector: str) -> list[Any]:
    find = XPath(selector) if is_xpath(selector) else CSSSelector(selector)
    try:
        found = find(tree)
    except XPathError as error:
        raise FeedError(f"the selector {selector!r} cannot be used: {error}") from error
    if not isinstance(found, list):  # count(...) and the like
        raise FeedError(f"the selector {selector!r} finds {found!r}, not links")
    return [one for one in found if isinstance(one, str | HtmlElement)]
