"""Ending a process whose loops stand still: Docker restarts what has ended, not what hangs.

What hangs cannot be trusted to end itself. So a timer of faulthandler, which needs neither the event
loop nor the interpreter, is wound up again and again; if nobody does, it writes down what every
thread was doing, and the process ends as abruptly as by kill -9, which loses nothing.
"""

import asyncio
import faulthandler
import logging
import sys
import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from storage.database import Database
from storage.heartbeats import STALE_SECONDS, beats_of, try_to_beat

PATIENCE = 300.0
"""Seconds in which nothing moves before the process ends. Its exit code is 1."""

LOOK_SECONDS = 15.0
"""Between two looks at the loops."""

log = logging.getLogger(__name__)


class Watchdog:
    """Winds the timer up while the loops of this process give signs of life.

    A sign is a change of the loop's row: clocks that are set make nobody look alive or dead.

    The look itself goes through the event loop and the thread of the store: where one of them is
    stuck, nothing is wound up either. A store that fails, or takes no writing, is no reason to end:
    a restart mends none. Nor is a look that must wait, as long as the thread gets on with others.
    """

    def __init__(
        self,
        database: Database,
        loops: Collection[str],
        *,
        monotonic: Callable[[], float] = time.monotonic,
        patience: float = PATIENCE,
        seconds: float = LOOK_SECONDS,
    ) -> None:
        self._database = database
        self._loops = loops
        self._monotonic = monotonic
        self._seen: dict[str, tuple[datetime, float]] = {}
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
        now = self._monotonic()
        try:
            found = await self._database.run(self._late, now)
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

    def _late(self, session: Session, now: float) -> list[str]:
        found = self._unchanged(beats_of(session, self._loops), now)
        if found:  # could they have beaten?
            try_to_beat(session)
        return found

    def _unchanged(self, beats: Mapping[str, datetime], now: float) -> list[str]:
        """The loops whose last sign of life has been the same for too long."""
        known = self._seen
        self._seen = {
            loop: known[loop] if loop in known and known[loop][0] == at else (at, now)
            for loop, at in beats.items()
        }
        late = [
            f"{loop} (last {at:%Y-%m-%d %H:%M:%SZ})"
            for loop, (at, since) in sorted(self._seen.items())
            if now - since > STALE_SECONDS
        ]
        return late or [f"{loop} (never)" for loop in self._loops if not beats]

    def _wind_up(self) -> None:
        file = sys.__stderr__ or sys.stderr
        faulthandler.dump_traceback_later(self._patience, exit=True, file=file)
