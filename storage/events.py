"""Events, edges and stage changes: the rows behind the decisions.

Edges and claims are many and are written by columns, all of one kind at once; events and stage changes are few
and are handed on, so they are objects of the session.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, exists, insert, update
from sqlmodel import Session, col, select

from config.words import Capability, Stage
from storage.columns import tables_of
from storage.families import Families
from storage.models import Claim, Delivery, DeliveryStatus, Edge, Event, StageChange
from storage.neighbourhood import EdgeNews, Neighbourhood

_EDGE, _CLAIM, _EVENT = tables_of(Edge, Claim, Event)

_ADD_EDGES = insert(_EDGE).returning(_EDGE.c.id, sort_by_parameter_order=True)
_ADD_EVENTS = insert(_EVENT).returning(_EVENT.c.id, sort_by_parameter_order=True)
_MOVE_EDGE = update(_EDGE).where(_EDGE.c.id == bindparam("edge")).values(event_id=bindparam("to"))
_MOVE_CLAIMS = (
    update(_CLAIM).where(_CLAIM.c.edge_id == bindparam("edge")).values(event_id=bindparam("to"))
)
_DROP_EDGES = delete(_EDGE).where(
    _EDGE.c.id.in_(bindparam("edges", expanding=True)),
    ~exists().where(_CLAIM.c.edge_id == _EDGE.c.id),
)
_DROP_EVENT = delete(_EVENT).where(_EVENT.c.id == bindparam("event"))


class Key(NamedTuple):
    """What there is one edge of."""

    host: str
    guest: str
    capability: Capability

    @classmethod
    def of(cls, edge: EdgeNews) -> "Key":
        """The key of an edge."""
        return cls(edge.host, edge.guest, edge.capability)


def ensure_edges(
    session: Session, near: Neighbourhood, keys: Iterable[Key], families: Families, now: datetime
) -> dict[Key, EdgeNews]:
    """The edges of some keys, whose neighbourhood is given; new ones get events of their own."""
    found = {Key.of(edge): edge for edge in near}
    asked = dict.fromkeys(keys)
    new = [key for key in asked if key not in found]
    if new:
        begun = _begin(session, [(key, Stage.RUMOUR) for key in new], families, now)
        near.begun.update(begun)
        rows = [
            {"event_id": event, **key._asdict()} for key, event in zip(new, begun, strict=True)
        ]
        ids = session.connection().execute(_ADD_EDGES, rows).scalars()
        for key, event, number in zip(new, begun, ids, strict=True):
            near.edges[number] = found[key] = EdgeNews(number, event, *key)
    return {key: found[key] for key in asked}


def _begin(
    session: Session,
    openings: Sequence[tuple[Key | EdgeNews, Stage]],
    families: Families,
    now: datetime,
) -> list[int]:
    """New events for some openings; gives their ids."""
    rows = [
        {
            "host": one.host,
            "guest": one.guest,
            "capability": one.capability,
            "stage": stage,
            "bucket": families.bucket([one]),
            "first_seen": now,
            "last_seen": now,
        }
        for one, stage in openings
    ]
    return list(session.connection().execute(_ADD_EVENTS, rows).scalars())


def living(session: Session, events: Collection[int]) -> list[Event]:
    """Those of some events that are there and were not merged into another, the oldest first."""
    return list(session.exec(_LIVING, params={"events": list(events)}))


_LIVING = (
    select(Event)
    .where(
        col(Event.id).in_(bindparam("events", expanding=True)), col(Event.merged_into).is_(None)
    )
    .order_by(col(Event.id))
    .execution_options(populate_existing=True)
)


def regroup(
    session: Session,
    near: Neighbourhood,
    clusters: Iterable[frozenset[int]],
    families: Families,
    now: datetime,
) -> None:
    """Make the events what the clusters say: each lives on under its oldest event's id.

    Of clusters that were one event, the one with the oldest edge keeps it.
    """
    taken: set[int] = set()
    for cluster in sorted(clusters, key=min):
        edges = [near.edges[number] for number in sorted(cluster)]
        owners = {edge.event_id for edge in edges}
        keep = min(owners - taken, default=None)
        if keep is None:
            stage = session.get_one(Event, min(owners)).stage
            (keep,) = _begin(session, [(edges[0], stage)], families, now)
        taken.add(keep)
        _move(session, [edge for edge in edges if edge.event_id != keep], keep)
        for event_id in sorted(owners - {keep} - near.held().keys()):
            if event_id in near.begun:
                _undo(session, event_id, keep, now)
            else:
                _merge(session, event_id, keep, now)


def _move(session: Session, edges: Sequence[EdgeNews], event_id: int) -> None:
    """Let an event hold some edges, and what is claimed of them."""
    moves = [{"edge": edge.id, "to": event_id} for edge in edges]
    if moves:
        session.connection().execute(_MOVE_EDGE, moves)
        session.connection().execute(_MOVE_CLAIMS, moves)
    for edge in edges:
        edge.event_id = event_id


def _undo(session: Session, event_id: int, keep: int, now: datetime) -> None:
    """Remove an event that was begun a moment ago for an edge that belongs to another."""
    kept = session.get_one(Event, keep)
    kept.last_seen = max(kept.last_seen, now)
    session.connection().execute(_DROP_EVENT, {"event": event_id})


def _merge(session: Session, event_id: int, keep: int, now: datetime) -> None:
    """Let an event that has lost its last edge live on in another, with what was told of it."""
    event, kept = session.get_one(Event, event_id), session.get_one(Event, keep)
    kept.last_seen = max(kept.last_seen, event.last_seen)
    session.add(kept)
    found = stage_changes(session, (event_id, keep))
    changes, known = found[event_id], {(c.stage, c.cycle): c for c in found[keep]}
    for change in changes:
        _carry_over(session, change, known.get((change.stage, change.cycle)), keep)
    session.exec(update(Delivery).where(col(Delivery.event_id) == event_id).values(event_id=keep))
    session.exec(update(Event).where(col(Event.merged_into) == event_id).values(merged_into=keep))
    if changes or event.first_seen != now:
        event.merged_into = keep
        session.add(event)
    else:  # it is as old as this article, and nobody has heard of it
        session.delete(event)
    session.flush()


def _carry_over(
    session: Session, change: StageChange, same: StageChange | None, keep: int
) -> None:
    """Take a stage change along to another event, where the `same` step may be recorded."""
    if same is not None and same.alerted and change.alerted:
        # Both were told. Who is still owed both is told once.
        owed = select(Delivery.subscription_id).where(Delivery.stage_change_id == same.id)
        session.exec(
            delete(Delivery).where(
                col(Delivery.stage_change_id) == change.id,
                col(Delivery.status) == DeliveryStatus.PENDING,
                col(Delivery.attempts) == 0,
                col(Delivery.subscription_id).in_(owed),
            )
        )
        return
    if same is not None and not change.alerted:
        session.delete(change)
        return
    if same is not None:
        session.delete(same)
        session.flush()  # the key must be free before the other takes it
    change.event_id = keep
    session.add(change)


def drop_empty_edges(session: Session, edges: Collection[int]) -> None:
    """Remove edges of which no claim speaks any more."""
    if edges:
        session.connection().execute(_DROP_EDGES, {"edges": list(edges)})


def drop_empty_events(session: Session, events: Iterable[Event]) -> None:
    """Remove events that have lost their last edge, but for those that somebody was told of."""
    for event in events:
        held = (
            select(Edge.id).where(Edge.event_id == event.id),
            select(StageChange.id).where(StageChange.event_id == event.id),
            select(Event.id).where(Event.merged_into == event.id),
        )
        if all(session.exec(one).first() is None for one in held):
            session.delete(event)


def stage_changes(session: Session, events: Collection[int]) -> dict[int, list[StageChange]]:
    """What is recorded of the stages of some events."""
    found: defaultdict[int, list[StageChange]] = defaultdict(list)
    for change in session.exec(_CHANGES, params={"events": list(events)}):
        found[change.event_id].append(change)
    return found


_CHANGES = (
    select(StageChange)
    .where(col(StageChange.event_id).in_(bindparam("events", expanding=True)))
    .execution_options(populate_existing=True)
)


def refresh(
    event: Event,
    edges: Sequence[EdgeNews],
    stage: Stage | None,
    families: Families,
    told: datetime | None,
) -> None:
    """Bring the event's own row up to date: leading edge, companies, stage, last told."""
    if edges:
        lead = min(edges, key=lambda e: (-len(e.told), e.host, e.guest, e.capability))
        event.host, event.guest, event.capability = lead.host, lead.guest, lead.capability
        event.bucket = families.bucket(edges)
    event.stage = stage or event.stage
    event.last_seen = max(event.last_seen, told or event.last_seen)
