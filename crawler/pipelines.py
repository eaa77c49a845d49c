"""What becomes of fetched bytes: a feed's into pages to fetch, a page's into an article.

Nothing here knows Scrapy. Every failure ends in the run or in a rejection, never in an exception
that would end the crawl.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from sqlmodel import Session

from config.errors import InteropwatchError
from config.settings import Crawl
from config.words import FeedKind, Store
from crawler.choosing import Chooser
from crawler.extraction.errors import ExtractionError, Reason
from crawler.extraction.page import Announced, Page
from crawler.extraction.pool import ExtractionPool
from crawler.gate import Gate, read_page
from crawler.polls import PageReport, Poll, Wanted
from crawler.runs import Clock, Runs
from crawler.spiders import read_feed
from crawler.spiders.reading import Document, FeedError, Reading
from crawler.urls import canonical_url, spellings
from storage.articles import (
    NewArticle,
    Outcome,
    Stored,
    known_urls,
    store_article,
)
from storage.database import Database
from storage.rejections import (
    MAX_PAGE_ATTEMPTS,
    SKIPPED,
    reject,
    remember_alias,
)

MAX_DOCUMENTS = 8
"""Documents of one feed that are read in a run: a sitemap index and the newest of its sitemaps."""

MAX_TEXT = 100_000
"""Characters of a text that are kept: what is longer is no news article, and others must read it."""

log = logging.getLogger(__name__)


class Intake:
    """Takes what was fetched for one batch of feeds. A dry run writes nothing."""

    def __init__(
        self,
        database: Database,
        pool: ExtractionPool,
        settings: Crawl,
        clock: Clock,
        *,
        gate: Gate | None = None,
        on_stored: Callable[[], None] | None = None,
        dry_run: bool = False,
    ) -> None:
        self.database = database
        self.pool = pool
        self.settings = settings
        self.clock = clock
        self.gate = gate if settings.store is Store.RELEVANT else None
        self.on_stored = on_stored
        self.dry_run = dry_run
        self.runs = Runs(database, clock, dry_run=dry_run)
        self._chooser = Chooser(database)

    async def read(
        self, poll: Poll, url: str, body: bytes, content_type: str | None
    ) -> tuple[list[Wanted], tuple[str, ...]]:
        """The new pages that a document of the feed announces, and further documents to fetch.

        A document that cannot be read fails the run, unless another one of it could be.
        """
        document = Document(url, body, poll.spec, content_type, poll.source.timezone)
        try:
            reading: Reading = await self.pool.run(read_feed, document)
        except (FeedError, ExtractionError) as error:
            _log_if_ours(error, url)
            poll.error = str(error)
            if poll.seen == 0:
                poll.fail(str(error))
            return [], ()
        known = poll.documents == 0 and poll.feed.last_success is not None
        if poll.spec.kind is FeedKind.LISTING and known and not reading.entries:
            poll.fail(f"no link of {url} matches any more: was the site redesigned?")
            return [], ()
        poll.documents += 1
        poll.again = poll.again or not reading.settled
        poll.seen += len(reading.entries)
        self._note_newest(poll, reading)
        wanted = await self._new_pages(poll, url, reading)
        if poll.spec.kind is FeedKind.LISTING and not wanted:
            return [], ()  # older pages hold nothing new either
        room = max(0, (poll.spec.max_pages or MAX_DOCUMENTS) - poll.documents)
        return wanted, reading.more[:room]

    def _note_newest(self, poll: Poll, reading: Reading) -> None:
        now = self.clock()
        dates = [e.published_at for e in reading.entries if e.published_at]
        dates = [moment for moment in dates if moment <= now]
        poll.newest = max([*dates, *filter(None, [poll.newest])], default=None)

    async def _new_pages(self, poll: Poll, base: str, reading: Reading) -> list[Wanted]:
        choice = await self._chooser.new_pages(poll, base, reading, self.clock())
        await self._refuse_all(poll, choice.strange, "bad-url")
        poll.again = poll.again or choice.waiting
        poll.remembered.update(choice.remembered)
        room = max(0, self.settings.max_pages_per_run - self._taken(poll))
        chosen, left = self._chooser.claim(choice.pages, room)
        poll.left += left
        return chosen

    def _taken(self, poll: Poll) -> int:
        return len(poll.pages) + max(0, poll.open - 1)

    async def keep(
        self, poll: Poll, wanted: Wanted, url: str, body: bytes, content_type: str | None
    ) -> None:
        """Extract and store the page that `wanted` led to; `url` is where it was found in the end."""
        entry = wanted.entry
        try:
            page = await self.pool.run(
                read_page,
                body,
                url,
                gate=None if wanted.known else self.gate,
                content_type=content_type,
                language=poll.source.language,
                zone=poll.source.timezone,
                announced=Announced(entry.title, entry.published_at),
                now=self.clock(),
            )
        except ExtractionError as error:
            _log_if_ours(error, url)
            await self.refuse(poll, wanted, error.reason, error.detail)
            return
        if page is None:
            poll.skipped.append(wanted.url)
            poll.pages.append(PageReport(wanted.url, SKIPPED, entry.title or ""))
            return
        outcome = Outcome.NEW
        if not self.dry_run:
            article = _new_article(poll, page, wanted, self.clock())
            stored = await self.database.join(_store, article, wanted, poll.run_id, self.clock())
            outcome = stored.outcome
        if outcome is not Outcome.UNCHANGED:
            poll.stored += 1
            if self.on_stored is not None and not self.dry_run:
                self.on_stored()
        poll.pages.append(PageReport(page.canonical_url, outcome, page.title))

    async def refuse(self, poll: Poll, wanted: Wanted, reason: str, detail: str) -> None:
        """Keep aside a page with the reason why it is no article; what is one already stays one."""
        if wanted.known:
            poll.pages.append(PageReport(wanted.url, reason, detail=detail))
        else:
            await self._refuse(poll, wanted.url, reason, detail)

    async def _refuse(self, poll: Poll, url: str, reason: str, detail: str) -> None:
        await self._refuse_all(poll, {url: detail}, reason)

    async def _refuse_all(self, poll: Poll, details: Mapping[str, str], reason: str) -> None:
        poll.rejected += len(details)
        poll.pages += [PageReport(url, reason, detail=detail) for url, detail in details.items()]
        if details and not self.dry_run:
            attempts = await self.database.run(
                _reject_all, poll.run_id, details, reason, self.clock()
            )
            poll.again = poll.again or attempts < MAX_PAGE_ATTEMPTS


def _log_if_ours(error: InteropwatchError, url: str) -> None:
    """A document that met a mistake of ours, or killed its reader, is told with the traceback."""
    if getattr(error, "reason", None) in {Reason.BROKEN, Reason.CRASHED}:
        log.error("%s cannot be read", url, exc_info=error)


def _reject_all(
    session: Session, run_id: int, details: Mapping[str, str], reason: str, now: datetime
) -> int:
    """Keep the pages aside; gives back how often that happened to the one it happened to least."""
    return min(reject(session, run_id, url, reason, details[url], now) for url in details)


def _new_article(poll: Poll, page: Page, wanted: Wanted, now: datetime) -> NewArticle:
    own = canonical_url(page.url) or wanted.url
    ways = dict.fromkeys([*spellings(page.canonical_url), *spellings(own), *spellings(wanted.url)])
    return NewArticle(
        url=page.canonical_url,
        own_url=wanted.url,
        source_slug=poll.source.slug,
        feed_id=poll.feed.id,
        language=page.language,
        title=page.title,
        text=page.text[:MAX_TEXT],
        published_at=page.published_at,
        published_on=page.published_on,
        published_how=page.published_how,
        fetched_at=now,
        spellings=tuple(ways),
    )


def _store(
    session: Session, article: NewArticle, wanted: Wanted, run_id: int, now: datetime
) -> Stored:
    stored = store_article(session, article)
    ways = spellings(wanted.url)
    # The feed will announce the page under this address again: it must be known by it. A new
    # article has the address that its page states, or the one that it was reached by.
    known = stored.outcome is Outcome.NEW and article.url in ways
    if not known and not known_urls(session, ways):
        remember_alias(session, run_id, wanted.url, article.url, now)
    return stored
