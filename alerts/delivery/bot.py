"""The bot's ear: our own getUpdates loop over an inbox table.

An update is committed before the next request confirms it to Telegram, so that a crash loses no
command; its id is remembered, so that a repeat does nothing. No offset is ever taken from the
store: after a week of silence Telegram starts at new, perhaps lower numbers.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError, TimedOut

from alerts.delivery.channels.telegram import close_bot, make_bot, seconds_of
from alerts.delivery.commands.asking import Knowledge
from alerts.delivery.conversation import Conversation
from alerts.delivery.crowd import Crowd
from alerts.delivery.menus import set_menus
from alerts.delivery.pacing import Pace
from config.errors import InteropwatchError
from config.settings import Telegram
from storage import updates
from storage.database import Database
from storage.faults import is_trouble
from storage.heartbeats import beat
from storage.updates import Received

Clock = Callable[[], datetime]

LOOP = "bot"
"""The name under which it gives signs of life."""

POLL_SECONDS = 25
"""Telegram holds a request so long when there is nothing to tell."""

REBUILD_AFTER = 120.0
"""Seconds without a successful poll after which the connections are made anew."""

REFUSED_WAIT = 300.0
"""Seconds between two tries with a token that Telegram refuses."""

MOST_CONFLICTS = 20
"""So many times in a row another poller may have won before we give way."""

STORE_WAIT = 5.0
"""Seconds of rest after the inbox could not be used."""

BEAT_SECONDS = 15.0
"""How often to give a sign of life in a turn, or a wait, that takes long."""

_GRACE = 20.0
"""Seconds after its own time-out in which a poll must have ended."""

_LONGEST_WAIT = 60.0
_WANTED = json.dumps(["message", "channel_post", "callback_query", "my_chat_member"])

log = logging.getLogger(__name__)


class TwoPollersError(InteropwatchError):
    """Another process polls with the same token; both would take updates from each other."""

    exit_code = 75


class TelegramBot:
    """Listens and answers until it is stopped; needs a token, and survives an API that is down.

    Answers go out at once and are counted in `pace`, for who sends alerts meanwhile.
    """

    def __init__(
        self,
        database: Database,
        settings: Telegram,
        knowledge: Knowledge,
        *,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
        poll_seconds: int = POLL_SECONDS,
        loop: str = LOOP,
        pace: Pace | None = None,
    ) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._monotonic = monotonic
        self._poll_seconds = poll_seconds
        self._loop = loop
        self._bot: Bot = make_bot(settings)
        self._conversation = Conversation(
            database, settings, knowledge,
            clock=clock, crowd=Crowd(monotonic), pace=pace or Pace(monotonic=monotonic),
        )  # fmt: skip
        self._stopping = asyncio.Event()
        self._username: str | None = None
        self._offset: int | None = None
        self._held: Received | None = None
        """What the store's trouble cut off; it is tried again without another attempt."""
        self._failures = 0
        self._conflicts = 0
        self._rebuilt_at = monotonic()
        self._beaten_at = monotonic()
        self.last_success: datetime | None = None
        """When getUpdates last answered; what a watchdog looks at."""

    async def run(self) -> None:
        """Poll until stop(). Raises TwoPollersError when another poller keeps winning."""
        try:
            while not self._stopping.is_set():
                try:
                    await self._turn()
                except TelegramError as error:
                    await self._pause(self._judge(error))
                except SQLAlchemyError:
                    log.exception("the bot's inbox cannot be used; trying again")
                    await self._pause(STORE_WAIT)
        finally:
            await self._conversation.close()
            await close_bot(self._bot)

    async def stop(self) -> None:
        """End the loop; what was fetched but not answered is answered after the next start."""
        self._stopping.set()

    async def _turn(self) -> None:
        await self._beat()
        if self._username is None:
            self._username = await self._prepare()
        if self._held is not None:  # nobody waits for a poll to end first
            await self._handle_all()
        received = await self._poll()
        if received is None:
            return
        self._failures = self._conflicts = 0
        self.last_success, self._rebuilt_at = self._clock(), self._monotonic()
        await self._database.run(updates.store, received, self._clock())
        if received:  # confirmed by the next request, now that they are committed
            self._offset = max(one.id for one in received) + 1
        await self._handle_all()

    async def _beat(self) -> None:
        await self._database.run(beat, self._loop, self._clock())
        self._beaten_at = self._monotonic()

    async def _prepare(self) -> str:
        me = await self._bot.get_me()
        await self._bot.delete_webhook(drop_pending_updates=False)
        await set_menus(self._bot, self._settings.operators)
        await self._database.run(updates.forget, self._clock())
        log.info("the bot listens as @%s", me.username)
        return me.username or ""

    async def _poll(self) -> list[Received] | None:
        """New updates as they came, unparsed; None when we are to stop."""
        query: dict[str, Any] = {"timeout": self._poll_seconds, "allowed_updates": _WANTED}
        if self._offset is not None:
            query["offset"] = self._offset
        request = self._bot._request[0]  # noqa: SLF001 - PTB's own parsing fails on unknown forms
        poll = asyncio.create_task(
            request.retrieve(
                f"{self._bot.base_url}/getUpdates?{urlencode(query)}",
                read_timeout=self._poll_seconds + _GRACE / 2,
            )
        )
        stop = asyncio.create_task(self._stopping.wait())
        await asyncio.wait(
            {poll, stop},
            timeout=self._poll_seconds + _GRACE,
            return_when=asyncio.FIRST_COMPLETED,
        )
        stop.cancel()
        if not poll.done():
            poll.cancel()
            await asyncio.wait({poll})
            if self._stopping.is_set():
                return None
            raise TimedOut("getUpdates came to no end")
        try:
            answered = request.parse_json_payload(poll.result())
            return [Received(int(one["update_id"]), one) for one in answered["result"]]
        except (KeyError, TypeError, ValueError) as error:
            raise TelegramError("getUpdates answered with something else") from error

    async def _handle_all(self) -> None:
        while received := self._held or await self._next():
            self._held = None
            try:
                wait = await self._handle(received)
            except Exception as error:  # one bad update must not silence the bot
                if is_trouble(error):  # the store's, not the update's
                    self._held = received
                    raise
                log.exception("update %d cannot be handled", received.id)
                await self._database.run(updates.fail, received.id, type(error).__name__)
                continue
            if wait is not None:
                await self._pause(min(wait, _LONGEST_WAIT))
                if self._stopping.is_set():
                    return

    async def _handle(self, received: Received) -> float | None:
        """Answer one update and be done with it; seconds until another try where that failed."""
        wait = await self._conversation.handle(self._bot, self._username or "", received)
        if wait is None:
            await self._database.run(updates.settle, received.id, self._clock())
        else:
            await self._database.run(updates.fail, received.id, "not answered yet")
        return wait

    async def _next(self) -> Received | None:
        if self._monotonic() - self._beaten_at >= BEAT_SECONDS:
            await self._beat()
        return await self._database.run(updates.take, self._clock())

    def _judge(self, error: TelegramError) -> float:
        """Seconds to wait after a failed turn. Raises TwoPollersError after too many conflicts."""
        self._failures += 1
        wait = min(_LONGEST_WAIT, 2.0 ** min(self._failures, 6) / 2)
        first = self._failures == 1
        match error:
            case InvalidToken():
                if first:
                    log.critical("Telegram refuses the token: check telegram.token")
                return REFUSED_WAIT
            case Conflict():
                self._conflicts += 1
                if self._conflicts >= MOST_CONFLICTS:
                    raise TwoPollersError(
                        "another process polls Telegram with the same token. "
                        "Stop the other one, or give this one a token of its own."
                    ) from error
                if first:
                    log.error("another process polls with this token; waiting for it to stop")
            case RetryAfter():
                return seconds_of(error.retry_after)
            case _:
                if first:
                    log.warning("no updates from Telegram: %s", type(error).__name__)
        return wait

    async def _pause(self, seconds: float) -> None:
        if self._monotonic() - self._rebuilt_at > REBUILD_AFTER:
            log.warning("no successful poll for %.0f s: connecting anew", REBUILD_AFTER)
            self._rebuilt_at = self._monotonic()
            await close_bot(self._bot)
            self._bot = make_bot(self._settings)
        while seconds > 0 and not self._stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), min(seconds, BEAT_SECONDS))
            seconds -= BEAT_SECONDS
            if seconds > 0:  # Telegram may ask for an hour
                with suppress(SQLAlchemyError):  # the next turn tells of it
                    await self._beat()
