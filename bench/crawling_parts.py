"""What the benchmark of crawling measures, each in a process of its own: `crawling_parts.py NAME PAGES`."""

import asyncio
import json
import logging
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

from crawling_site import ETAG, FEED_URLS, FRESH_URL, HOSTS, feed_url, page_url

AT_ONCE = 32
RUNS = 1_000
Figures = dict[str, float]


class Meter:
    """Time by the clock, and processor time of this process and of the extraction processes."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._own, self._others = self._spent()

    @staticmethod
    def _spent() -> tuple[float, float]:
        itself = psutil.Process()
        children = [one.cpu_times() for one in itself.children(recursive=True)]
        own = itself.cpu_times()
        return own.user + own.system, sum(one.user + one.system for one in children)

    def read(self, done: int) -> Figures:
        """What was spent since the beginning, on so many pages or polls."""
        own, others = self._spent()
        own, others = own - self._own, others - self._others
        wall = time.monotonic() - self._begun
        return {"done": done, "wall": wall, "cpu": own + others, "extraction": others}


async def bare(urls: list[str], headers: dict[str, str], **more: object) -> Figures:
    """Stock Scrapy downloads the addresses and does nothing with them."""
    from scrapy import Request, Spider
    from scrapy.crawler import AsyncCrawlerRunner

    from crawler.reactor import install_reactor

    install_reactor([ip_network("127.0.0.0/8")])  # Twisted's own resolver wants reactor.run()
    logging.getLogger("scrapy").setLevel(logging.ERROR)
    seen = []

    class Bare(Spider):
        name = "bare"
        urls: Sequence[str] = ()

        async def start(self) -> AsyncIterator[Request]:
            for url in self.urls:
                yield Request(url, headers=headers)

        def parse(self, response: Any) -> None:
            seen.append(response.status)

    settings = {
        "CONCURRENT_REQUESTS": AT_ONCE, "CONCURRENT_REQUESTS_PER_DOMAIN": AT_ONCE,
        "DOWNLOAD_DELAY": 0, "HTTPERROR_ALLOW_ALL": True, "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False, "STATS_DUMP": False, "LOG_INSTALL_ROOT_HANDLER": False,
        "ROBOTSTXT_OBEY": False, **more,
    }  # fmt: skip
    await AsyncCrawlerRunner(settings).crawl(Bare, urls=urls[:1])  # imports are not measured
    seen.clear()
    meter = Meter()
    await AsyncCrawlerRunner(settings).crawl(Bare, urls=urls)
    return meter.read(len(seen))


class Share:
    """The processor time that one method of an object takes of its thread, in seconds."""

    def __init__(self, of: object, name: str) -> None:
        self.seconds = 0.0
        self._work = getattr(of, name)
        vars(of)[name] = self._timed

    def _timed(self, *args: Any) -> Any:
        began = time.thread_time()
        try:
            return self._work(*args)
        finally:
            self.seconds += time.thread_time() - began


class Watch:
    """The crawler over the site, with gate, extraction, store and follower, as the daemon has it."""

    def __init__(self, folder: Path, urls: list[str]) -> None:
        from alerts.assembly import follower_of
        from alerts.follow_loop import FollowLoop
        from alerts.tagging.gate import PlatformGate
        from config.settings import Settings
        from config.sources import SourceSpec
        from crawler.crawl import Crawler
        from interopwatch import Installation
        from storage.database import Database
        from storage.schema import upgrade

        crawl = {
            "allow_networks": ["127.0.0.0/8"], "host_delay_seconds": 0, "concurrency": AT_ONCE,
            "max_pages_per_run": 2_000, "run_budget_seconds": 3600,
        }  # fmt: skip
        given = Installation(settings=Settings.model_validate({"crawl": crawl}))
        self.database = Database(f"sqlite:///{folder / 'bench.db'}")
        upgrade(self.database)
        follower = follower_of(given)
        self.followed = Share(follower, "follow")
        self.follow = FollowLoop(self.database, follower, self.clock, lambda: None)
        gate = PlatformGate(given.folders("platforms"))
        self.sources = [
            SourceSpec.model_validate(
                {"slug": f"s{n}", "name": "S", "homepage": url, "feeds": [{"url": url}]}
            )
            for n, url in enumerate(urls)
        ]
        self.crawler = Crawler(
            self.database, given.settings.crawl, self.clock, self.follow.wake,
            gate=gate, sources=self.sources,
        )  # fmt: skip

    @staticmethod
    def clock() -> datetime:
        """The present moment."""
        return datetime.now(UTC)

    async def begin(self) -> None:
        """Start the processes, and take the sources into the store."""
        from config.lasting import settle
        from crawler.reactor import install_reactor
        from storage.feeds import sync_sources

        install_reactor([ip_network("127.0.0.0/8")])
        await self.crawler.pool.warm_up()
        await self.database.run(sync_sources, self.sources)
        settle()

    async def feeds(self) -> list[Any]:
        """The feeds as the store knows them."""
        from storage.feeds import enabled_feeds

        return list(await self.database.ask(enabled_feeds))


async def whole_path(folder: Path, pages: int) -> Figures:
    """Fetch, gate, extraction, store, follow: until the last page is followed."""
    first = min(pages, len(HOSTS)) - 1  # one host warms everything up
    watch = Watch(folder, [feed_url(number) for number in range(len(HOSTS))])
    await watch.begin()
    feeds = await watch.feeds()
    await watch.crawler.crawl([feeds[first]])
    await watch.follow.follow_due()
    del feeds[first]
    following = asyncio.create_task(watch.follow.run())
    before, meter = watch.followed.seconds, Meter()
    reports = await watch.crawler.crawl(feeds)
    await watch.follow.follow_due()
    figures = meter.read(sum(len(report.pages) for report in reports))
    figures["follow"] = watch.followed.seconds - before
    watch.follow.stop()
    await following
    await watch.crawler.stop()
    return figures | {"stored": sum(report.result.stored for report in reports)}


async def polls(folder: Path) -> Figures:
    """Unchanged feeds, in batches as the schedule makes them; robots.txt was read before."""
    from crawler.schedule import MAX_BATCH

    watch = Watch(folder, FEED_URLS)
    await watch.begin()
    for _ in range(2):
        feeds = (await watch.feeds())[len(HOSTS) :]
        meter, statuses = Meter(), []
        for start in range(0, len(feeds), MAX_BATCH):
            reports = await watch.crawler.crawl(feeds[start : start + MAX_BATCH])
            statuses += [report.result.status for report in reports]
        figures = meter.read(statuses.count("unchanged"))
    await watch.crawler.stop()
    return figures


async def memory(folder: Path) -> Figures:
    """Resident memory (MB) after crawl runs, each over a feed that announces new pages."""
    watch = Watch(folder, [FRESH_URL])
    await watch.begin()
    feeds = await watch.feeds()
    found: Figures = {}
    stored = 0
    for run in range(1, RUNS + 1):
        [report] = await watch.crawler.crawl(feeds)
        await watch.follow.follow_due()
        stored += report.result.stored
        if run in (100, RUNS // 2, RUNS):
            itself = psutil.Process()
            found[f"MB after {run}"] = itself.memory_info().rss / 1e6
            children = [one.memory_info().rss for one in itself.children(recursive=True)]
            found[f"MB extraction after {run}"] = max(children) / 1e6
            found[f"handles after {run}"] = itself.num_fds()
    await watch.crawler.stop()
    return found | {"stored": stored}


def main(name: str, pages: int) -> Figures:
    """Measure one part."""
    urls = [page_url(number) for number in range(pages)]
    validators = {"If-None-Match": ETAG}
    with tempfile.TemporaryDirectory() as folder:
        work = {
            "bare-pages": lambda: bare(urls, {}),
            "lean-pages": lambda: bare(urls, {}, CONCURRENT_ITEMS=1),
            "pages": lambda: whole_path(Path(folder), pages),
            "bare-polls": lambda: bare(FEED_URLS[len(HOSTS) :], validators),
            "lean-polls": lambda: bare(FEED_URLS[len(HOSTS) :], validators, CONCURRENT_ITEMS=1),
            "polls": lambda: polls(Path(folder)),
            "memory": lambda: memory(Path(folder)),
        }[name]
        return asyncio.run(work())


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]))))
