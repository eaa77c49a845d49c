"""The outbox: what is owed to whom, what is on its way, what has gone.

`pending -> sending -> sent | pending (surely not sent) | uncertain | dead`. A claim is one
statement and is committed before the request leaves; the outcome is committed right after it.
`attempts` counts only the claims of which nobody can say that they did not reach the reader.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    func,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col

from storage.models import Delivery, DeliveryStatus, Subscription
from storage.subscriptions import Address

MOST_UNCERTAIN = 3
"""So many times may one alert have gone out without an answer; then a person decides."""

EDIT_DEBOUNCE = timedelta(minutes=10)
"""New coverage is gathered for this long before the sent message is edited."""

EDIT_LEASE = timedelta(hours=1)
"""A claimed edit whose outcome was never stored comes back after this; longer than the debounce,
so that coverage arriving while the edit is on its way shortens it again."""

UNCERTAIN_WAIT = timedelta(seconds=30)
"""Before an uncertain alert is sent again, for each attempt that was made."""

WAITING = (DeliveryStatus.PENDING, DeliveryStatus.UNCERTAIN)
"""Not sent yet, for all that is known, and to be sent."""

_WINDOW = 64
"""Rows looked at for one claim; every one of them belongs to a chat that is free."""


@dataclass(frozen=True)
class Claimed:
    """A delivery that this process alone may now send, or whose message it may edit."""

    delivery_id: int
    address: Address
    topic: int
    language: str
    attempts: int
    message_id: int | None
    shown_digest: str | None
    edit_due_at: datetime | None

    @property
    def repeated(self) -> bool:
        """True when the reader may have this alert already, so that it must not ring again."""
        return self.attempts > 1


def claim(
    session: Session,
    now: datetime,
    limit: int,
    busy: Collection[Address] = (),
    channels: Collection[str] | None = None,
) -> list[Claimed]:
    """Take up to `limit` due deliveries for sending, at most one a chat and none of `busy`.

    With `channels` given, only deliveries of these.
    """
    due = (col(Delivery.status).in_(WAITING), col(Delivery.due_at) <= now)
    first = _first_of_each_chat(limit, *due, *_open(busy, channels), by=col(Delivery.due_at))
    taken = session.scalars(
        update(Delivery)
        .where(col(Delivery.id).in_(first), col(Delivery.status).in_(WAITING))
        .values(status=DeliveryStatus.SENDING, attempts=col(Delivery.attempts) + 1, claimed_at=now)
        .returning(Delivery)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).all()
    return _claimed(session, taken)


def claim_edits(
    session: Session,
    now: datetime,
    limit: int,
    busy: Collection[Address] = (),
    channels: Collection[str] | None = None,
) -> list[Claimed]:
    """Take up to `limit` sent messages that are due for an edit, at most one a chat."""
    due = (
        col(Delivery.status) == DeliveryStatus.SENT,
        col(Delivery.edit_due_at) <= now,
        col(Delivery.message_id).is_not(None),
    )
    first = _first_of_each_chat(limit, *due, *_open(busy, channels), by=col(Delivery.edit_due_at))
    taken = session.scalars(
        update(Delivery)
        .where(col(Delivery.id).in_(first), col(Delivery.edit_due_at) <= now)
        .values(edit_due_at=now + EDIT_LEASE)
        .returning(Delivery)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).all()
    return _claimed(session, taken)


def _first_of_each_chat(limit: int, *rules: ColumnElement[bool], by: Mapped[Any]) -> Select[int]:
    """The oldest delivery of each chat among the first that the rules admit, in order of `by`."""
    window = (
        select(col(Delivery.id).label("id"), col(Subscription.channel), col(Subscription.address))
        .join(Subscription, col(Subscription.id) == col(Delivery.subscription_id))
        .where(*rules)
        .order_by(by, col(Delivery.id))
        .limit(_WINDOW)
        .subquery()
    )
    oldest = func.min(window.c.id)
    chat = (window.c.channel, window.c.address)
    return select(oldest).group_by(*chat).order_by(oldest).limit(limit)


def _open(
    busy: Collection[Address] = (), channels: Collection[str] | None = None
) -> list[ColumnElement[bool]]:
    """What a subscription must be for its messages to go out now."""
    rules: list[ColumnElement[bool]] = [
        col(Subscription.active).is_(True),
        col(Subscription.paused).is_(False),
        col(Subscription.paused_reason).is_(None),
    ]
    if channels is not None:
        rules.append(col(Subscription.channel).in_(channels))
    by_channel: dict[str, list[str]] = {}
    for one in busy:
        by_channel.setdefault(one.channel, []).append(one.chat)
    for channel, chats in by_channel.items():  # a list of pairs would be compared one by one
        here = and_(col(Subscription.channel) == channel, col(Subscription.address).in_(chats))
        rules.append(not_(here))
    return rules


def _claimed(session: Session, rows: Collection[Delivery]) -> list[Claimed]:
    found = []
    for row in sorted(rows, key=lambda row: row.id or 0):
        place = session.get_one(Subscription, row.subscription_id)
        found.append(
            Claimed(
                delivery_id=row.id or 0,
                address=Address(place.channel, place.address),
                topic=place.topic,
                language=place.language,
                attempts=row.attempts,
                message_id=row.message_id,
                shown_digest=row.shown_digest,
                edit_due_at=row.edit_due_at,
            )
        )
    return found


def next_due(session: Session, after: datetime) -> datetime | None:
    """When the next send or edit falls due, if one does later than `after`."""
    place = (Subscription, col(Subscription.id) == col(Delivery.subscription_id))
    send = (
        select(func.min(col(Delivery.due_at)))
        .join(*place)
        .where(col(Delivery.status).in_(WAITING), col(Delivery.due_at) > after, *_open())
    )
    edit = (
        select(func.min(col(Delivery.edit_due_at)))
        .join(*place)
        .where(
            col(Delivery.status) == DeliveryStatus.SENT,
            col(Delivery.edit_due_at) > after,
            *_open(),
        )
    )
    moments = [moment for moment in (session.scalar(send), session.scalar(edit)) if moment]
    return min(moments, default=None)


def has_due(session: Session, now: datetime, channels: Collection[str]) -> bool:
    """True when something could be sent or edited now, were its chat free."""
    place = (Subscription, col(Subscription.id) == col(Delivery.subscription_id))
    send = and_(col(Delivery.status).in_(WAITING), col(Delivery.due_at) <= now)
    edit = and_(
        col(Delivery.status) == DeliveryStatus.SENT,
        col(Delivery.edit_due_at) <= now,
        col(Delivery.message_id).is_not(None),
    )
    wanted = (
        select(col(Delivery.id)).join(*place).where(or_(send, edit), *_open(channels=channels))
    )
    return session.scalars(wanted.limit(1)).first() is not None


def touch_coverage(
    session: Session, event_id: int, now: datetime, debounce: timedelta = EDIT_DEBOUNCE
) -> None:
    """Mark the newest message about an event in every chat for an edit."""
    later = aliased(Delivery)
    newest = ~exists().where(
        col(later.event_id) == event_id,
        col(later.subscription_id) == col(Delivery.subscription_id),
        col(later.stage_change_id) > col(Delivery.stage_change_id),
        col(later.status) == DeliveryStatus.SENT,
    )
    due = now + debounce
    session.connection().execute(
        update(Delivery)
        .where(
            col(Delivery.event_id) == event_id,
            col(Delivery.status).in_((DeliveryStatus.SENT, DeliveryStatus.SENDING)),
            or_(col(Delivery.edit_due_at).is_(None), col(Delivery.edit_due_at) > due),
            newest,
        )
        .values(edit_due_at=due)
    )


def recover(session: Session, now: datetime, lease: timedelta = timedelta(0)) -> int:
    """Take back what a killed process left `sending`: uncertain, or dead after three times.

    Only claims older than `lease` are touched: a younger one may be on its way from another
    process. Returns how many rows were taken back.
    """
    left = and_(
        col(Delivery.status) == DeliveryStatus.SENDING, col(Delivery.claimed_at) <= now - lease
    )
    hopeless = session.connection().execute(
        update(Delivery)
        .where(left, col(Delivery.attempts) >= MOST_UNCERTAIN)
        .values(
            status=DeliveryStatus.DEAD,
            error=f"no answer in {MOST_UNCERTAIN} attempts, the last of them cut off by a stop",
        )
    )
    again = session.connection().execute(
        update(Delivery)
        .where(left)
        .values(
            status=DeliveryStatus.UNCERTAIN, due_at=now, error="the process ended while sending"
        )
    )
    return hopeless.rowcount + again.rowcount
