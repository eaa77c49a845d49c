from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from config.sources import SourceSpec
from storage.database import Database
from storage.feeds import sync_sources
from storage.intervals import LONGEST_WAIT, backed_off, next_interval, usual_gap
from storage.models import Feed, RunStatus
from storage.runs import RunResult, finish_run
from tests.fakes.rows import begin_run
from tests.storage.test_feeds import FAILED, NOW, spec

SECONDS = st.integers(1, 10**6)
NEWS = RunResult(RunStatus.OK, seen=3, stored=1)
NONE = RunResult(RunStatus.OK, seen=3)


@given(SECONDS, SECONDS, SECONDS, st.booleans())
def test_an_interval_stays_within_its_bounds(
    seconds: int, one: int, other: int, changed: bool
) -> None:
    shortest, longest = sorted((one, other))
    assert shortest <= next_interval(seconds, shortest, longest, changed=changed) <= longest


@given(SECONDS, SECONDS, SECONDS, SECONDS)
def test_news_never_make_a_wait_longer_and_silence_never_shorter(
    seconds: int, more: int, one: int, other: int
) -> None:
    shortest, longest = sorted((one, other))
    after = {
        changed: next_interval(seconds, shortest, longest, changed=changed)
        for changed in (True, False)
    }
    assert after[True] <= after[False]
    assert after[True] <= max(seconds, shortest)
    assert after[False] >= min(seconds, longest)
    for changed in (True, False):
        assert after[changed] <= next_interval(seconds + more, shortest, longest, changed=changed)


@given(st.lists(st.booleans(), max_size=40), SECONDS)
def test_more_news_mean_no_longer_interval(news: list[bool], seconds: int) -> None:
    def reached(outcomes: list[bool]) -> int:
        now = seconds
        for changed in outcomes:
            now = next_interval(now, 300, 3600, changed=changed)
        return now

    for number in range(len(news)):
        assert reached([*news[:number], True, *news[number + 1 :]]) <= reached(news)


@given(SECONDS, st.integers(0, 100))
def test_failures_make_a_wait_longer_up_to_a_day(seconds: int, failures: int) -> None:
    wait = backed_off(seconds, failures)
    assert timedelta(seconds=seconds) <= wait <= backed_off(seconds, failures + 1)
    assert wait <= max(LONGEST_WAIT, timedelta(seconds=seconds))


def test_the_usual_gap_is_learnt_from_those_that_were() -> None:
    gap = None
    for _ in range(30):
        gap = usual_gap(gap, timedelta(hours=1))
    assert gap == pytest.approx(3600, rel=0.2)


def test_a_feed_finds_its_own_pace_and_keeps_it(database: Database) -> None:
    one = spec("one", "https://e.org/1")
    sync(database, one)
    assert [run(database, NONE) for _ in range(4)] == [1125, 1407, 1759, 1800]
    run(database, RunResult(RunStatus.UNCHANGED))
    assert run(database, FAILED) == 3600
    assert run(database, FAILED) == 7200
    assert run(database, NEWS) == 1200
    sync(database, one)  # a restart
    assert [run(database, NEWS) for _ in range(4)] == [800, 533, 355, 300]


def test_a_stated_interval_holds(database: Database) -> None:
    stated = spec("one", "https://e.org/1").model_dump(mode="json")
    stated["feeds"][0]["interval_seconds"] = 60
    sync(database, SourceSpec.model_validate(stated))
    assert [run(database, result) for result in (NEWS, NONE, NEWS)] == [60, 60, 60]
    sync(database, spec("one", "https://e.org/1"))
    assert run(database, NONE) == 1125, "without it the feed begins anew at the first interval"


@pytest.mark.parametrize(("first", "expected"), [(10, [10, 10]), (9000, [6000, 4000])])
def test_a_first_interval_out_of_bounds_widens_them(
    database: Database, first: int, expected: list[int]
) -> None:
    sync(database, spec("one", "https://e.org/1"), first=first)
    assert [run(database, NEWS) for _ in range(2)] == expected


def test_a_run_by_hand_does_not_change_the_pace(database: Database) -> None:
    one = spec("one", "https://e.org/1")
    sync(database, one)
    run(database, NONE)
    with database.write() as session:
        sync_sources(session, [one], interval_seconds=900)
    assert run(database, NONE) == 1407


def test_bounds_that_were_narrowed_hold_at_once(database: Database) -> None:
    one = spec("one", "https://e.org/1")
    sync(database, one)
    run(database, NONE)
    sync(database, one, bounds=(300, 1000))
    with database.read() as session:
        assert session.exec(select(Feed)).one().interval_seconds == 1000


def sync(
    database: Database, one: SourceSpec, first: int = 900, bounds: tuple[int, int] = (300, 1800)
) -> None:
    with database.write() as session:
        sync_sources(session, [one], interval_seconds=first, bounds=bounds)


def run(database: Database, result: RunResult, now: datetime = NOW) -> float:
    """Seconds that the feed is left alone after the run."""
    with database.write() as session:
        feed = session.exec(select(Feed)).one()
        due: datetime = finish_run(session, begin_run(session, feed.id or 0, now), result, now)
    return (due - now).total_seconds()
