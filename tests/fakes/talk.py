"""Somebody who talks to the bot in one chat: writes, presses buttons, reads what comes."""

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from alerts.delivery.bot import TelegramBot
from tests.fakes.bot_api import BotApi
from tests.fakes.bot_methods import Params, SentMessage
from tests.fakes.knowledge import KNOWLEDGE


@dataclass
class Talk:
    """One person in one chat (and topic) with a bot that is running."""

    api: BotApi
    chat: int = 5
    user: int = 5
    language: str = "en"
    topic: int = 0

    async def write(self, text: str, **given: Any) -> list[SentMessage]:
        """Write something; the messages that come of it."""
        before = len(self.api.messages(self.chat))
        topic = {"message_thread_id": self.topic, "is_topic_message": True} if self.topic else {}
        self.api.push_message(
            text, chat=self.chat, user=self.user, language=self.language, **(topic | given)
        )
        await self.settled()
        return self.api.messages(self.chat)[before:]

    async def ask(self, text: str, **given: Any) -> SentMessage:
        """Write something that is answered by one message."""
        (message,) = await self.write(text, **given)
        return message

    async def press(self, on: SentMessage, button: str, **given: Any) -> Params:
        """Press a button; how the press was answered. Fails where it was not, or twice."""
        number = self.api.push_press(on, button, user=self.user, language=self.language, **given)
        await self.settled()
        (answer,) = [one for one in self.api.answered if one["callback_query_id"] == number]
        return answer

    async def settled(self) -> None:
        """Wait until all that was written has been handled: only then is it confirmed."""
        await asyncio.to_thread(self.api.wait_until, lambda: not self.api.updates, 60)

    @property
    def last(self) -> SentMessage:
        """The newest message of the chat."""
        return self.api.messages(self.chat)[-1]


@asynccontextmanager
async def listening(
    api: BotApi, database, clock, knowledge=KNOWLEDGE, *, pace=None,
    monotonic=time.monotonic, **settings: Any,
):  # fmt: skip
    """A bot that runs meanwhile."""
    bot = TelegramBot(
        database, api.settings(**settings), knowledge,
        clock=clock, monotonic=monotonic, poll_seconds=20, pace=pace,
    )  # fmt: skip
    task = asyncio.create_task(bot.run())
    try:
        yield
    finally:
        await bot.stop()
        await task
