"""A real site on loopback, a real crawler, and the one reactor of the test process."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

import pytest

from config.settings import Crawl
from config.sources import SourceSpec
from crawler.crawl import Crawler
from crawler.extraction.pool import ExtractionPool
from crawler.gate import Gate
from crawler.polls import RunReport
from crawler.reactor import install_reactor
from crawler.rests import RESTS
from crawler.robots import CACHE
from storage.database import Database
from storage.feeds import enabled_feeds, sync_sources
from tests.conftest import ON_EACH
from tests.fakes.site import Site

NOW = datetime(2024, 9, 28, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture(scope="session")
async def reactor() -> None:
    """Scrapy's reactor, on the loop that all tests share: a second loop would crawl nothing."""
    install_reactor()


@pytest.fixture(scope="session")
async def pool() -> AsyncIterator[ExtractionPool]:
    """Extraction processes for the whole test run, because they take seconds to start."""
    pool = ExtractionPool(1)
    await pool.warm_up()
    yield pool
    await pool.close()


class World:
    """A store and a crawler over the sources of a test."""

    def __init__(self, database: Database, clock: Clock, pool: ExtractionPool) -> None:
        self.database = database
        self.clock = clock
        self.pool = pool
        self.stored = 0
        self.gate: Gate | None = None

    def crawler(self, sources: list[SourceSpec], **settings: Any) -> Crawler:
        values = {
            "host_delay_seconds": 0,
            "timeout_seconds": 5,
            "allow_networks": (ip_network("127.0.0.0/8"),),
            **settings,
        }
        crawler = Crawler(
            self.database,
            Crawl(**values),
            self.clock,
            self._count,
            gate=self.gate,
            sources=sources,
        )
        crawler.pool = self.pool
        return crawler

    def _count(self) -> None:
        self.stored += 1

    async def crawl(self, *feeds: dict[str, Any], dry_run: bool = False, **settings: Any) -> Any:
        """Crawl the feeds once; gives back the reports in the feeds' order."""
        sources = [source(*feeds)]
        await self.database.run(sync_sources, sources)
        rows = await self.database.ask(enabled_feeds)
        crawler = self.crawler(sources, **settings)
        reports = await crawler.crawl(rows, dry_run=dry_run)
        return {report.feed: report for report in reports}

    async def crawl_one(self, url: str, kind: str = "rss", **rest: Any) -> RunReport:
        """Crawl one feed once."""
        keys = {"links", "pattern", "fields", "interval_seconds"}
        feed = {"url": url, "kind": kind, **{k: rest.pop(k) for k in keys & rest.keys()}}
        reports: dict[str, RunReport] = await self.crawl(feed, **rest)
        return reports[url]


def source(*feeds: dict[str, Any], slug: str = "outlet", **rest: Any) -> SourceSpec:
    return SourceSpec.model_validate(
        {
            "slug": slug,
            "name": "Outlet",
            "homepage": "http://127.0.0.1/",
            "timezone": "Asia/Shanghai",
            "feeds": list(feeds),
            **rest,
        }
    )


@pytest.fixture(params=[pytest.param("sqlite", marks=pytest.mark.sqlite)])
def store(request: pytest.FixtureRequest) -> Database:
    """A database; of the kind that a test is told by `on_both`, else SQLite."""
    found = request.getfixturevalue(f"{request.param}_database")
    assert isinstance(found, Database)
    return found


on_both = pytest.mark.parametrize("store", ON_EACH, indirect=True)
"""For tests of what the crawler asks of its store: the others would say the same twice."""


@pytest.fixture
async def world(store: Database, clock: Clock, pool: ExtractionPool, reactor: None) -> World:
    CACHE.clear()
    RESTS.clear()
    return World(store, clock, pool)
