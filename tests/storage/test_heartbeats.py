"""Signs of life: who is late, who never came, and who is no longer expected."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.heartbeats import STALE_SECONDS, beat, begin, stale, stale_at
from tests.fakes.processes import wait_until

NOW = datetime(2024, 9, 30, 12, tzinfo=UTC)


def ask(database: Database, now: datetime) -> list[str]:
    """What both ways of asking say; they must agree."""
    with database.read() as session:
        found = stale(session, now)
    url = database.url.render_as_string(hide_password=False)
    assert stale_at(url, now, lambda: database) == found
    return found


def after(**span: float) -> datetime:
    return NOW + timedelta(**span)


def test_nothing_ever_ran(database: Database):
    assert ask(database, NOW) == ["no loop has started"]


def test_a_loop_is_late_only_after_the_limit(database: Database):
    with database.write() as session:
        beat(session, "sender", NOW)
    assert ask(database, after(seconds=STALE_SECONDS)) == []
    late = ask(database, after(seconds=STALE_SECONDS + 1))
    assert late == ["sender (last 2024-09-30 12:00:00Z)"]


def test_one_late_loop_is_named_beside_those_that_live(database: Database):
    with database.write() as session:
        for loop in ("follower", "schedule", "sender"):
            beat(session, loop, NOW)
        beat(session, "schedule", after(hours=1))
        beat(session, "sender", after(hours=1))
    assert [line.split()[0] for line in ask(database, after(hours=1))] == ["follower"]


def test_a_loop_that_a_restart_no_longer_has_is_not_missed(database: Database):
    """The bot runs only as long as there is a token."""
    with database.write() as session:
        begin(session, ["sender", "bot"], NOW)
    with database.write() as session:
        begin(session, ["sender", "follower"], after(hours=1))
    assert ask(database, after(hours=1)) == []
    assert {line.split()[0] for line in ask(database, after(hours=2))} == {
        "follower",
        "sender",
    }


def test_a_loop_that_never_gets_going_is_late_too(database: Database):
    with database.write() as session:
        begin(session, ["schedule"], NOW)
    assert ask(database, after(hours=1)) == ["schedule (last 2024-09-30 12:00:00Z)"]


@pytest.mark.postgresql
def test_workers_that_share_a_name_begin_at_the_same_moment(postgresql_database: Database):
    """Two crawlers on one machine: the second finds no sign of the first, which is on its way."""
    database, name = postgresql_database, "crawler@here"

    def second() -> None:
        with database.write() as session:
            beat(session, name, after(seconds=1))

    def waits() -> bool:
        with database.read() as session:
            here = "wait_event_type = 'Lock' AND datname = current_database()"
            waiting = text(f"SELECT count(*) FROM pg_stat_activity WHERE {here}")
            return bool(session.connection().execute(waiting).scalar())

    with ThreadPoolExecutor(1) as pool:
        with database.write() as session:
            beat(session, name, NOW)
            session.flush()
            ended = pool.submit(second)
            wait_until(waits, "the second waiting for the first")
        ended.result()
    assert ask(database, after(seconds=STALE_SECONDS + 1)) == []


@pytest.mark.parametrize("content", [None, b"", b"this is no database"])
def test_a_file_that_cannot_be_asked_is_unhealthy_and_stays_as_it_is(
    tmp_path: Path, content: bytes | None
):
    file = tmp_path / "somewhere.db"
    if content is not None:
        file.write_bytes(content)
    (said,) = stale_at(f"sqlite:///{file}", NOW, _never)
    assert str(file) in said
    assert file.exists() == (content is not None)


def _never() -> Database:
    raise AssertionError("a SQLite file is read without opening the store")
