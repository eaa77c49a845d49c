"""What becomes of fetched bytes: a feed's into pages to fetch, a page's into an article.

Nothing here knows Scrapy. Every failure ends in the run or in a rejection, never in an exception
that would end the crawl.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from config.logs import about
from config.settings import Crawl
from config.sources import FeedSpec
from config.words import FeedKind, Store
from crawler.extraction.errors import ExtractionError, Reason
from crawler.extraction.page import Announced, Page
from crawler.extraction.pool import ExtractionPool
from crawler.gate import Gate, read_page
from crawler.polls import PageReport, Poll, Wanted
from crawler.spiders import read_feed
from crawler.spiders.reading import Document, FeedError, Reading
from crawler.urls import canonical_url, spellings, url_key
from storage.articles import (
    NewArticle,
    Outcome,
    Stored,
    edited_urls,
    known_urls,
    store_article,
)
from storage.database import Database
from storage.feeds import begin_run, finish_run
from storage.models import Feed, RunStatus, Source
from storage.rejections import (
    MAX_PAGE_ATTEMPTS,
    SKIPPED,
    Refused,
    reject,
    rejected_urls,
    remember_alias,
    skip,
)
from storage.retention import remember

Clock = Callable[[], datetime]

MAX_DOCUMENTS = 8
"""Documents of one feed that are read in a run: a sitemap index and the newest of its sitemaps."""

MAX_EDITED = 5
"""Articles that one run over one feed reads anew at most, because they were edited."""

MAX_TEXT = 100_000
"""Characters of a text that are kept: what is longer is no news article, and others must read it."""

MAX_URL = 2_000
"""Characters of an address that is fetched; Scrapy would drop longer ones without a word."""

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
        self._claimed: set[str] = set()

    async def begin(self, feed: Feed, source: Source, spec: FeedSpec) -> Poll:
        """Open a run over the feed."""
        poll = Poll(feed=feed, source=source, spec=spec)
        if not self.dry_run:
            poll.run_id = await self.database.run(begin_run, feed.id or 0, self.clock())
        return poll

    async def finish(self, poll: Poll) -> None:
        """Close the run, once."""
        if poll.finished:
            return
        poll.finished = True
        if poll.status is RunStatus.RUNNING:
            poll.status = RunStatus.OK
        if not self.dry_run:
            await self.database.run(_close, poll, self.clock())
        level = logging.INFO if poll.stored or poll.error else logging.DEBUG
        with about(run=poll.run_id, feed=poll.feed.url):
            log.log(level, "%s: %d seen, %d stored%s", poll.status.value, poll.seen, poll.stored,
                    f", {poll.error}" if poll.error else "")  # fmt: skip

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
            poll.error = str(error)
            if poll.seen == 0:
                poll.fail(str(error))
            return [], ()
        known = poll.documents == 0 and poll.feed.last_success is not None
        if poll.spec.kind is FeedKind.LISTING and known and not reading.entries:
            poll.fail(f"no link of {url} matches any more: was the site redesigned?")
            return [], ()
        poll.documents += 1
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
        wanted: dict[str, Wanted] = {}
        strange: dict[str, str] = {}
        seen = self._claimed | {
            url_key(canonical_url(way) or way) for way in (base, poll.feed.url)
        }
        for entry in reading.entries:
            address = canonical_url(entry.url, base)
            if address is None or len(address) > MAX_URL:
                strange[entry.url[:MAX_URL]] = "too long" if address else "no web address"
            elif (key := url_key(address)) not in seen:
                seen.add(key)
                wanted[address] = Wanted(address, entry)
        known, refused = await self.database.ask(
            _already, list(wanted), list(strange), self.clock()
        )
        given_up, waiting = refused.given_up, refused.waiting
        poll.remembered.update(refused.old)
        edited = await self._edited(wanted[url] for url in wanted if url in known)
        for url in strange.keys() - given_up - waiting:
            await self._refuse(poll, url, "bad-url", strange[url])
        poll.again = poll.again or bool(waiting)
        fresh = [w for url, w in wanted.items() if url not in known | given_up | waiting]
        fresh += edited
        room = max(0, self.settings.max_pages_per_run - self._taken(poll))
        poll.left += max(0, len(fresh) - room)
        chosen = fresh[:room]
        self._claimed.update(url_key(page.url) for page in chosen)
        return chosen

    async def _edited(self, known: Iterable[Wanted]) -> list[Wanted]:
        """Of pages that are articles already, some that the feed says were edited since."""
        changed = {w.url: w for w in known if w.entry.updated_at}
        moments = {url: w.entry.updated_at for url, w in changed.items() if w.entry.updated_at}
        urls = await self.database.ask(edited_urls, moments, self.clock()) if moments else set()
        return [replace(changed[url], known=True) for url in changed if url in urls][:MAX_EDITED]

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
            if error.reason in {Reason.BROKEN, Reason.CRASHED}:
                log.exception("page %s is kept aside", url)
            await self.refuse(poll, wanted, error.reason, error.detail)
            return
        if page is None:
            poll.skipped.append(wanted.url)
            poll.pages.append(PageReport(wanted.url, SKIPPED, entry.title or ""))
            return
        outcome = Outcome.NEW
        if not self.dry_run:
            article = _new_article(poll, page, wanted, self.clock())
            stored = await self.database.run(_store, article, wanted, poll.run_id, self.clock())
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
        poll.rejected += 1
        poll.pages.append(PageReport(url, reason, detail=detail))
        if not self.dry_run:
            attempts = await self.database.run(
                reject, poll.run_id, url, reason, detail, self.clock()
            )
            poll.again = poll.again or attempts < MAX_PAGE_ATTEMPTS


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
    # The feed will announce the page under this address again: it must be known by it.
    if not known_urls(session, spellings(wanted.url)):
        remember_alias(session, run_id, wanted.url, article.url, now)
    return stored


def _close(session: Session, poll: Poll, now: datetime) -> None:
    skip(session, poll.run_id, poll.skipped, now)
    remember(session, poll.remembered, poll.run_id, now)
    finish_run(session, poll.run_id, poll.result(), now)


def _already(
    session: Session, urls: list[str], strange: list[str], now: datetime
) -> tuple[set[str], Refused]:
    """Of the addresses: those with an article in any spelling, and those that were refused.

    `strange` ones are no web addresses, so they can only have been rejected.
    """
    known = known_urls(session, urls)
    refused = rejected_urls(session, [*urls, *strange], now)
    settled = known | refused.given_up | refused.waiting
    rest = [url for url in urls if url not in settled]
    ways = {way: url for url in rest for way in spellings(url)}
    known |= {ways[way] for way in known_urls(session, ways)}
    return known, refused
