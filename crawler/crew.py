"""One crawler among several: takes queued runs and does a few of them side by side.

Hosts are shared with the other crawlers by turns (crawler/turns.py), so that a Scrapy crawler per
run keeps the distance between requests that one for all would keep.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from sqlmodel import Session

from config.sources import SourceSpec
from crawler.crawl import Crawler
from crawler.gate import Gate
from crawler.health import tell_health
from crawler.runs import Clock
from storage.database import Database
from storage.feeds import is_due
from storage.jobs import RETRY_SECONDS, Jobs
from storage.models import Feed

RUNS_AT_ONCE = 4
"""Feeds that one process reads side by side; each with its own requests under way."""

BEAT_SECONDS = 15.0
"""How often to give a sign of life."""

log = logging.getLogger(__name__)


class Crew:
    """A few crawlers in one process that drain the queue. `on_tick` gives the sign of life."""

    def __init__(
        self,
        database: Database,
        jobs: Jobs,
        clock: Clock,
        crawlers: Sequence[Crawler],
        *,
        on_tick: Callable[[], Awaitable[None]],
    ) -> None:
        self._database = database
        self._jobs = jobs
        self._clock = clock
        self._on_tick = on_tick
        self._all = crawlers
        self._free: asyncio.Queue[Crawler] = asyncio.Queue()
        for crawler in crawlers:
            self._free.put_nowait(crawler)
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Wait for the queue to be made, then do what is in it until `stop`."""
        while not await self._ready():
            if await self._rest(RETRY_SECONDS):
                return
        await self._jobs.open()
        beating = asyncio.create_task(self._beat(), name="beat")
        try:
            await self._jobs.work(self.crawl, len(self._all))
        finally:
            beating.cancel()
            await self._jobs.close()

    async def stop(self) -> None:
        """Take nothing more, end running crawls in an orderly way, then the pool."""
        self._stopping.set()
        self._jobs.stop()
        await asyncio.gather(*(crawler.end() for crawler in self._all))
        for crawler in self._all:
            await crawler.pool.close()  # the same for all; closing it again does nothing

    def use(self, sources: Sequence[SourceSpec], gate: Gate) -> None:
        """Take over changed specifications and platforms; the next crawls use them."""
        for crawler in self._all:
            crawler.use_sources(sources)
            crawler.gate = gate

    async def crawl(self, feed_id: int) -> None:
        """Run over one feed, unless another run has seen to it meanwhile."""
        now = self._clock()
        feed = await self._database.run(_take_up, feed_id, now)
        if feed is None:
            return
        crawler = await self._free.get()
        try:
            # Never cancelled: Scrapy would go on without anybody waiting for it.
            await crawler.crawl([feed])
        except Exception:
            log.exception("the run over %s failed", feed.url)
        finally:
            self._free.put_nowait(crawler)
        await tell_health(self._database, [feed_id], self._clock())

    async def _ready(self) -> bool:
        try:
            return await asyncio.to_thread(lambda: self._jobs.ready)
        except Exception:
            log.exception("the queue of runs cannot be used; trying again")
            return False

    async def _beat(self) -> None:
        while not await self._rest(BEAT_SECONDS):
            try:
                await self._on_tick()
            except Exception:
                log.exception("no sign of life could be given")

    async def _rest(self, seconds: float) -> bool:
        """Rest; True when it is time to stop."""
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return False
        return True


def _take_up(session: Session, feed_id: int, now: datetime) -> Feed | None:
    """The feed if it is due."""
    feed = session.get(Feed, feed_id)
    return feed if feed is not None and is_due(feed, now) else None
