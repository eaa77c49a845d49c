"""The order of requests: they wait here until their host may be asked.

Scrapy hands requests over to wait for the delay of their host, and counts them among those under
way: eight that wait for a second let no more than eight a second through, whatever their hosts.
"""

import asyncio
from collections import Counter
from heapq import heappop, heappush
from itertools import count
from time import monotonic
from typing import Self

from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler

from crawler.politeness import PER_HOST

LOOK_AGAIN = 0.1
"""Seconds after which a host is looked at again, at the latest, to which something is under way."""

_Waiting = tuple[int, int, Request]


class HostQueue(BaseScheduler):
    """Scrapy's scheduler: gives a request once its host is free; by priority, then by age."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._numbers = count()
        self._waiting: dict[str, list[_Waiting]] = {}
        self._looks: list[tuple[float, int, str]] = []
        """When to look at each host that something waits for; no host is there twice."""
        self._full: set[str] = set()
        """Those among them that have all the requests that they may have: looked at when one ends."""
        self._timer: asyncio.TimerHandle | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        return cls(crawler)

    def close(self, reason: str) -> None:  # noqa: ARG002 - as Scrapy calls it
        """The crawl ends; what waits still is left."""
        if self._timer is not None:
            self._timer.cancel()

    def has_pending_requests(self) -> bool:
        """Whether anything waits."""
        return bool(self._waiting)

    def enqueue_request(self, request: Request) -> bool:
        """Have it wait for its turn."""
        host = self._host(request)
        if host not in self._waiting:
            self._waiting[host] = []
            self._look_at(host, monotonic())
        heappush(self._waiting[host], (-request.priority, next(self._numbers), request))
        return True

    def next_request(self) -> Request | None:
        """What may leave now; if nothing may, Scrapy is called when that changes."""
        now = monotonic()
        under_way = Counter(map(self._host, self._downloader.active))
        for host in [one for one in self._full if under_way[one] < PER_HOST]:
            self._full.remove(host)
            self._look_at(host, now)
        while self._looks and self._looks[0][0] <= now:
            host = heappop(self._looks)[2]
            if under_way[host] >= PER_HOST:
                self._full.add(host)
                continue
            if (wait := self._wait(host, now)) > 0:
                self._look_at(host, now + wait)
                continue
            _, _, request = heappop(self._waiting[host])
            if self._waiting[host]:
                self._look_at(host, now + self._delay(host))
            else:
                del self._waiting[host]
            return request
        self._call_back()
        return None

    def _host(self, request: Request) -> str:
        return str(self._downloader.get_slot_key(request))

    @property
    def _downloader(self) -> Downloader:
        return self._crawler.engine.downloader

    def _look_at(self, host: str, at: float) -> None:
        heappush(self._looks, (at, next(self._numbers), host))

    def _delay(self, host: str) -> float:
        slot = self._downloader.slots.get(host)
        return slot.delay if slot else 0.0

    def _wait(self, host: str, now: float) -> float:
        """Seconds until the host may have another request, as far as can be said."""
        slot = self._downloader.slots.get(host)
        if slot is None:
            return 0.0
        return max(slot.lastseen + slot.delay - now, LOOK_AGAIN if slot.queue else 0.0)

    def _call_back(self) -> None:
        """Have Scrapy ask again as soon as there may be something for it."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting and (slot := self._crawler.engine._slot) is not None:  # noqa: SLF001 - there is no other way
            first = self._looks[0][0] - monotonic() if self._looks else LOOK_AGAIN
            wait = max(0.0, min(first, LOOK_AGAIN) if self._full else first)
            self._timer = asyncio.get_running_loop().call_later(wait, slot.nextcall.schedule)
