"""Messages that are there already and are to be brought up to date.

A message that gathers is due for an edit by the one delivery that it was sent for.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Update,
    bindparam,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from storage.models import Delivery, DeliveryStatus
from storage.outbox import Claimed, claimed, in_turn
from storage.subscriptions import Address

EDIT_DEBOUNCE = timedelta(minutes=10)
"""New coverage is gathered for this long before the sent message is edited."""

GATHERED_DEBOUNCE = timedelta(hours=1)
"""The same for messages that tell of many events, each of which may get more coverage."""

EDIT_LEASE = timedelta(hours=1)
"""A claimed edit whose outcome was never stored comes back after this; longer than the debounce,
so that coverage arriving while the edit is on its way shortens it again."""

WAS_SENT = func.lower(col(Delivery.status)) == DeliveryStatus.SENT.value
"""The status as no index has it: SQLite would rather walk everything that was ever sent than the
few that are due for an edit."""


def claim_edits(
    session: Session,
    now: datetime,
    limit: int,
    busy: Collection[Address] = (),
    channels: Collection[str] | None = None,
) -> list[Claimed]:
    """Take up to `limit` sent messages that are due for an edit, at most one a chat."""
    due = (
        WAS_SENT,
        col(Delivery.edit_due_at) <= now,
        col(Delivery.message_id).is_not(None),
    )
    turn = in_turn(session, busy, channels, [due], limit, by=col(Delivery.edit_due_at))
    first = [one.delivery_id for one in turn[:limit]]
    taken = session.scalars(
        update(Delivery)
        .where(col(Delivery.id).in_(first), col(Delivery.edit_due_at) <= now)
        .values(edit_due_at=now + EDIT_LEASE)
        .returning(Delivery)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).all()
    return [claimed(session, row) for row in sorted(taken, key=lambda row: row.id or 0)]


_TOLD, _LATER = aliased(Delivery), aliased(Delivery)


def _newest(row: type[Delivery]) -> tuple[ColumnElement[bool], ...]:
    """It tells a chat of an event, or is about to, and nothing has told it of a later step."""
    event: BindParameter[int] = bindparam("event")
    return (
        col(row.event_id) == event,
        col(row.status).in_((DeliveryStatus.SENT, DeliveryStatus.SENDING)),
        ~exists().where(
            col(_LATER.event_id) == event,
            col(_LATER.subscription_id) == col(row.subscription_id),
            col(_LATER.stage_change_id) > col(row.stage_change_id),
            col(_LATER.status) == DeliveryStatus.SENT,
        ),
    )


def _due(*rules: ColumnElement[bool]) -> Update:
    """Makes these due for an edit, unless they are so before."""
    due: BindParameter[datetime] = bindparam("due")
    known = col(Delivery.edit_due_at)
    return (
        update(Delivery).where(*rules, or_(known.is_(None), known > due)).values(edit_due_at=due)
    )


_TOUCH = _due(*_newest(Delivery), col(Delivery.part) == 0)
_TOUCH_GATHERED = (
    _due(
        *_newest(Delivery),
        col(Delivery.part) > 0,
        col(Delivery.status) == DeliveryStatus.SENDING,
    ),
    _due(
        col(Delivery.id).in_(
            select(col(_TOLD.gathered_in)).where(*_newest(_TOLD), col(_TOLD.part) > 0)
        )
    ),
)
"""Of what gathers: that which is leaving, and the messages that left. All are made once, because to
make them takes longer than to ask."""


def touch_coverage(
    session: Session, event_id: int, now: datetime, debounce: timedelta = EDIT_DEBOUNCE
) -> None:
    """Mark the newest message about an event in every chat for an edit.

    One that gathers has more time, unless `debounce` is longer still.
    """
    connection = session.connection()
    connection.execute(_TOUCH, {"event": event_id, "due": now + debounce})
    later = now + max(debounce, GATHERED_DEBOUNCE)
    for touch in _TOUCH_GATHERED:
        connection.execute(touch, {"event": event_id, "due": later})


def settle_edited(
    session: Session, one: Claimed, shown_digest: str | None, error: str | None = None
) -> None:
    """The message shows this digest now, or (None) cannot be edited any more.

    Coverage that arrived while the edit was on its way has moved `edit_due_at`: it stays due.
    """
    values: dict[str, Any] = {} if shown_digest is None else {"shown_digest": shown_digest}
    if error is not None:
        values["error"] = error
    connection = session.connection()
    mine = col(Delivery.id) == one.delivery_id
    if values:
        connection.execute(update(Delivery).where(mine).values(**values))
    connection.execute(
        update(Delivery)
        .where(mine, col(Delivery.edit_due_at) == one.edit_due_at)
        .values(edit_due_at=None)
    )


def postpone_edit(session: Session, one: Claimed, until: datetime) -> None:
    """Edit it later: the request surely or perhaps failed, and repeating an edit is harmless."""
    session.connection().execute(
        update(Delivery).where(col(Delivery.id) == one.delivery_id).values(edit_due_at=until)
    )
