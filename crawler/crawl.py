"""One crawl: a batch of feeds through one Scrapy crawler, every outcome recorded."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial

from scrapy.crawler import AsyncCrawlerRunner

from config.settings import Crawl
from config.sources import FeedSpec, SourceSpec
from config.words import Store
from crawler.components import FeedCrawler
from crawler.extraction.pool import ExtractionPool
from crawler.gate import Gate
from crawler.pipelines import Intake
from crawler.politeness import scrapy_settings
from crawler.polls import Poll, RunReport
from crawler.reactor import install_reactor
from crawler.runs import Clock
from crawler.spider import FeedSpider
from crawler.turns import HostTurns
from storage.database import Database
from storage.feeds import sources_of
from storage.models import Feed, RunStatus

log = logging.getLogger(__name__)

STOP_SECONDS = 8.0
"""How long `stop` waits for requests that are under way."""


def pool_for(settings: Crawl, gate: Gate | None) -> ExtractionPool:
    """Extraction processes that make the gate before their first page, whose time is limited."""
    asked = gate if settings.store is Store.RELEVANT else None
    first = partial(asked, "", "") if asked else None
    return ExtractionPool(settings.extraction_processes, first=first)


class Crawler:
    """Reads feeds and stores the articles that are new.

    `sources` are the specifications in force (selectors are only there, not in the store).
    `gate` says which pages are worth extracting, if the settings want it asked.
    `on_stored` is called after every article that was stored; it must not block. Crawlers beside
    this one may share its `pool`; crawlers in other processes share hosts with it by `turns`.
    """

    def __init__(
        self,
        database: Database,
        settings: Crawl,
        clock: Clock,
        on_stored: Callable[[], None] | None = None,
        *,
        gate: Gate | None = None,
        sources: Sequence[SourceSpec] = (),
        pool: ExtractionPool | None = None,
        turns: HostTurns | None = None,
    ) -> None:
        chatter = logging.getLogger("scrapy")
        if chatter.level == logging.NOTSET:  # a page of settings per crawl helps nobody
            chatter.setLevel(logging.WARNING)
        self.database = database
        self.settings = settings
        self.clock = clock
        self.gate = gate
        self.on_stored = on_stored
        self.pool = pool or pool_for(settings, gate)
        self.turns = turns
        self.use_sources(sources)
        self._runner: AsyncCrawlerRunner | None = None
        self._started = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._stopping = False

    def use_sources(self, sources: Sequence[SourceSpec]) -> None:
        """Take over changed specifications; the next crawl uses them."""
        self._specs = {str(feed.url): feed for source in sources for feed in source.feeds}

    async def crawl(self, feeds: Sequence[Feed], *, dry_run: bool = False) -> list[RunReport]:
        """Run over the feeds and give back how each run went; a dry run writes nothing.

        Crawls wait for one another, so that the delay between requests to a host holds. Must not
        be cancelled: Scrapy would go on without anybody waiting for it. Use `stop`.
        """
        async with self._one_at_a_time:
            if self._stopping or not feeds:
                return []
            install_reactor(self.settings.allow_networks)
            intake = Intake(
                self.database,
                self.pool,
                self.settings,
                self.clock,
                gate=self.gate,
                on_stored=self.on_stored,
                dry_run=dry_run,
            )
            polls = await self._begin(intake, feeds)
            try:
                await self._run(polls, intake)
            finally:
                await self._finish(intake, polls)
            return [_report(poll) for poll in polls]

    async def _begin(self, intake: Intake, feeds: Sequence[Feed]) -> list[Poll]:
        sources = await self.database.ask(sources_of, feeds)
        return await intake.runs.begin(
            [(feed, sources[feed.source_slug], self._spec(feed)) for feed in feeds]
        )

    def _spec(self, feed: Feed) -> FeedSpec:
        spec = self._specs.get(feed.url)
        return spec or FeedSpec.model_validate({"url": feed.url, "kind": feed.kind})

    async def _run(self, polls: list[Poll], intake: Intake) -> None:
        self._runner = AsyncCrawlerRunner(scrapy_settings(self.settings))
        self._started.clear()
        try:
            await self._runner.crawl(
                FeedCrawler(FeedSpider),
                polls=polls,
                intake=intake,
                on_start=self._started.set,
                turns=self.turns,
            )
        finally:
            self._runner = None
            self._started.set()

    async def _finish(self, intake: Intake, polls: list[Poll]) -> None:
        """Close what the crawl left open, because its time was up or it was told to stop."""
        for poll in polls:
            if poll.finished:
                continue
            poll.left += poll.open
            why = "stopped" if self._stopping else "out of time"
            if poll.status is RunStatus.RUNNING and not poll.documents:
                poll.status = RunStatus.INTERRUPTED
            poll.error = poll.error or f"{why}: {poll.left} requests were not made"
            intake.runs.finish(poll)
        await intake.runs.settle()

    async def stop(self) -> None:
        """End a running crawl in an orderly way (what was fetched is stored), then the pool."""
        await self.end()
        await self.pool.close()

    async def end(self) -> None:
        """The same for a crawler that shares its pool with others."""
        self._stopping = True
        ending = asyncio.ensure_future(self._end())
        _, late = await asyncio.wait([ending], timeout=STOP_SECONDS)
        if late:
            log.warning(
                "a crawl did not end within %g s; what it has stored is safe", STOP_SECONDS
            )

    async def _end(self) -> None:
        if self._runner is not None:
            # Told to stop before its engine runs, a Scrapy crawler would never end.
            await self._started.wait()
        if self._runner is not None:
            await self._runner.stop()
        async with self._one_at_a_time:  # free once the crawl has closed its runs
            pass


def _report(poll: Poll) -> RunReport:
    return RunReport(
        source=poll.source.slug,
        feed=poll.feed.url,
        result=poll.result(),
        pages=tuple(poll.pages),
        left=poll.left,
    )
