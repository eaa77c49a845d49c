"""What a message says that gathers: a digest, or all that waited for the end of quiet hours."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from config.words import Rhythm, Stage
from storage.models import (
    Article,
    Claim,
    Delivery,
    DeliveryStatus,
    StageChange,
    Subscription,
)
from storage.outbox import Claimed, awaiting
from storage.views import AlertView, alert_view

MOST_LOOKED_AT = 60
"""Deliveries for one message: 100 entities are 50 items at most."""


@dataclass(frozen=True)
class Item:
    """One event in a bundle: where it stands by now, and the stages on the way there."""

    alert: AlertView
    path: tuple[Stage, ...]
    """From the stage before the first of its changes, if there was one, to the last of them."""
    deliveries: tuple[int, ...]

    @property
    def is_new(self) -> bool:
        """True when this chat has not heard of the event before."""
        return not self.alert.known


@dataclass(frozen=True)
class Counts:
    """What waits for a chat altogether, also what does not fit into the next message."""

    new: int = 0
    changes: int = 0
    articles: int = 0
    languages: int = 0


@dataclass(frozen=True)
class Bundle:
    """All that one message may say: the first item must be in it, the others as they fit."""

    rhythm: Rhythm
    part: int
    """1, or 2 and more for what did not fit into the messages before."""
    items: tuple[Item, ...]
    counts: Counts
    since: datetime | None
    """When the last message of this kind arrived."""
    zone: str

    @property
    def gathers(self) -> bool:
        """False for the one alert of some quiet hours, which comes as it would have come."""
        return (
            self.rhythm is not Rhythm.IMMEDIATE
            or len(self.items[0].deliveries) > 1
            or (len(self.items) > 1)
        )

    @property
    def head(self) -> dict[str, Any]:
        """All but the items, to be kept: `as_sent` reads it."""
        return {
            "rhythm": self.rhythm.value,
            "part": self.part,
            "counts": asdict(self.counts),
            "since": self.since.isoformat() if self.since else None,
            "zone": self.zone,
        }


def bundle(session: Session, head: Claimed, now: datetime) -> Bundle:
    """Everything that the message of this delivery may say, in the order of what happened."""
    first = session.get_one(Delivery, head.delivery_id)
    place = session.get_one(Subscription, first.subscription_id)
    rules = awaiting(session, head, now)
    waiting = session.exec(
        select(Delivery.id)
        .where(*rules)
        .order_by(col(Delivery.part), col(Delivery.id))
        .limit(MOST_LOOKED_AT)
    )
    items = _items(session, [head.delivery_id, *(number or 0 for number in waiting)])
    return Bundle(
        rhythm=head.rhythm,
        part=head.part,
        items=tuple(sorted(items, key=lambda one: head.delivery_id not in one.deliveries)),
        counts=_counts(session, first, rules),
        since=session.exec(
            select(func.max(col(Delivery.sent_at))).where(
                Delivery.subscription_id == first.subscription_id,
                Delivery.status == DeliveryStatus.SENT,
                col(Delivery.part) > 0,
            )
        ).one(),
        zone=place.zone,
    )


def as_sent(session: Session, delivery_id: int) -> Bundle | None:
    """What the message of this delivery said of which events, with how these stand by now.

    None where that was not kept.
    """
    first = session.get_one(Delivery, delivery_id)
    if first.gathering is None:
        return None
    head = dict(first.gathering)
    numbers = session.exec(
        select(Delivery.id).where(
            Delivery.subscription_id == first.subscription_id,
            Delivery.gathered_in == delivery_id,
        )
    )
    items = _items(session, [number or 0 for number in numbers])
    return Bundle(
        rhythm=Rhythm(head["rhythm"]),
        part=head["part"],
        items=tuple(sorted(items, key=lambda one: delivery_id not in one.deliveries)),
        counts=Counts(**head["counts"]),
        since=datetime.fromisoformat(head["since"]) if head["since"] else None,
        zone=head["zone"],
    )


def _counts(session: Session, first: Delivery, rules: list[ColumnElement[bool]]) -> Counts:
    waiting = set(session.exec(select(Delivery.event_id).where(*rules))) | {first.event_id}
    known = select(Delivery.event_id).where(
        Delivery.subscription_id == first.subscription_id,
        Delivery.status == DeliveryStatus.SENT,
        col(Delivery.event_id).in_(waiting),
    )
    changes = len(set(session.exec(known)))
    evidence = (
        select(
            func.count(col(Article.id).distinct()), func.count(col(Article.language).distinct())
        )
        .join(Claim, col(Claim.article_id) == Article.id)
        .where(col(Claim.event_id).in_(waiting), col(Claim.background).is_(False))
    )
    articles, languages = session.exec(evidence).one()
    return Counts(len(waiting) - changes, changes, articles, languages)


def _items(session: Session, numbers: Iterable[int]) -> Iterable[Item]:
    """One for every event, in the order in which they moved."""
    rows = session.exec(
        select(Delivery, StageChange)
        .join(StageChange, col(StageChange.id) == Delivery.stage_change_id)
        .where(col(Delivery.id).in_(list(numbers)))
        .order_by(col(StageChange.seen_at), col(StageChange.id))
    ).all()
    events: dict[int, list[tuple[Delivery, StageChange]]] = {}
    for delivery, change in rows:
        events.setdefault(delivery.event_id, []).append((delivery, change))
    for steps in events.values():
        before = steps[0][1].previous
        path = [*([before] if before else []), *(change.stage for _, change in steps)]
        path = [stage for place, stage in enumerate(path) if path[place - 1 : place] != [stage]]
        yield Item(
            alert=alert_view(session, steps[-1][0].id or 0),
            path=tuple(path),
            deliveries=tuple(delivery.id or 0 for delivery, _ in steps),
        )
