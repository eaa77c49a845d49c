"""The scheduler of several crawlers: puts every feed that is due into their queue.

The rows of the feeds say what is due, so a second scheduler does no harm and takes over at once
when the first one dies.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from random import Random

from sqlmodel import Session

from config.settings import Crawl
from config.sources import SourceSpec
from crawler.runs import Clock
from crawler.schedule import spread
from crawler.source_rows import adopt
from crawler.tidying import Tidying
from storage.clocks import JUMP_SECONDS
from storage.database import Database
from storage.feeds import due_feeds, reset_absurd_due
from storage.jobs import RETRY_SECONDS, Jobs
from storage.models import Feed
from storage.turns import forget_past

TICK_SECONDS = 1.0
"""How often to look for feeds that are due, and for crawlers that died."""

log = logging.getLogger(__name__)


class Dispatcher:
    """Keeps the queue of runs filled. `on_tick` is awaited now and then: a sign of life."""

    def __init__(
        self,
        database: Database,
        jobs: Jobs,
        settings: Crawl,
        clock: Clock,
        *,
        on_tick: Callable[[], Awaitable[None]],
    ) -> None:
        self._database = database
        self._jobs = jobs
        self._settings = settings
        self._clock = clock
        self._on_tick = on_tick
        self._tidying = Tidying(database)
        self._stopping = asyncio.Event()
        self._offset: float | None = None

    async def begin(self, sources: Sequence[SourceSpec]) -> None:
        """Take over the sources, and make the queue ready for those who wait for it."""
        await self.take_over(sources)
        await self._database.run(forget_past)
        await asyncio.to_thread(self._jobs.prepare)
        await self._jobs.open()

    async def take_over(self, sources: Sequence[SourceSpec]) -> None:
        """Make the sources the ones in force."""
        await adopt(self._database, self._settings, sources)

    async def run(self) -> None:
        """Look again and again, until `stop`; a server that fails is tried again."""
        while not self._stopping.is_set():
            rest = TICK_SECONDS
            try:
                await self.tick()
                await self._on_tick()
            except Exception:
                log.exception("the queue of runs cannot be filled; trying again")
                rest = RETRY_SECONDS
            try:
                await asyncio.wait_for(self._stopping.wait(), rest)
            except TimeoutError:
                continue
        await self._jobs.close()

    async def stop(self) -> None:
        """Queue nothing more."""
        self._stopping.set()

    async def tick(self) -> int:
        """Queue what is due, once; gives how many runs were added."""
        await self._mend_clock()
        dropped = await self._jobs.take_back()
        if dropped:
            log.warning(
                "%d runs were left by a crawler that died; they are due again", len(dropped)
            )
        await self._tidying.tick(self._clock())
        due = await self._database.ask(_due, self._clock())
        return await self._jobs.enqueue(due) if due else 0

    async def _mend_clock(self) -> None:
        """Where the clock was set, feeds that are due absurdly late are due earlier again."""
        offset = self._clock().timestamp() - asyncio.get_running_loop().time()
        if self._offset is None or abs(offset - self._offset) > JUMP_SECONDS:
            mended = await self._database.run(reset_absurd_due, self._clock())
            if mended:
                log.warning("%d feeds were due absurdly late and are due earlier now", mended)
            self._offset = offset


def _due(session: Session, now: datetime) -> list[int]:
    return [feed.id or 0 for feed in due_feeds(session, now) if has_waited(feed, now)]


def has_waited(feed: Feed, now: datetime) -> bool:
    """Whether the time by which chance puts the feed off has passed, too."""
    if feed.next_due is None:
        return True
    chance = Random(f"{feed.id} {feed.next_due}").uniform(0, 1)  # noqa: S311 - jitter is no secret
    return now >= feed.next_due + chance * spread(feed)
