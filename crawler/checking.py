"""Trying feeds without storing anything: the answer, the entries, and one of the articles."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from config.sources import FeedSpec, SourceSpec
from crawler.extraction.errors import ExtractionError
from crawler.extraction.page import Announced, Page, extract
from crawler.extraction.pool import ExtractionPool
from crawler.failures import is_text
from crawler.spiders import read_feed
from crawler.spiders.reading import Document, Entry, FeedError, Reading
from crawler.urls import canonical_url
from crawler.visiting import Answer, Visitor

MAX_PAGES = 3
"""Entries that are tried before a feed's articles count as unreadable: one may be a video."""

MAX_SITEMAPS = 3

AT_ONCE = 8
"""Feeds that are tried at once."""


@dataclass(frozen=True, slots=True)
class Check:
    """How a feed did."""

    source: str
    url: str
    kind: str
    enabled: bool
    status: int | None = None
    robots: str = ""
    """`allowed`, or what is forbidden: `feed`, `articles`."""
    entries: int = 0
    dated: int = 0
    newest: datetime | None = None
    article: str | None = None
    """Address of the article that was read."""
    title: str = ""
    characters: int = 0
    language: str = ""
    published: datetime | None = None
    error: str = ""

    @property
    def ok(self) -> bool:
        """Whether the feed leads to articles."""
        return not self.error


async def check_all(
    sources: Sequence[SourceSpec],
    visitor: Visitor,
    pool: ExtractionPool,
    now: datetime,
    on_done: Callable[[Check], None] = lambda _: None,
) -> list[Check]:
    """Try every feed of the sources; the outcomes come in the order of the feeds."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(source: SourceSpec, feed: FeedSpec) -> Check:
        async with room:
            check = await check_feed(source, feed, visitor, pool, now)
        on_done(check)
        return check

    feeds = [(source, feed) for source in sources for feed in source.feeds]
    return list(await asyncio.gather(*(one(source, feed) for source, feed in feeds)))


async def check_feed(
    source: SourceSpec,
    feed: FeedSpec,
    visitor: Visitor,
    pool: ExtractionPool,
    now: datetime,
    answer: Answer | None = None,
) -> Check:
    """Try one feed: fetch it unless the answer is there, read it, and extract one of its articles."""
    check = Check(source.slug, str(feed.url), feed.kind, enabled=source.enabled and feed.enabled)
    answer = answer or await visitor.get(str(feed.url))
    check = replace(check, status=answer.status, robots=_robots(answer, "feed"))
    if not answer.ok:
        return replace(check, error=answer.problem)
    try:
        entries = await read_entries(answer, feed, source.timezone, visitor, pool)
    except (FeedError, ExtractionError) as error:
        return replace(check, error=str(error))
    check = _counted(check, entries, now)
    if not entries:
        return replace(check, error="it has no entries")
    return await _check_article(check, source, entries, visitor, pool)


async def read_entries(
    answer: Answer, feed: FeedSpec, zone: str, visitor: Visitor, pool: ExtractionPool
) -> list[Entry]:
    """The entries of a feed; those of its newest sitemaps if it is an index. Raises FeedError."""
    reading = await _read(answer, feed, zone, pool)
    entries = list(reading.entries)
    for url in reading.more[:MAX_SITEMAPS]:
        if entries:
            break
        below = await visitor.get(url)
        if below.ok:
            entries.extend((await _read(below, feed, zone, pool)).entries)
    return entries


async def _read(answer: Answer, feed: FeedSpec, zone: str, pool: ExtractionPool) -> Reading:
    document = Document(answer.url, answer.body, feed, answer.content_type, zone)
    return await pool.run(read_feed, document)


def _counted(check: Check, entries: Sequence[Entry], now: datetime) -> Check:
    dated = sum(entry.published_at is not None for entry in entries)
    # A sitemap without news says only when its pages changed: that it is alive.
    dates = [entry.published_at or entry.updated_at for entry in entries]
    newest = max((date for date in dates if date and date <= now), default=None)
    return replace(check, entries=len(entries), dated=dated, newest=newest)


async def _check_article(
    check: Check,
    source: SourceSpec,
    entries: Sequence[Entry],
    visitor: Visitor,
    pool: ExtractionPool,
) -> Check:
    error = ""
    for entry in entries[:MAX_PAGES]:
        url = canonical_url(entry.url, check.url)
        if url is None:
            error = error or f"{entry.url[:100]} is no web address"
            continue
        answer = await visitor.get(url)
        try:
            page = await _extract(answer, entry, source, pool)
        except (ExtractionError, FeedError) as problem:
            error = error or f"article {url}: {problem}"
            check = replace(check, robots=_robots(answer, "articles"))
            continue
        return replace(
            check,
            robots="allowed",
            article=page.canonical_url,
            title=page.title,
            characters=len(page.text),
            language=page.language,
            published=page.published_at,
        )
    return replace(check, error=error)


async def _extract(answer: Answer, entry: Entry, source: SourceSpec, pool: ExtractionPool) -> Page:
    if not answer.ok:
        raise FeedError(answer.problem)
    if not is_text(answer.content_type):
        raise FeedError(f"not-html: {answer.content_type}")
    return await pool.run(
        extract,
        answer.body,
        answer.url,
        content_type=answer.content_type,
        language=source.language,
        zone=source.timezone,
        announced=Announced(entry.title, entry.published_at),
    )


def _robots(answer: Answer, what: str) -> str:
    if answer.reason == "robots":
        return f"forbids {what}"
    return "allowed" if answer.status else ""
