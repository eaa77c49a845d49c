"""The loop that empties the outbox: claim, send, settle; one at a time for every chat.

What can go wrong between the three steps, and what a crash at each of them means, is written
down in docs/decisions/0004-delivery.md.
"""

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from alerts.delivery.channels import Channel
from alerts.delivery.handover import Clock, Handover
from alerts.delivery.messages import Names
from alerts.delivery.owners import tell_owners
from alerts.delivery.pacing import AHEAD, Pace
from config.logs import about
from storage import deliveries
from storage.clocks import JUMP_SECONDS, mend_clock
from storage.database import Database
from storage.deliveries import TELEGRAM, Address, Claimed
from storage.heartbeats import beat

IN_FLIGHT = 4
"""Requests of one channel at once; a crash repeats at most these, one to a chat."""

FEWEST = 2
"""A claim costs a wait for the disk: with something on its way, it waits to be worth it."""

LOOP = "sender"
"""The name under which it gives signs of life."""

LEASE = timedelta(minutes=3)
"""A claim older than this was left by a process that is no more; longer than any send takes."""

SWEEP = 15.0
"""Seconds between two looks for what a crash left behind."""

IDLE = 15.0
"""Longest rest in seconds: other processes may queue something without waking us."""

SOON = 1.0
"""A rest so short is not worth asking the store when something falls due."""

RETRY_SECONDS = 5.0
"""Rest after the store could not be read."""

log = logging.getLogger(__name__)


