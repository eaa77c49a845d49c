"""Forgetting old runs and rejections a little at a time, beside the crawl."""

from collections import deque
from datetime import datetime, timedelta

from storage.database import Database
from storage.retention import AT_ONCE, feed_numbers, forget

EVERY = timedelta(days=1)
"""From the begin of one round over all feeds to that of the next."""


class Tidying:
    """Goes round the feeds once a day, one feed (or one part of it) with every `tick`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._left: deque[int] = deque()
        self._begun: datetime | None = None

    async def tick(self, now: datetime) -> None:
        """Do the next piece of the round, if one is due."""
        if self._begun is None or not timedelta(0) <= now - self._begun < EVERY:
            self._begun = now
            self._left = deque(await self._database.ask(feed_numbers))
        if self._left and await self._database.run(forget, self._left[0], now) < AT_ONCE:
            self._left.popleft()
