"""When each feed is read: a job per feed in APScheduler, gathered into batches for the crawler.

A job does nothing but put its feed into the next batch, so that there is nothing to overlap or to
cancel, and one Scrapy crawler serves all feeds that are due together. The job is made anew after
the run, for the moment that the store says (see docs/decisions/0003-scheduling.md).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from apscheduler.events import EVENT_JOB_MISSED, JobEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlmodel import Session, col, select

from config.settings import Crawl
from config.sources import SourceSpec
from crawler.crawl import Crawler
from crawler.health import tell_health
from crawler.runs import Clock
from crawler.source_rows import adopt
from crawler.tidying import Tidying
from storage.clocks import JUMP_SECONDS
from storage.database import Database
from storage.feeds import enabled_feeds, reset_absurd_due
from storage.models import Feed
from storage.runs import interrupt_runs

GATHER_SECONDS = 0.5
"""How long a batch waits for further feeds after the first."""

MAX_BATCH = 200
"""Feeds of one batch: what a run's time budget has room for, where each has news and a host of its
own. All wait for the slowest of a batch, so a few large ones are over sooner than many small ones."""

CHECK_SECONDS = 15.0
"""How often the wall clock is compared with the monotonic one."""

JITTER = 0.1
"""A feed is read up to this share of its interval late (a minute at most), to spread the load."""

log = logging.getLogger(__name__)


class Schedule:
    """Keeps the crawler at work. `on_tick` is awaited at every check: the daemon's sign of life."""

    def __init__(
        self,
        database: Database,
        crawler: Crawler,
        settings: Crawl,
        clock: Clock,
        *,
        random: Random | None = None,
        on_tick: Callable[[], Awaitable[None]] | None = None,
        check_seconds: float = CHECK_SECONDS,
    ) -> None:
        chatter = logging.getLogger("apscheduler")
        if chatter.level == logging.NOTSET:  # a line per job and run helps nobody
            chatter.setLevel(logging.WARNING)
        self.database = database
        self.crawler = crawler
        self.settings = settings
        self.clock = clock
        self.on_tick = on_tick
        self.check_seconds = check_seconds
        self.missed = 0
        self.rearmed = 0
        self._tidying = Tidying(database)
        self._random = random or Random()  # noqa: S311 - jitter is no secret
        self._due: dict[int, None] = {}
        self._running: set[int] = set()
        self._wake = asyncio.Event()
        self._stopping = False
        self._paused = False
        self._loops: list[asyncio.Task[None]] = []
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._scheduler.add_listener(self._count_missed, EVENT_JOB_MISSED)

    async def start(self, sources: Sequence[SourceSpec]) -> None:
        """Mend what a crash left behind, take over the sources, and begin."""
        interrupted = await self.database.run(interrupt_runs, self.clock())
        if interrupted:
            log.warning("%d runs were left open by a crash", interrupted)
        self._scheduler.start()
        await self.take_over(sources)
        self._loops = [
            asyncio.create_task(self._crawl_batches(), name="crawl"),
            asyncio.create_task(self._watch_clock(), name="clock"),
        ]

    async def take_over(self, sources: Sequence[SourceSpec]) -> None:
        """Make the sources the ones in force; jobs of feeds that are gone or off end."""
        await adopt(self.database, self.settings, sources)
        self.crawler.use_sources(sources)
        await self._rearm()

    def pause(self) -> None:
        """Begin no further runs; what is under way goes on."""
        self._paused = True
        self._scheduler.pause()

    async def stop(self) -> None:
        """Pause, end the running crawl in an orderly way, and wait for it."""
        self._stopping = True
        if self._scheduler.running:
            self.pause()
            self._scheduler.shutdown(wait=False)  # its jobs are instants: nothing to wait for
        await self.crawler.stop()
        self._wake.set()
        for loop in self._loops[1:]:
            loop.cancel()
        if self._loops:
            await asyncio.wait(self._loops, timeout=1.0)

    async def _crawl_batches(self) -> None:
        while not self._stopping:
            await self._wake.wait()
            await asyncio.sleep(GATHER_SECONDS)
            if self._paused:
                self._wake.clear()
                continue
            batch = list(self._due)[:MAX_BATCH]
            for feed_id in batch:
                del self._due[feed_id]
            if not self._due:
                self._wake.clear()
            await self._crawl(batch)

    async def _crawl(self, batch: list[int]) -> None:
        self._running = set(batch)
        try:
            feeds = await self.database.ask(_feeds, batch)
            # Never cancelled: Scrapy would go on without anybody waiting for it.
            await self.crawler.crawl(feeds)
        except Exception:
            log.exception("a crawl of %d feeds failed", len(batch))
        finally:
            self._running = set()
        await tell_health(self.database, batch, self.clock())
        if not self._stopping:
            await self._arm_again(batch)

    async def _arm_again(self, batch: list[int]) -> None:
        try:
            feeds = await self.database.ask(_feeds, batch)
        except Exception:
            log.exception("the store does not answer; the feeds are tried again in a minute")
            for feed_id in batch:
                self._arm(feed_id, timedelta(minutes=1))
            return
        for feed in feeds:
            # A run that could not be recorded has left its feed due: not at once again.
            self._arm_feed(feed, least=timedelta(seconds=1))

    async def _rearm(self) -> None:
        """Set every feed's job by what the store says now."""
        mended = await self.database.run(reset_absurd_due, self.clock())
        if mended:
            log.warning("%d feeds were due absurdly late and are due earlier now", mended)
        feeds = await self.database.ask(enabled_feeds)
        wanted = {_name(feed.id or 0) for feed in feeds}
        for job in self._scheduler.get_jobs():
            if job.id not in wanted:
                job.remove()
        for feed in feeds:
            if feed.id not in self._running and feed.id not in self._due:
                self._arm_feed(feed)

    def _arm_feed(self, feed: Feed, least: timedelta = timedelta(0)) -> None:
        wait = feed.next_due - self.clock() if feed.next_due else timedelta(0)
        wait = max(wait, least)
        if wait > timedelta(0):  # what is overdue has waited long enough
            wait += self._random.uniform(0, 1) * spread(feed)
        self._arm(feed.id or 0, wait)

    def _arm(self, feed_id: int, wait: timedelta) -> None:
        self._scheduler.add_job(
            self._add_to_batch,
            "date",
            run_date=datetime.now(UTC) + wait,  # APScheduler's own clock, whatever ours says
            args=[feed_id],
            id=_name(feed_id),
            replace_existing=True,
        )

    async def _add_to_batch(self, feed_id: int) -> None:
        if feed_id not in self._running:
            self._due[feed_id] = None
            self._wake.set()

    async def _watch_clock(self) -> None:
        """Set all jobs anew when the wall clock was set: APScheduler would wait for its return."""
        loop = asyncio.get_running_loop()
        offset = self.clock().timestamp() - loop.time()
        while not self._stopping:
            await asyncio.sleep(self.check_seconds)
            now = self.clock().timestamp() - loop.time()
            try:
                if abs(now - offset) > JUMP_SECONDS:
                    log.warning(
                        "the clock was set by %+.0f s; feeds are scheduled anew", now - offset
                    )
                    await self._rearm()
                    offset = now
                    self.rearmed += 1
                if self.on_tick is not None:
                    await self.on_tick()
                await self._tidying.tick(self.clock())
            except Exception:
                log.exception("checking the clock")

    def _count_missed(self, event: JobEvent) -> None:
        self.missed += 1
        log.warning("the job %s was missed", event.job_id)


def spread(feed: Feed) -> timedelta:
    """How much later than it is due a feed may be read, so that feeds do not come all at once."""
    return timedelta(seconds=min(feed.interval_seconds * JITTER, 60.0))


def _feeds(session: Session, ids: Sequence[int]) -> Sequence[Feed]:
    statement = select(Feed).where(col(Feed.id).in_(ids), col(Feed.enabled))
    return session.exec(statement).all()


def _name(feed_id: int) -> str:
    return f"feed-{feed_id}"