class Sender:
    """Sends what is due until it is stopped. One process is enough; several do no harm.

    `alone` promises that no other process sends from this database: what was left `sending` is
    then taken back at once instead of after the lease.
    """

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        names: Names,
        *,
        clock: Clock,
        pace: Pace | None = None,
        alone: bool = False,
        loop: str = LOOP,
        idle: float = IDLE,
    ) -> None:
        self._database = database
        self._channels = channels
        self._clock = clock
        self._pace = pace or Pace()
        self._handover = Handover(database, channels, names, clock, self._pace)
        self._alone = alone
        self._loop = loop
        self._idle = idle
        self._claims = self._pace.claims()
        self._tasks: dict[asyncio.Task[None], Address] = {}
        self._wake = asyncio.Event()
        self._done = asyncio.Event()
        self._running = False
        self._stopping = False
        self._looked_at = clock()
        self._swept_at: float | None = None
        self._offset: float | None = None
        self._beaten_at: float | None = None

    @property
    def halted(self) -> dict[str, str]:
        """Channels that can send nothing at the moment, with the reason."""
        return {channel: reason for channel, (_, reason) in self._handover.halted.items()}

    def wake(self) -> None:
        """Look at the outbox now: something was queued. Call it from the loop's own thread."""
        self._wake.set()

    async def run(self) -> None:
        """Send what falls due until stop() is called."""
        self._running = True
        for channel in self._channels.values():
            await channel.open()
        try:
            while not self._stopping:
                self._wake.clear()
                try:
                    if await self._pass() == 0 and not self._stopping:
                        await self._rest()
                except SQLAlchemyError:
                    log.exception("the outbox cannot be read; trying again")
                    await self._sleep(RETRY_SECONDS)
        finally:
            await self._finish()
            self._done.set()

    async def stop(self) -> None:
        """Claim nothing more, and wait until what is in flight is settled."""
        self._stopping = True
        self._wake.set()
        if self._running:
            await self._done.wait()
        else:
            await self._finish()

    async def drain(self) -> int:
        """Send everything that is due now, and come back; the number of sends and edits begun.

        For `--once` and the demo, which have no loop running.
        """
        begun = 0
        while True:
            self._wake.clear()
            started = await self._pass()
            begun += started
            if started or self._tasks:
                await self._sleep(self._patience() if self._tasks else 0)
            elif await self._database.ask(deliveries.has_due, self._clock(), self._open()):
                await self._sleep(self._patience())
            else:
                return begun

    async def _pass(self) -> int:
        """Begin whatever may begin now; how many sends and edits that were."""
        await self._sweep()
        self._looked_at = self._clock()
        return sum([await self._pass_by(channel) for channel in self._open()])

    async def _pass_by(self, channel: str) -> int:
        """The same for one channel: those that are slow or must wait hold up none but themselves."""
        room = self._room(channel)
        if room < (FEWEST if self._tasks else 1):
            return 0
        sends = await self._database.run(
            self._claims.sends,
            now=self._clock(),
            limit=room,
            busy=self._pace.busy() | set(self._tasks.values()),
            channels=[channel],
        )
        for one in sends:  # at once: what comes next may fail, and these are taken
            self._begin(self._handover.send(one), one)
        if room == len(sends):
            return room
        edits = await self._database.run(
            self._claims.edits,
            now=self._clock(),
            limit=room - len(sends),
            busy=self._pace.busy() | self._pace.unedited() | set(self._tasks.values()),
            channels=[channel],
        )
        for one in edits:
            self._begin(self._handover.edit(one), one)
        return len(sends) + len(edits)

    def _room(self, channel: str) -> int:
        """How many requests may begin, some of them to wait a moment for their turn."""
        free = IN_FLIGHT - sum(one.channel == channel for one in self._tasks.values())
        return min(free, self._pace.room(AHEAD)) if channel == TELEGRAM else free

    def _open(self) -> list[str]:
        """Channels that we have and that do not rest."""
        now = self._clock()
        for channel, (until, _) in list(self._handover.halted.items()):
            if until <= now:
                del self._handover.halted[channel]
        return [channel for channel in self._channels if channel not in self._handover.halted]

    def _begin(self, errand: Coroutine[Any, Any, None], claimed: Claimed) -> None:
        with about(delivery=claimed.delivery_id, event=claimed.event_id):
            task = asyncio.create_task(errand, name=f"delivery {claimed.delivery_id}")
            task.add_done_callback(self._ended)
        self._tasks[task] = claimed.address

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._tasks[task]
        if not task.cancelled() and (error := task.exception()):
            log.error("a delivery ended unsettled; it will be taken back", exc_info=error)
        self._wake.set()

    async def _finish(self) -> None:
        if self._tasks:
            await asyncio.wait(set(self._tasks))

    async def _rest(self) -> None:
        """Sleep until something is queued, answered, due, or free to be sent to."""
        wait = self._patience()
        if wait > SOON:
            due = await self._database.ask(deliveries.next_due, self._looked_at)
            if due is not None:  # what fell due since we looked is late already
                wait = min(wait, (due - self._clock()).total_seconds())
        await self._sleep(wait)

    def _patience(self) -> float:
        """Seconds after which the limits may allow what they do not allow now."""
        waits = [self._idle]
        if (overall := self._pace.overall_wait() - AHEAD) > 0:
            waits.append(overall)
        elif (ready := self._pace.next_ready()) is not None:
            waits.append(ready)
        return min(waits)

    async def _sleep(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), max(0.001, seconds))
        except TimeoutError:
            return

    async def _sweep(self) -> None:
        """At the start and then every minute: take back what was left, give up what is too old."""
        await self._mend_clock()
        now = self._pace.now()
        if self._beaten_at is None or now - self._beaten_at >= IDLE / 2:
            self._beaten_at = now
            await self._database.run(beat, self._loop, self._clock())
        if self._swept_at is not None and now - self._swept_at < SWEEP:
            return
        lease = timedelta(0) if self._alone and self._swept_at is None else LEASE
        self._swept_at = now
        taken = await self._database.run(deliveries.recover, self._clock(), lease)
        if taken:
            log.warning("%d deliveries were cut off while sending; nobody knows their end", taken)
        await self._database.run(deliveries.drop_owed, self._clock())
        await tell_owners(self._database, self._channels, self._open(), self._pace)

    async def _mend_clock(self) -> None:
        """At the start, and where the clock was set back: what now is due too late is due earlier."""
        offset = self._clock().timestamp() - self._pace.now()
        if self._offset is None or offset < self._offset - JUMP_SECONDS:
            self._handover.halted.clear()  # a rest of minutes would last for as long, too
            mended = await self._database.run(mend_clock, self._clock())
            if mended:
                log.warning("the clock was set back: %d alerts are due earlier again", mended)
        self._offset = offset
