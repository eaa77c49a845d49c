from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from config.words import FeedKind
from storage.database import Database
from storage.feeds import sync_sources
from storage.models import Feed, Notice, NoticeKind, RunStatus
from storage.notices import FAILURES, in_words, mark_told, review, untold
from storage.runs import RunResult, finish_run
from tests.fakes.rows import begin_run
from tests.storage.test_feeds import FAILED, NOW, spec

NEWS = RunResult(RunStatus.OK, seen=3, stored=4)
NONE = RunResult(RunStatus.OK, seen=3)
REFUSED = RunResult(RunStatus.OK, seen=3, rejected=3)
ONE = spec("one", "https://e.org/1")


@pytest.fixture
def watched(database: Database) -> Database:
    with database.write() as session:
        sync_sources(session, [ONE])
    return database


def step(database: Database, result: RunResult, now: datetime = NOW) -> list[tuple[str, bool]]:
    """A run and what is noted after it: kinds, and whether they are over."""
    with database.write() as session:
        feed = session.exec(select(Feed)).one()
        finish_run(session, begin_run(session, feed.id or 0, now), result, now)
        return changes(database, session, now)


def changes(database: Database, session, now: datetime) -> list[tuple[str, bool]]:
    ids = [feed.id or 0 for feed in session.exec(select(Feed))]
    return [
        (str(notice.kind), notice.cleared_at is not None)
        for notice, _ in review(session, ids, now)
    ]


def test_a_feed_that_fails_again_and_again_is_reported_once(watched: Database) -> None:
    said = [step(watched, FAILED) for _ in range(FAILURES + 3)]
    assert said == [[]] * (FAILURES - 1) + [[("failing", False)]] + [[]] * 3
    assert step(watched, NONE) == [("failing", True)]
    assert step(watched, NONE) == []


def test_a_feed_that_has_gone_silent_is_reported_once(watched: Database) -> None:
    now = NOW
    for _ in range(30):
        assert step(watched, NEWS, now) == []
        now += timedelta(hours=6)
    last = now - timedelta(hours=6)
    assert step(watched, NONE, last + timedelta(days=2, hours=23)) == []
    assert step(watched, NONE, last + timedelta(days=3, hours=1)) == [("silent", False)]
    assert step(watched, NONE, last + timedelta(days=9)) == []
    assert step(watched, NEWS, last + timedelta(days=10)) == [("silent", True)]


def test_a_feed_that_is_slow_by_nature_is_not_silent(watched: Database) -> None:
    for week in range(20):
        assert step(watched, NEWS, NOW + timedelta(weeks=week)) == []
    assert step(watched, NONE, NOW + timedelta(weeks=23)) == []
    assert step(watched, NONE, NOW + timedelta(weeks=26)) == [("silent", False)]


def test_a_feed_whose_pages_are_mostly_rejected_is_reported_once(watched: Database) -> None:
    assert step(watched, NEWS) == []
    assert step(watched, REFUSED) == []
    assert step(watched, REFUSED) == [("rejecting", False)]
    assert step(watched, REFUSED) == []
    assert step(watched, NEWS) == [], "not over yet, or it would be told to and fro"
    said = [step(watched, NEWS) for _ in range(10)]
    assert [one for one in said if one] == [[("rejecting", True)]]


def test_a_few_rejected_pages_are_no_news(watched: Database) -> None:
    assert step(watched, REFUSED) == []
    with watched.read() as session:
        assert session.exec(select(Notice)).all() == []


def test_a_feed_that_is_turned_off_has_nothing_to_report(watched: Database) -> None:
    for _ in range(FAILURES):
        step(watched, FAILED)
    with watched.write() as session:
        sync_sources(session, [spec("one", "https://e.org/1", enabled=False)])
        assert changes(watched, session, NOW) == []
    with watched.read() as session:
        notice = session.exec(select(Notice)).one()
        assert notice.cleared_at == notice.clear_told_at == NOW
        assert untold(session) == []


def test_operators_are_told_of_beginning_and_end(watched: Database) -> None:
    for _ in range(FAILURES):
        step(watched, FAILED)
    assert tell(watched) == ["one: https://e.org/1 failed 5 times in a row: http 500"]
    assert tell(watched) == []
    step(watched, NONE)
    assert tell(watched) == ["one: https://e.org/1 answers again"]
    assert tell(watched) == []


def tell(database: Database) -> list[str]:
    with database.write() as session:
        found = untold(session)
        mark_told(session, [notice for notice, _ in found], NOW)
        return [in_words(notice, feed) for notice, feed in found]


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_has_words_for_its_end(kind: NoticeKind) -> None:
    feed = Feed(source_slug="one", url="https://e.org/1", kind=FeedKind.RSS)
    notice = Notice(feed_id=1, kind=kind, detail="", raised_at=NOW, cleared_at=NOW)
    assert in_words(notice, feed).endswith(" again")
