"""Ending a process whose loops stand still: Docker restarts what has ended, not what hangs.

What hangs cannot be trusted to end itself. So a timer of faulthandler, which needs neither the event
loop nor the interpreter, is wound up again and again; if nobody does, it writes down what every
thread was doing, and the process ends as abruptly as by kill -9, which loses nothing.
"""

import asyncio
import faulthandler
import logging
import sys
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from storage.database import Database
from storage.heartbeats import late_in_earnest

PATIENCE = 300.0
"""Seconds in which nothing moves before the process ends. Its exit code is 1."""

LOOK_SECONDS = 15.0
"""Between two looks at the loops."""

log = logging.getLogger(__name__)


class Watchdog:
    """Winds the timer up while all loops of this process (or of the worker `own`) give signs of life.

    The look itself goes through the event loop and the thread of the store: where one of them is
    stuck, nothing is wound up either. A store that fails, or takes no writing, is no reason to end:
    a restart mends none. Nor is a look that must wait, as long as the thread gets on with others.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        own: str | None = None,
        *,
        patience: float = PATIENCE,
        seconds: float = LOOK_SECONDS,
    ) -> None:
        self._database = database
        self._clock = clock
        self._own = own
        self._patience = patience
        self._seconds = seconds
        self._stopping = asyncio.Event()
        self._told: list[str] = []

    async def run(self) -> None:
        """Watch until told to stop."""
        stopping = asyncio.create_task(self._stopping.wait())
        self._wind_up()
        try:
            while not stopping.done():
                await self._look(stopping)
                await asyncio.wait([stopping], timeout=self._seconds)
        finally:
            faulthandler.cancel_dump_traceback_later()
            stopping.cancel()

    async def _look(self, stopping: asyncio.Task[bool]) -> None:
        look = asyncio.create_task(self.late())
        before = self._database.ended
        while not (look.done() or stopping.done()):
            await asyncio.wait(
                [look, stopping], timeout=self._seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if not look.done() and self._database.ended != before:
                before = self._database.ended
                self._wind_up()
        if not look.done():
            look.cancel()
        elif not look.result():
            self._wind_up()

    def stop(self) -> None:
        """Let it end as it will."""
        self._stopping.set()

    async def late(self) -> list[str]:
        """The loops that stand still; each is told once."""
        try:
            found = await self._database.run(late_in_earnest, self._clock(), self._own)
        except SQLAlchemyError:
            return []
        if found != self._told:
            self._told = found
            if found:
                log.critical(
                    "standing still: %s; the process ends within %.0f s unless that changes",
                    ", ".join(found), self._patience,
                )  # fmt: skip
        return found

    def _wind_up(self) -> None:
        file = sys.__stderr__ or sys.stderr
        faulthandler.dump_traceback_later(self._patience, exit=True, file=file)
