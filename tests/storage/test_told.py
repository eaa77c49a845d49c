"""What one chat was told of one event, in a store of years: nothing walks all that either was told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from config.words import Stage
from storage import deliveries
from storage.clocks import mend_clock
from storage.database import Database
from tests.fakes.rows import NOW, make_change, make_event, owe

BETWEEN = 300
"""Steps that the same chats are told of before the event in question and after it."""


def others(session: Session, number: int) -> None:
    """Many other events, each told to all."""
    event = make_event(session, guest=f"guest-{number}")
    for step in range(BETWEEN):
        make_change(session, event, cycle=step)
    session.execute(text(_TELL), {"event": event.id})


_TELL = """
    INSERT INTO delivery (subscription_id, stage_change_id, event_id, status, due_at, part,
      attempts, sent_at, message_id)
    SELECT s.id, c.id, :event, 'sent', c.seen_at, 0, 1, c.seen_at, c.id
    FROM stagechange c CROSS JOIN subscription s WHERE c.event_id = :event
"""


def steps_of(session: Session, work: Callable[[], Any]) -> int:
    """Thousands of steps of SQLite's machine that a work takes."""
    session.flush()
    counted = 0

    def count() -> None:
        nonlocal counted
        counted += 1

    connection: Any = session.connection().connection.driver_connection
    connection.set_progress_handler(count, 1_000)
    try:
        work()
        session.flush()
    finally:
        connection.set_progress_handler(None, 0)
    return counted


@pytest.mark.parametrize("what", ["coverage", "answer", "clock"])
def test_other_events_that_a_chat_was_told_of_cost_nothing(
    sqlite_database: Database, what: str
) -> None:
    def work() -> None:
        if what == "coverage":
            deliveries.touch_coverage(session, event.id or 0, NOW)
            return
        if what == "clock":
            assert mend_clock(session, NOW - timedelta(days=2)) == 20
            return
        later = make_change(session, event, Stage.LIVE, previous=change.stage)
        deliveries.queue(session, event, later, NOW)
        for one in deliveries.claim(session, NOW, 64):
            deliveries.alert_view(session, one.delivery_id)
            deliveries.settle_sent(session, one, 2, "y", NOW)

    with sqlite_database.read() as session:
        event, change = owe(session, *map(str, range(1, 21)))
        few = steps_of(session, work)
        session.rollback()
    with sqlite_database.read() as session:
        owe(session, *map(str, range(1, 21)), guest="another")
        first = deliveries.claim(session, NOW, 64)
        for one in first:
            deliveries.settle_sent(session, one, 1, "x", NOW)
        others(session, 0)
        event = make_event(session)
        change = make_change(session, event)
        deliveries.queue(session, event, change, NOW)
        others(session, 1)
        many = steps_of(session, work)
    assert many <= 2 * few + 5
