"""The follower as a loop: what is due is followed once, whatever one article or the store does."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from alerts import follow_loop
from alerts.follow_loop import FollowLoop
from storage.articles import MAX_FOLLOW_ATTEMPTS
from storage.database import Database
from storage.heartbeats import beat
from storage.models import Claim, Delivery, Heartbeat
from tests.fakes.following import DEADLINE, NOW, Watched, locked


@pytest.fixture
def watched(database: Database, monkeypatch: pytest.MonkeyPatch) -> Watched:
    monkeypatch.setattr(follow_loop, "LONG", DEADLINE)
    return Watched(database)


@pytest.fixture
async def running(watched: Watched) -> AsyncIterator[Watched]:
    task = asyncio.create_task(watched.loop.run())
    await watched.until(lambda: watched.count(Heartbeat))
    yield watched
    watched.loop.stop()
    await asyncio.wait_for(task, DEADLINE)


async def test_what_is_due_is_followed_oldest_first(watched: Watched):
    watched.store("newer", day="2024-09-05")
    watched.store("older", day="2024-09-04")
    followed = await watched.loop.follow_due()
    assert [len(one.changes) for one in followed] == [1, 0]
    (first, _) = sorted(watched.articles().values(), key=lambda a: a.published_at or NOW)
    assert first.title == "older"
    assert watched.changes == 1


async def test_nothing_is_followed_twice(watched: Watched):
    watched.store("one")
    assert len(await watched.loop.follow_due()) == 1
    assert await watched.loop.follow_due() == []


async def test_more_than_a_batch_is_followed(watched: Watched, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(follow_loop, "BATCH", 2)
    watched.store("a", "b", "c", "d", "e")
    assert len(await watched.loop.follow_due()) == 5


async def test_a_bad_article_never_stops_the_rest_and_is_put_aside_with_the_reason(
    watched: Watched,
):
    watched.reader.poison.add("bad")
    watched.store("bad", day="2024-09-01")
    watched.store("good")
    followed = await watched.loop.follow_due()
    assert len(followed) == 1
    bad = watched.articles()["bad"]
    assert bad.followed_at is None
    assert bad.follow_attempts == MAX_FOLLOW_ATTEMPTS
    assert bad.follow_error == "RuntimeError: cannot read bad"
    assert watched.count(Claim) == 1


async def test_an_article_that_another_process_has_followed_is_left_alone(watched: Watched):
    """`interopwatch crawl` beside the daemon: both may hold the article in their batch."""
    watched.store("one", "two")
    other = FollowLoop(watched.database, watched.loop._follower, lambda: NOW, lambda: None)
    found = await asyncio.gather(watched.loop.follow_due(), other.follow_due())
    assert sum(map(len, found)) == 2
    assert watched.count(Claim) == 2


async def test_a_store_that_cannot_be_written_to_costs_no_article(watched: Watched):
    watched.store("one")
    with locked(watched.database), pytest.raises(OperationalError, match="lock"):
        await watched.loop.follow_due()
    assert watched.articles()["one"].follow_attempts == 0
    assert watched.count(Claim) == 0


async def test_the_loop_outlives_a_locked_store(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(follow_loop, "RETRY_SECONDS", 0.05)
    watched.store("one")
    with locked(watched.database):
        task = asyncio.create_task(watched.loop.run())
        await watched.until(lambda: caplog.text.count("the store cannot be used") >= 4)
    await watched.until(lambda: watched.count(Claim))
    watched.loop.stop()
    await asyncio.wait_for(task, DEADLINE)
    assert watched.articles()["one"].follow_attempts == 0
    assert watched.count(Delivery) == 1


async def test_the_loop_wakes_at_once(running: Watched):
    running.store("one")
    running.loop.wake()
    await running.until(lambda: running.changes == 1)
    assert running.count(Delivery)


async def test_the_loop_gives_signs_of_life(running: Watched):
    with running.database.read() as session:
        assert session.get_one(Heartbeat, "follower").at == NOW


async def test_a_long_backlog_is_no_silence(watched: Watched, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(follow_loop, "BEAT_SECONDS", 0.0)
    monkeypatch.setattr(follow_loop, "BATCH", 1)
    watched.store("a", "b")
    beats: list[int] = []

    def counting(session, loop: str, now: datetime) -> None:
        beats.append(watched.count(Claim))
        beat(session, loop, now)

    monkeypatch.setattr("alerts.follow_loop.beat", counting)
    task = asyncio.create_task(watched.loop.run())
    await watched.until(lambda: len(beats) > 2)
    watched.loop.stop()
    await asyncio.wait_for(task, DEADLINE)
    assert beats[0] == 1


@pytest.mark.parametrize(("long", "expected"), [(DEADLINE, 1), (0.0, 3)])
async def test_articles_share_a_transaction_on_a_file_alone_unless_they_take_long(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, long: float, expected: int
):
    monkeypatch.setattr(follow_loop, "LONG", long)
    watched.store("one", "two", "three")
    ended = 0

    def count(_: object) -> None:
        nonlocal ended
        ended += 1

    event.listen(watched.database.engine, "commit", count)
    await watched.loop.follow_due()
    event.remove(watched.database.engine, "commit", count)
    assert ended == (expected if watched.database.engine.dialect.name == "sqlite" else 3)


async def test_told_to_stop_it_ends_after_the_articles_at_hand(watched: Watched):
    watched.store(*map(str, range(20)))
    watched.loop._on_change = watched.loop.stop
    await asyncio.wait_for(watched.loop.run(), DEADLINE)
    at_once = watched.loop._together
    assert watched.count(Claim) == at_once < 20
    assert sum(a.followed_at is not None for a in watched.articles().values()) == at_once


async def test_told_to_stop_it_leaves_the_rest_of_those_that_failed_together(watched: Watched):
    watched.reader.poison.add("bad")
    watched.store("bad", day="2024-09-01")
    watched.store("good", "rest")
    watched.loop._on_change = watched.loop.stop
    await asyncio.wait_for(watched.loop.run(), DEADLINE)
    followed = [title for title, a in watched.articles().items() if a.followed_at is not None]
    assert followed == ["good"]
