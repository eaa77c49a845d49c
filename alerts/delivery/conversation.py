"""One update after another: who may ask, what is done, and how the answer gets to them."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlmodel import Session
from telegram import Bot
from telegram.error import TelegramError

from alerts.delivery import replying
from alerts.delivery.answers import answer, language_of, needs_rights, writes
from alerts.delivery.commands.asking import Knowledge, Reply
from alerts.delivery.crowd import Crowd
from alerts.delivery.inbound import Asked, let_in_again, moved, read_message, read_press
from alerts.delivery.later import Later, attempt
from alerts.delivery.menus import ChatMenus
from alerts.delivery.pacing import Pace
from alerts.delivery.rights import may_change, owner_of
from alerts.delivery.words import words_for
from config.settings import Telegram
from storage.database import Database
from storage.deliveries import TELEGRAM, Address, migrate, resume
from storage.faults import is_trouble
from storage.updates import ANSWER, Received, keep_answer

log = logging.getLogger(__name__)


class Conversation:
    """Answers updates, one at a time. What was done for one is not done again to answer it."""

    def __init__(
        self,
        database: Database,
        settings: Telegram,
        knowledge: Knowledge,
        *,
        clock: Callable[[], datetime],
        crowd: Crowd,
        pace: Pace,
    ) -> None:
        self._database = database
        self._settings = settings
        self._knowledge = knowledge
        self._clock = clock
        self._crowd = crowd
        self._pace = pace
        self._later = Later()
        self._menus = ChatMenus(settings.operators)
        self._unsent: dict[int, list[replying.Errand]] = {}
        """What is left of the answer to the last update, for another try."""

    async def handle(self, bot: Bot, username: str, received: Received) -> float | None:
        """Answer one update; seconds after which to try again where that surely failed."""
        if (chat := let_in_again(received.payload)) is not None:
            await self._database.run(resume, Address(TELEGRAM, str(chat)))
            return None
        payload = received.payload
        if (move := moved(payload)) is not None:
            old, new = move
            await self._database.run(migrate, Address(TELEGRAM, str(old)), str(new))
            return None
        asked = read_press(payload) or read_message(payload, username)
        if asked is None or not _is_for_us(asked):
            return None
        if received.id not in self._unsent:  # what was done already is not done again
            before = await self._database.ask(language_of, asked)
            reply = await self._reply(bot, username, asked, received)
            self._unsent = {received.id: replying.errands(asked, reply)}
            if asked.private and reply is not None and self._settings.admits(asked.chat):
                self._unsent[received.id] += await self._menus_of(asked, before)
        errands = self._unsent[received.id]
        while errands:
            failed = await attempt(bot, errands[0])
            if failed is not None and failed.retry_after is None:
                return 1.0
            if failed is not None:
                self._later.put(bot, errands, failed.retry_after or 1.0)
                break
            errands.pop(0)
            self._pace.note(Address(TELEGRAM, str(asked.chat)))
        return None

    async def close(self) -> None:
        """Give up the answers that still wait."""
        await self._later.close()

    async def _menus_of(self, asked: Asked, before: str) -> list[replying.Errand]:
        """What brings the menu of a chat into its language, also if that was changed just now."""
        now = await self._database.ask(language_of, asked)
        if before == now and self._menus.has(asked.chat, asked.language, now):
            return []  # an errand counts where alerts are paced
        return [
            partial(self._menus.follow, chat=asked.chat, own=asked.language, chosen=chosen)
            for chosen in dict.fromkeys((before, now))
        ]

    async def _reply(
        self, bot: Bot, username: str, asked: Asked, received: Received
    ) -> Reply | None:
        """What to answer; a press is answered even when it fails, unless it is tried again."""
        if received.is_done:
            kept = received.payload[ANSWER]
            return None if kept is None else Reply.again(kept)
        try:
            return await self._judged(bot, username, asked, received)
        except Exception as error:
            if asked.press is not None and not is_trouble(error):
                failed = Reply(toast=words_for(asked.language)("bot-failed"))
                for errand in replying.errands(asked, failed):
                    await attempt(bot, errand)
            raise

    async def _judged(
        self, bot: Bot, username: str, asked: Asked, received: Received
    ) -> Reply | None:
        words = words_for(asked.language)
        verdict = self._crowd.judge(asked)
        if verdict != "answer":
            return _told(asked, words("bot-slow")) if verdict == "notice" else None
        if not self._settings.admits(asked.chat):  # a group is not told: it has not invited us
            meant = asked.private or asked.press is not None
            return _told(asked, words("bot-closed")) if meant else None
        if asked.press is not None and asked.command is None:
            return _told(asked, words("bot-button-old"))
        if needs_rights(asked):
            if refusal := await self._refusal(bot, asked):
                return _told(asked, words(refusal))
            asked = replace(asked, owner=await owner_of(bot, asked))
        return await self._answer(username, asked, received)

    async def _refusal(self, bot: Bot, asked: Asked) -> str | None:
        """Why this person may not change what the chat gets; None where they may."""
        try:
            allowed = await may_change(bot, asked)
        except TelegramError as error:
            log.warning("cannot ask who may change a chat: %s", type(error).__name__)
            return "bot-cannot-check"
        return None if allowed else "bot-only-admins"

    async def _answer(self, username: str, asked: Asked, received: Received) -> Reply | None:
        resumed = False
        if asked.command == "start":
            here = Address(TELEGRAM, str(asked.chat))
            resumed = bool(await self._database.run(resume, here))
        said = partial(
            answer,
            asked=asked,
            knowledge=self._knowledge,
            now=self._clock(),
            operators=self._settings.operators,
            username=username,
            resumed=resumed,
        )
        if writes(asked):
            return await self._database.run(_once, said, received)

        def read() -> Reply | None:
            """On a thread of its own: what somebody asks must keep no alert from being written."""
            with self._database.read() as session:
                return said(session)

        return await asyncio.to_thread(read)


def _once(
    session: Session, said: Callable[[Session], Reply | None], received: Received
) -> Reply | None:
    """Do what is asked, and note in the same transaction that it is done."""
    reply = said(session)
    keep_answer(session, received, None if reply is None else reply.kept())
    return reply


def _is_for_us(asked: Asked) -> bool:
    return asked.press is not None or asked.command is not None or asked.private


def _told(asked: Asked, text: str) -> Reply:
    return Reply(toast=text) if asked.press is not None else Reply(text)
