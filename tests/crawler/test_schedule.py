import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, cast

import pytest
import time_machine
from sqlmodel import select

from config.settings import Crawl
from config.words import FeedKind
from crawler import schedule as schedule_module
from crawler.extraction.pool import ExtractionPool
from crawler.schedule import Schedule
from storage.feeds import enabled_feeds, sync_sources
from storage.models import CrawlRun, Feed, Notice, RunStatus
from tests.crawler.conftest import on_both, source
from tests.crawler.test_crawl import rows
from tests.fakes.rows import begin_run
from tests.fakes.site import Site, article, rss

Start = Callable[..., Awaitable[Schedule]]


def wall() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def start(world, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Start]:
    monkeypatch.setattr(schedule_module, "GATHER_SECONDS", 0.05)
    world.clock = wall
    running: list[Schedule] = []

    async def begin(*feeds: dict[str, object], **how: Any) -> Schedule:
        sources = [source(*feeds)]
        schedule = Schedule(
            world.database, world.crawler(sources), Crawl(), wall, random=Random(1), **how
        )
        schedule.crawler.pool = cast("ExtractionPool", Unclosed(world.pool))
        running.append(schedule)
        await schedule.start(sources)
        return schedule

    yield begin
    for schedule in running:
        await schedule.stop()


class Unclosed:
    """The pool of the whole test run, which a schedule's end must not close."""

    def __init__(self, pool) -> None:
        self.run = pool.run

    async def close(self) -> None:
        """Stays open."""


async def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to it"
        await asyncio.sleep(0.05)


async def test_every_feed_is_read_at_its_own_interval(site: Site, start: Start) -> None:
    fast = site.put("/fast", rss([]))
    slow = site.put("/slow", rss([]))
    await start({"url": fast, "interval_seconds": 1}, {"url": slow, "interval_seconds": 3600})
    await until(lambda: site.paths().count("/fast") >= 3)
    assert site.paths().count("/slow") == 1


async def test_feeds_that_are_due_together_share_a_crawl(
    site: Site, world, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule_module, "JITTER", 0.0)
    feeds = [{"url": site.put(f"/{n}", rss([])), "interval_seconds": 3600} for n in range(5)]
    crawls: list[int] = []
    sources = [source(*feeds)]
    crawler = world.crawler(sources)

    async def crawl(batch, **_: object):
        crawls.append(len(batch))
        return []

    crawler.crawl = crawl
    crawler.pool = Unclosed(world.pool)
    schedule = Schedule(world.database, crawler, Crawl(), wall, random=Random(1))
    await schedule.start(sources)
    await until(lambda: bool(crawls))
    await schedule.stop()
    assert crawls == [5]


