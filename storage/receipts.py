"""Settling a claimed delivery: what became of the one request that was made for it.

Every function changes a row only while it still is `sending`, so that a receipt which comes too
late, after the row was taken back, does not undo what was decided since.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from storage.models import Delivery, DeliveryStatus, Subscription
from storage.outbox import MOST_UNCERTAIN, UNCERTAIN_WAIT, WAITING, Claimed
from storage.subscriptions import Address, migrate, pause


def settle_sent(
    session: Session, claimed: Claimed, message_id: int, shown_digest: str, now: datetime
) -> None:
    """It arrived. Older messages about the event in this chat are now due for their new badge.

    Also counts when the row was taken back meanwhile: the reader has the message.
    """
    row = session.get_one(Delivery, claimed.delivery_id)
    row.status, row.sent_at, row.error = DeliveryStatus.SENT, now, None
    row.message_id, row.shown_digest = message_id, shown_digest
    session.add(row)
    session.flush()
    session.connection().execute(
        update(Delivery)
        .where(
            col(Delivery.event_id) == row.event_id,
            col(Delivery.subscription_id) == row.subscription_id,
            col(Delivery.stage_change_id) < row.stage_change_id,
            col(Delivery.status) == DeliveryStatus.SENT,
            col(Delivery.message_id).is_not(None),
        )
        .values(edit_due_at=now)
    )


def settle_retry(session: Session, claimed: Claimed, until: datetime, error: str) -> None:
    """It surely did not leave: the attempt is given back, and its whole chat waits until then.

    The chat's other deliveries wait too, so that they keep their order and a flood limit
    outlives a restart.
    """
    _settle(session, claimed, attempts=col(Delivery.attempts) - 1, due_at=until, error=error)
    hold(session, claimed.address, until)


def settle_uncertain(session: Session, claimed: Claimed, now: datetime, error: str) -> bool:
    """Nobody knows whether it arrived; False when that was so too often, and it is dead now."""
    if claimed.attempts >= MOST_UNCERTAIN:
        settle_dead(session, claimed, f"no answer in {claimed.attempts} attempts: {error}")
        return False
    until = now + UNCERTAIN_WAIT * claimed.attempts
    _settle(session, claimed, DeliveryStatus.UNCERTAIN, due_at=until, error=error)
    hold(session, claimed.address, until)
    return True


def settle_dead(session: Session, claimed: Claimed, error: str) -> None:
    """It will not be sent; the row is kept with the reason."""
    _settle(session, claimed, DeliveryStatus.DEAD, error=error)


def settle_gone(session: Session, claimed: Claimed, now: datetime, reason: str) -> None:
    """The chat does not let us in: it is paused, and this delivery is owed to it."""
    _settle(session, claimed, attempts=col(Delivery.attempts) - 1, due_at=now, error=reason)
    pause(session, claimed.address, claimed.topic, reason)


def settle_migrated(session: Session, claimed: Claimed, now: datetime, new_chat: str) -> None:
    """The group became a supergroup: everything moves there, and this is sent there next."""
    _settle(session, claimed, attempts=col(Delivery.attempts) - 1, due_at=now)
    migrate(session, claimed.address, new_chat)


def settle_edited(
    session: Session, claimed: Claimed, shown_digest: str | None, error: str | None = None
) -> None:
    """The message shows this digest now, or (None) cannot be edited any more.

    Coverage that arrived while the edit was on its way has moved `edit_due_at`: it stays due.
    """
    values: dict[str, Any] = {} if shown_digest is None else {"shown_digest": shown_digest}
    if error is not None:
        values["error"] = error
    connection = session.connection()
    mine = col(Delivery.id) == claimed.delivery_id
    if values:
        connection.execute(update(Delivery).where(mine).values(**values))
    connection.execute(
        update(Delivery)
        .where(mine, col(Delivery.edit_due_at) == claimed.edit_due_at)
        .values(edit_due_at=None)
    )


def postpone_edit(session: Session, claimed: Claimed, until: datetime) -> None:
    """Edit it later: the request surely or perhaps failed, and repeating an edit is harmless."""
    session.connection().execute(
        update(Delivery).where(col(Delivery.id) == claimed.delivery_id).values(edit_due_at=until)
    )


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


def _settle(
    session: Session,
    claimed: Claimed,
    status: DeliveryStatus = DeliveryStatus.PENDING,
    **values: Any,
) -> None:
    session.connection().execute(
        update(Delivery)
        .where(
            col(Delivery.id) == claimed.delivery_id,
            col(Delivery.status) == DeliveryStatus.SENDING,
            col(Delivery.attempts) == claimed.attempts,
        )
        .values(status=status, **values)
    )
