"""The runs of one crawl: begun together, and closed together with others that end at the time."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from config.logs import about
from config.sources import FeedSpec
from crawler.polls import Poll
from storage.database import Database
from storage.models import Feed, RunStatus, Source
from storage.runs import Ending, begin_runs, finish_runs

Clock = Callable[[], datetime]

GATHER_SECONDS = 0.2
"""How long a run that ended waits for others to be closed with it."""

log = logging.getLogger(__name__)


class Runs:
    """Opens and closes runs in the store. A dry run leaves it as it is.

    A process that ends before a run is closed leaves it open, however short the wait: its feed is
    still due then, and what it stored is known.
    """

    def __init__(self, database: Database, clock: Clock, *, dry_run: bool = False) -> None:
        self._database = database
        self._clock = clock
        self._dry_run = dry_run
        self._ended: list[Ending] = []
        self._timer: asyncio.TimerHandle | None = None
        self._closing = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(self, feeds: Sequence[tuple[Feed, Source, FeedSpec]]) -> list[Poll]:
        """Open a run over each of the feeds."""
        polls = [Poll(feed=feed, source=source, spec=spec) for feed, source, spec in feeds]
        if not self._dry_run:
            ids = [feed.id or 0 for feed, _, _ in feeds]
            numbers = await self._database.run(begin_runs, ids, self._clock())
            for poll, number in zip(polls, numbers, strict=True):
                poll.run_id = number
        return polls

    def finish(self, poll: Poll) -> None:
        """The run is over: it is closed within a moment. A second time nothing happens."""
        if poll.finished:
            return
        poll.finished = True
        if poll.status is RunStatus.RUNNING:
            poll.status = RunStatus.OK
        if not self._dry_run:
            self._ended.append(_ending(poll, self._clock()))
            if self._timer is None:
                self._timer = asyncio.get_running_loop().call_later(GATHER_SECONDS, self._time_up)
        level = logging.INFO if poll.stored or poll.error else logging.DEBUG
        if log.isEnabledFor(level):
            with about(run=poll.run_id, feed=poll.feed.url):
                log.log(level, "%s: %d seen, %d stored%s", poll.status.value, poll.seen,
                        poll.stored, f", {poll.error}" if poll.error else "")  # fmt: skip

    def _time_up(self) -> None:
        task = asyncio.get_running_loop().create_task(self.settle())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Close what has ended, and come back when it is closed."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        async with self._closing:
            ended, self._ended = self._ended, []
            if ended:
                await self._close(ended)

    async def _close(self, ended: Sequence[Ending]) -> None:
        try:
            await self._database.run(finish_runs, ended)
        except Exception:
            if len(ended) == 1:
                log.exception("closing run %d", ended[0].run_id)
                return
            for one in ended:  # so that what cannot be closed keeps no other run open
                await self._close([one])


def _ending(poll: Poll, now: datetime) -> Ending:
    looked_at = tuple(poll.skipped)
    return Ending(poll.run_id, poll.result(), now, looked_at, frozenset(poll.remembered))
