"""Keeping to Telegram's limits: how soon the next message may go out, over all and per chat.

Rates are measured on a monotonic clock, which a test may turn by hand.
"""

import asyncio
import math
import time
from bisect import insort
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from storage.deliveries import TELEGRAM, Address, Claimed, claim, claim_edits

Monotonic = Callable[[], float]


class Claims(NamedTuple):
    """How deliveries are claimed at this pace, as the outbox's own functions do it."""

    sends: Callable[..., list[Claimed]]
    edits: Callable[..., list[Claimed]]


AHEAD = 0.1
"""Seconds before its moment that a message is claimed and laid out, so that it leaves in time."""

_LOST = 120.0
"""Seconds after which a request has no answer any more; longer than one may take."""


@dataclass(frozen=True)
class Rates:
    """Telegram's limits with a little room for requests that overtake each other on the way."""

    overall: int = 30
    overall_seconds: float = 1.005
    spread: float = 1.02
    """How much longer than that so many messages take when they leave one by one, evenly. The
    difference is what a message that left late can make good: else all after it would be late."""
    catch_up: int = 8
    """So many that are late may leave together."""
    chat_seconds: float = 1.02
    group: int = 20
    group_seconds: float = 61.0
    edit_seconds: float = 60.0
    """Between two edits in one chat."""
    flooded_chats: int = 3
    """When so many chats are in a flood wait at once, it is us, and everything waits."""
    flood_pause_seconds: float = 30.0

    @property
    def apart(self) -> float:
        """Seconds between two messages that leave evenly."""
        return self.overall_seconds * self.spread / self.overall


class Pace:
    """Who may be sent to now. Only Telegram is paced; other channels are always free."""

    def __init__(self, rates: Rates | None = None, monotonic: Monotonic = time.monotonic) -> None:
        self.rates = rates or Rates()
        self.now = monotonic
        self._next = -math.inf
        self._counted: list[float] = []
        self._flying: dict[Address, float] = {}
        self._fastest, self._answers = math.inf, 0
        self._groups: defaultdict[Address, deque[float]] = defaultdict(
            lambda: deque(maxlen=self.rates.group)
        )
        self._ready: dict[Address, float] = {}
        self._edits: dict[Address, float] = {}
        self._flooded: dict[Address, float] = {}
        self._paused_until = 0.0

    def room(self, ahead: float = 0.0) -> int:
        """How many messages may go out over all chats, now or within so many seconds."""
        then = self.now() + ahead
        if then < self._paused_until or then < self._turn():
            return 0
        counted = sum(then - at < self.rates.overall_seconds for at in self._recent())
        turns = 1 + int((then - self._turn()) / self.rates.apart)
        return max(0, min(turns, self.rates.overall - counted - len(self._flying)))

    def overall_wait(self) -> float:
        """Seconds until any message may go out; 0 now."""
        now = self.now()
        wait = max(self._paused_until, self._turn()) - now
        recent = self._recent()
        if (over := len(recent) + len(self._flying) - self.rates.overall) >= 0 and recent:
            last = recent[min(over, len(recent) - 1)]
            wait = max(wait, last + self.rates.overall_seconds - now)
        return max(0.0, wait)

    def _turn(self) -> float:
        """When the next message is to leave; what could not leave in time may be made good."""
        return max(self._next, self.now() - self.rates.catch_up * self.rates.apart)

    def _recent(self) -> list[float]:
        """When the server counted what was answered, in order, as far as it still matters.

        A request without an answer for longer than any may take will not have one.
        """
        now = self.now()
        self._counted = [at for at in self._counted if now - at < self.rates.overall_seconds]
        self._flying = {one: at for one, at in self._flying.items() if now - at < _LOST}
        return self._counted

    def claims(self) -> Claims:
        """How to claim what may go out; to be called in a writing transaction."""
        return Claims(claim, claim_edits)

    async def begin(self, address: Address, *, edit: bool = False) -> None:
        """Wait until a request may leave, and count it."""
        if address.channel == TELEGRAM:
            while (wait := self.overall_wait()) > 0:  # noqa: ASYNC110 - time is the event
                await asyncio.sleep(wait)
        self.spend(address, edit=edit)

    async def end(self, address: Address, *, edit: bool = False) -> None:  # noqa: ARG002 - shared
        """The request was answered."""
        self.answered(address)

    def spend(self, address: Address, *, edit: bool = False) -> None:
        """Note that a request to this chat leaves now."""
        if address.channel != TELEGRAM:
            return
        now = self.now()
        self._flying[address] = now
        self._take_turn(address, now)
        if edit:
            self._edits[address] = now + self.rates.edit_seconds

    def note(self, address: Address) -> None:
        """Count a request that nobody waited with: people are answered at once.

        What is sent next leaves the limits their room for it.
        """
        now = self.now()
        insort(self._counted, now)
        self._take_turn(address, now)

    def _take_turn(self, address: Address, now: float) -> None:
        self._next = self._turn() + self.rates.apart
        ready = now + self.rates.chat_seconds
        if address.is_group:
            times = self._groups[address]
            times.append(now)
            if len(times) == self.rates.group:
                ready = max(ready, times[0] + self.rates.group_seconds)
        self._hold(address, ready)

    def answered(self, address: Address) -> None:
        """Note that its answer is there: the server counted the request at this moment at last.

        Over all chats it counts as late as it can have been: what this request took longer than
        the fastest of all may have been its way there. The first ones say little of what is fast.
        """
        if address.channel != TELEGRAM:
            return
        now = self.now()
        self._hold(address, now + min(1.0, self.rates.chat_seconds))
        if (began := self._flying.pop(address, None)) is not None:
            self._fastest = min(self._fastest, now - began)
            self._answers += 1
            known = self._fastest if self._answers > self.rates.overall else 0.0
            insort(self._counted, now - known)

    def freeze(self, address: Address, seconds: float) -> None:
        """Leave one chat alone; everything, when several chats are frozen at once."""
        now = self.now()
        self._hold(address, now + seconds)
        if address.channel != TELEGRAM:
            return
        self._flooded = {one: until for one, until in self._flooded.items() if until > now}
        self._flooded[address] = now + seconds
        if len(self._flooded) >= self.rates.flooded_chats:
            pause = min(seconds, self.rates.flood_pause_seconds)
            self._paused_until = max(self._paused_until, now + pause)

    def busy(self) -> set[Address]:
        """Chats that must not be sent to yet."""
        self._forget()
        return set(self._ready)

    def unedited(self) -> set[Address]:
        """Chats in which nothing may be edited yet."""
        self._forget()
        return set(self._edits)

    def next_ready(self) -> float | None:
        """Seconds until the first of the waiting chats is free; None when none waits."""
        self._forget()
        waits = [*self._ready.values(), *self._edits.values()]
        return max(0.0, min(waits) - self.now()) if waits else None

    def _forget(self) -> None:
        now = self.now()
        self._ready = {one: ready for one, ready in self._ready.items() if ready > now}
        self._edits = {one: ready for one, ready in self._edits.items() if ready > now}

    def _hold(self, address: Address, until: float) -> None:
        self._ready[address] = max(until, self._ready.get(address, 0.0))
