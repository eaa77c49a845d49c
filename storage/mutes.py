"""Events of which a chat wants to hear no more."""

from datetime import datetime

from sqlalchemy import or_, update
from sqlmodel import Session, col, delete, select

from storage.models import Delivery, DeliveryStatus, Event, Mute, Subscription
from storage.outbox import WAITING


def mute(session: Session, subscription: Subscription, event_id: int, now: datetime) -> int:
    """Tell this chat no more of an event; how many waiting alerts are dropped for that."""
    key = (subscription.id or 0, event_id)
    if session.get(Mute, key) is None:
        session.add(Mute(subscription_id=key[0], event_id=event_id, at=now))
        session.flush()
    done = session.connection().execute(
        update(Delivery)
        .where(
            col(Delivery.subscription_id) == subscription.id,
            col(Delivery.event_id) == event_id,
            col(Delivery.status).in_(WAITING),
        )
        .values(status=DeliveryStatus.DROPPED, error="the event was muted")
    )
    return done.rowcount


def unmute(session: Session, subscription: Subscription, event_id: int) -> bool:
    """Tell it of the event again, from the next step on; False where it was not muted."""
    merged = select(Event.id).where(Event.merged_into == event_id)
    done = session.connection().execute(
        delete(Mute).where(
            col(Mute.subscription_id) == subscription.id,
            or_(col(Mute.event_id) == event_id, col(Mute.event_id).in_(merged)),
        )
    )
    return done.rowcount > 0


def is_muted(session: Session, subscription: int, event_id: int) -> bool:
    """Whether a subscription has muted an event, or one that was merged into it."""
    merged = select(Event.id).where(Event.merged_into == event_id)
    found = select(Mute.event_id).where(
        Mute.subscription_id == subscription,
        or_(col(Mute.event_id) == event_id, col(Mute.event_id).in_(merged)),
    )
    return session.exec(found.limit(1)).first() is not None


def muted(session: Session, subscription: Subscription) -> list[int]:
    """The events that this chat has muted, newest first, under the ids that they have now."""
    found = session.exec(
        select(Mute.event_id, Event.merged_into)
        .join(Event, col(Event.id) == Mute.event_id)
        .where(Mute.subscription_id == subscription.id)
        .order_by(col(Mute.at).desc(), col(Mute.event_id).desc())
    )
    return list(dict.fromkeys(into or number for number, into in found))
