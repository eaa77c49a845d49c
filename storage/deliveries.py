"""Everything about deliveries under one name: queueing, claiming, settling, looking at them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, true, update
from sqlmodel import Session, col, select

from config.errors import NotFoundError
from storage.bundles import Bundle, Counts, Item, as_sent, bundle
from storage.due import has_due, next_due, oldest_due
from storage.edits import (
    EDIT_DEBOUNCE,
    GATHERED_DEBOUNCE,
    claim_edits,
    postpone_edit,
    settle_edited,
    touch_coverage,
)
from storage.models import Delivery, DeliveryStatus, StageChange, Subscription
from storage.outbox import MOST_UNCERTAIN, WAITING, Claimed, claim, depart, recover, take_along
from storage.owed import queue, touch
from storage.receipts import (
    hold,
    settle_dead,
    settle_gone,
    settle_migrated,
    settle_retry,
    settle_sent,
    settle_uncertain,
)
from storage.subscriptions import CONSOLE, TELEGRAM, Address, migrate, pause, resume, sync_chats
from storage.views import AlertView, Coverage, Dated, Outlet, Quote, Recent, alert_view

__all__ = [
    "CONSOLE",
    "EDIT_DEBOUNCE",
    "GATHERED_DEBOUNCE",
    "MOST_UNCERTAIN",
    "TELEGRAM",
    "Address",
    "AlertView",
    "Bundle",
    "Claimed",
    "Counts",
    "Coverage",
    "Dated",
    "DeliveryRow",
    "Item",
    "Outlet",
    "Quote",
    "Recent",
    "alert_view",
    "as_sent",
    "bundle",
    "claim",
    "claim_edits",
    "count_by_status",
    "depart",
    "drop_owed",
    "failed",
    "has_due",
    "hold",
    "listed",
    "migrate",
    "next_due",
    "oldest_due",
    "pause",
    "pending",
    "postpone_edit",
    "queue",
    "recover",
    "resume",
    "retry",
    "settle_dead",
    "settle_edited",
    "settle_gone",
    "settle_migrated",
    "settle_retry",
    "settle_sent",
    "settle_uncertain",
    "sync_chats",
    "take_along",
    "touch",
    "touch_coverage",
]

OWED_FOR = timedelta(days=30)
"""So long is an alert kept for a chat that is paused or no longer configured."""

_OPEN = (*WAITING, DeliveryStatus.SENDING)


@dataclass(frozen=True)
class DeliveryRow:
    """One line of `interopwatch deliveries`."""

    id: int
    event: str
    stage: str
    channel: str
    address: str
    topic: int
    status: str
    attempts: int
    due_at: datetime
    sent_at: datetime | None
    message_id: int | None
    error: str | None
    paused_reason: str | None


def pending(session: Session, limit: int = 50) -> list[DeliveryRow]:
    """What is still owed, the longest waiting first; also what waits for a paused chat."""
    return _rows(session, col(Delivery.status).in_(_OPEN), col(Delivery.due_at), limit)


def failed(session: Session, limit: int = 50, after: int | None = None) -> list[DeliveryRow]:
    """The dead letters with their errors, newest first; `after` is the last id already seen."""
    dead = col(Delivery.status) == DeliveryStatus.DEAD
    return _rows(session, and_(dead, _older(after)), col(Delivery.id).desc(), limit)


def listed(session: Session, limit: int = 50, after: int | None = None) -> list[DeliveryRow]:
    """All deliveries, newest first; `after` is the last id already seen."""
    return _rows(session, _older(after), col(Delivery.id).desc(), limit)


def _older(after: int | None) -> ColumnElement[bool]:
    return true() if after is None else col(Delivery.id) < after


def count_by_status(session: Session) -> dict[str, int]:
    """How many deliveries stand where; every status is named."""
    counted = session.exec(
        select(Delivery.status, func.count()).group_by(col(Delivery.status))
    ).all()
    counts = {word.value: 0 for word in DeliveryStatus}
    return counts | {str(word): number for word, number in counted}


def retry(session: Session, delivery_id: int, now: datetime) -> None:
    """Owe a dead letter once more, with its attempts forgotten.

    Raises NotFoundError when there is no such dead letter.
    """
    done = session.connection().execute(
        update(Delivery)
        .where(col(Delivery.id) == delivery_id, col(Delivery.status) == DeliveryStatus.DEAD)
        .values(status=DeliveryStatus.PENDING, attempts=0, due_at=now, error=None)
    )
    if done.rowcount == 0:
        raise NotFoundError(
            f"no failed delivery {delivery_id}: `interopwatch deliveries --failed` lists them"
        )


def drop_owed(session: Session, now: datetime) -> int:
    """Give up what has waited too long for a paused or removed chat; how many were given up."""
    shut = select(Subscription.id).where(
        or_(col(Subscription.active).is_(False), col(Subscription.paused_reason).is_not(None))
    )
    done = session.connection().execute(
        update(Delivery)
        .where(
            col(Delivery.status).in_(WAITING),
            col(Delivery.due_at) <= now - OWED_FOR,
            col(Delivery.subscription_id).in_(shut),
        )
        .values(
            status=DeliveryStatus.DEAD,
            error=f"the chat was paused or not configured for {OWED_FOR.days} days",
        )
    )
    return done.rowcount


def _rows(
    session: Session, rule: ColumnElement[bool], order: Any, limit: int
) -> list[DeliveryRow]:
    found = session.exec(
        select(Delivery, Subscription, StageChange)
        .join(Subscription, col(Subscription.id) == Delivery.subscription_id)
        .join(StageChange, col(StageChange.id) == Delivery.stage_change_id)
        .where(rule)
        .order_by(order)
        .limit(limit)
    )
    return [
        DeliveryRow(
            id=delivery.id or 0,
            event=f"E{delivery.event_id}",
            stage=change.stage.value,
            channel=place.channel,
            address=place.address,
            topic=place.topic,
            status=delivery.status.value,
            attempts=delivery.attempts,
            due_at=delivery.due_at,
            sent_at=delivery.sent_at,
            message_id=delivery.message_id,
            error=delivery.error,
            paused_reason=place.paused_reason,
        )
        for delivery, place, change in found
    ]
