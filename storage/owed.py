"""Queueing: one row of the outbox for every subscription that a stage change matters to."""

import re
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from config.words import Stage
from storage.models import Delivery, DeliveryStatus, Edge, Event, StageChange, Subscription

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_BATCH = 1000
"""Rows of one INSERT."""


def queue(session: Session, event: Event, change: StageChange, now: datetime) -> int:
    """Owe this stage change to everyone who wants it; returns how many are owed it newly.

    Asking twice is harmless: (subscription, stage change) is UNIQUE. Both rows must be flushed.
    """
    if event.id is None or change.id is None:
        raise ValueError("queue() needs an event and a stage change with ids: flush first")
    parties = _parties(session, event)
    wanted = select(Subscription).where(col(Subscription.active).is_(True))
    rows = [
        {
            "subscription_id": subscription.id,
            "stage_change_id": change.id,
            "event_id": event.id,
            "status": DeliveryStatus.PENDING,
            "due_at": now,
            "attempts": 0,
        }
        for subscription in session.exec(wanted)
        if _matches(subscription, event, change, parties)
    ]
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(Delivery).on_conflict_do_nothing().returning(col(Delivery.id))
    connection = session.connection()
    return sum(
        len(connection.execute(statement, rows[start : start + _BATCH]).all())
        for start in range(0, len(rows), _BATCH)
    )


def _parties(session: Session, event: Event) -> set[str]:
    """Everybody who has a part in the event: hosts, guests, and their owners from the bucket."""
    parties = {event.host, event.guest, *_ID.findall(event.bucket)}
    for edge in session.exec(select(Edge).where(Edge.event_id == event.id)):
        parties |= {edge.host, edge.guest}
    return parties


def _matches(
    subscription: Subscription, event: Event, change: StageChange, parties: set[str]
) -> bool:
    if subscription.platforms and parties.isdisjoint(subscription.platforms):
        return False
    if subscription.capabilities and event.capability not in subscription.capabilities:
        return False
    return _far_enough(change, subscription.least_stage)


def _far_enough(change: StageChange, least: Stage) -> bool:
    """A withdrawal matters to those who wanted to hear of the stage that it ends."""
    if change.stage is not Stage.WITHDRAWN:
        return change.stage.rank >= least.rank
    return change.previous is None or change.previous.rank >= least.rank
