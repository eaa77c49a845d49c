"""Several crawlers on one queue: every due feed is read once, and hosts see one visitor."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from sqlmodel import select

from config.settings import Crawl
from config.words import FeedKind
from crawler.crawl import Crawler
from crawler.crew import Crew
from crawler.dispatch import Dispatcher, has_waited
from crawler.extraction.pool import ExtractionPool
from crawler.robots import CACHE
from crawler.turns import HostTurns
from storage.database import Database
from storage.jobs import Jobs
from storage.models import Article, CrawlRun, Feed, RunStatus
from tests.crawler.conftest import NOW, Clock, source
from tests.fakes.rows import begin_run
from tests.fakes.site import Site, article, rss

pytestmark = pytest.mark.postgresql


class Shared:
    """The pool of the whole test run, which no crew may close."""

    def __init__(self, pool: ExtractionPool) -> None:
        self.run = pool.run

    async def close(self) -> None:
        """Stays open."""


class Cluster:
    """A scheduler and crews on one PostgreSQL, all in this process."""

    def __init__(self, database: Database, clock: Clock, pool: ExtractionPool) -> None:
        self.database, self.clock, self.pool = database, clock, pool
        self.beats = 0
        self.crews: list[Crew] = []
        self.working: list[asyncio.Task[None]] = []

    async def _beat(self) -> None:
        self.beats += 1

    async def dispatcher(self, *feeds: dict[str, Any]) -> Dispatcher:
        jobs, settings = Jobs(self.database), Crawl()
        made = Dispatcher(self.database, jobs, settings, self.clock, on_tick=self._beat)
        await made.begin([source(*feeds)])
        return made

    def crew(self, *feeds: dict[str, Any], **settings: Any) -> Crew:
        values: dict[str, Any] = {
            "host_delay_seconds": 0,
            "allow_networks": (ip_network("127.0.0.0/8"),),
        }
        crawlers = [
            Crawler(
                self.database,
                Crawl(**(values | settings)),
                self.clock,
                sources=[source(*feeds)],
                pool=Shared(self.pool),  # type: ignore[arg-type]
                turns=HostTurns(self.database),
            )
            for _ in range(2)
        ]
        crew = Crew(self.database, Jobs(self.database), self.clock, crawlers, on_tick=self._beat)
        self.crews.append(crew)
        self.working.append(asyncio.create_task(crew.run()))
        return crew

    def all(self, model: type[Any]) -> list[Any]:
        with self.database.read() as session:
            return list(session.exec(select(model)))

    async def close(self) -> None:
        for crew in self.crews:
            await crew.stop()
        await asyncio.gather(*self.working)


@pytest.fixture
async def cluster(
    postgresql_database: Database, clock: Clock, pool: ExtractionPool, reactor: None
) -> AsyncIterator[Cluster]:
    CACHE.clear()
    made = Cluster(postgresql_database, clock, pool)
    yield made
    await made.close()


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 - time is the event
            await asyncio.sleep(0.02)


def feeds_of(site: Site, feeds: int, pages: int) -> list[dict[str, Any]]:
    made = []
    for feed in range(feeds):
        links = [
            site.put(f"/{feed}/{n}", article(f"Title {feed} {n}", f"Text {feed} {n}. " * 30))
            for n in range(pages)
        ]
        made.append({"url": site.put(f"/{feed}.xml", rss(links), etag='"1"')})
    return made


async def test_what_is_due_is_read_once_by_whoever_is_free(cluster: Cluster, site: Site) -> None:
    feeds = feeds_of(site, 4, 2)
    dispatcher = await cluster.dispatcher(*feeds)
    cluster.crew(*feeds)
    cluster.crew(*feeds)
    assert await dispatcher.tick() == 4
    await until(lambda: len(cluster.all(Article)) == 8)
    await until(lambda: {run.status for run in cluster.all(CrawlRun)} == {RunStatus.OK})
    assert len(cluster.all(CrawlRun)) == 4
    assert sorted(site.paths()) == sorted(set(site.paths()))
    assert await dispatcher.tick() == 0
    cluster.clock.advance(hours=1)
    assert await dispatcher.tick() == 4


def test_feeds_that_are_due_together_are_queued_one_after_another() -> None:
    due = NOW + timedelta(minutes=15)
    feeds = [
        Feed(id=number, source_slug="s", url=f"u{number}", kind=FeedKind.RSS, next_due=due)
        for number in range(100)
    ]
    ready = [
        sum(has_waited(feed, due + timedelta(seconds=s)) for feed in feeds) for s in (0, 30, 60)
    ]
    assert ready[0] == 0
    assert 25 < ready[1] < 75
    assert ready[2] == 100
    assert has_waited(Feed(source_slug="s", url="new", kind=FeedKind.RSS), due)


async def test_a_feed_that_was_read_meanwhile_is_left_alone(cluster: Cluster, site: Site) -> None:
    (feed,) = feeds_of(site, 1, 1)
    await cluster.dispatcher(feed)
    crew = cluster.crew(feed)
    number = cluster.all(Feed)[0].id
    await crew.crawl(number)
    await crew.crawl(number)
    assert len(cluster.all(CrawlRun)) == 1


async def test_a_run_that_a_dead_crawler_left_open_is_closed(cluster: Cluster, site: Site) -> None:
    (feed,) = feeds_of(site, 1, 1)
    await cluster.dispatcher(feed)
    with cluster.database.write() as session:
        begin_run(session, session.exec(select(Feed)).one().id or 0, cluster.clock())
    await cluster.crew(feed).crawl(cluster.all(Feed)[0].id)
    runs = sorted(cluster.all(CrawlRun), key=lambda run: run.id)
    assert [run.status for run in runs] == [RunStatus.INTERRUPTED, RunStatus.OK]


async def test_a_host_is_left_in_peace_by_all_of_them_together(
    cluster: Cluster, site: Site
) -> None:
    """Three feeds of one host, read side by side: its distance holds over all of them."""
    apart = 0.2
    feeds = feeds_of(site, 3, 3)
    dispatcher = await cluster.dispatcher(*feeds)
    for _ in range(2):
        cluster.crew(*feeds, host_delay_seconds=apart)
    await dispatcher.tick()
    await until(lambda: len(cluster.all(Article)) == 9)
    first, *_, last = [seen.at for seen in site.seen]
    assert len(site.seen) >= 12
    assert last - first >= (len(site.seen) - 1) * apart * 0.9


async def test_the_scheduler_outlives_a_server_that_fails(
    cluster: Cluster, site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("crawler.dispatch.RETRY_SECONDS", 0.01)
    (feed,) = feeds_of(site, 1, 1)
    dispatcher = await cluster.dispatcher(feed)
    failures = iter([OSError("gone"), OSError("gone")])
    enqueue = dispatcher._jobs.enqueue

    async def failing(feeds: list[int]) -> int:
        for error in failures:
            raise error
        return await enqueue(feeds)

    monkeypatch.setattr(dispatcher._jobs, "enqueue", failing)
    running = asyncio.create_task(dispatcher.run())
    await until(lambda: cluster.beats)
    await dispatcher.stop()
    await running
    assert caplog.text.count("the queue of runs cannot be filled") == 2


async def test_a_clock_that_was_set_back_does_not_silence_feeds(
    cluster: Cluster, site: Site
) -> None:
    (feed,) = feeds_of(site, 1, 1)
    dispatcher = await cluster.dispatcher(feed)
    await dispatcher.tick()
    with cluster.database.write() as session:
        row = session.exec(select(Feed)).one()
        row.next_due = cluster.clock() + timedelta(minutes=10)
        session.add(row)
    cluster.clock.advance(days=-1)
    await dispatcher.tick()
    assert cluster.all(Feed)[0].next_due <= cluster.clock() + timedelta(hours=1)
