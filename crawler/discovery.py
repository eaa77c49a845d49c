"""Finding the feeds of an outlet from one of its addresses, and picking the best of them."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

from lxml.etree import ParserError
from lxml.html import HtmlElement

from config.errors import InteropwatchError
from config.sources import FeedSpec, SourceSpec
from config.words import FeedKind
from crawler.checking import Check, check_feed
from crawler.cleaning import clean_title
from crawler.extraction.errors import ExtractionError
from crawler.extraction.page import parse
from crawler.extraction.pool import ExtractionPool
from crawler.extraction.structured import meta_content, read_metas
from crawler.outlets import place_of
from crawler.robots import CACHE
from crawler.spiders import read_feed
from crawler.spiders.reading import Document, FeedError
from crawler.visiting import Answer, Visitor

FEED_PATHS = ("feed", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json")
SITEMAP_PATHS = ("news-sitemap.xml", "sitemap-news.xml", "sitemap_news.xml", "sitemap.xml")

MAX_DECLARED = 8
MAX_LINKED = 4
MAX_SITEMAPS = 6

FRESH = timedelta(days=30)
"""A feed whose newest entry is older than this is worse than one that is alive."""

_FEED_TYPE = re.compile(
    r"^(application/(rss|atom|rdf|feed)\+(xml|json)|(application|text)/xml)", re.IGNORECASE
)
_FEED_LINK = re.compile(r"(^|[/.])(rss|atom|feeds?)([/.?]|$)|\.(rss|rdf|atom)$", re.IGNORECASE)
_SLOGAN = re.compile(r"\s+[-–—|:·]\s+|\s*[|｜_]\s*")
"""What stands between the name of an outlet and its slogan in the title of its home page."""
_COMMENTS = re.compile(r"comment|评论|評論|コメント|댓글", re.IGNORECASE)


class DiscoveryError(InteropwatchError):
    """An address at which nothing can be found; the message says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """An address that may be a feed, and where it was found."""

    url: str
    kind: FeedKind
    how: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class HomePage:
    """What the page of an outlet says of it."""

    name: str = ""
    language: str = ""
    declared: tuple[Place, ...] = ()
    linked: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Discovery:
    """Every place that was tried, with how it did. `best` is None if none leads to articles."""

    homepage: str
    page: HomePage
    tried: tuple[tuple[Place, Check], ...]
    best: tuple[Place, Check] | None


def read_home(body: bytes, url: str, content_type: str | None) -> HomePage:
    """Name, language and feeds as a page states them. Raises ExtractionError."""
    try:
        tree = parse(body, content_type)
    except ParserError:
        return HomePage()
    base = urljoin(url, next(iter(tree.xpath("//base/@href")), ""))
    title = clean_title(next(iter(tree.xpath("//title/text()")), ""))
    return HomePage(
        name=clean_title(
            meta_content(read_metas(tree), "og:site_name") or _SLOGAN.split(title)[0]
        ),
        language=str(next(iter(tree.xpath("/html/@lang")), "")),
        declared=_distinct(_declared(tree, base))[:MAX_DECLARED],
        linked=_distinct(_linked(tree, base))[:MAX_LINKED],
    )


def _declared(tree: HtmlElement, base: str) -> Iterator[Place]:
    for link in tree.xpath("//link[@href][@rel]"):
        if "alternate" in link.get("rel").lower() and _FEED_TYPE.match(link.get("type") or ""):
            yield from _place(base, link.get("href"), "link", clean_title(link.get("title") or ""))


def _linked(tree: HtmlElement, base: str) -> Iterator[Place]:
    for href in tree.xpath("//a/@href"):
        if _FEED_LINK.search(_path_of(href)):
            yield from _place(base, href, "page")


def _path_of(href: str) -> str:
    try:
        return urlsplit(href).path
    except ValueError:
        return ""


def _place(base: str, href: str, how: str, title: str = "") -> Iterator[Place]:
    try:
        url = urljoin(base, href.strip())
    except ValueError:
        return
    if url.startswith(("http://", "https://")):
        yield Place(url, FeedKind.RSS, how, title)


def _distinct(places: Iterator[Place]) -> tuple[Place, ...]:
    found: dict[str, Place] = {}
    for place in places:
        found.setdefault(place.url, place)
    return tuple(found.values())


