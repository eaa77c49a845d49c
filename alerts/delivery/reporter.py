"""The loop that tells the operators' chat which sources are in trouble, and when that is over.

The notices themselves are its outbox: what was told is marked so after the chat has it. A crash
between the two repeats one message.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape

from sqlalchemy.exc import SQLAlchemyError

from alerts.delivery.channels import Channel, Gone, Halted, Migrated, NotSent, Refused, Uncertain
from alerts.delivery.markup import MOST_UNITS, parse
from alerts.delivery.messages import Message
from alerts.delivery.pacing import Pace
from alerts.delivery.text import tame
from storage import notices
from storage.database import Database
from storage.models import Feed, Notice
from storage.subscriptions import Address

IDLE = 15.0
"""Seconds between two looks for notices."""

LATER = 300.0
"""Seconds after which a chat is tried again that does not let us in."""

MOST_LINES = 20
"""Notices of one message; the others follow in the next."""

log = logging.getLogger(__name__)


@dataclass
class Reporter:
    """Tells one chat of notices until it is stopped."""

    database: Database
    channel: Channel
    address: Address
    clock: Callable[[], datetime]
    pace: Pace = field(default_factory=Pace)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _doubtful: bool = field(default=False, init=False)
    _said: list[str] = field(default_factory=list, init=False)

    async def run(self) -> None:
        """Report whatever comes up; a store or a chat that fails is tried again."""
        while not self._stopping.is_set():
            try:
                wait = await self.report()
            except SQLAlchemyError:
                log.exception("notices cannot be read; trying again")
                wait = IDLE
            try:
                await asyncio.wait_for(self._stopping.wait(), wait)
            except TimeoutError:
                continue

    def say(self, line: str) -> None:
        """Tell this, too, with the next message; it is not kept across a restart."""
        self._said.append(line)

    def stop(self) -> None:
        """End after the message under way."""
        self._stopping.set()

    async def report(self) -> float:
        """Tell what has not been told; gives the seconds until it is worth looking again."""
        found = [*((line, None) for line in self._said), *await self._to_tell()]
        if not found:
            return IDLE
        if self.address in self.pace.busy() or self.pace.room() <= 0:
            return self.pace.next_ready() or 1.0
        count, message = _message([line for line, _ in found])
        self.pace.spend(self.address)
        outcome = await self.channel.send(
            self.address.chat, 0, message, None, silent=self._doubtful
        )
        self.pace.answered(self.address)
        match outcome:
            case NotSent(reason, retry_after):
                log.warning("the operators cannot be told yet: %s", reason)
                return retry_after or IDLE
            case Uncertain(reason) if not self._doubtful:
                log.warning("nobody knows whether the operators were told: %s", reason)
                self._doubtful = True  # once more, without a sound
                return IDLE
            case Migrated(new_chat):
                log.error("set telegram.operators_chat to %s: the group has become that", new_chat)
                self.address = Address(self.address.channel, new_chat)
                return 0.0
            case Gone(reason) | Refused(reason) | Halted(reason):
                log.error("the operators cannot be told, telegram.operators_chat: %s", reason)
                return LATER
        self._doubtful = False
        told = [notice for _, notice in found[:count] if notice is not None]
        del self._said[: count - len(told)]
        if told:
            await self.database.run(notices.mark_told, told, self.clock())
        return 0.0

    async def _to_tell(self) -> list[tuple[str, Notice | None]]:
        """A line for each notice that is untold; what was over before anybody heard of it is dropped."""
        found = await self.database.ask(notices.untold)
        missed = {n.id: n for n, _ in found if n.told_at is None and n.cleared_at is not None}
        if missed:
            await self.database.run(notices.mark_told, missed.values(), self.clock())
        return [(_line(notice, feed), notice) for notice, feed in found if notice.id not in missed]


def _line(notice: Notice, feed: Feed) -> str:
    return f"{'✅' if notice.cleared_at else '⚠️'} {notices.in_words(notice, feed)}"


def _message(lines: Sequence[str]) -> tuple[int, Message]:
    """One message for as many lines as it has room for, and how many those are."""
    count, html = 0, ""
    for line in lines[:MOST_LINES]:
        shown = escape(tame(line[:_LONGEST]))
        if count and parse(f"{html}\n{shown}").length > MOST_UNITS:
            break
        html = f"{html}\n{shown}" if count else shown
        count += 1
    read = parse(html)
    return count, Message(
        html=html, plain=read.text, silent=False, entities=len(read.entities), length=read.length
    )


_LONGEST = 1000
"""Characters of one line: an error may quote a page."""
