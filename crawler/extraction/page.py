"""One page in, one article out: the function that runs in the extraction processes."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from lxml import etree, html
from lxml.html import (
    HtmlComment,
    HtmlElement,
    HtmlEntity,
    HTMLParser,
    HtmlProcessingInstruction,
)

from crawler.cleaning import clean_text
from crawler.extraction.body import article_text, hidden_text, is_short, with_paragraphs
from crawler.extraction.dates import find_date
from crawler.extraction.decoding import decode
from crawler.extraction.errors import ExtractionError, Reason
from crawler.extraction.language import detect_language
from crawler.extraction.lines import article_lines
from crawler.extraction.plain import is_cjk_page
from crawler.extraction.structured import Metas, article_nodes, meta_content, read_metas
from crawler.extraction.tags import check_tags
from crawler.extraction.titles import find_title
from crawler.urls import canonical_url, is_home_page, same_site

MAX_BYTES = 2 * 1024 * 1024
"""A page above this is not parsed: no article is that long."""

LEAST = 60
"""Characters that make an article (half for CJK, where one says more)."""

_CONTROLS = bytes([*range(9), 11, 12, *range(14, 32), 127])
_SUSPECT = b"\xef\xbf"
_NONCHARACTERS = re.compile(b"\xef\xbf[\xbe\xbf]")  # U+FFFE and U+FFFF in UTF-8
_IN_C = etree.ElementDefaultClassLookup(
    element=HtmlElement, comment=HtmlComment, pi=HtmlProcessingInstruction, entity=HtmlEntity
)
"""lxml asks Python for the class of every element, unless it is told that they are all alike."""


@dataclass(frozen=True, slots=True)
class Announced:
    """What the feed said of the page; an aware `published_at` outranks what the page says."""

    title: str | None = None
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """An article as extracted. `published_on` is the day in the source's own zone."""

    url: str
    canonical_url: str
    title: str
    text: str
    language: str
    published_at: datetime | None
    published_on: date | None
    published_how: str | None


def extract(
    body: bytes,
    url: str,
    *,
    content_type: str | None = None,
    language: str | None = None,
    zone: str | None = None,
    announced: Announced | None = None,
    now: datetime | None = None,
    precise: bool = False,
) -> Page:
    """Title, text, language and date of publication of one page.

    `language` is the source's, for texts that do not decide it; `zone` is the source's time zone,
    for times without one and for what day it was (without it: the day as the page states it, times
    without a zone in UTC); `now` is when the page was fetched, if that was just now: it bounds the
    dates that are believed, and some count from it. When only a day is known,
    `published_at` is its first instant in the zone. `precise` takes three times as long and leaves
    less of what is not the article: for pages that are known to matter.
    Raises ExtractionError with the reason.
    """
    announced = announced or Announced()
    tree = parse(body, content_type)
    metas = read_metas(tree)
    nodes = article_nodes(tree)
    title = find_title(tree, metas, nodes, announced.title)
    address = _canonical(tree, metas, url)
    dating = find_date(
        tree, metas, nodes, url, zone, announced.published_at, now or datetime.now(UTC), now
    )
    cjk = is_cjk_page(tree)
    text = article_text(tree, url, metas, cjk=cjk, precise=precise)
    text = article_lines(with_paragraphs(text, nodes), title)
    if is_short(text, cjk=cjk):
        hidden = article_lines(hidden_text(parse(body, content_type), nodes), title)
        text = max(text, hidden, key=len)
    if len(text) < (LEAST // 2 if cjk else LEAST):
        raise ExtractionError(Reason.NO_ARTICLE, f"{len(text)} characters of text in {url}")
    return Page(
        url=url,
        canonical_url=address,
        title=title or text.partition("\n")[0][:80].rstrip(),
        text=text,
        language=detect_language(text, language),
        published_at=dating.moment.started(zone) if dating else None,
        published_on=dating.moment.day if dating else None,
        published_how=dating.how if dating else None,
    )


def parse(body: bytes, content_type: str | None) -> HtmlElement:
    """The tree of a page. Raises ExtractionError (empty, too-large, undecodable, no-article)."""
    if len(body) > MAX_BYTES:
        raise ExtractionError(Reason.TOO_LARGE, f"{len(body)} bytes, {MAX_BYTES} at most")
    if not body.strip():
        raise ExtractionError(Reason.EMPTY)
    text = decode(body, content_type).encode("utf-8", "ignore").translate(None, _CONTROLS)
    if _SUSPECT in text:
        text = _NONCHARACTERS.sub(b"", text)
    check_tags(text)
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    parser.set_element_class_lookup(_IN_C)
    try:
        tree: Any = html.document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ExtractionError(Reason.NO_ARTICLE, clean_text(str(error))[:200]) from error
    return tree


def _canonical(tree: HtmlElement, metas: Metas, url: str) -> str:
    """The page's own word for its address, if it names a page of the same site."""
    own = canonical_url(url) or url
    link = next(
        (e.get("href") for e in tree.iter("link") if "canonical" in (e.get("rel") or "").lower()),
        None,
    )
    for stated in (link, meta_content(metas, "og:url")):
        address = canonical_url(stated, url) if stated else None
        if address and same_site(own, address) and not is_home_page(address):
            return address
    return own
