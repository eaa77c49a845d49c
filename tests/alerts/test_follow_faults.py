"""Trouble of the store while an article is followed is no attempt of that article.

Lock, deadlock and lost connection are real ones, each over as soon as it has done its harm: nothing
but the loop's own judgement keeps an attempt from being counted then.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from alerts import follow_loop
from alerts.flow import Follower
from alerts.tagging.reading import Reading
from storage.articles import MAX_FOLLOW_ATTEMPTS
from storage.database import Database
from storage.deliveries import queue, touch_coverage
from storage.models import Claim, Delivery, Event, StageChange
from tests.fakes.following import DEADLINE, Watched, hurried, locked
from tests.fakes.processes import wait_until
from tests.fakes.readers import opening


@pytest.fixture(autouse=True)
def _no_transaction_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow_loop, "LONG", DEADLINE)


async def fails_and_costs_nothing(watched: Watched, said: str) -> None:
    """The article is followed in vain, and then as if nothing had been."""
    with pytest.raises(OperationalError, match=said):
        await watched.loop.follow_due()
    for rest in (1, 0):
        article = watched.articles()["one"]
        assert (article.follow_attempts, article.follow_error) == (0, None)
        assert watched.count(Claim) == watched.count(Delivery) == 1 - rest
        assert len(await watched.loop.follow_due()) == rest


async def test_a_lock_costs_no_article(database: Database) -> None:
    watched = Watched(database)
    watched.store("one")
    with locked(database, until_felt=True):
        await fails_and_costs_nothing(watched, "lock")


def while_reading(
    monkeypatch: pytest.MonkeyPatch, watched: Watched, happen: Callable[[], object]
) -> None:
    """Let something happen while the next article is read, in the middle of its transaction."""
    read, coming = watched.reader.read, [happen]

    def reading(*given: Any) -> Reading:
        while coming:
            coming.pop()()
        return read(*given)

    monkeypatch.setattr(watched.reader, "read", reading)


class Rival:
    """Holds what the follower needs next, and then waits for what the follower holds."""

    def __init__(self, engine: Engine, connection: Any, pool: ThreadPoolExecutor) -> None:
        self._engine = engine
        self._connection = connection
        self._pool = pool
        self.ended: Future[None] | None = None

    def cross(self) -> None:
        """Come back when it waits: who waits last is who finds the deadlock."""
        self._connection.execute("SET deadlock_timeout = '1h'")  # never the one to be ended
        self._connection.execute("LOCK TABLE claim")
        self.ended = self._pool.submit(self._take_articles)
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        with self._engine.connect() as onlooker:
            wait_until(lambda: onlooker.execute(waiting).scalar_one(), "that it waits")

    def _take_articles(self) -> None:
        self._connection.execute("SELECT 1 FROM article FOR UPDATE")
        self._connection.rollback()


@contextmanager
def rival(database: Database) -> Iterator[Rival]:
    engine = database.engine
    with (
        hurried(engine, "SET deadlock_timeout = 20"),
        ThreadPoolExecutor(1) as pool,
        closing(engine.raw_connection()) as connection,
    ):
        yield Rival(engine, connection.driver_connection, pool)


async def test_a_deadlock_costs_no_article(
    postgresql_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = Watched(postgresql_database)
    watched.store("one")
    with rival(postgresql_database) as other:
        while_reading(monkeypatch, watched, other.cross)
        await fails_and_costs_nothing(watched, "deadlock detected")
        assert other.ended is not None
        other.ended.result(DEADLINE)


async def test_a_lost_connection_costs_no_article(
    postgresql_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = Watched(postgresql_database)
    watched.store("one")
    end = text(
        "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND state = 'idle in transaction'"
    )

    def hang_up() -> None:
        with postgresql_database.engine.connect() as server:
            assert server.execute(end).all() == [(True,)]

    while_reading(monkeypatch, watched, hang_up)
    await fails_and_costs_nothing(watched, "terminating connection|closed the connection")


TOO_MUCH = "SELECT " + ", ".join("1" * 40_000)


async def test_what_is_too_much_for_any_store_is_put_aside_and_stops_nothing(
    database: Database,
) -> None:
    """It is an operational error too, and the same article would be tried for ever."""
    watched = Watched(database)
    watched.reader.tell("good", opening("alipay", "jd"))
    watched.store("bad", day="2024-09-01")
    watched.store("good")

    def owe(session: Session, event: Event, change: StageChange, *given: Any) -> int:
        if event.host == "taobao":
            session.connection().exec_driver_sql(TOO_MUCH)
        return queue(session, event, change, *given)

    watched.loop.use(Follower(watched.reader.as_reader, 60, owe, touch_coverage))
    assert len(await watched.loop.follow_due()) == 1
    bad, good = watched.articles()["bad"], watched.articles()["good"]
    assert (bad.follow_attempts, bad.followed_at) == (MAX_FOLLOW_ATTEMPTS, None)
    assert (bad.follow_error or "").startswith("OperationalError: ")
    assert (good.follow_attempts, good.follow_error) == (0, None)
