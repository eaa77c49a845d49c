"""One claimed delivery on its way: read, rendered, handed to its channel, and settled."""

import asyncio
import hashlib
import logging
import random
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import NoResultFound, SQLAlchemyError

from alerts.delivery.bundles import render_bundle, render_bundle_again
from alerts.delivery.channels import (
    Channel,
    Gone,
    Halted,
    Migrated,
    NotSent,
    Outcome,
    Refused,
    Sent,
    Uncertain,
)
from alerts.delivery.messages import Message, Names, render
from alerts.delivery.pacing import Pace
from storage import deliveries
from storage.database import Database
from storage.deliveries import Address, Claimed, Recent

Clock = Callable[[], datetime]

SEND_DEADLINE = 75.0
"""Seconds for one request with its plain-text repeat. Later than that, it is uncertain."""

HALT = timedelta(minutes=5)
"""How long a channel rests that can send nothing to anybody."""

_LONGEST_WAIT = 300.0
_SETTLE_TRIES = 6

log = logging.getLogger(__name__)


class Handover:
    """Carries single deliveries; knows how every outcome is settled."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        names: Names,
        clock: Clock,
        pace: Pace,
    ) -> None:
        self._database = database
        self._channels = channels
        self._names = names
        self._clock = clock
        self._pace = pace
        self._recent = Recent()
        self._failures: dict[Address, int] = {}
        self.halted: dict[str, tuple[datetime, str]] = {}
        """Channels that rest, until when and why."""

    async def send(self, claimed: Claimed) -> None:
        """Send one alert and settle what became of it."""
        try:
            message, reply_to, claimed = await self._prepare(claimed)
        except NoResultFound:  # its chat has been forgotten since
            return
        except SQLAlchemyError:
            raise
        except Exception as error:  # a bug of ours must not stop the others
            log.exception("an alert cannot be rendered")
            reason = f"cannot be rendered: {type(error).__name__}: {error}"
            await self._settle(deliveries.settle_dead, claimed, reason)
            return
        await self._pace.begin(claimed.address)
        leaving = await self._depart(claimed)
        if leaving is None:
            await self._pace.end(claimed.address)
            return
        channel = self._channels[claimed.address.channel]
        silent = message.silent or leaving.repeated
        outcome = await _deadline(
            channel.send(claimed.address.chat, claimed.topic, message, reply_to, silent=silent)
        )
        await self._pace.end(claimed.address)
        await self._settle_send(leaving, outcome, digest(message))

    async def _depart(self, claimed: Claimed) -> Claimed | None:
        """Count the attempt of a repeat, which else costs nothing; None if it must not leave."""
        if not claimed.again:
            return claimed
        try:
            return await self._database.run(deliveries.depart, claimed)
        except SQLAlchemyError as error:
            log.error("a repeat cannot be counted and waits: %s", error)  # noqa: TRY400
            why = "a repeat could not be counted"
            await self._settle(deliveries.settle_uncertain, claimed, self._clock(), why)
            return None

    async def edit(self, claimed: Claimed) -> None:
        """Bring one sent message up to date, if it would read differently."""
        try:
            message = await self._anew(claimed)
        except NoResultFound:  # its chat has been forgotten since
            return
        if message is None:
            await self._settle(deliveries.settle_edited, claimed, None)
            return
        shown = digest(message)
        if shown == claimed.shown_digest or claimed.message_id is None:
            await self._settle(deliveries.settle_edited, claimed, shown)
            return
        await self._pace.begin(claimed.address, edit=True)
        channel = self._channels[claimed.address.channel]
        outcome = await _deadline(channel.edit(claimed.address.chat, claimed.message_id, message))
        await self._pace.end(claimed.address, edit=True)
        await self._settle_edit(claimed, outcome, shown)

    async def _anew(self, claimed: Claimed) -> Message | None:
        """What a message says by now; None where it has no room for that."""
        number = claimed.delivery_id
        if claimed.part > 0:
            bundle = await self._database.ask(deliveries.as_sent, number)
            if bundle is None:
                return None
            return render_bundle_again(bundle, claimed.language, self._names)
        view = await self._database.ask(deliveries.alert_view, number, self._recent)
        return render(view, claimed.language, self._names)

    async def _prepare(self, claimed: Claimed) -> tuple[Message, int | None, Claimed]:
        """The message, what it replies to, and the claim with all that goes out in it."""
        now = self._clock()
        if claimed.part > 0:
            bundle = await self._database.ask(deliveries.bundle, claimed, now)
            if bundle.gathers:
                gathered = render_bundle(bundle, claimed.language, self._names)
                along = gathered.deliveries - {claimed.delivery_id}
                claimed = await self._database.run(deliveries.take_along, claimed, along, now)
                return gathered.message, None, replace(claimed, gathering=bundle.head)
        view = await self._database.ask(deliveries.alert_view, claimed.delivery_id, self._recent)
        return render(view, claimed.language, self._names), view.reply_to, claimed

    async def _settle_send(self, claimed: Claimed, outcome: Outcome, shown: str) -> None:
        now = self._clock()
        match outcome:
            case Sent(message_id):
                self._failures.pop(claimed.address, None)
                await self._settle(deliveries.settle_sent, claimed, message_id, shown, now)
            case NotSent(reason):
                until = now + self._wait(claimed.address, outcome)
                await self._settle(deliveries.settle_retry, claimed, until, reason)
            case Uncertain(reason):
                await self._settle(deliveries.settle_uncertain, claimed, now, reason)
            case Refused(reason):
                await self._settle(deliveries.settle_dead, claimed, reason)
            case Gone(reason):
                await self._settle(deliveries.settle_gone, claimed, now, reason)
            case Migrated(new_chat):
                await self._settle(deliveries.settle_migrated, claimed, now, new_chat)
            case Halted(reason):
                self._halt(claimed.address.channel, now, reason)
                await self._settle(deliveries.settle_retry, claimed, now, reason)
        _report(outcome)

    async def _settle_edit(self, claimed: Claimed, outcome: Outcome, shown: str) -> None:
        now = self._clock()
        match outcome:
            case Sent():
                await self._settle(deliveries.settle_edited, claimed, shown)
            case Refused(reason):
                await self._settle(deliveries.settle_edited, claimed, None, reason)
            case Gone(reason):
                await self._settle(deliveries.settle_edited, claimed, None, reason)
                await self._settle(deliveries.pause, claimed.address, claimed.topic, reason)
            case Migrated(new_chat):
                await self._settle(deliveries.settle_edited, claimed, None, "the chat moved")
                await self._settle(deliveries.migrate, claimed.address, new_chat)
            case Halted(reason):
                self._halt(claimed.address.channel, now, reason)
                await self._settle(deliveries.postpone_edit, claimed, now + HALT)
            case NotSent() | Uncertain():
                until = now + self._wait(claimed.address, outcome)
                await self._settle(deliveries.postpone_edit, claimed, until)
        _report(outcome)

    async def _settle(self, work: Callable[..., Any], *args: Any) -> None:
        """Store an outcome; a full disk or a locked database gets some time to recover.

        Where it does not, the row stays `sending` and is taken back later as uncertain.
        """
        for attempt in range(_SETTLE_TRIES):
            try:
                await self._database.join(work, *args)
            except SQLAlchemyError as error:
                log.error("an outcome cannot be stored yet: %s", error)  # noqa: TRY400
                await asyncio.sleep(0.1 * 2**attempt)
            else:
                return

    def _wait(self, address: Address, outcome: NotSent | Uncertain) -> timedelta:
        """The server's own wish, or twice as long as the last time; never quite regular."""
        if isinstance(outcome, NotSent) and outcome.retry_after:  # one of 0 says nothing
            seconds = outcome.retry_after + random.uniform(0.1, 1.0)  # noqa: S311 - only jitter
            self._pace.freeze(address, seconds)
        else:
            failures = self._failures[address] = self._failures.get(address, 0) + 1
            most = min(_LONGEST_WAIT, 2.0**failures)
            seconds = most * random.uniform(0.8, 1.2)  # noqa: S311
        return timedelta(seconds=seconds)

    def _halt(self, channel: str, now: datetime, reason: str) -> None:
        if channel not in self.halted:
            log.critical("nothing can be sent by %s, everything is kept: %s", channel, reason)
        self.halted[channel] = (now + HALT, reason)


async def _deadline(request: Coroutine[Any, Any, Outcome]) -> Outcome:
    try:
        async with asyncio.timeout(SEND_DEADLINE):
            return await request
    except TimeoutError:
        return Uncertain(f"no end within {SEND_DEADLINE:.0f} s")
    except Exception as error:  # a channel that raises has said nothing about the message
        log.exception("a channel failed in an unexpected way")
        return Uncertain(f"{type(error).__name__} in the channel")


def digest(message: Message) -> str:
    """What tells one text of a message from another."""
    return hashlib.sha256(message.html.encode()).hexdigest()[:32]


def _report(outcome: Outcome) -> None:
    level = logging.DEBUG if isinstance(outcome, Sent) else logging.WARNING
    log.log(level, "%s", outcome)
