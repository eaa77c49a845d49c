"""The loop that follows articles: woken by a crawl that stored something, and by a sweep."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from alerts.flow import Followed, Follower
from config.logs import about
from storage.articles import due_articles, mark_failed
from storage.database import Database
from storage.faults import is_trouble
from storage.heartbeats import beat
from storage.models import Article

log = logging.getLogger(__name__)

LOOP = "follower"
"""The name under which it gives signs of life."""

BATCH = 48
TOGETHER = 8
"""Articles of one transaction on SQLite: a tenth of a second, and one wait for the disk.

PostgreSQL takes them one by one: others read theirs meanwhile, and whoever locks rows of many events
would meet senders the wrong way round.
"""

LONG = 1.0
"""Seconds after which a transaction takes no further article: everybody else waits for the store,
and a page made for it is read for some seconds."""

SWEEP_SECONDS = 30.0
"""How often to look for articles that a crash left behind."""

RETRY_SECONDS = 5.0
"""How long to leave a store alone that cannot be written to: locked, full or gone."""

BEAT_SECONDS = 15.0
"""How often to give a sign of life while there is much to follow."""


class FollowLoop:
    """Follows what is due, each article wholly or not at all; a bad one never stops the rest.

    `on_change` is called when a subscriber is owed something; it must not block.
    """

    def __init__(
        self,
        database: Database,
        follower: Follower,
        clock: Callable[[], datetime],
        on_change: Callable[[], None],
        *,
        loop: str = LOOP,
        sweep: float = SWEEP_SECONDS,
    ) -> None:
        self._database = database
        self._together = TOGETHER if database.engine.dialect.name == "sqlite" else 1
        self._follower = follower
        self._clock = clock
        self._on_change = on_change
        self._loop = loop
        self._sweep = sweep
        self._wake = asyncio.Event()
        self._stopping = False
        self._tried = 0

    def use(self, follower: Follower) -> None:
        """Follow with other rules from the next article on."""
        self._follower = follower

    def wake(self) -> None:
        """Something was stored: look at once."""
        self._wake.set()

    def stop(self) -> None:
        """End after the articles that are being followed."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Follow until told to stop; a store that fails is tried again, and costs no article."""
        while not self._stopping:
            self._wake.clear()
            rest = self._sweep
            try:
                await self._follow_and_beat()
            except SQLAlchemyError:
                log.exception("the store cannot be used; trying again")
                rest = RETRY_SECONDS
            if self._stopping:
                break
            try:
                await asyncio.wait_for(self._wake.wait(), rest)
            except TimeoutError:
                continue

    async def follow_due(self) -> list[Followed]:
        """Follow everything that is due now, oldest first; gives what came of each article."""
        return [followed async for followed in self._each()]

    async def _follow_and_beat(self) -> None:
        loop = asyncio.get_running_loop()
        beaten = loop.time()
        async for _ in self._each():
            if loop.time() - beaten >= BEAT_SECONDS:
                await self._database.run(beat, self._loop, self._clock())
                beaten = loop.time()
        await self._database.run(beat, self._loop, self._clock())

    async def _each(self) -> AsyncIterator[Followed]:
        while not self._stopping:
            due = await self._database.ask(due_articles, BATCH)
            if not due:
                return
            tried = self._tried
            for start in range(0, len(due), self._together):
                if self._stopping:
                    return
                for followed in await self._follow_some(due[start : start + self._together]):
                    yield followed
            if self._tried == tried:  # all of them are in other hands
                return

    async def _follow_some(self, articles: Sequence[int]) -> list[Followed]:
        """Follow a few articles in one transaction, unless they take long.

        Should one of them fail, each is followed by itself.
        """
        found: list[Followed] = []
        while len(articles) > 1 and not self._stopping:
            try:
                taken, followed = await self._database.run(self._in_transaction, articles)
            except Exception as error:
                if is_trouble(error):  # the store's, not an article's
                    raise
                log.debug("articles could not be followed together", exc_info=True)
                break
            found += self._done(followed)
            articles = articles[taken:]
        for article in articles:
            if not self._stopping:
                found += await self._try(article)
        return found

    async def _try(self, article: int) -> list[Followed]:
        try:
            _, followed = await self._database.run(self._in_transaction, [article])
        except Exception as error:
            if is_trouble(error):
                raise
            with about(article=article):
                log.exception("article %s could not be followed", article)
            await self._database.run(mark_failed, article, f"{type(error).__name__}: {error}")
            return []
        return self._done(followed)

    def _done(self, found: Mapping[int, Followed]) -> list[Followed]:
        """What was committed is told: to the log, and to who waits for alerts."""
        for article, followed in found.items():
            if followed.event_id is not None:
                with about(article=article, event=followed.event_id):
                    log.info("about an event, %d steps are news", len(followed.changes))
        if any(followed.changes for followed in found.values()):
            self._on_change()
        return list(found.values())

    def _in_transaction(
        self, session: Session, articles: Sequence[int]
    ) -> tuple[int, dict[int, Followed]]:
        """Follow the first of some articles, at least one; how many that were, and what came of them."""
        found, taken, until = {}, 0, time.monotonic() + LONG
        for taken, number in enumerate(articles, start=1):  # noqa: B007 - where it ends is the answer
            article = session.get(Article, number, with_for_update={"skip_locked": True})
            if article is not None and article.followed_at is None:  # else another has it, or had
                self._tried += 1
                found[number] = self._follower.follow(session, article, self._clock())
            if time.monotonic() >= until:
                break
        return taken, found
