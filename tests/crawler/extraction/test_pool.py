import asyncio
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import AsyncIterator
from itertools import repeat
from pathlib import Path

import psutil
import pytest

from crawler.extraction.errors import ExtractionError, Reason
from crawler.extraction.page import extract
from crawler.extraction.pool import ExtractionPool
from tests.fakes.site import article

ROOT = Path(__file__).parents[3]


def identify() -> int:
    return os.getpid()


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def loop_in_c(_: int) -> None:
    """Stays in C code, where no handler of a signal runs."""
    deque(repeat(None), maxlen=0)


def wait_for_nothing() -> None:
    """As where the alarm rang in the middle of a lock: nothing is used, and nothing comes."""
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    threading.Event().wait()


def eat_memory() -> int:
    return len(bytearray(3 * 1024**3))


def recurse(depth: int = 0) -> int:
    return recurse(depth + 1)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_once(marker: Path) -> str:
    if not marker.exists():
        marker.touch()
        die()
    return "second time"


def fail() -> None:
    raise KeyError("a mistake of ours")


@pytest.fixture
async def small_pool() -> AsyncIterator[ExtractionPool]:
    pool = ExtractionPool(1, seconds=5)  # time for a page on a busy machine
    await pool.warm_up()
    yield pool
    await pool.close()


@pytest.fixture
async def hasty_pool() -> AsyncIterator[ExtractionPool]:
    pool = ExtractionPool(1, seconds=0.1)
    await pool.warm_up()
    yield pool
    await pool.close()


@pytest.mark.parametrize(
    ("work", "args", "reason"),
    [
        (sleep, (30,), Reason.TIMEOUT),
        (eat_memory, (), Reason.MEMORY),
        (recurse, (), Reason.MEMORY),
        (die, (), Reason.CRASHED),
        (fail, (), Reason.BROKEN),
    ],
)
async def test_a_page_that_goes_wrong_ends_with_a_reason(small_pool, work, args, reason) -> None:
    with pytest.raises(ExtractionError) as caught:
        await small_pool.run(work, *args)
    assert caught.value.reason is reason
    notes = getattr(caught.value, "__notes__", [])
    assert ["in fail" in note for note in notes] == ([True] if reason is Reason.BROKEN else [])
    page = await small_pool.run(extract, article().encode(), "https://e.org/a")
    assert page.text  # the next page is served


async def test_work_that_no_alarm_reaches_is_ended_by_the_kernel(hasty_pool) -> None:
    with pytest.raises(ExtractionError) as caught:
        await asyncio.wait_for(hasty_pool.run(loop_in_c, 60), 240)  # it would never end by itself
    assert caught.value.reason is Reason.CRASHED
    assert hasty_pool.rebuilt == 2


async def test_work_that_waits_for_ever_is_ended_by_the_clock(hasty_pool) -> None:
    with pytest.raises(ExtractionError) as caught:
        await asyncio.wait_for(hasty_pool.run(wait_for_nothing), 240)
    assert caught.value.reason is Reason.CRASHED
    assert await hasty_pool.run(abs, -1) == 1


async def test_a_page_is_tried_once_more_when_its_process_died(small_pool, tmp_path) -> None:
    assert await small_pool.run(die_once, tmp_path / "marker") == "second time"
    assert small_pool.rebuilt == 1


async def test_pages_that_go_to_a_process_together_have_outcomes_of_their_own(small_pool) -> None:
    calls = [(abs, -1), (sleep, 0.25), (fail,), (die,), (abs, -2), (sleep, 0.25), (abs, b"no")]
    found = await asyncio.gather(
        *(small_pool.run(*call) for call in calls), return_exceptions=True
    )
    reasons = {at: one.reason for at, one in enumerate(found) if isinstance(one, ExtractionError)}
    assert reasons == {2: Reason.BROKEN, 3: Reason.CRASHED, 6: Reason.BROKEN}
    assert [found[0], found[1], found[4], found[5]] == [1, None, 2, None]
    assert await small_pool.run(abs, -3) == 3


async def test_what_cannot_come_back_fails_alone(small_pool) -> None:
    calls = [small_pool.run(abs, -1), small_pool.run(threading.Lock), small_pool.run(abs, -2)]
    one, lost, two = await asyncio.gather(*calls, return_exceptions=True)
    assert (one, two) == (1, 2)
    assert isinstance(lost, TypeError)


HOSTILE = {
    "nested tags": b"<div>" * 100_000 + b"deep",
    "many attributes": b"<p " + b" ".join(b"a%d=1" % n for n in range(20_000)) + b">x</p>",
    "one line": b"<p>" + b"word " * 300_000 + b"</p>",
    "tiny nodes": b"<i>x</i>" * 200_000,
    "json-ld quotes": b'<script type="application/ld+json">{"a":"'
    + b'\\"' * 20_000
    + b"</script>",
    "open comments": b"<!--" * 100_000,
    "entities": b"&amp;" * 200_000,
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_pages_end_in_time(pool: ExtractionPool, name: str) -> None:
    began = time.monotonic()
    outcome: object = None
    try:
        outcome = await pool.run(extract, b"<html><body>" + HOSTILE[name], "https://e.org/a")
    except ExtractionError as error:
        outcome = error.reason
    assert outcome is not Reason.BROKEN
    assert time.monotonic() - began < 60


KEPT: list[int] = []


def keep_slowly() -> None:
    time.sleep(0.5)
    KEPT.append(os.getpid())


def kept() -> list[int]:
    return [*KEPT, os.getpid()]


async def test_what_a_process_does_first_costs_no_page_its_time() -> None:
    pool = ExtractionPool(1, seconds=0.4, first=keep_slowly)
    there, itself = await pool.run(kept)
    assert there == itself != os.getpid()
    await pool.close()


async def test_closing_ends_the_processes() -> None:
    pool = ExtractionPool(1)
    pid = await pool.run(identify)
    assert psutil.pid_exists(pid)
    await pool.close()
    assert not psutil.pid_exists(pid)


async def test_processes_end_with_their_parent(tmp_path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import asyncio, os, signal\n"
        "from crawler.extraction.pool import ExtractionPool\n"
        "async def main():\n"
        "    pool = ExtractionPool(1)\n"
        "    print(await pool.run(os.getpid), flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "if __name__ == '__main__':\n"
        "    asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, script, stdout=asyncio.subprocess.PIPE, env={"PYTHONPATH": str(ROOT)}
    )
    output, _ = await process.communicate()
    pid = int(output)
    for _ in range(600):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie":
            return
        await asyncio.sleep(0.1)
    pytest.fail(f"process {pid} outlived its parent")