async def test_feeds_that_fall_due_together_do_not_come_all_at_once(
    world, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    schedule = Schedule(world.database, world.crawler([]), Crawl(), world.clock, random=Random(1))
    monkeypatch.setattr(schedule, "_arm", lambda _, wait: waits.append(wait.total_seconds()))
    due = world.clock() + timedelta(minutes=15)
    for number in range(100):
        schedule._arm_feed(
            Feed(id=number, source_slug="s", url=f"u{number}", kind=FeedKind.RSS, next_due=due)
        )
    assert 900 <= min(waits) < 920
    assert 940 < max(waits) <= 960


async def test_a_slow_feed_is_never_read_twice_at_once(site: Site, start: Start, world) -> None:
    url = site.put("/feed", rss([]), delay=1.2)
    await start({"url": url, "interval_seconds": 1})
    await until(lambda: len(rows(world, CrawlRun)) >= 3)
    runs = sorted(rows(world, CrawlRun), key=lambda run: run.started_at)
    for early, late in itertools.pairwise(runs):
        assert early.finished_at is not None
        assert early.finished_at <= late.started_at


@on_both
async def test_what_a_crash_left_behind_is_mended_at_start(
    site: Site, start: Start, world
) -> None:
    url = site.put("/feed", rss([]))
    await world.database.run(sync_sources, [source({"url": url})])
    with world.database.write() as session:
        feed = session.exec(select(Feed)).one()
        begin_run(session, feed.id or 0, wall() - timedelta(hours=1))
        feed.next_due = wall() + timedelta(days=400)
        session.add(feed)
    await start({"url": url, "interval_seconds": 2})
    await until(lambda: "/feed" in site.paths())
    assert RunStatus.INTERRUPTED in {run.status for run in rows(world, CrawlRun)}


@pytest.mark.parametrize("hours", [-1, -24 * 30, 24])
async def test_a_clock_that_is_set_delays_no_feed(site: Site, start: Start, hours: int) -> None:
    url = site.put("/feed", rss([]))
    schedule = await start({"url": url, "interval_seconds": 1}, check_seconds=0.2)
    await until(lambda: "/feed" in site.paths())
    with time_machine.travel(wall() + timedelta(hours=hours), tick=True):
        seen = len(site.paths())
        await until(lambda: len(site.paths()) >= seen + 2)
        assert schedule.rearmed >= 1
        await schedule.stop()


async def test_a_blocked_loop_makes_a_run_late_and_drops_none(site: Site, start: Start) -> None:
    url = site.put("/feed", rss([]))
    schedule = await start({"url": url, "interval_seconds": 1})
    await until(lambda: "/feed" in site.paths())
    time.sleep(3)  # noqa: ASYNC251 - the point of the test
    seen = len(site.paths())
    await until(lambda: len(site.paths()) > seen)
    assert schedule.missed == 0


async def test_sources_can_be_changed_while_it_runs(site: Site, start: Start) -> None:
    old, new = site.put("/old", rss([])), site.put("/new", rss([]))
    schedule = await start({"url": old, "interval_seconds": 1})
    await until(lambda: "/old" in site.paths())
    await schedule.take_over([source({"url": new, "interval_seconds": 1})])
    await until(lambda: "/new" in site.paths())
    await asyncio.sleep(1.5)
    before = site.paths().count("/old")
    await asyncio.sleep(1.5)
    assert site.paths().count("/old") == before


@on_both
async def test_stopping_ends_a_crawl_and_keeps_what_was_fetched(
    site: Site, start: Start, world
) -> None:
    links = [
        site.put(f"/{n}", article(f"T {n}", f"Text {n}. " * 20), delay=0.3) for n in range(40)
    ]
    schedule = await start({"url": site.put("/feed", rss(links))})
    await until(lambda: world.stored >= 2)
    began = time.monotonic()
    await schedule.stop()
    assert time.monotonic() - began < 60
    (run,) = rows(world, CrawlRun)
    assert run.status is RunStatus.OK
    assert run.stored == world.stored < 40
    assert "stopped" in (run.error or "")


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 5, 8, 13])
async def test_a_stop_at_any_moment_of_a_start_ends(site: Site, world, steps: int) -> None:
    sources = [source({"url": site.put("/feed", rss([]))})]
    await world.database.run(sync_sources, sources)
    crawler = world.crawler(sources)
    crawler.pool = Unclosed(world.pool)
    crawling = asyncio.create_task(crawler.crawl(await world.database.ask(enabled_feeds)))
    for _ in range(steps):
        await asyncio.sleep(0.002)
    began = time.monotonic()
    await crawler.stop()
    await crawling
    assert time.monotonic() - began < 60


async def test_a_pause_begins_nothing_new(site: Site, start: Start) -> None:
    url = site.put("/feed", rss([]))
    schedule = await start({"url": url, "interval_seconds": 1})
    await until(lambda: "/feed" in site.paths())
    schedule.pause()
    await asyncio.sleep(0.5)
    before = len(site.paths())
    await asyncio.sleep(2)
    assert len(site.paths()) == before


async def test_a_tick_is_the_sign_of_life(start: Start) -> None:
    ticks: list[int] = []

    async def tick() -> None:
        ticks.append(1)
        if len(ticks) == 1:
            raise OSError("the disk is full")

    await start({"url": "http://127.0.0.1:9/feed"}, check_seconds=0.05, on_tick=tick)
    await until(lambda: len(ticks) > 2)


@on_both
async def test_what_is_wrong_with_a_feed_is_noted_and_so_is_its_end(
    site: Site, start: Start, world, caplog: pytest.LogCaptureFixture
) -> None:
    url = site.put("/feed", status=500)
    await world.database.run(sync_sources, [source({"url": url})])
    with world.database.write() as session:
        feed = session.exec(select(Feed)).one()
        feed.failures = 4
        session.add(feed)
    caplog.set_level("INFO", "crawler.health")
    await start({"url": url, "interval_seconds": 1})
    await until(lambda: f"outlet: {url} failed 5 times in a row: http 500" in caplog.text)
    assert rows(world, Notice)
    site.put("/feed", rss([]))
    with world.database.write() as session:
        feed = session.exec(select(Feed)).one()
        feed.next_due = None
        session.add(feed)
    await start({"url": url, "interval_seconds": 1})
    await until(lambda: "answers again" in caplog.text)
    assert rows(world, Notice)[0].cleared_at is not None
