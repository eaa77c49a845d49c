"""The queue of runs: a feed waits in it once, runs once at a time, and outlives its crawler."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import text

from storage import jobs as jobs_module
from storage.database import Database
from storage.jobs import SCHEMA, Jobs

pytestmark = pytest.mark.postgresql


@pytest.fixture
async def open_jobs(postgresql_database: Database) -> AsyncIterator[Callable[[], object]]:
    opened: list[Jobs] = []

    async def make() -> Jobs:
        jobs = Jobs(postgresql_database)
        await asyncio.to_thread(jobs.prepare)
        await jobs.open()
        opened.append(jobs)
        return jobs

    yield make
    for jobs in opened:
        jobs.stop()
        await jobs.close()


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 - time is the event
            await asyncio.sleep(0.02)


async def test_a_feed_waits_in_it_once(open_jobs) -> None:
    jobs, other = await open_jobs(), await open_jobs()
    assert await jobs.enqueue([1, 2]) == 2
    assert await jobs.enqueue([1, 2, 3]) == 1
    assert await other._defer(3) is False
    assert await jobs.depth() == 3


async def test_runs_of_one_feed_never_overlap_and_all_are_done(open_jobs) -> None:
    queue = await open_jobs()
    crews = [await open_jobs() for _ in range(2)]
    running: list[int] = []
    done: list[int] = []

    async def run(feed_id: int) -> None:
        assert feed_id not in running
        running.append(feed_id)
        await asyncio.sleep(0.05)
        running.remove(feed_id)
        done.append(feed_id)

    working = [asyncio.create_task(crew.work(run, 2)) for crew in crews]
    await queue.enqueue([1, 2, 3, 4])
    await until(lambda: running)
    await queue._defer(running[0])  # as a second scheduler might, which saw it still due
    await until(lambda: len(done) == 5)
    for crew in crews:
        crew.stop()
    await asyncio.gather(*working)
    assert await queue.depth() == 0


async def test_a_run_that_fails_is_no_longer_in_the_queue(open_jobs) -> None:
    crew = await open_jobs()
    seen: list[int] = []

    async def run(feed_id: int) -> None:
        seen.append(feed_id)
        raise ValueError("as a bug would")

    working = asyncio.create_task(crew.work(run, 1))
    await crew.enqueue([7])
    await until(lambda: seen)
    crew.stop()
    await working
    assert await crew.depth() == 0


async def test_what_a_dead_crawler_left_is_free_again(
    open_jobs, postgresql_database: Database
) -> None:
    queue, crew = await open_jobs(), await open_jobs()
    begun = asyncio.Event()

    async def run(_: int) -> None:
        begun.set()
        await asyncio.sleep(60)

    working = asyncio.create_task(crew.work(run, 1))
    await queue.enqueue([7])
    await begun.wait()
    assert await queue.take_back() == []
    working.cancel()
    with postgresql_database.engine.begin() as connection:  # as long ago as a dead one's last beat
        connection.execute(
            text(
                f"UPDATE {SCHEMA}.procrastinate_workers"
                " SET last_heartbeat = last_heartbeat - interval '1 hour'"
            )
        )
    assert await queue.take_back() == [7]
    assert await queue.enqueue([7]) == 1
    crew._worker._stop_event.set()
    for task in list(crew._worker._running_jobs):
        task.cancel()
    with pytest.raises((asyncio.CancelledError, Exception)):
        await working


async def test_its_tables_are_made_once_and_anew_for_another_version(
    open_jobs, postgresql_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = await open_jobs()
    assert jobs.ready
    await jobs.enqueue([1])
    jobs.prepare()
    assert await jobs.depth() == 1
    monkeypatch.setattr(jobs_module, "version", lambda _: "99")
    assert not jobs.ready
    jobs.prepare()
    assert jobs.ready
    assert await (await open_jobs()).depth() == 0
