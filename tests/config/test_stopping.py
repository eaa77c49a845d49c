"""Signals that come before the loops run, and where exceptions are lost."""

import asyncio
import os
import signal
from collections.abc import Iterator

import pytest

from config.stopping import SIGNALS, end_while_starting, stop_signal


@pytest.fixture(autouse=True)
def starting() -> Iterator[None]:
    former = {number: signal.getsignal(number) for number in SIGNALS}
    end_while_starting()
    yield
    end_while_starting()  # what a test was asked is forgotten
    for number, handler in former.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_process_that_starts_ends_with_nothing_to_report(number: signal.Signals) -> None:
    with pytest.raises(SystemExit) as ended:
        signal.raise_signal(number)
    assert ended.value.code == 0


def test_loops_are_told_in_order() -> None:
    async def work() -> bool:
        stop = stop_signal()
        before = stop.is_set()
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(stop.wait(), 30)
        return before

    assert asyncio.run(work()) is False


class Library:
    """Calls back where nobody can catch anything."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGTERM)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_stop_whose_exception_was_lost_ends_the_loops_as_soon_as_they_run() -> None:
    library = Library()
    del library

    async def work() -> bool:
        return stop_signal().is_set()

    assert asyncio.run(work()) is True
