"""When there is something to do for the sender, without taking it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlmodel import Session, col

from storage.edits import WAS_SENT
from storage.models import Delivery, Subscription
from storage.outbox import WAITING, are_open


def next_due(session: Session, after: datetime) -> datetime | None:
    """When the next send or edit falls due, if one does later than `after`."""
    place = (Subscription, col(Subscription.id) == col(Delivery.subscription_id))
    send = (
        select(func.min(col(Delivery.due_at)))
        .join(*place)
        .where(col(Delivery.status).in_(WAITING), col(Delivery.due_at) > after, *are_open())
    )
    edit = (
        select(func.min(col(Delivery.edit_due_at)))
        .join(*place)
        .where(
            WAS_SENT,
            col(Delivery.edit_due_at) > after,
            *are_open(),
        )
    )
    moments = [moment for moment in (session.scalar(send), session.scalar(edit)) if moment]
    return min(moments, default=None)


def oldest_due(session: Session, now: datetime) -> datetime | None:
    """Since when the longest waiting of what could be sent has been due."""
    return session.scalar(
        select(func.min(col(Delivery.due_at)))
        .join(Subscription, col(Subscription.id) == col(Delivery.subscription_id))
        .where(col(Delivery.status).in_(WAITING), col(Delivery.due_at) <= now, *are_open())
    )


def has_due(session: Session, now: datetime, channels: Collection[str]) -> bool:
    """True when something could be sent or edited now, were its chat free."""
    place = (Subscription, col(Subscription.id) == col(Delivery.subscription_id))
    send = and_(col(Delivery.status).in_(WAITING), col(Delivery.due_at) <= now)
    edit = and_(
        WAS_SENT,
        col(Delivery.edit_due_at) <= now,
        col(Delivery.message_id).is_not(None),
    )
    wanted = (
        select(col(Delivery.id)).join(*place).where(or_(send, edit), *are_open(channels=channels))
    )
    return session.scalars(wanted.limit(1)).first() is not None
