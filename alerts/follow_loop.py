"""The loop that follows articles: woken by a crawl that stored something, and by a sweep."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from datetime import datetime

from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlmodel import Session

from alerts.flow import Followed, Follower
from config.logs import about
from storage.articles import due_articles, mark_failed
from storage.database import Database
from storage.heartbeats import beat
from storage.models import Article

log = logging.getLogger(__name__)

LOOP = "follower"
"""The name under which it gives signs of life."""

BATCH = 50
SWEEP_SECONDS = 30.0
"""How often to look for articles that a crash left behind."""

RETRY_SECONDS = 5.0
"""How long to leave a store alone that cannot be written to: locked, full or gone."""

BEAT_SECONDS = 15.0
"""How often to give a sign of life while there is much to follow."""


class FollowLoop:
    """Follows what is due, one transaction per article; one bad article never stops the rest.

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
        """End after the article that is being followed."""
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
            for article in due:
                if self._stopping:
                    return
                followed = await self._follow(article.id or 0)
                if followed is not None:
                    yield followed
            if self._tried == tried:  # all of them are in other hands
                return

    async def _follow(self, article_id: int) -> Followed | None:
        with about(article=article_id):
            followed = await self._try(article_id)
            if followed is not None and followed.event_id is not None:
                with about(event=followed.event_id):
                    log.info("about an event, %d steps are news", len(followed.changes))
        return followed

    async def _try(self, article_id: int) -> Followed | None:
        try:
            followed = await self._database.run(self._in_transaction, article_id)
        except OperationalError:  # the store's fault, not the article's
            raise
        except Exception as error:
            log.exception("article %s could not be followed", article_id)
            await self._database.run(mark_failed, article_id, f"{type(error).__name__}: {error}")
            return None
        if followed is not None and followed.changes:
            self._on_change()
        return followed

    def _in_transaction(self, session: Session, article_id: int) -> Followed | None:
        article = session.get(Article, article_id, with_for_update={"skip_locked": True})
        if article is None or article.followed_at is not None:  # another process is at it, or was
            return None
        self._tried += 1
        return self._follower.follow(session, article, self._clock())
