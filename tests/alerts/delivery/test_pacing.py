"""Telegram's limits in every sliding window, on a clock that a test turns."""

import heapq
from collections.abc import Callable, Iterable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.delivery.pacing import Pace, Rates
from storage.deliveries import Address
from tests.fakes.bot_api import Limits


class Turned:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def chat(number: int) -> Address:
    return Address("telegram", str(number))


def run(
    sends: Iterable[int],
    answer: float = 0.02,
    pace: Pace | None = None,
    hiccups: Callable[[], float] = lambda: 0.0,
) -> float:
    """Send to these chats as the sender would, against a server that enforces the limits.

    `hiccups` gives seconds for which nothing is done before a message leaves. Returns how long it
    took; fails at the first request that the server would refuse.
    """
    clock, limits, owed = Turned(), Limits(), dict(enumerate(sends))
    pace = pace or Pace()
    pace.now = clock
    flying: list[tuple[float, int]] = []
    while owed or flying:
        while flying and flying[0][0] <= clock.now:
            pace.answered(chat(heapq.heappop(flying)[1]))
        busy = pace.busy() | {chat(number) for _, number in flying}
        free = next((key for key, number in owed.items() if chat(number) not in busy), None)
        if free is not None and pace.room() > 0 and len(flying) < 4:
            clock.now += hiccups()
            to = owed.pop(free)
            assert limits.refuse(to, clock.now + answer / 2) == 0
            pace.spend(chat(to))
            heapq.heappush(flying, (clock.now + answer, to))
            continue
        clock.now += 0.005
    return clock.now - 100.0


def test_one_event_to_many_chats_goes_out_near_the_limit():
    seconds = run(range(1, 301))
    assert 300 / seconds > 0.95 * 30


@pytest.mark.parametrize(
    ("rates", "near"),
    [(Rates(), True), (Rates(overall_seconds=1.03, spread=1.0, catch_up=30), False)],
)
def test_what_leaves_late_is_made_good(rates, near):
    """Else every hiccup would make all that follows late: a window forgets no delay."""
    chance = Random(1)

    def hiccups() -> float:
        return 0.1 if chance.random() < 0.02 else chance.random() * 0.02

    seconds = run(range(1, 901), pace=Pace(rates), hiccups=hiccups)
    assert (900 / seconds > 0.95 * 30) is near


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


def test_room_ahead_is_that_of_the_moment_ahead():
    clock = Turned()
    pace = Pace(Rates(overall=4, catch_up=2), clock)
    assert (pace.room(), pace.overall_wait()) == (3, 0)
    for number in range(4):
        pace.spend(chat(number))
        pace.answered(chat(number))
    assert (pace.room(), pace.room(0.9)) == (0, 0)
    assert pace.room(pace.overall_wait() + 0.001) > 0
    assert pace.overall_wait() == pytest.approx(1.005)


def test_an_answer_that_never_comes_frees_its_place():
    clock = Turned()
    pace = Pace(monotonic=clock)
    for number in range(30):
        pace.spend(chat(number))
    clock.now += 60
    assert pace.room() == 0
    clock.now += 61
    assert pace.room() > 0


def test_one_chat_gets_one_a_second():
    assert 4.0 <= run([1] * 5) <= 4.5


def test_answers_wait_for_nothing_and_take_their_place_in_the_limits():
    clock = Turned()
    pace = Pace(monotonic=clock)
    pace.note(chat(1))
    assert pace.busy() == {chat(1)}
    clock.now += 2
    assert (pace.busy(), pace.room() > 0) == (set(), True)
    for number in range(40):
        pace.note(chat(number + 1))
    assert (pace.room(), pace.overall_wait() > 1.0) == (0, True)
    clock.now += 3
    for _ in range(20):
        pace.note(chat(-1))
    clock.now += 50
    assert pace.busy() == {chat(-1)}
    clock.now += 12
    assert pace.busy() == set()


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
    assert pace.room() > 0
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
    assert pace.room() > 0


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
    assert pace.room() > 0
    assert pace.busy() == set()
