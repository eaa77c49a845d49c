from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, func, select

from storage.database import Database
from storage.feeds import feed_health
from storage.models import CrawlRun, Rejection, RunStatus
from storage.notices import RUNS_LOOKED_AT
from storage.rejections import Refused, reject, rejected_urls, skip
from storage.retention import REJECTIONS_KEPT, RUNS_KEPT, feed_numbers, forget, remember
from storage.runs import RunResult, finish_run
from tests.fakes.rows import begin_run
from tests.storage.test_feeds import spec, sync

NOW = datetime(2024, 9, 28, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PAGE = "https://e.org/skipped"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    sync(database, spec("one", "https://e.org/1"), spec("two", "https://e.org/2"))
    with database.write() as session:
        yield session


def run(session: Session, at: datetime, result: RunStatus = RunStatus.UNCHANGED, **of: Any) -> int:
    number = begin_run(session, 1, at)
    finish_run(session, number, RunResult(result, **of), at)
    return number


def left(session: Session, table: type[CrawlRun | Rejection] = CrawlRun) -> int:
    session.flush()
    return session.exec(select(func.count()).select_from(table)).one()


def test_old_runs_end_in_the_first_one_whose_totals_stay(session: Session) -> None:
    began = NOW - RUNS_KEPT - 50 * HOUR
    for number in range(100):
        run(session, began + number * HOUR, RunStatus.OK, seen=3, stored=1, rejected=1)
    run(session, NOW - HOUR)
    before = {row.feed.url: row.articles for row in feed_health(session, NOW)}
    assert before["https://e.org/1"] == 100
    assert forget(session, 1, NOW) == 49  # 50 are old, the first of which stays
    assert left(session) == 52
    assert {row.feed.url: row.articles for row in feed_health(session, NOW)} == before
    first = session.exec(select(CrawlRun).order_by(col(CrawlRun.id))).first()
    assert first is not None
    assert (first.seen, first.stored, first.rejected) == (150, 50, 50)
    assert forget(session, 1, NOW) == 0
    assert forget(session, 2, NOW) == 0, "a feed that was never read"


def test_what_notices_are_judged_by_stays_however_old(session: Session) -> None:
    old = NOW - 10 * RUNS_KEPT
    for number in range(RUNS_LOOKED_AT + 5):
        run(session, old + number * HOUR, RunStatus.OK, seen=1, rejected=1)
    for number in range(100):
        run(session, old + (number + 50) * HOUR)
    forget(session, 1, NOW)
    assert left(session) == 1 + RUNS_LOOKED_AT + 1  # the first, those with pages, the last


def test_a_run_that_is_under_way_stays(session: Session) -> None:
    old = NOW - 2 * RUNS_KEPT
    run(session, old)
    run(session, NOW)
    session.add(CrawlRun(feed_id=1, started_at=old + HOUR))
    session.flush()
    assert forget(session, 1, NOW) == 0


def test_much_is_forgotten_in_parts(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.retention.AT_ONCE", 20)
    for number in range(50):
        run(session, NOW - 2 * RUNS_KEPT + number * HOUR)
    run(session, NOW)
    assert [forget(session, 1, NOW) for _ in range(4)] == [20, 20, 9, 0]


def test_a_rejected_page_is_remembered_while_it_is_announced(session: Session) -> None:
    first = run(session, NOW)
    second = run(session, NOW)
    skip(session, first, [PAGE], NOW)
    reject(session, second, "https://e.org/gone", "http-404", "", NOW)
    now = NOW
    for _ in range(8):  # half a year
        now += timedelta(days=25)
        number = run(session, now)
        old = rejected_urls(session, [PAGE], now).old
        remember(session, old, number, now)
        forget(session, 1, now)
        assert PAGE in rejected_urls(session, [PAGE], now).given_up
    (kept,) = session.exec(select(Rejection))
    assert (kept.url, kept.at) == (PAGE, NOW)
    now += REJECTIONS_KEPT + timedelta(days=1)
    run(session, now)
    forget(session, 1, now)
    assert rejected_urls(session, [PAGE], now) == Refused()
    assert left(session, Rejection) == 0


def test_remembering_writes_only_where_it_is_time(session: Session) -> None:
    first = run(session, NOW)
    skip(session, first, [PAGE], NOW)
    for days, expected in ((20, first), (40, None), (60, None)):
        number = run(session, NOW + timedelta(days=days))
        remember(session, [PAGE], number, NOW + timedelta(days=days))
        (row,) = session.exec(select(Rejection))
        session.refresh(row)
        if days == 40:
            second = number
        assert row.crawl_run_id == (expected or second)


def test_all_feeds_are_gone_round(session: Session) -> None:
    assert list(feed_numbers(session)) == [1, 2]
