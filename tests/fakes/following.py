"""A loop that follows articles of a store with one subscriber, and what may happen to that store."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, event
from sqlmodel import select

from alerts.flow import Follower
from alerts.follow_loop import FollowLoop
from storage.database import Database
from storage.deliveries import queue, touch_coverage
from storage.models import Article, Claim, Delivery, Heartbeat
from tests.fakes import rows
from tests.fakes.readers import TellingReader, add_article, opening

NOW = datetime(2024, 9, 30, 12, tzinfo=UTC)
DEADLINE = 60.0


class Watched:
    """A loop over a store with one subscriber, and how often somebody was owed something."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.reader = TellingReader()
        self.changes = 0
        follower = Follower(self.reader.as_reader, 60, queue, touch_coverage)
        self.loop = FollowLoop(database, follower, lambda: NOW, self._count)
        with database.write() as session:
            rows.subscribe(session)

    def _count(self) -> None:
        self.changes += 1

    def store(self, *titles: str, day: str = "2024-09-04") -> None:
        """Store articles of these titles; each tells of an opening unless it was told otherwise."""
        with self.database.write() as session:
            for title in titles:
                self.reader.says.setdefault(title, (opening(),))
                add_article(session, title, day)

    def articles(self) -> dict[str, Article]:
        """What is stored, by title."""
        with self.database.read() as session:
            return {article.title: article for article in session.exec(select(Article))}

    def count(self, model: type[Claim | Delivery | Heartbeat]) -> int:
        """How many rows of a kind there are."""
        with self.database.read() as session:
            return len(session.exec(select(model)).all())

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait for something that the loop brings about."""
        deadline = time.monotonic() + DEADLINE
        while not holds():
            assert time.monotonic() < deadline, "it did not happen"
            await asyncio.sleep(0.01)


@contextmanager
def hurried(engine: Engine, command: str) -> Iterator[None]:
    """Every connection gets this command before it is used."""

    def hurry(connection: Any, *_: object) -> None:
        connection.execute(command)

    event.listen(engine, "checkout", hurry)
    try:
        yield
    finally:
        event.remove(engine, "checkout", hurry)
        engine.dispose()  # connections that were told to hurry


@contextmanager
def locked(database: Database, *, until_felt: bool = False) -> Iterator[None]:
    """Somebody else holds the store, longer than anybody waits; or until that has hurt somebody.

    With the same library: two of them in one process do not see each other's locks of a file.
    """
    on_sqlite = database.engine.dialect.name == "sqlite"
    limit = "PRAGMA busy_timeout = 20" if on_sqlite else "SET lock_timeout = 20"
    lock = "BEGIN IMMEDIATE" if on_sqlite else "BEGIN; LOCK TABLE article IN EXCLUSIVE MODE"
    with hurried(database.engine, limit), closing(database.engine.raw_connection()) as holder:
        connection: Any = holder.driver_connection
        connection.execute(lock)

        def let_go(_: object) -> None:
            connection.rollback()

        if until_felt:
            event.listen(database.engine, "handle_error", let_go, once=True)
        yield
