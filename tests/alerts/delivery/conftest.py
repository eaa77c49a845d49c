"""What the tests of delivery share: a Bot API, a clock that a test turns."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from alerts.delivery.bot import TelegramBot
from alerts.delivery.channels.telegram import TelegramChannel
from tests.fakes.bot_api import BotApi
from tests.fakes.knowledge import KNOWLEDGE
from tests.fakes.talk import Talk, listening


class Wall:
    """A wall clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2024, 9, 4, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as api:
        yield api


@pytest.fixture
async def channel(request, api):
    """It waits long for an answer, or a busy machine is taken for a silent Telegram."""
    asked = getattr(request.node, "callspec", None)
    silent = asked is not None and asked.params.get("kind") == "hang"
    channel = TelegramChannel(api.settings(), read_timeout=1.5 if silent else 30)
    yield channel
    await channel.close()


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def ask(api, database, wall):
    """Write to the bot and get what it answers; chats below 0 are groups."""
    chats = iter(range(5, 1000))

    async def ask(*texts, language="en", group=False, messages=1, chat=None, patience=60, **given):
        chat = chat or (-next(chats) if group else next(chats))
        before = len(api.sent[chat])
        bot = TelegramBot(database, api.settings(), KNOWLEDGE, clock=wall, poll_seconds=2)
        task = asyncio.create_task(bot.run())
        try:
            for text in texts:
                api.push_message(
                    text, **({"chat": chat, "user": chat, "language": language} | given)
                )
            wanted = before + messages * len(texts)
            await asyncio.to_thread(
                api.wait_until, lambda: len(api.sent[chat]) >= wanted, patience
            )
        finally:
            await bot.stop()
            await task
        return api.messages(chat)[before:]

    return ask


@pytest.fixture
async def talk(api, database, wall):
    """Somebody in a private chat with a bot that runs as long as the test."""
    async with listening(api, database, wall, operators=(77,)):
        yield Talk(api)
