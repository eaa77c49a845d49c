"""Chats that cannot be reached, and their owners, who are told so once."""

from dataclasses import dataclass

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from storage.models import Delivery, Subscription
from storage.outbox import WAITING
from storage.subscriptions import Address


@dataclass(frozen=True)
class Pause:
    """A chat that was paused because it does not let us in, and who is to hear of it."""

    subscription_id: int
    owner: Address
    language: str
    address: Address
    topic: int
    reason: str
    owed: int
    """Alerts that are kept for it."""


def untold(session: Session, channels: list[str]) -> list[Pause]:
    """The pauses that owners have not heard of; a chat that is its owner's own needs no word."""
    owed = (
        select(func.count())
        .select_from(Delivery)
        .where(Delivery.subscription_id == Subscription.id, col(Delivery.status).in_(WAITING))
        .scalar_subquery()
    )
    rows = session.exec(
        select(Subscription, owed)
        .where(
            col(Subscription.channel).in_(channels),
            col(Subscription.active).is_(True),
            col(Subscription.paused_reason).is_not(None),
            col(Subscription.owner).is_not(None),
            Subscription.owner != Subscription.address,
            col(Subscription.owner_told).is_(False),
        )
        .order_by(col(Subscription.id))
    )
    return [
        Pause(
            row.id or 0,
            Address(row.channel, row.owner or ""),
            row.language,
            Address(row.channel, row.address),
            row.topic,
            row.paused_reason or "",
            number,
        )
        for row, number in rows
    ]


def mark_told(session: Session, pause: Pause) -> None:
    """Its owner has heard of it, or cannot be told."""
    session.connection().execute(
        update(Subscription)
        .where(col(Subscription.id) == pause.subscription_id)
        .values(owner_told=True)
    )
