"""Queueing: one row of the outbox for every subscription that a stage change matters to."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, update
from sqlmodel import Session, col, select

from config.words import Stage
from storage.edits import touch_coverage
from storage.models import (
    Delivery,
    DeliveryStatus,
    Edge,
    Event,
    Interest,
    Mute,
    StageChange,
    Subscription,
)
from storage.outbox import WAITING
from storage.timetable import Timetable, timetable
from storage.upserts import insert
from storage.views import evidence, independent

Owner = Callable[[str], str]
"""The company behind a platform; the platform itself where there is none."""

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_BATCH = 1000
"""Rows of one INSERT."""


@dataclass(frozen=True, slots=True)
class _Parties:
    """Everybody who has a part in an event, with the companies behind them."""

    hosts: frozenset[str]
    guests: frozenset[str]
    all: frozenset[str]


def queue(
    session: Session,
    event: Event,
    change: StageChange,
    now: datetime,
    owner: Owner = lambda platform: platform,
) -> int:
    """Owe this stage change to everyone who wants it; returns how many are owed it newly.

    Asking twice is harmless: (subscription, stage change) is UNIQUE. Both rows must be flushed.
    `owner` tells the sides of an event for those who follow a company on one of them.
    """
    if event.id is None or change.id is None:
        raise ValueError("queue() needs an event and a stage change with ids: flush first")
    return _owe(session, event, change, now, _wanted(session, event, change, owner))


def touch(
    session: Session,
    event_id: int,
    now: datetime,
    owner: Owner = lambda platform: platform,
) -> int:
    """There is more evidence: messages are due for an edit, and who asked for more is told now.

    The newest step that was told is owed to those whose interest asks for several sources or for
    a language, is fulfilled by now, and was there when the step was. Returns how many these are.
    """
    touch_coverage(session, event_id, now)
    event = session.get_one(Event, event_id)
    newest = session.exec(_NEWEST, params={"event": event_id}).first()
    if newest is None:
        return 0
    if session.exec(_ANYONE_WAITS, params={"seen": newest.seen_at}).first() is None:
        return 0
    rules = (_ASKED_FOR_MORE, col(Interest.since) <= newest.seen_at)
    return _owe(session, event, newest, now, [*_wanted(session, event, newest, owner), *rules])


_NEWEST = (
    select(StageChange)
    .where(StageChange.event_id == bindparam("event"), col(StageChange.alerted).is_(True))
    .order_by(col(StageChange.seen_at).desc(), col(StageChange.id).desc())
    .limit(1)
)
_ASKED_FOR_MORE = or_(col(Interest.least_sources) > 1, col(Interest.language) != "")
_ANYONE_WAITS = (
    select(Interest.id).where(_ASKED_FOR_MORE, col(Interest.since) <= bindparam("seen")).limit(1)
)
"""These are made once: to make them takes longer than to ask."""


def plan_again(session: Session, subscription: Subscription, now: datetime) -> None:
    """Give what waits for a subscription the times of its timetable as it is now.

    What the channel itself made wait keeps its time.
    """
    due, part = timetable(subscription).due(now)
    session.connection().execute(
        update(Delivery)
        .where(
            col(Delivery.subscription_id) == subscription.id,
            col(Delivery.status).in_(WAITING),
            col(Delivery.error).is_(None),
        )
        .values(due_at=due, part=part)
    )


def _owe(
    session: Session,
    event: Event,
    change: StageChange,
    now: datetime,
    rules: Iterable[ColumnElement[bool]],
) -> int:
    @lru_cache(maxsize=4096)
    def due(*given: Any) -> tuple[datetime, int]:
        return Timetable(*given).due(now)

    rows = []
    for number, *given in session.exec(_subscriptions(rules)):
        due_at, part = due(*given)
        rows.append(
            {
                "subscription_id": number,
                "stage_change_id": change.id,
                "event_id": event.id,
                "status": DeliveryStatus.PENDING,
                "due_at": due_at,
                "part": part,
                "attempts": 0,
            }
        )
    statement = insert(session, Delivery).on_conflict_do_nothing().returning(col(Delivery.id))
    connection = session.connection()
    return sum(
        len(connection.execute(statement, rows[start : start + _BATCH]).all())
        for start in range(0, len(rows), _BATCH)
    )


def _subscriptions(rules: Iterable[ColumnElement[bool]]) -> Any:
    """Those with an interest that the rules admit, each with its timetable."""
    wanting = select(Interest.subscription_id).where(*rules)
    times = (getattr(Subscription, name) for name in Timetable.__dataclass_fields__)
    return (
        select(Subscription.id, *times)
        .where(
            col(Subscription.id).in_(wanting),
            col(Subscription.active).is_(True),
            col(Subscription.paused).is_(False),
        )
        .order_by(Subscription.id)
    )


def _wanted(
    session: Session, event: Event, change: StageChange, owner: Owner
) -> list[ColumnElement[bool]]:
    """What an interest must be for this change, and that its chat has not muted the event."""
    told = evidence(session, event)
    languages = {article.language for _, article, _ in told}
    languages |= {language.partition("-")[0] for language in languages}
    same = or_(col(Event.id) == event.id, col(Event.merged_into) == event.id)
    muted = select(Mute.subscription_id).join(Event, col(Event.id) == Mute.event_id).where(same)
    return [
        _of(_parties(session, event, owner)),
        col(Interest.capability).in_(("", event.capability.value)),
        col(Interest.language).in_(("", *sorted(languages))),
        col(Interest.least_stage).in_(_stages(change)),
        col(Interest.least_sources) <= max(1, independent(session, told)),
        col(Interest.paused).is_(False),
        col(Interest.subscription_id).not_in(muted),
    ]


def _of(parties: _Parties) -> ColumnElement[bool]:
    platform, other = col(Interest.platform), col(Interest.other)

    def among(names: Collection[str]) -> list[str]:
        return ["", *sorted(names)]

    either = and_(platform.in_(among(parties.all)), other.in_(among(parties.all)))
    sides = and_(platform.in_(among(parties.hosts)), other.in_(among(parties.guests)))
    directed = col(Interest.directed)
    return or_(and_(directed.is_(False), either), and_(directed.is_(True), sides))


def _parties(session: Session, event: Event, owner: Owner) -> _Parties:
    edges = session.exec(select(Edge).where(Edge.event_id == event.id)).all()
    hosts = {event.host, *(edge.host for edge in edges)}
    guests = {event.guest, *(edge.guest for edge in edges)}
    hosts |= {owner(one) for one in hosts}
    guests |= {owner(one) for one in guests}
    everybody = hosts | guests | set(_ID.findall(event.bucket))
    return _Parties(frozenset(hosts), frozenset(guests), frozenset(everybody))


def _stages(change: StageChange) -> list[Stage]:
    """The least stages that it is enough for.

    A withdrawal matters to those who wanted to hear of the stage that it ends.
    """
    reached = change.previous if change.stage is Stage.WITHDRAWN else change.stage
    steps: list[Stage] = [stage for stage in Stage if stage is not Stage.WITHDRAWN]
    if reached is None or reached is Stage.WITHDRAWN:
        return steps
    return [stage for stage in steps if stage.rank <= reached.rank]
