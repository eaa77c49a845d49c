"""robots.txt: read once per host and day for the whole process, obeyed with its Crawl-delay."""

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass
from time import monotonic
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.politeness import LONGEST_DELAY

LIFETIME = 24 * 3600.0
"""Seconds that rules are kept."""

LIFETIME_AFTER_ERROR = 1800.0
"""Seconds after which a host that could not give its rules is asked again."""

LIFETIME_OF_LACK = 60.0
"""Seconds after which a host is asked again that could not be reached."""

_MAX_BYTES = 512 * 1024
_MAX_HOSTS = 5_000

log = logging.getLogger(__name__)


class ForbiddenByRobots(IgnoreRequest):
    """The site does not want this address to be read by programs."""


class NoRobots(Exception):  # noqa: N818 - like Scrapy's own
    """Nobody knows what the host allows: its robots.txt could not be had, for this error."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


@dataclass(frozen=True, slots=True)
class Rules:
    """What one host allows. Without a parser `everything` says so for all addresses."""

    everything: bool
    until: float
    parser: ProtegoRobotParser | None = None
    delay: float = 0.0
    sitemaps: tuple[str, ...] = ()
    lack: Exception | None = None
    """Why they could not be had, so that nobody knows what is allowed."""

    def allow(self, url: str, agent: str) -> bool:
        """Whether the address may be fetched."""
        return self.everything if self.parser is None else self.parser.allowed(url, agent)


class RobotsCache:
    """Rules by scheme and host, least recently used out first."""

    def __init__(self) -> None:
        self._rules: OrderedDict[str, Rules] = OrderedDict()
        self._locks: dict[str, asyncio.Lock] = {}

    def get(self, origin: str) -> Rules | None:
        """The rules if they are still fresh."""
        rules = self._rules.get(origin)
        if rules is None or rules.until < monotonic():
            return None
        self._rules.move_to_end(origin)
        return rules

    def put(self, origin: str, rules: Rules) -> None:
        """Keep the rules until they expire."""
        self._rules[origin] = rules
        while len(self._rules) > _MAX_HOSTS:
            gone, _ = self._rules.popitem(last=False)
            self._locks.pop(gone, None)

    def lock(self, origin: str) -> asyncio.Lock:
        """One request for the rules of a host at a time."""
        return self._locks.setdefault(origin, asyncio.Lock())

    def clear(self) -> None:
        """Forget everything (for tests)."""
        self._rules.clear()
        self._locks.clear()


CACHE = RobotsCache()
"""Shared by all crawls of the process: Scrapy would fetch every robots.txt anew for each."""


class RobotsMiddleware:
    """Drops requests that robots.txt forbids and slows those for which it asks."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.agent = str(crawler.settings["USER_AGENT"])

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RobotsMiddleware":
        """Made by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> Request | None:
        """Let the request pass, or raise ForbiddenByRobots or NoRobots.

        For whom the rules were fetched, it is not the turn yet: it waits for it with the others,
        and takes no place from requests to other hosts meanwhile.
        """
        if request.meta.get("dont_obey_robotstxt"):
            return None
        place = urlparse_cached(request)
        origin = f"{place.scheme}://{place.netloc}"
        known = CACHE.get(origin)
        rules = known or await self._rules(origin)
        if rules.lack is not None:
            raise NoRobots(rules.lack)
        if not rules.allow(request.url, self.agent):
            raise ForbiddenByRobots("robots.txt forbids it")
        if rules.delay:
            self._slow_down(place.hostname or "", rules.delay)
        return None if known else request

    async def _rules(self, origin: str) -> Rules:
        async with CACHE.lock(origin):
            rules = CACHE.get(origin)
            if rules is None:
                rules = await self._fetch(origin)
                CACHE.put(origin, rules)
        return rules

    async def _fetch(self, origin: str) -> Rules:
        request = Request(
            f"{origin}/robots.txt",
            priority=1000,
            meta={"dont_obey_robotstxt": True},
            callback=NO_CALLBACK,
            dont_filter=True,
        )
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:  # noqa: BLE001 - RFC 9309: who cannot be reached allows nothing
            log.debug("no robots.txt from %s: %s", origin, error)
            until = monotonic() + LIFETIME_OF_LACK
            if _leads_nowhere(error):
                return Rules(everything=True, until=until)
            return Rules(everything=False, until=until, lack=error.with_traceback(None))
        return self._read(response)

    def _read(self, response: Response) -> Rules:
        if response.status >= 500:  # RFC 9309: a host that cannot say means no
            return Rules(everything=False, until=monotonic() + LIFETIME_AFTER_ERROR)
        if response.status >= 300:
            return Rules(everything=True, until=monotonic() + LIFETIME)
        parser = ProtegoRobotParser(response.body[:_MAX_BYTES], self.crawler.spider)
        delay = parser.crawl_delay(self.agent) or 0.0
        return Rules(
            everything=True,
            until=monotonic() + LIFETIME,
            parser=parser,
            delay=min(delay, LONGEST_DELAY),
            sitemaps=tuple(parser.rp.sitemaps),
        )

    def _slow_down(self, host: str, delay: float) -> None:
        downloader = self.crawler.engine.downloader
        settings: dict[str, Any] = {"delay": delay, "concurrency": 1, "jitter": 0.0}
        downloader.per_slot_settings[host] = settings
        slot = downloader.slots.get(host)
        if slot is not None:
            slot.delay, slot.concurrency = max(slot.delay, delay), 1


def _leads_nowhere(error: Exception) -> bool:
    """Whether there is no robots.txt, by too many redirects or one to no address; or a rest was asked for.

    What was asked for tells of the rest by itself.
    """
    if isinstance(error, IgnoreRequest):
        return "DOWNLOAD_MAXSIZE" not in str(error)
    return isinstance(error, ValueError) and "request url" in str(error)


class Throttle(AutoThrottle):
    """AutoThrottle that never goes below a host's Crawl-delay."""

    def _adjust_delay(self, slot: Any, latency: float, response: Response) -> None:
        super()._adjust_delay(slot, latency, response)
        host = urlparse_cached(response).hostname or ""
        asked = self.crawler.engine.downloader.per_slot_settings.get(host, {}).get("delay", 0.0)
        slot.delay = max(slot.delay, asked)
