"""Short transactions on one thread, and several of them in one."""

import asyncio
from contextlib import closing

import pytest
from sqlmodel import Session, func, select

from storage.database import BUSY_TIMEOUT_MS, Database, sqlite_library
from storage.models import Heartbeat
from tests.fakes.rows import NOW


def beat(session: Session, loop: str) -> str:
    session.add(Heartbeat(loop=loop, at=NOW))
    session.flush()
    return loop


async def test_what_joins_is_done_and_what_fails_fails_alone(database: Database) -> None:
    def fail(session: Session) -> None:
        beat(session, "half")
        raise RuntimeError("no")

    many = [database.join(beat, "a"), database.join(fail), database.join(beat, "b")]
    a, error, b = await asyncio.gather(*many, return_exceptions=True)
    assert (a, b) == ("a", "b")
    assert isinstance(error, RuntimeError)
    with database.read() as session:
        assert set(session.exec(select(Heartbeat.loop))) == {"a", "b"}
    with pytest.raises(RuntimeError, match="no"):
        await database.join(fail)


async def test_whoever_waits_no_longer_is_left_out(sqlite_database: Database) -> None:
    tasks = [asyncio.ensure_future(sqlite_database.join(beat, name)) for name in "ab"]
    held = sqlite_database.run(lambda _: tasks[0].cancel())
    await asyncio.gather(held, *tasks, return_exceptions=True)
    with sqlite_database.read() as session:
        assert session.exec(select(func.count()).select_from(Heartbeat)).one() in (1, 2)


async def test_every_connection_keeps_what_was_committed_and_its_log_small(
    sqlite_database: Database,
) -> None:
    """What is "sent" is so after a loss of power, too: that needs a log that is synced each time."""

    def told(session: Session) -> dict[str, object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "trusted_schema", "temp_store")
        more = ("busy_timeout", "journal_size_limit", "mmap_size")
        connection = session.connection()
        return {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in (*names, *more)
        }

    with sqlite_database.read() as one, sqlite_database.read() as other:
        both = [told(one), told(other)]
    both.append(await sqlite_database.run(told))
    for found in both:
        assert found == {
            "journal_mode": "wal",
            "synchronous": 2,  # FULL
            "foreign_keys": 1,
            "trusted_schema": 0,
            "temp_store": 2,
            "busy_timeout": BUSY_TIMEOUT_MS,
            "journal_size_limit": 64 * 1024 * 1024,
            "mmap_size": 0,
        }


def test_who_writes_has_the_store_before_it_looks(sqlite_database: Database) -> None:
    """Else two that look and then write would both believe what they saw, and one would be lost."""
    other = sqlite_library().connect(str(sqlite_database.url.database), timeout=0)
    locked = pytest.raises(sqlite_library().OperationalError, match="locked")
    with closing(other), sqlite_database.write(), locked:
        other.execute("BEGIN IMMEDIATE")
