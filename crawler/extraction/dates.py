"""When an article was published, and how that was found out."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.extraction.bylines import Outline, in_time_element, near_heading
from crawler.extraction.moments import Moment, is_plausible, of_datetime, read_moment
from crawler.extraction.structured import Metas, meta_content, text_of

_IN_URL = re.compile(
    r"(?<!\d)(20\d\d|199\d)[-/_.]?(0[1-9]|1[0-2])[-/_.]?(0[1-9]|[12]\d|3[01])(?!\d)"
    r"|/(20\d\d|199\d)/([1-9]|1[0-2])[/-]([1-9]|[12]\d|3[01])(?=[/.-]|$)"
)
_META = (
    "article:published_time", "og:article:published_time", "og:published_time", "published_time",
    "article.published", "datepublished", "date.published", "dc.date.issued", "dcterms.issued",
    "dc.date", "dcterms.date", "publishdate", "publish_date", "publish-date", "pubdate",
    "publication_date", "sailthru.date", "parsely-pub-date", "weibo:article:create_at",
    "article_date_original", "citation_publication_date", "og:release_date", "date", "cxenseparse:recs:publishtime",
    "apub:time", "bt:pubdate", "cxenseparse:publishtime",
)  # fmt: skip
_IN_SCRIPT = re.compile(
    r"[\"'\s,{;.](?:publish_?time|publish_?date|published_?at|pub_?time|pub_?date|ptime|ct|create_?time)"
    r"[\"']?\s*[:=]\s*[\"']?(20\d\d-\d\d?-\d\d?(?:[ T]\d\d:\d\d(?::\d\d)?)?|1\d{9}(?:\d{3})?)\b",
    re.IGNORECASE,
)
"""Variables that templates keep the date in; zeros and other years are not meant."""
_FOR_MACHINES = frozenset(["json-ld", "meta", "itemprop"])
_MAX_SCRIPT = 100_000
"""Characters of one script in which a date is looked for."""


class Dating:
    """The moment of publication with the way it was found; day-only finds may gain a time."""

    def __init__(self, moment: Moment, how: str) -> None:
        self.moment = moment
        self.how = how


def find_date(
    tree: HtmlElement,
    metas: Metas,
    nodes: list[dict[str, Any]],
    url: str,
    zone: str | None,
    announced_at: datetime | None,
    now: datetime,
    fetched: datetime | None = None,
) -> Dating | None:
    """The best dated candidate: the feed, the URL, the page's data, what stands at its heading.

    A day without a time takes the time of a later candidate for the same day. The day in an
    address may be the one at the server: it gives way to a time stated for machines a day apart.
    A page that was `fetched` just now may count from that moment: three hours ago.
    """
    best: Dating | None = None
    for how, moment in _candidates(tree, metas, nodes, url, zone, announced_at, fetched):
        if moment is None or not is_plausible(moment, now):
            continue
        if best is None:
            best = Dating(moment, how)
        elif moment.at is not None and moment.day == best.moment.day:
            best = Dating(moment, best.how)
        elif best.how == "url" and how in _FOR_MACHINES and _are_neighbours(moment, best.moment):
            best = Dating(moment, how)
        if best.moment.at is not None:
            break
    return best or _guess(tree, url, now)


def _candidates(
    tree: HtmlElement,
    metas: Metas,
    nodes: list[dict[str, Any]],
    url: str,
    zone: str | None,
    announced_at: datetime | None,
    fetched: datetime | None,
) -> Iterator[tuple[str, Moment | None]]:
    if announced_at is not None:
        yield "feed", of_datetime(announced_at, zone)
    yield "url", _in_url(url)
    for node in nodes:
        yield "json-ld", read_moment(text_of(node, "datePublished", "dateCreated"), zone)
    yield "meta", read_moment(meta_content(metas, *_META), zone)
    yield "itemprop", _itemprop(tree, zone)
    outline = Outline(tree)
    yield "time", in_time_element(outline, zone)
    yield "heading", near_heading(outline, zone, fetched)
    yield "script", _in_script(tree, zone)


def _in_url(url: str) -> Moment | None:
    found = _IN_URL.search(urlsplit(url).path)
    if found is None:
        return None
    year, month, day = (int(found[n] or found[n + 3]) for n in (1, 2, 3))
    try:
        return Moment(date(year, month, day))
    except ValueError:
        return None


def _itemprop(tree: HtmlElement, zone: str | None) -> Moment | None:
    for element in tree.iterfind(".//*[@itemprop='datePublished']"):
        stated = element.get("content") or element.get("datetime") or element.text_content()
        moment = read_moment(stated, zone)
        if moment is not None:
            return moment
    return None


def _are_neighbours(stated: Moment, other: Moment) -> bool:
    return stated.at is not None and abs((stated.day - other.day).days) == 1


def _in_script(tree: HtmlElement, zone: str | None) -> Moment | None:
    for script in tree.iter("script"):
        for found in _IN_SCRIPT.finditer((script.text or "")[:_MAX_SCRIPT]):
            moment = read_moment(found[1], zone)
            if moment is not None:
                return moment
    return None


def _guess(tree: HtmlElement, url: str, now: datetime) -> Dating | None:
    from htmldate import find_date as guess  # dateparser behind it: only when all else failed

    stated = guess(tree, url=url, extensive_search=False, original_date=True)
    if not stated or stated.endswith("-01-01"):
        return None
    moment = Moment(date.fromisoformat(stated[:10]))
    return Dating(moment, "guess") if is_plausible(moment, now) else None
