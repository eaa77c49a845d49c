from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from config.errors import NotFoundError
from config.sources import SourceSpec
from storage.database import Database
from storage.feeds import (
    due_feeds,
    enabled_feeds,
    feed_health,
    reset_absurd_due,
    sources_of,
    sync_sources,
)
from storage.intervals import LONGEST_WAIT
from storage.models import CrawlRun, Feed, RunStatus, Source
from storage.runs import RunResult, finish_run, interrupt_runs
from tests.fakes.rows import begin_run

NOW = datetime(2024, 9, 28, 12, tzinfo=UTC)
OK = RunResult(RunStatus.OK, http_status=200, seen=3, stored=2, rejected=1, etag='"1"')
FAILED = RunResult(RunStatus.FAILED, http_status=500, error="http 500")


def spec(slug: str, *urls: str, **rest: object) -> SourceSpec:
    feeds = [{"url": url} for url in urls]
    return SourceSpec.model_validate(
        {"slug": slug, "name": slug, "homepage": "https://e.org", "feeds": feeds, **rest}
    )


def sync(database: Database, *specs: SourceSpec) -> None:
    with database.write() as session:
        sync_sources(session, specs, interval_seconds=600)


@pytest.fixture
def feed(database: Database) -> Feed:
    sync(database, spec("one", "https://e.org/1"))
    with database.read() as session:
        return session.exec(select(Feed)).one()


def run(database: Database, feed: Feed, result: RunResult, now: datetime = NOW) -> timedelta:
    with database.write() as session:
        run_id = begin_run(session, feed.id or 0, now)
        due: datetime = finish_run(session, run_id, result, now)
    return due - now


def test_files_are_the_authority(database: Database) -> None:
    sync(
        database, spec("one", "https://e.org/1", "https://e.org/2"), spec("two", "https://e.org/3")
    )
    sync(database, spec("one", "https://e.org/2", timezone="Asia/Tokyo"))
    with database.read() as session:
        assert [feed.url for feed in enabled_feeds(session)] == ["https://e.org/2"]
        sources = {source.slug: source for source in session.exec(select(Source))}
        assert sources["one"].timezone == "Asia/Tokyo"
        assert (sources["one"].enabled, sources["two"].enabled) == (True, False)
        assert len(session.exec(select(Feed)).all()) == 3
    sync(database, spec("one", "https://e.org/1"), spec("two", "https://e.org/3", enabled=False))
    with database.read() as session:
        assert [feed.url for feed in enabled_feeds(session)] == ["https://e.org/1"]


def test_what_is_known_of_a_feed_survives_a_sync(database: Database, feed: Feed) -> None:
    run(database, feed, OK)
    sync(database, spec("one", "https://e.org/1"))
    with database.read() as session:
        row = session.exec(select(Feed)).one()
        assert (row.etag, row.interval_seconds, row.last_success) == ('"1"', 600, NOW)
        assert sources_of(session, [row])["one"].name == "one"


def test_a_feed_is_due_when_its_time_has_come(database: Database, feed: Feed) -> None:
    with database.read() as session:
        assert len(due_feeds(session, NOW)) == 1
    assert run(database, feed, OK) == timedelta(seconds=600)
    with database.read() as session:
        assert due_feeds(session, NOW + timedelta(seconds=599)) == []
        assert len(due_feeds(session, NOW + timedelta(seconds=600))) == 1
        assert due_feeds(session, NOW, ["one"]) == []
        assert len(enabled_feeds(session, ["one"])) == 1


def test_an_unknown_source_is_named_with_near_matches(database: Database, feed: Feed) -> None:
    with database.read() as session, pytest.raises(NotFoundError, match="did you mean one"):
        enabled_feeds(session, ["onne"])


def test_a_failing_feed_is_slowed_and_never_dropped(database: Database, feed: Feed) -> None:
    waits = [run(database, feed, FAILED) / timedelta(seconds=600) for _ in range(12)]
    assert waits[:4] == [2, 4, 8, 16]
    assert waits[-1] == LONGEST_WAIT / timedelta(seconds=600)
    assert run(database, feed, RunResult(RunStatus.UNCHANGED)) == timedelta(seconds=600)
    with database.read() as session:
        row = session.exec(select(Feed)).one()
        assert (row.failures, row.last_error, row.last_success) == (0, None, NOW)


