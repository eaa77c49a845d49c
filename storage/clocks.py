"""What a clock that was set back has left in the time to come.

While it was ahead, alerts were put off to moments that now are hours or months away. Nobody is kept
waiting for them: they are due when the timetable of their subscription says, seen from now.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_, tuple_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from storage.models import Delivery, DeliveryStatus, Subscription
from storage.outbox import WAITING
from storage.timetable import Timetable

LONGEST_HOLD = timedelta(days=1)
"""What a channel holds up comes again within that; later than that only a wrong clock has put it."""

JUMP_SECONDS = 5.0
"""A difference above this is a clock that was set, not one that drifts."""


def mend_clock(session: Session, now: datetime) -> int:
    """Bring nearer what is due further ahead than can be; returns how many deliveries that were.

    A claim of the time to come counts from now, so that it is taken back once its lease is over.
    """
    mended = 0
    for number, *given in _ahead(session, now):
        due, part = Timetable(*given).due(now)
        moved = session.connection().execute(
            update(Delivery)
            .where(
                col(Delivery.subscription_id) == number,
                col(Delivery.status).in_(WAITING),
                col(Delivery.due_at) > due,
            )
            .values(
                due_at=due, part=case((col(Delivery.part) == 0, part), else_=col(Delivery.part))
            )
        )
        mended += moved.rowcount
    session.connection().execute(
        update(Delivery)
        .where(col(Delivery.edit_due_at) > now + LONGEST_HOLD)
        .values(edit_due_at=now)
    )
    session.connection().execute(
        update(Delivery)
        .where(col(Delivery.status) == DeliveryStatus.SENDING, col(Delivery.claimed_at) > now)
        .values(claimed_at=now)
    )
    return mended


def _ahead(session: Session, now: datetime) -> Sequence[Any]:
    """Subscriptions with something that is due later than now, and that nothing else explains.

    Each question begins with what waits: a subscription may have been sent thousands of alerts.
    """
    times = (getattr(Subscription, name) for name in Timetable.__dataclass_fields__)
    place = aliased(Subscription)
    held = select(place.channel, place.address).where(
        col(place.id).in_(_waiting(now, col(Delivery.error).is_not(None)))
    )
    later = or_(
        and_(
            col(Subscription.id).in_(_waiting(now + timedelta(seconds=JUMP_SECONDS))),
            tuple_(col(Subscription.channel), col(Subscription.address)).not_in(held),
        ),
        col(Subscription.id).in_(_waiting(now + LONGEST_HOLD)),
    )
    found: Sequence[Any] = session.exec(select(Subscription.id, *times).where(later)).all()
    return found


def _waiting(until: datetime, *rules: ColumnElement[bool]) -> Any:
    """Whose alerts wait beyond a moment."""
    return select(Delivery.subscription_id).where(
        col(Delivery.status).in_(WAITING), col(Delivery.due_at) > until, *rules
    )
