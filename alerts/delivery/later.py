"""Answers that Telegram wants to have later: one busy chat must not keep the others waiting."""

import asyncio
import logging

from telegram import Bot
from telegram.error import TelegramError

from alerts.delivery.channels import NotSent
from alerts.delivery.channels.telegram import classify
from alerts.delivery.replying import Errand

MOST_WAITING = 100
"""Answers that wait at once; further ones are not given. Each was done already, if it did anything."""

MOST_TRIES = 3
"""Of one request after its first."""

log = logging.getLogger(__name__)


async def attempt(bot: Bot, errand: Errand) -> NotSent | None:
    """Try one request; how it failed where it surely did not arrive and is worth another try."""
    try:
        await errand(bot)
    except TelegramError as error:
        outcome = classify(error)
        log.warning("an answer was not delivered: %s", outcome)
        if isinstance(outcome, NotSent):
            return outcome
    return None


class Later:
    """Gives answers after the wait that Telegram asked for, each on its own."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Task[None]] = set()

    def put(self, bot: Bot, errands: list[Errand], wait: float) -> None:
        """Give the rest of an answer after so many seconds."""
        if len(self._waiting) >= MOST_WAITING:
            log.warning("%d answers wait already: one was dropped", MOST_WAITING)
            return
        task = asyncio.create_task(_give(bot, errands, wait))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    async def close(self) -> None:
        """Give up what still waits."""
        waiting = list(self._waiting)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def _give(bot: Bot, errands: list[Errand], wait: float) -> None:
    try:
        for errand in errands:
            for _ in range(MOST_TRIES):
                await asyncio.sleep(wait)
                failed = await attempt(bot, errand)
                wait = 0.0 if failed is None else failed.retry_after or 1.0
                if failed is None:
                    break
    except Exception:  # nobody waits for this task
        log.exception("an answer that waited was not given")
