"""A process that has the bot loaded and forks it: one listens within milliseconds.

It reads a line on standard input for each, and answers with the process id.

    python -m tests.fakes.listener DATABASE-URL BOT-API-URL
"""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime

from pydantic import SecretStr

from alerts.delivery import bot
from alerts.delivery.words import words_for
from config.settings import Telegram
from storage.database import Database
from tests.fakes.bot_api import TOKEN
from tests.fakes.knowledge import KNOWLEDGE


async def _no_menus(*_: object) -> None:
    """As if they were set: it takes requests that say nothing here."""


def listen(url: str, base_url: str) -> None:
    """What a child does until it is killed."""
    settings = Telegram(token=SecretStr(TOKEN), base_url=base_url)
    listening = bot.TelegramBot(
        Database(url), settings, KNOWLEDGE, clock=lambda: datetime.now(UTC), poll_seconds=20
    )
    asyncio.run(listening.run())


def main() -> None:
    """Fork a bot for every line."""
    words_for("en")("bot-start")
    vars(bot)["set_menus"] = _no_menus
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system buries them
    print("ready", flush=True)
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listen(*sys.argv[1:])
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()
