"""Turns between processes: nobody comes too early, and a dead holder is waited for a while only."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from sqlmodel import Session, select

from storage import deliveries, turns
from storage.database import Database
from storage.models import Turn
from storage.subscriptions import Address
from tests.fakes.rows import NOW, make_change, make_event, subscribe

pytestmark = pytest.mark.postgresql


@pytest.fixture
def session(postgresql_database: Database) -> Iterator[Session]:
    with postgresql_database.write() as session:
        yield session


def test_turns_are_as_far_apart_as_asked_for(session: Session) -> None:
    waits = [turns.take(session, turns.HOST, "a.example", 10.0) for _ in range(3)]
    assert waits[0] == 0
    assert waits[1:] == pytest.approx([10, 20], abs=1)
    assert turns.take(session, turns.HOST, "b.example", 10.0) == 0


def test_a_turn_that_passed_costs_nothing(session: Session) -> None:
    turns.take(session, turns.HOST, "a.example", 0.01)
    time.sleep(0.02)
    assert turns.take(session, turns.HOST, "a.example", 10.0) == 0


def test_several_at_once_get_turns_of_their_own(postgresql_database: Database) -> None:
    def take(_: int) -> float:
        with postgresql_database.write() as session:
            return turns.take(session, turns.BOT_API, "telegram", 5.0)

    with ThreadPoolExecutor(4) as pool:
        waits = sorted(pool.map(take, range(12)))
    assert all(later - earlier > 4 for earlier, later in pairwise(waits))


def test_a_turn_is_put_off_and_pulled_close(session: Session) -> None:
    turns.put_off(session, turns.CHAT, "telegram 5", 50)
    turns.put_off(session, turns.CHAT, "telegram 5", 0)
    assert turns.take(session, turns.CHAT, "telegram 5", 1.0) == 0


def test_turns_long_past_are_forgotten(session: Session) -> None:
    session.add(Turn(kind=turns.HOST, key="old", free_at=datetime(2024, 9, 4, tzinfo=UTC)))
    session.flush()
    turns.take(session, turns.HOST, "new", 1.0)
    turns.forget_past(session)
    assert [row.key for row in session.exec(select(Turn))] == ["new"]


def owe(session: Session, *chats: str, events: int = 1) -> None:
    for chat in chats:
        subscribe(session, chat)
    for _ in range(events):
        event = make_event(session)
        deliveries.queue(session, event, make_change(session, event), NOW)


def claim(session: Session, limit: int = 9) -> list[str]:
    claimed = turns.claim_in_turn(
        session, deliveries.claim, (turns.CHAT,), now=NOW, limit=limit, channels=["telegram"]
    )
    return sorted(one.address.chat for one in claimed)


def test_a_chat_is_its_senders_until_it_lets_go(session: Session) -> None:
    owe(session, "1", "-2", events=2)
    assert claim(session) == ["-2", "1"]
    assert claim(session) == []
    turns.put_off(session, turns.CHAT, turns.key_of(Address("telegram", "-2")), 0)
    assert claim(session) == ["-2"]


def test_a_chat_that_was_just_edited_gets_alerts_and_no_edits(session: Session) -> None:
    owe(session, "1")
    turns.put_off(session, turns.EDIT, "telegram 1", 60)
    assert turns.claim_in_turn(
        session, deliveries.claim, (turns.CHAT, turns.EDIT), now=NOW, limit=9
    ) == []  # fmt: skip
    assert claim(session) == ["1"]


def test_many_senders_never_meet_in_one_chat(postgresql_database: Database) -> None:
    with postgresql_database.write() as session:
        owe(session, *map(str, range(1, 21)), events=4)

    def work(_: int) -> list[str]:
        with postgresql_database.write() as session:
            return claim(session, 3)

    with ThreadPoolExecutor(4) as pool:
        chats = [chat for claimed in pool.map(work, range(12)) for chat in claimed]
    assert sorted(chats) == sorted(map(str, range(1, 21)))