@pytest.mark.parametrize(("asked", "minutes"), [(7200.0, 120), (1.0, 20), (1e9, 24 * 60)])
def test_retry_after_makes_the_wait_longer_only(
    database: Database, feed: Feed, asked: float, minutes: int
) -> None:
    result = RunResult(RunStatus.FAILED, http_status=429, retry_after=asked)
    assert run(database, feed, result) == timedelta(minutes=minutes)


def test_an_interrupted_run_is_no_failure_and_repeated_soon(
    database: Database, feed: Feed
) -> None:
    assert run(database, feed, RunResult(RunStatus.INTERRUPTED)) == timedelta(seconds=5)
    with database.read() as session:
        assert session.exec(select(Feed)).one().failures == 0


def test_runs_that_a_crash_left_open_are_closed(database: Database, feed: Feed) -> None:
    with database.write() as session:
        begin_run(session, feed.id or 0, NOW)
    with database.write() as session:
        assert interrupt_runs(session, NOW) == 1
        assert interrupt_runs(session, NOW) == 0
    with database.read() as session:
        row = session.exec(select(CrawlRun)).one()
        assert (row.status, row.finished_at) == (RunStatus.INTERRUPTED, NOW)


@pytest.mark.parametrize(
    ("ahead", "failures", "mended"), [(19, 0, 0), (21, 0, 1), (1430, 1, 0), (1500, 1, 1)]
)
def test_a_due_time_that_no_wait_explains_is_reset(
    database: Database, feed: Feed, ahead: int, failures: int, mended: int
) -> None:
    with database.write() as session:
        row = session.exec(select(Feed)).one()
        row.next_due, row.failures = NOW + timedelta(minutes=ahead), failures
        session.add(row)
    with database.write() as session:
        assert reset_absurd_due(session, NOW) == mended
    if mended:
        with database.read() as session:
            due = session.exec(select(Feed)).one().next_due
        assert due == NOW + timedelta(minutes=10 * 2**failures)


def test_health_shows_every_feed_with_its_last_run(database: Database, feed: Feed) -> None:
    sync(database, spec("one", "https://e.org/1", "https://e.org/2"))
    run(database, feed, OK)
    run(database, feed, FAILED, NOW + timedelta(hours=1))
    with database.read() as session:
        first, second = feed_health(session, NOW)
    assert (first.articles, first.last_status) == (2, RunStatus.FAILED)
    assert first.last_started == NOW + timedelta(hours=1)
    assert (second.articles, second.last_status, second.last_started) == (0, None, None)


def test_health_counts_what_a_feed_brings_a_day(database: Database, feed: Feed) -> None:
    many = RunResult(RunStatus.OK, stored=70, skipped=30)
    for days in (20, 6, 2):
        run(database, feed, many, NOW - timedelta(days=days))
    with database.read() as session:
        (health,) = feed_health(session, NOW)
    assert (health.articles, health.skipped, health.per_day) == (210, 90, 20.0)
    with database.read() as session:  # two days after the first run, one week would be too long
        (health,) = feed_health(session, NOW - timedelta(days=18))
    assert health.per_day == 105.0


def test_the_newest_entry_never_goes_back(database: Database, feed: Feed) -> None:
    new, old = NOW, NOW - timedelta(days=1)
    for newest in (new, old, None):
        run(database, feed, RunResult(RunStatus.OK, newest_entry=newest))
    with database.read() as session:
        assert session.exec(select(Feed)).one().newest_entry == new


def test_a_run_whose_end_was_never_recorded_is_closed_when_the_next_one_begins(
    database: Database, feed: Feed
) -> None:
    with database.write() as session:
        begin_run(session, feed.id or 0, NOW)
        begin_run(session, feed.id or 0, NOW + timedelta(minutes=1))
    with database.read() as session:
        found = session.exec(select(CrawlRun.status).order_by(col(CrawlRun.id))).all()
    assert list(found) == [RunStatus.INTERRUPTED, RunStatus.RUNNING]
