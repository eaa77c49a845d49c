"""Short transactions on one thread, and several of them in one."""

import asyncio

import pytest
from sqlmodel import Session, func, select

from storage.database import Database
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
