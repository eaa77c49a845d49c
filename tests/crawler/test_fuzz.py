"""Broken pages and feeds, some of what `bench/fuzz.py` tries for as long as one likes."""

import resource
import signal
from collections.abc import Iterator

import pytest

from config.words import FeedKind
from crawler.extraction import worker
from crawler.extraction.errors import Reason
from tests.fakes.fuzzing import feed_holds, page_holds
from tests.fakes.mutating import cases

PAGES, FEEDS = range(100_000, 100_040), range(200_000, 200_080)
SECONDS = 60.0
"""By the clock, on a machine that does other things: what hangs takes for ever."""


@pytest.fixture(autouse=True)
def alarmed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The fences of an extraction process, but for those that end the process."""
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    former = signal.signal(signal.SIGALRM, worker._on_alarm)
    yield
    signal.signal(signal.SIGALRM, former)


def test_any_page_becomes_an_article_or_a_reason() -> None:
    found = {
        worker.limited(SECONDS, page_holds, body, kind, precise=bool(number % 2))
        for number, body, kind in cases(PAGES)
    }
    assert found >= {"article", Reason.NO_ARTICLE}


def test_any_feed_becomes_entries_or_a_reason() -> None:
    found = {
        worker.limited(SECONDS, feed_holds, sort, body, kind)
        for _, body, kind in cases(FEEDS)
        for sort in FeedKind
    }
    assert found >= {"entries", "nothing", "refused"}
