"""When an article was published, and how that was found out."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

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
_PUBLISHED = re.compile(
    r"发布|發布|发表|發表|発表|発行|發佈|刊登|时间|時間|配信|公開|掲載|投稿|입력|등록|승인|게재|Published|Posted|Veröffentlicht",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"更新|修正|修改|編輯|수정|변경|Updated|Modified|Aktualisiert", re.IGNORECASE
)
_HINT = re.compile(r"(?:date|time|publi|byline|meta|info|source|post)", re.IGNORECASE)
_FOR_MACHINES = frozenset(["json-ld", "meta", "itemprop"])
_HEADINGS = frozenset(["h1", "h2", "h3"])
_NEAR = 40
"""Elements around the heading in which a visible date is looked for."""


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
) -> Dating | None:
    """The best dated candidate: the feed, the URL, the page's data, what stands at its heading.

    A day without a time takes the time of a later candidate for the same day. The day in an
    address may be the one at the server: it gives way to a time stated for machines a day apart.
    """
    best: Dating | None = None
    for how, moment in _candidates(tree, metas, nodes, url, zone, announced_at):
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
) -> Iterator[tuple[str, Moment | None]]:
    if announced_at is not None:
        yield "feed", of_datetime(announced_at, zone)
    yield "url", _in_url(url)
    for node in nodes:
        yield "json-ld", read_moment(text_of(node, "datePublished", "dateCreated"), zone)
    yield "meta", read_moment(meta_content(metas, *_META), zone)
    yield "itemprop", _itemprop(tree, zone)
    outline = Outline(tree)
    yield "time", _time_element(outline, zone)
    yield "heading", _near_heading(outline, zone)


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


class Outline:
    """The elements of a page in order, and the place of its heading among them."""

    def __init__(self, tree: HtmlElement) -> None:
        self.elements = list(tree.iter(etree.Element))
        places = [(e.tag, place) for place, e in enumerate(self.elements) if e.tag in _HEADINGS]
        self.h1 = next((place for tag, place in places if tag == "h1"), None)
        self.heading = self.h1 if self.h1 is not None else next((p for _, p in places), None)


def _time_element(outline: Outline, zone: str | None) -> Moment | None:
    """The time element nearest to the heading: lists of other articles have theirs too."""
    times = [(place, e) for place, e in enumerate(outline.elements) if e.tag == "time"]
    if outline.h1 is not None:
        heading = outline.h1
        times.sort(key=lambda pair: abs(pair[0] - heading))
    for _, element in times[:3]:
        moment = read_moment(element.get("datetime"), zone)
        moment = moment or read_moment(element.text_content(), zone)
        if moment is not None:
            return moment
    return None


def _near_heading(outline: Outline, zone: str | None) -> Moment | None:
    """A date in the text around the heading; one labelled as published before one without label."""
    found: list[tuple[int, Moment]] = []
    for text in _texts_near_heading(outline):
        moment = read_moment(text, zone)
        if moment is None:
            continue
        if _CHANGED.search(text) and not _PUBLISHED.search(text):
            rank = 2
        else:
            rank = 0 if _PUBLISHED.search(text) else 1
        found.append((rank, moment))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _texts_near_heading(outline: Outline) -> Iterator[str]:
    elements, heading = outline.elements, outline.heading
    if heading is None:
        near = [e for e in elements if _HINT.search(f"{e.get('class')} {e.get('id')}")][:_NEAR]
    else:
        near = elements[heading + 1 : heading + _NEAR] + elements[max(0, heading - 10) : heading]
    for element in near:
        if element.tag in {"script", "style", "title", "option"}:
            continue
        pieces = [element.text or "", *(child.tail or "" for child in element)]
        text = " ".join("".join(pieces).split())
        # Running text has dates of its own; a byline is short.
        if 6 <= len(text) <= 120:
            yield text


def _guess(tree: HtmlElement, url: str, now: datetime) -> Dating | None:
    from htmldate import find_date as guess  # dateparser behind it: only when all else failed

    stated = guess(tree, url=url, extensive_search=False, original_date=True)
    if not stated or stated.endswith("-01-01"):
        return None
    moment = Moment(date.fromisoformat(stated[:10]))
    return Dating(moment, "guess") if is_plausible(moment, now) else None
