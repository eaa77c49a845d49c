"""What stands still is ended, from outside its own loops; what works, or waits for a store, is not."""

import asyncio
import faulthandler
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
import time_machine
from sqlalchemy import event, text

from storage import watchdog
from storage.database import Database
from storage.heartbeats import STALE_SECONDS, beat
from storage.watchdog import Watchdog
from tests.fakes.processes import PATIENCE, ROOT

NOW = datetime(2024, 9, 30, 12, tzinfo=UTC)

HANG = """
import asyncio, re, sys
from storage.database import Database
from storage.schema import upgrade
from storage.watchdog import Watchdog

def never_ends():
    re.match("(a+)+$", "a" * 64 + "b")  # holds the interpreter, so that no thread of Python runs

async def hang():
    database = Database(sys.argv[1])
    upgrade(database)
    await Watchdog(database, ["a"], monotonic=never_ends, patience=1.0).run()

asyncio.run(hang())
"""


def test_a_process_that_hangs_ends_and_says_in_what(tmp_path):
    ended = subprocess.run(
        [sys.executable, "-c", HANG, f"sqlite:///{tmp_path}/watch.db"],
        cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert "never_ends" in ended.stderr


@pytest.fixture
def wound(monkeypatch) -> list[float]:
    """How often the timer was wound up; nothing ends the test's own process."""
    times: list[float] = []
    monkeypatch.setattr(
        faulthandler, "dump_traceback_later", lambda after, **_: times.append(after)
    )
    monkeypatch.setattr(faulthandler, "cancel_dump_traceback_later", lambda: times.append(0.0))
    return times


async def looked_at(
    database: Database, wound: list[float], *loops: str, seconds=0.0, beaten=None
) -> list[float]:
    """What is wound up from the begin of a watchdog to its end, after three whole looks at least.

    So many seconds pass between two looks, in which one of the loops may beat.
    """
    looks, times, beats = asyncio.Semaphore(0), count(0.0, seconds), count()

    def monotonic() -> float:
        looks.release()
        if beaten is not None:
            with database.write() as session:
                beat(session, beaten, NOW + timedelta(seconds=next(beats)))
        return next(times)

    dog = Watchdog(database, loops, monotonic=monotonic, seconds=0.001)
    task = asyncio.create_task(dog.run())
    for _ in range(4):
        await asyncio.wait_for(looks.acquire(), PATIENCE)
    dog.stop()
    await asyncio.wait_for(task, PATIENCE)
    return wound


async def test_the_timer_is_wound_up_while_loops_beat_and_off_in_the_end(sqlite_database, wound):
    await sqlite_database.run(beat, "sender", NOW)
    first, *others, last = await looked_at(sqlite_database, wound, "sender")
    assert first == watchdog.PATIENCE
    assert len(others) >= 3
    assert last == 0


async def test_a_loop_that_stands_still_lets_it_run_out_and_is_told(
    sqlite_database, wound, caplog
):
    await sqlite_database.run(beat, "follower", NOW)
    await sqlite_database.run(beat, "sender", NOW)
    once = await looked_at(
        sqlite_database, wound, "follower", "sender", seconds=STALE_SECONDS + 1, beaten="sender"
    )
    assert once == [watchdog.PATIENCE] * 2 + [0], "at the begin and after the first look"
    assert caplog.text.count("standing still: follower (last 2024-09-30 12:00:00Z);") == 1


async def test_what_never_gave_a_sign_is_told(sqlite_database, wound, caplog):
    assert await looked_at(sqlite_database, wound, "sender@here") == [watchdog.PATIENCE, 0]
    assert "standing still: sender@here (never)" in caplog.text


async def test_a_process_minds_its_own_loops_only(sqlite_database, wound):
    await sqlite_database.run(beat, "crawler@elsewhere", NOW)
    await sqlite_database.run(beat, "sender@here", NOW)
    found = await looked_at(
        sqlite_database, wound, "sender@here", seconds=STALE_SECONDS - 1, beaten="sender@here"
    )
    assert len(found) > 3


@pytest.mark.parametrize("hours", [-24, -1, 1, 24, 24 * 4000])
async def test_a_clock_that_is_set_makes_nobody_late(sqlite_database, wound, caplog, hours):
    await sqlite_database.run(beat, "sender", NOW + timedelta(hours=hours))
    with time_machine.travel(NOW, tick=True):
        assert len(await looked_at(sqlite_database, wound, "sender")) > 3
    assert "standing still" not in caplog.text


async def test_a_store_that_fails_ends_nothing(sqlite_database, wound):
    with sqlite_database.engine.begin() as connection:
        connection.execute(text("DROP TABLE heartbeat"))
    assert len(await looked_at(sqlite_database, wound, "sender")) > 3


async def test_a_store_that_takes_no_writing_ends_nothing(sqlite_database, wound, caplog):
    """A full disk, a file that is locked for long: nobody can give a sign of life then."""
    await sqlite_database.run(beat, "sender", NOW)
    event.listen(
        sqlite_database.engine, "checkout", lambda one, *_: one.execute("PRAGMA query_only = 1")
    )
    late = STALE_SECONDS + 1
    assert len(await looked_at(sqlite_database, wound, "sender", seconds=late)) > 3
    assert "standing still" not in caplog.text


async def test_a_look_that_waits_while_others_come_to_an_end_is_no_standstill(
    sqlite_database, wound
):
    """Each of them may wait for a locked file for as long as anybody does."""
    held = [threading.Event() for _ in range(3)]
    works = [
        asyncio.create_task(sqlite_database.ask(lambda _, one=one: one.wait(PATIENCE)))
        for one in held
    ]
    await asyncio.sleep(0)  # now they stand before the look
    dog = Watchdog(sqlite_database, ["sender"], seconds=0.001)
    task = asyncio.create_task(dog.run())
    async with asyncio.timeout(PATIENCE):
        for number, one in enumerate(held[:2], start=2):
            one.set()
            while len(wound) < number:  # noqa: ASYNC110 - what ends the wait is a timer
                await asyncio.sleep(0.001)
    dog.stop()
    await asyncio.wait_for(task, PATIENCE)
    assert wound == [watchdog.PATIENCE] * 3 + [0]
    held[2].set()
    await asyncio.gather(*works)
