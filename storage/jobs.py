"""The queue of runs over feeds, for several crawlers on one PostgreSQL: procrastinate does the work.

A job says no more than that a feed is due, which its row says too. So jobs may be dropped and made
anew at any time: those of a crawler that died, and all of them when procrastinate's tables change.
These lie in a schema of their own, where migrations and copies of the store do not meet them.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from importlib.metadata import version
from typing import Any

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ProcrastinateException
from procrastinate.jobs import DeleteJobCondition, Status
from procrastinate.schema import SchemaManager
from procrastinate.worker import Worker
from psycopg import Error as DriverError
from sqlalchemy import text

from storage.database import Database

SCHEMA = "interopwatch_jobs"
"""Where procrastinate's tables lie."""

BEAT_SECONDS = 2.0
"""How often a crawler says that it lives."""

STALE_SECONDS = 15.0
"""A crawler that was silent so long is dead, and others do its jobs."""

RETRY_SECONDS = 5.0
"""How long to leave a server alone that does not answer."""

_QUEUE = "crawl"
_LOCK = 0x1_0F0_10B5
_TROUBLE = (ProcrastinateException, DriverError, OSError)

log = logging.getLogger(__name__)


class Jobs:
    """Puts feeds into the queue, or takes them out. Open it inside the loop that uses it."""

    def __init__(self, database: Database) -> None:
        for chatter in ("procrastinate", "psycopg.pool"):
            if logging.getLogger(chatter).level == logging.NOTSET:  # a line a job helps nobody
                logging.getLogger(chatter).setLevel(logging.ERROR)
        self._database = database
        conninfo = database.url.set(drivername="postgresql")
        self._app = App(
            connector=PsycopgConnector(
                conninfo=conninfo.render_as_string(hide_password=False),
                kwargs={"options": f"-c search_path={SCHEMA}"},
                min_size=1,
                max_size=4,
            )
        )
        self._worker: Worker | None = None
        self._stopping = False

    async def open(self) -> None:
        """Connect to the server."""
        await self._app.open_async()

    async def close(self) -> None:
        """Let go of all connections."""
        await self._app.close_async()

    def prepare(self) -> None:
        """Make procrastinate's tables, or make them anew for another version of it."""
        with self._database.engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            if self._version() == version("procrastinate"):
                return
            raw: Any = connection.connection.driver_connection
            raw.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
            raw.execute(f"CREATE SCHEMA {SCHEMA}")
            raw.execute(f"SET LOCAL search_path TO {SCHEMA}")
            raw.execute(SchemaManager.get_schema())
            raw.execute(f"COMMENT ON SCHEMA {SCHEMA} IS '{version('procrastinate')}'")

    @property
    def ready(self) -> bool:
        """True once the tables of this version are there."""
        return self._version() == version("procrastinate")

    def _version(self) -> str | None:
        with self._database.engine.connect() as connection:
            found: str | None = connection.execute(
                text("SELECT obj_description(to_regnamespace(:schema), 'pg_namespace')"),
                {"schema": SCHEMA},
            ).scalar()
        return found

    async def enqueue(self, feed_ids: Collection[int]) -> int:
        """Queue a run for each of these feeds that has none yet; gives how many were added."""
        waiting = await self._app.job_manager.list_jobs_async(queue=_QUEUE)
        known = {job.task_kwargs.get("feed_id") for job in waiting}
        added = 0
        for feed_id in feed_ids:
            if feed_id not in known:
                added += await self._defer(feed_id)
        return added

    async def _defer(self, feed_id: int) -> bool:
        name = f"feed-{feed_id}"
        job = self._app.configure_task(_QUEUE, queue=_QUEUE, lock=name, queueing_lock=name)
        try:
            await job.defer_async(feed_id=feed_id)
        except AlreadyEnqueued:  # by another scheduler, since we looked
            return False
        return True

    async def take_back(self) -> list[int]:
        """Drop the jobs of crawlers that died; gives their feeds, which are still due."""
        manager = self._app.job_manager
        stalled = await manager.get_stalled_jobs(
            queue=_QUEUE, seconds_since_heartbeat=STALE_SECONDS
        )
        feeds = []
        for job in stalled:
            await manager.finish_job_by_id_async(job.id or 0, Status.FAILED, delete_job=True)
            feeds.append(int(str(job.task_kwargs["feed_id"])))
        return feeds

    async def depth(self) -> int:
        """How many runs wait or are under way."""
        return len(list(await self._app.job_manager.list_jobs_async(queue=_QUEUE)))

    async def work(self, run: Callable[[int], Awaitable[object]], at_once: int) -> None:
        """Do queued runs, so many at once, until `stop`; a server that fails is tried again."""

        @self._app.task(name=_QUEUE, queue=_QUEUE)
        async def crawl(feed_id: int) -> None:
            await run(feed_id)

        while not self._stopping:
            self._worker = Worker(
                self._app,
                queues=[_QUEUE],
                concurrency=at_once,
                delete_jobs=DeleteJobCondition.ALWAYS,
                install_signal_handlers=False,
                update_heartbeat_interval=BEAT_SECONDS,
                stalled_worker_timeout=STALE_SECONDS,
            )
            try:
                await self._worker.run()  # type: ignore[no-untyped-call]
            except _TROUBLE:
                log.exception("the queue of runs cannot be used; trying again")
                await asyncio.sleep(RETRY_SECONDS)

    def stop(self) -> None:
        """Take no further runs; `work` ends when those under way have ended."""
        self._stopping = True
        if self._worker is not None:
            self._worker.stop()  # type: ignore[no-untyped-call]
