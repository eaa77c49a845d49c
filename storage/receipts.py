"""Settling a claimed delivery: what became of the one request that was made for it.

Every function changes a row only while it still is `sending`, so that a receipt which comes too
late, after the row was taken back, does not undo what was decided since.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from storage.models import Delivery, DeliveryStatus, Subscription
from storage.outbox import MOST_UNCERTAIN, UNCERTAIN_WAIT, WAITING, Claimed
from storage.subscriptions import Address, migrate, pause


def settle_sent(
    session: Session, claimed: Claimed, message_id: int, shown_digest: str, now: datetime
) -> None:
    """It arrived. Older messages about its event in this chat are now due for their new badge.

    Also counts when a row was taken back meanwhile: the reader has the message.
    """
    head = session.get(Delivery, claimed.delivery_id)
    if head is None:  # its chat has been forgotten meanwhile
        return
    for number, _ in claimed.rows:
        row = session.get_one(Delivery, number)
        row.status, row.sent_at, row.error = DeliveryStatus.SENT, now, None
        row.message_id, row.shown_digest = message_id, shown_digest
        if claimed.gathers:
            row.gathered_in = head.id
            head.edit_due_at = min(filter(None, (head.edit_due_at, row.edit_due_at)), default=None)
            row.edit_due_at = head.edit_due_at if row is head else None
        else:
            row.part = 0  # alone after all: a message like any other
        session.add(row)
        session.flush()
        _touch_older(session, row, now)
    head.gathering = claimed.gathering if claimed.gathers else None
    session.add(head)


def _touch_older(session: Session, row: Delivery, now: datetime) -> None:
    """Older messages that tell this reader of the event are due for an edit."""
    older = aliased(Delivery)
    messages = select(func.coalesce(older.gathered_in, older.id)).where(
        col(older.event_id) == row.event_id,
        col(older.subscription_id) == row.subscription_id,
        col(older.stage_change_id) < row.stage_change_id,
        col(older.status) == DeliveryStatus.SENT,
        or_(col(older.part) == 0, col(older.gathered_in).is_not(None)),
    )
    session.connection().execute(
        update(Delivery)
        .where(
            col(Delivery.id).in_(messages),
            col(Delivery.id) != (row.gathered_in or row.id),
            col(Delivery.message_id).is_not(None),
        )
        .values(edit_due_at=now)
    )


def settle_retry(session: Session, claimed: Claimed, until: datetime, error: str) -> None:
    """It surely did not leave: the attempt is given back, and its whole chat waits until then.

    The chat's other deliveries wait too, so that they keep their order and a flood limit
    outlives a restart.
    """
    _give_attempt_back(session, claimed, due_at=until, error=error)
    hold(session, claimed.address, until)


def settle_uncertain(session: Session, claimed: Claimed, now: datetime, error: str) -> bool:
    """Nobody knows whether it arrived; False when that was so too often, and it is dead now.

    Of several deliveries in one message only those are dead that went out so often.
    """
    hopeless = [one for one in claimed.rows if one[1] >= MOST_UNCERTAIN]
    alive = [one for one in claimed.rows if one[1] < MOST_UNCERTAIN]
    why = f"no answer in {MOST_UNCERTAIN} attempts: {error}"
    _settle(session, hopeless, DeliveryStatus.DEAD, error=why)
    if not alive:
        return False
    until = now + UNCERTAIN_WAIT * max(attempts for _, attempts in alive)
    _settle(session, alive, DeliveryStatus.UNCERTAIN, due_at=until, error=error)
    hold(session, claimed.address, until)
    return True


def settle_dead(session: Session, claimed: Claimed, error: str) -> None:
    """It will not be sent; the row is kept with the reason."""
    _settle(session, claimed.rows, DeliveryStatus.DEAD, error=error)


def settle_gone(session: Session, claimed: Claimed, now: datetime, reason: str) -> None:
    """The chat does not let us in: it is paused, and this delivery is owed to it."""
    _give_attempt_back(session, claimed, due_at=now, error=reason)
    pause(session, claimed.address, claimed.topic, reason)


def settle_migrated(session: Session, claimed: Claimed, now: datetime, new_chat: str) -> None:
    """The group became a supergroup: everything moves there, and this is sent there next."""
    _give_attempt_back(session, claimed, due_at=now)
    migrate(session, claimed.address, new_chat)


def hold(session: Session, address: Address, until: datetime) -> None:
    """Let everything that waits for one chat wait until then at least."""
    chat = select(col(Subscription.id)).where(
        col(Subscription.channel) == address.channel, col(Subscription.address) == address.chat
    )
    session.connection().execute(
        update(Delivery)
        .where(
            col(Delivery.subscription_id).in_(chat),
            col(Delivery.status).in_(WAITING),
            col(Delivery.due_at) < until,
        )
        .values(due_at=until)
    )


def _give_attempt_back(session: Session, claimed: Claimed, **values: Any) -> None:
    one_less = col(Delivery.attempts) - 1
    _settle(session, claimed.rows, DeliveryStatus.PENDING, attempts=one_less, **values)


def _settle(
    session: Session, rows: Iterable[tuple[int, int]], status: DeliveryStatus, **values: Any
) -> None:
    for number, attempts in rows:
        session.connection().execute(
            update(Delivery)
            .where(
                col(Delivery.id) == number,
                col(Delivery.status) == DeliveryStatus.SENDING,
                col(Delivery.attempts) == attempts,
            )
            .values(status=status, **values)
        )
