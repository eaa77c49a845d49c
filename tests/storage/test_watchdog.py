"""What stands still is ended, from outside its own loops; what works, or waits for a store, is not."""

import asyncio
import faulthandler
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from storage import watchdog
from storage.database import Database
from storage.heartbeats import STALE_SECONDS, beat
from storage.watchdog import Watchdog
from tests.fakes.processes import PATIENCE, ROOT

NOW = datetime(2024, 9, 30, 12, tzinfo=UTC)

HANG = """
import asyncio, re, sys
from datetime import UTC, datetime
from storage.database import Database
from storage.heartbeats import beat
from storage.schema import upgrade
from storage.watchdog import Watchdog

def never_ends():
    re.match("(a+)+$", "a" * 64 + "b")  # holds the interpreter, so that no thread of Python runs

async def hang():
    database = Database(sys.argv[1])
    upgrade(database)
    await database.run(beat, "sender", datetime.now(UTC))
    dog = Watchdog(database, lambda: datetime.now(UTC), patience=0.5, seconds=0.05)
    asyncio.get_running_loop().call_later(0.2, never_ends)
    await dog.run()

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
    database: Database, now: datetime, wound: list[float], own=None
) -> list[float]:
    """What is wound up from the begin of a watchdog to its end, after three looks at least."""
    looks = asyncio.Semaphore(0)

    def clock() -> datetime:
        looks.release()
        return now

    dog = Watchdog(database, clock, own, seconds=0.001)
    task = asyncio.create_task(dog.run())
    for _ in range(3):
        await asyncio.wait_for(looks.acquire(), PATIENCE)
    dog.stop()
    await asyncio.wait_for(task, PATIENCE)
    return wound


async def test_the_timer_is_wound_up_while_loops_beat_and_off_in_the_end(sqlite_database, wound):
    await sqlite_database.run(beat, "sender", NOW)
    first, *others, last = await looked_at(sqlite_database, NOW, wound)
    assert first == watchdog.PATIENCE
    assert len(others) >= 3
    assert last == 0


async def test_a_loop_that_stands_still_lets_it_run_out_and_is_told(
    sqlite_database, wound, caplog
):
    await sqlite_database.run(beat, "follower", NOW)
    late = NOW + timedelta(seconds=STALE_SECONDS + 1)
    await sqlite_database.run(beat, "sender", late)
    assert await looked_at(sqlite_database, late, wound) == [watchdog.PATIENCE, 0]
    assert caplog.text.count("standing still: follower") == 1


async def test_a_worker_minds_its_own_loops_only(sqlite_database, wound):
    late = NOW + timedelta(seconds=STALE_SECONDS + 1)
    await sqlite_database.run(beat, "crawler@elsewhere", NOW)
    await sqlite_database.run(beat, "sender@here", late)
    assert len(await looked_at(sqlite_database, late, wound, "sender@here")) > 3


async def test_a_store_that_fails_ends_nothing(sqlite_database, wound):
    with sqlite_database.engine.begin() as connection:
        connection.execute(text("DROP TABLE heartbeat"))
    assert len(await looked_at(sqlite_database, NOW, wound)) > 3