async def discover(
    url: str, visitor: Visitor, pool: ExtractionPool, now: datetime, *, zone: str | None = None
) -> Discovery:
    """Try the address itself, what its page declares, usual paths, and sitemaps, in this order.

    The first of these ways that leads to articles ends the search. Raises DiscoveryError if the
    address cannot be read.
    """
    answer = await visitor.get(url)
    if not answer.ok:
        raise DiscoveryError(f"{url} cannot be read: {answer.problem}")
    kind = await _kind_of(answer, pool)
    if kind is not None:
        given = Place(url, kind, "given")
        check = await _try(given, _root(url), visitor, pool, now, zone, answer)
        best = (given, check) if check.ok else None
        return Discovery(_root(url), HomePage(), ((given, check),), best)
    try:
        page = await pool.run(read_home, answer.body, answer.url, answer.content_type)
    except ExtractionError as error:
        raise DiscoveryError(f"{url} is neither feed nor page: {error}") from error
    usual = _usual(answer.url, FEED_PATHS)
    ways = [page.declared, [*page.linked, *usual], _sitemaps(answer.url)]
    return await _try_ways(ways, page, _root(answer.url), visitor, pool, now, zone)


async def _kind_of(answer: Answer, pool: ExtractionPool) -> FeedKind | None:
    """The kind of feed that an answer is, if it is one."""
    for kind in (FeedKind.RSS, FeedKind.SITEMAP):
        spec = FeedSpec.model_validate({"url": answer.url, "kind": kind})
        document = Document(answer.url, answer.body, spec, answer.content_type)
        try:
            await pool.run(read_feed, document)
        except (FeedError, ExtractionError):
            continue
        return kind
    return None


def _sitemaps(url: str) -> list[Place]:
    """Sitemaps that robots.txt names, those of news first, then the usual ones."""
    rules = CACHE.get(urljoin(url, "/").rstrip("/"))  # read before the page itself was
    stated = sorted(rules.sitemaps if rules else (), key=lambda one: "news" not in one.lower())
    places = [p for one in stated for p in _place(url, one, "robots.txt")][:MAX_SITEMAPS]
    usual = _usual(url, SITEMAP_PATHS)
    return list(_distinct(replace(p, kind=FeedKind.SITEMAP) for p in (*places, *usual)))


def _usual(url: str, names: Sequence[str]) -> list[Place]:
    bases = dict.fromkeys([urljoin(url, "."), urljoin(url, "/")])
    return [
        place for base in bases for name in names for place in _place(base, name, "usual path")
    ]


def _root(url: str) -> str:
    return urljoin(url, "/")


async def _try_ways(
    ways: Sequence[Sequence[Place]],
    page: HomePage,
    homepage: str,
    visitor: Visitor,
    pool: ExtractionPool,
    now: datetime,
    zone: str | None,
) -> Discovery:
    tried: list[tuple[Place, Check]] = []
    for places in ways:
        known = {place.url for place, _ in tried}
        fresh = [place for place in places if place.url not in known]
        checks = await asyncio.gather(
            *(_try(place, homepage, visitor, pool, now, zone) for place in fresh)
        )
        tried.extend(zip(fresh, checks, strict=True))
        usable = [pair for pair in tried if pair[1].ok]
        if usable:
            best = max(usable, key=lambda pair: _merit(pair, now))
            return Discovery(homepage, page, tuple(tried), best)
    return Discovery(homepage, page, tuple(tried), None)


async def _try(
    place: Place,
    homepage: str,
    visitor: Visitor,
    pool: ExtractionPool,
    now: datetime,
    zone: str | None,
    answer: Answer | None = None,
) -> Check:
    source = SourceSpec.model_validate(
        {
            "slug": "new",
            "name": "new",
            "homepage": homepage,
            "timezone": zone or place_of(homepage, None)[1],
            "feeds": [{"url": place.url, "kind": place.kind}],
        }
    )
    return await check_feed(source, source.feeds[0], visitor, pool, now, answer)


def _merit(pair: tuple[Place, Check], now: datetime) -> tuple[bool, bool, bool, int]:
    """What makes one feed better than another; the first of equals wins."""
    place, check = pair
    fresh = check.newest is not None and now - check.newest < FRESH
    about = f"{place.url} {place.title}"
    return not _COMMENTS.search(about), fresh, check.dated > 0, min(check.entries, 20)
