"""What Scrapy is made of here: the few of its parts that our crawls use, each named.

Every part of Scrapy's own choice is called for every request, most of them to find that they are
switched off; together they cost as much as a download.
"""

import logging
from typing import Any

from scrapy import Request, Spider
from scrapy.core.engine import ExecutionEngine
from scrapy.core.scraper import Scraper
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure

_engine = logging.getLogger("scrapy.core.engine")


class Redirects(RedirectMiddleware):
    """Scrapy's own, without a Referer: nobody is told where we come from."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Redirects":
        """Made by Scrapy; its own would look for what sets a Referer, and warn in every crawl."""
        made = cls(crawler.settings)
        made.crawler = crawler
        return made

    def handle_referer(self, request: Request, response: Response) -> None:  # noqa: ARG002
        """Leave none."""
        request.headers.pop("Referer", None)

    def _engine_started(self) -> None:
        """Look for no part that sets one: Scrapy's own would warn of that with every crawl."""


class _Requests(Scraper):
    """Scrapy's own, for callbacks that give requests and no items, or mostly nothing.

    For every answer its own makes generators for middlewares that we have none of, a queue, and
    tasks that fill and empty it.
    """

    async def _scrape(self, result: Response | Failure, request: Request) -> None:
        try:
            found = await self.call_spider_async(result, request)
        except Exception:  # noqa: BLE001 - logged as Scrapy does it
            failure = Failure()  # type: ignore[no-untyped-call]
            self.handle_spider_error(failure, request, result)
            return
        for one in found:  # type: ignore[union-attr]  # a list: our callbacks are no generators
            self.crawler.engine.crawl(one)


class FeedCrawler(Crawler):
    """Scrapy's own, but that it takes requests from callbacks in the shortest way."""

    def _create_engine(self) -> ExecutionEngine:
        engine = super()._create_engine()
        engine.scraper = _Requests(self)
        return engine


class Lines(LogFormatter):
    """Scrapy's own, but that no line is put together for a log that does not want it."""

    def crawled(  # type: ignore[override]  # its own words: None leaves the line out
        self, request: Request, response: Response, spider: Spider
    ) -> LogFormatterResult | None:
        """The line about one answer."""
        if _engine.isEnabledFor(logging.DEBUG):
            return super().crawled(request, response, spider)
        return None


def components() -> dict[str, Any]:
    """Settings that replace Scrapy's lists of parts by ours, so that no new part comes unseen."""
    return {
        "DOWNLOADER_MIDDLEWARES_BASE": {
            "crawler.robots.RobotsMiddleware": 100,
            "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
            "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
            "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 590,
            "crawler.components.Redirects": 600,
        },
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {
            "crawler.robots.Throttle": 0,
            "scrapy.extensions.closespider.CloseSpider": 0,
        },
        "SCHEDULER": "crawler.hosts.HostQueue",
        "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
        "LOG_FORMATTER": "crawler.components.Lines",
        # Scrapy starts so many tasks for every answer to take its items, and we have none.
        "CONCURRENT_ITEMS": 1,
    }
