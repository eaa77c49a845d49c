"""Telegram's limits in every sliding window, on a clock that a test turns."""

import heapq
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.delivery.pacing import Pace
from storage.deliveries import Address
from tests.fakes.bot_api import Limits


class Turned:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def chat(number: int) -> Address:
    return Address("telegram", str(number))


def run(sends: list[int], answer: float = 0.02) -> float:
    """Send to these chats as the sender would, against a server that enforces the limits.

    Returns how long it took; fails at the first request that the server would refuse.
    """
    clock, limits, owed = Turned(), Limits(), list(sends)
    pace = Pace(monotonic=clock)
    flying: list[tuple[float, int]] = []
    while owed or flying:
        while flying and flying[0][0] <= clock.now:
            pace.answered(chat(heapq.heappop(flying)[1]))
        busy = pace.busy() | {chat(number) for _, number in flying}
        free = next((number for number in owed if chat(number) not in busy), None)
        if free is not None and pace.room() > 0 and len(flying) < 4:
            assert limits.refuse(free, clock.now + answer / 2) == 0
            pace.spend(chat(free))
            owed.remove(free)
            heapq.heappush(flying, (clock.now + answer, free))
            continue
        clock.now += 0.005
    return clock.now - 100.0


def test_one_event_to_many_chats_goes_out_near_the_limit():
    seconds = run(list(range(1, 301)))
    assert 300 / seconds > 0.95 * 30


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from([0.1, 0.3, 0.9]))
def test_requests_that_are_late_on_their_way_break_no_limit(seed, latest):
    """The server counts them when they arrive, which nobody here knows."""
    chance = Random(seed)
    clock, counted, left = Turned(), [], list(range(1, 151))
    pace = Pace(monotonic=clock)
    flying: list[tuple[float, int]] = []
    while left or flying:
        while flying and flying[0][0] <= clock.now:
            pace.answered(chat(heapq.heappop(flying)[1]))
        if left and len(flying) < 4 and pace.room() > 0:
            assert pace.overall_wait() == 0
            there = latest if chance.random() < 0.1 else 0.01
            back = latest if chance.random() < 0.1 else 0.01
            counted.append(clock.now + there)
            heapq.heappush(flying, (clock.now + there + back, left[0]))
            pace.spend(chat(left.pop(0)))
            continue
        clock.now += 0.005
    counted.sort()
    assert all(late - early >= 1 for early, late in zip(counted, counted[30:], strict=False))


def test_an_answer_that_never_comes_frees_its_place():
    clock = Turned()
    pace = Pace(monotonic=clock)
    for number in range(30):
        pace.spend(chat(number))
    clock.now += 60
    assert pace.room() == 0
    clock.now += 61
    assert pace.room() == 30


def test_one_chat_gets_one_a_second():
    assert 4.0 <= run([1] * 5) <= 4.5


def test_a_group_gets_twenty_a_minute():
    assert 60 <= run([-1] * 21) <= 64


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(-3, 12).filter(bool), max_size=60))
def test_no_order_of_sends_breaks_a_limit(sends):
    run(sends)


def test_a_flood_wait_freezes_one_chat_only():
    clock = Turned()
    pace = Pace(monotonic=clock)
    pace.freeze(chat(1), 100)
    assert pace.busy() == {chat(1)}
    assert pace.room() == 30
    assert pace.next_ready() == 100
    clock.now += 101
    assert pace.busy() == set()
    assert pace.next_ready() is None


def test_flood_waits_in_several_chats_pause_everything():
    clock = Turned()
    pace = Pace(monotonic=clock)
    for number in (1, 2, 3):
        pace.freeze(chat(number), 43_838)
    assert pace.room() == 0
    assert pace.overall_wait() == pytest.approx(30)
    clock.now += 31
    assert pace.room() == 30


def test_edits_are_a_minute_apart_in_one_chat():
    clock = Turned()
    pace = Pace(monotonic=clock)
    pace.spend(chat(1), edit=True)
    clock.now += 59
    assert pace.unedited() == {chat(1)}
    clock.now += 2
    assert pace.unedited() == set()


def test_the_console_is_not_paced():
    pace = Pace(monotonic=Turned())
    console = Address("console", "console")
    for _ in range(100):
        pace.spend(console)
        pace.answered(console)
    assert pace.room() == 30
    assert pace.busy() == set()
