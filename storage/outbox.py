"""The outbox: what is owed to whom, what is on its way, what has gone.

`pending -> sending -> sent | pending (surely not sent) | uncertain | dead`, or `dropped` where its
chat wants it no more. A claim is committed before the request leaves; the outcome is committed
right after it. `attempts` counts only the claims of which nobody can say that they did not reach
the reader; a claim that follows such a one is not counted before its request leaves (`depart`), so
that a process which keeps dying at its start gives nothing up.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, not_, select, update
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from config.words import Rhythm
from storage.models import Delivery, DeliveryStatus, Subscription
from storage.subscriptions import Address
from storage.timetable import Timetable

MOST_UNCERTAIN = 3
"""So many times may one alert have gone out without an answer; then a person decides."""

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
    event_id: int
    address: Address
    topic: int
    language: str
    attempts: int
    part: int
    rhythm: Rhythm
    message_id: int | None
    shown_digest: str | None
    edit_due_at: datetime | None
    others: tuple[tuple[int, int], ...] = ()
    """What goes out in the same message, each with its attempts; taken by take_along()."""
    again: frozenset[int] = frozenset()
    """Deliveries among them that may have gone out before; this attempt is not counted yet."""
    gathering: dict[str, Any] | None = None
    """What stands at the head of a message that gathers, as it is stored."""

    @property
    def rows(self) -> tuple[tuple[int, int], ...]:
        """All deliveries in the message, each with its attempts."""
        return ((self.delivery_id, self.attempts), *self.others)

    @property
    def repeated(self) -> bool:
        """True when the reader may have this alert already, so that it must not ring again."""
        return bool(self.again) or any(attempts > 1 for _, attempts in self.rows)

    @property
    def gathers(self) -> bool:
        """True for a digest, and for several alerts after quiet hours."""
        return self.part > 0 and (self.rhythm is not Rhythm.IMMEDIATE or bool(self.others))


def claim(
    session: Session,
    now: datetime,
    limit: int,
    busy: Collection[Address] = (),
    channels: Collection[str] | None = None,
) -> list[Claimed]:
    """Take what is due for up to `limit` messages, at most one a chat and none of `busy`.

    With `channels` given, only what goes out by these. What has become due in the quiet hours of
    its chat, because something held it up, is put off to their end.
    """
    due = [(col(Delivery.status) == word, col(Delivery.due_at) <= now) for word in WAITING]
    while True:
        turn = in_turn(session, busy, channels, due, limit, by=col(Delivery.due_at))
        awake = [one.delivery_id for one in turn if not _put_off(session, one, now)]
        if len(awake) == len(turn) or len(awake) >= limit:
            break
    first, again = _take(session, now, awake[:limit])
    found = [claimed(session, row) for row in first]
    found += [replace(claimed(session, row), again=frozenset({row.id or 0})) for row in again]
    return sorted(found, key=lambda one: one.delivery_id)


@dataclass(frozen=True, slots=True)
class Turn:
    """The delivery that a chat is to get next, and when its subscription may be sent to."""

    delivery_id: int
    subscription_id: int
    times: Timetable


def in_turn(
    session: Session,
    busy: Collection[Address],
    channels: Collection[str] | None,
    any_of: Sequence[tuple[ColumnElement[bool], ...]],
    limit: int,
    *,
    by: Mapped[Any],
) -> list[Turn]:
    """The oldest delivery of each chat that any of the rules admit, by `by`: `limit` chats or more.

    All are of chats that may be sent to and are not `busy`. Every rule is asked by itself: only
    so an index gives the first rows in order, however many wait behind them. Where the first rows
    are all of a few chats that had to wait, these are left out of another look.
    """
    turn: dict[Address, Turn] = {}
    while True:
        found = _window(session, {*busy, *turn}, channels, any_of, by)
        for _, number, subscription, channel, chat, *given in sorted(found, key=_by_age):
            turn.setdefault(Address(channel, chat), Turn(number, subscription, Timetable(*given)))
        if not found or len(turn) >= limit:
            return list(turn.values())


def _window(
    session: Session,
    busy: Collection[Address],
    channels: Collection[str] | None,
    any_of: Sequence[tuple[ColumnElement[bool], ...]],
    by: Mapped[Any],
) -> list[Any]:
    wanted = (Delivery.id, Delivery.subscription_id, Subscription.channel, Subscription.address)
    times = (getattr(Subscription, name) for name in Timetable.__dataclass_fields__)
    asked = (
        select(by, *(col(column) for column in wanted), *times)
        .join(Subscription, col(Subscription.id) == col(Delivery.subscription_id))
        .where(*are_open(busy, channels))
        .order_by(by, col(Delivery.id))
        .limit(_WINDOW)
    )
    return [row for rules in any_of for row in session.execute(asked.where(*rules))]


def _by_age(row: Any) -> tuple[datetime, int]:
    return row[0], row[1]


def _put_off(session: Session, one: Turn, now: datetime) -> bool:
    """Whether it has quiet hours now; what the subscription is owed then waits for their end."""
    until = one.times.quiet_until(now)
    if until is None:
        return False
    session.connection().execute(
        update(Delivery)
        .where(
            col(Delivery.subscription_id) == one.subscription_id,
            col(Delivery.status).in_(WAITING),
            col(Delivery.due_at) < until,
        )
        .values(due_at=until, part=case((col(Delivery.part) == 0, 1), else_=col(Delivery.part)))
    )
    return True


def _take(
    session: Session, now: datetime, ids: Collection[int]
) -> tuple[Sequence[Delivery], Sequence[Delivery]]:
    """What goes out for the first time, with that counted, and what may have gone out before."""

    def take(*rules: ColumnElement[bool], **values: Any) -> Sequence[Delivery]:
        return session.scalars(
            update(Delivery)
            .where(col(Delivery.id).in_(ids), col(Delivery.status).in_(WAITING), *rules)
            .values(status=DeliveryStatus.SENDING, claimed_at=now, **values)
            .returning(Delivery)
            .execution_options(synchronize_session=False, populate_existing=True)
        ).all()

    first = take(col(Delivery.attempts) == 0, attempts=1)
    return first, take() if len(first) < len(ids) else ()


def depart(session: Session, claimed: Claimed) -> Claimed | None:
    """Count the attempt of what may have gone out before: its request leaves now.

    To be committed before it leaves. None if somebody else has taken it back meanwhile.
    """
    if not claimed.again:
        return claimed
    ids = [number for number, _ in claimed.rows]
    held = session.scalars(
        select(Delivery)
        .where(col(Delivery.id).in_(ids), col(Delivery.status) == DeliveryStatus.SENDING)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if {(row.id, row.attempts) for row in held} != set(claimed.rows):
        return None
    for row in held:
        row.attempts += row.id in claimed.again
        session.add(row)
    session.flush()
    counted = {number: tried + (number in claimed.again) for number, tried in claimed.rows}
    others = tuple((number, counted[number]) for number, _ in claimed.others)
    return replace(
        claimed, attempts=counted[claimed.delivery_id], others=others, again=frozenset()
    )


def take_along(
    session: Session, head: Claimed, fitting: Collection[int], now: datetime
) -> Claimed:
    """Claim what fits into one message with what is claimed; the rest is for the next message.

    To be committed before the message leaves: a crash then makes nothing uncertain that was not
    in it.
    """
    first, again = _take(session, now, fitting)
    session.connection().execute(
        update(Delivery)
        .where(*awaiting(session, head, now), col(Delivery.part) <= head.part)
        .values(part=head.part + 1)
    )
    others = sorted((row.id or 0, row.attempts) for row in (*first, *again))
    repeated = head.again | {row.id or 0 for row in again}
    return replace(head, others=tuple(others), again=repeated)


def awaiting(session: Session, head: Claimed, now: datetime) -> list[ColumnElement[bool]]:
    """What waits to go out in one message with what is claimed."""
    first = session.get_one(Delivery, head.delivery_id)
    return [
        col(Delivery.subscription_id) == first.subscription_id,
        col(Delivery.status).in_(WAITING),
        col(Delivery.due_at) <= now,
        col(Delivery.part) > 0,
    ]


def claimed(session: Session, row: Delivery) -> Claimed:
    """What the sender needs to know of what it took."""
    place = session.get_one(Subscription, row.subscription_id)
    return Claimed(
        delivery_id=row.id or 0,
        event_id=row.event_id,
        address=Address(place.channel, place.address),
        topic=place.topic,
        language=place.language,
        attempts=row.attempts,
        part=row.part,
        rhythm=place.rhythm,
        message_id=row.message_id,
        shown_digest=row.shown_digest,
        edit_due_at=row.edit_due_at,
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


def are_open(
    busy: Collection[Address] = (), channels: Collection[str] | None = None
) -> list[ColumnElement[bool]]:
    """What a subscription must be for its messages to go out now."""
    rules: list[ColumnElement[bool]] = [
        col(Subscription.active).is_(True),
        col(Subscription.paused).is_(False),
        col(Subscription.paused_reason).is_(None),
    ]
    if channels is not None:
        # as no index has it: SQLite would begin with all subscriptions and sort what all have
        rules.append(func.lower(col(Subscription.channel)).in_(channels))
    by_channel: dict[str, list[str]] = {}
    for one in busy:
        by_channel.setdefault(one.channel, []).append(one.chat)
    for channel, chats in by_channel.items():  # a list of pairs would be compared one by one
        here = and_(col(Subscription.channel) == channel, col(Subscription.address).in_(chats))
        rules.append(not_(here))
    return rules
