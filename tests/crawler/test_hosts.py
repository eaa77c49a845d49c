"""The order of requests: who must wait for a host keeps nobody from another one."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.core.downloader import Slot
from scrapy.utils.httpobj import urlparse_cached

from crawler.hosts import HostQueue

LONG = 1_000.0
"""Seconds of a delay that does not end while a test runs."""


class Engine:
    """As much of Scrapy's as the queue looks at: what is under way, and when hosts were asked."""

    def __init__(self) -> None:
        self.slots: dict[str, Slot] = {}
        self.active: list[Request] = []
        self.called = asyncio.Event()
        self.downloader = self
        self._slot = SimpleNamespace(nextcall=SimpleNamespace(schedule=self.called.set))

    def get_slot_key(self, request: Request) -> str:
        return urlparse_cached(request).hostname or ""

    def asked(self, host: str, *, delay: float, ago: float = 0.0) -> Slot:
        """A host that was asked lately."""
        slot = self.slots[host] = Slot(2, delay)
        slot.lastseen = asyncio.get_running_loop().time() - ago
        return slot


@pytest.fixture
async def engine() -> Engine:
    return Engine()


@pytest.fixture
async def queue(engine: Engine) -> HostQueue:
    crawler: Any = SimpleNamespace(engine=engine)
    return HostQueue.from_crawler(crawler)


def add(queue: HostQueue, *urls: str, **how: Any) -> None:
    for url in urls:
        assert queue.enqueue_request(Request(url, **how))


def given(queue: HostQueue) -> list[str]:
    """The addresses of all that may leave now."""
    return [request.url for request in iter(queue.next_request, None)]


async def test_a_host_that_must_be_waited_for_keeps_nobody_else(
    queue: HostQueue, engine: Engine
) -> None:
    engine.asked("a", delay=LONG)
    add(queue, "http://a/1", "http://a/2", "http://b/1", "http://c/1")
    assert given(queue) == ["http://b/1", "http://c/1"]
    assert queue.has_pending_requests()
    engine.asked("a", delay=LONG, ago=2 * LONG)
    assert given(queue) == []  # it is looked at when its time has come as it was known then
    queue.close("finished")


async def test_what_is_wanted_first_goes_first_and_then_by_age(queue: HostQueue) -> None:
    add(queue, "http://a/1", "http://a/2")
    add(queue, "http://a/feed", priority=10)
    assert given(queue) == ["http://a/feed", "http://a/1", "http://a/2"]
    assert not queue.has_pending_requests()


async def test_a_host_has_two_requests_under_way_at_most(queue: HostQueue, engine: Engine) -> None:
    engine.active = [Request("http://a/1"), Request("http://a/2")]
    add(queue, "http://a/3")
    assert given(queue) == []
    engine.active.pop()
    await engine.called.wait()
    assert given(queue) == ["http://a/3"]


async def test_while_one_waits_for_its_turn_there_is_no_second(
    queue: HostQueue, engine: Engine
) -> None:
    slot = engine.asked("a", delay=LONG, ago=2 * LONG)
    waiting: Any = (Request("http://a/1"), None)
    slot.queue.append(waiting)
    add(queue, "http://a/2")
    assert given(queue) == []
    slot.queue.clear()
    await engine.called.wait()
    assert given(queue) == ["http://a/2"]


async def test_scrapy_is_called_when_a_host_is_free_again(
    queue: HostQueue, engine: Engine
) -> None:
    engine.asked("a", delay=0.05)
    add(queue, "http://a/1")
    while not (found := given(queue)):
        engine.called.clear()
        await engine.called.wait()
    assert found == ["http://a/1"]
    assert given(queue) == []
