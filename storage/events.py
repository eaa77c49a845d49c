"""Events, edges, claims and stage changes: the rows behind the decisions."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, delete, select, update

from config.words import Capability, Stage
from storage.models import Article, Claim, Delivery, Edge, Event, Mention, StageChange


@dataclass(frozen=True, slots=True)
class EdgeNews:
    """An edge with the days between which news of it came in."""

    edge: Edge
    first_news: date | None
    last_news: date | None


def forget(session: Session, article_id: int) -> set[int]:
    """Take back all that an article said; gives the ids of the edges that it spoke of."""
    edges = set(session.exec(select(Claim.edge_id).where(Claim.article_id == article_id)).all())
    claims = select(Claim.id).where(Claim.article_id == article_id)
    session.exec(
        update(StageChange).where(col(StageChange.claim_id).in_(claims)).values(claim_id=None)
    )
    session.exec(delete(Claim).where(col(Claim.article_id) == article_id))
    session.exec(delete(Mention).where(col(Mention.article_id) == article_id))
    return edges


def edge_for(
    session: Session, host: str, guest: str, capability: Capability, bucket: str, now: datetime
) -> Edge:
    """The edge of a key; a new one gets an event of its own."""
    found = session.exec(
        select(Edge).where(Edge.host == host, Edge.guest == guest, Edge.capability == capability)
    ).first()
    if found:
        return found
    event = Event(
        host=host,
        guest=guest,
        capability=capability,
        stage=Stage.RUMOUR,
        bucket=bucket,
        first_seen=now,
        last_seen=now,
    )
    session.add(event)
    session.flush()
    edge = Edge(event_id=_id(event.id), host=host, guest=guest, capability=capability)
    session.add(edge)
    session.flush()
    return edge


def neighbourhood(
    session: Session, edges: Collection[int]
) -> tuple[list[EdgeNews], set[tuple[int, int]]]:
    """All edges whose grouping may depend on some edges, and the pairs that articles lead with.

    These are the edges of the same companies, and whatever is joined to them, to the end.
    """
    known: set[int] = set()
    joint: set[tuple[int, int]] = set()
    wanted = set(edges)
    while wanted - known:
        known |= wanted
        buckets = (
            select(Event.bucket)
            .join(Edge, col(Edge.event_id) == Event.id)
            .where(col(Edge.id).in_(known))
        )
        beside = (
            select(Edge.id)
            .join(Event, col(Edge.event_id) == Event.id)
            .where(or_(col(Event.bucket).in_(buckets), col(Edge.event_id).in_(_events_of(known))))
        )
        wanted = {_id(i) for i in session.exec(beside).all()}
        joint = _joint(session, wanted | known)
        wanted |= {i for pair in joint for i in pair}
    return _news(session, known), joint


def _events_of(edges: Collection[int]) -> ColumnElement[int]:
    return select(Edge.event_id).where(col(Edge.id).in_(edges))  # type: ignore[return-value]


def _joint(session: Session, edges: Collection[int]) -> set[tuple[int, int]]:
    one, two = aliased(Claim), aliased(Claim)
    pairs = session.exec(
        select(one.edge_id, two.edge_id)
        .where(one.article_id == two.article_id, one.edge_id != two.edge_id)
        .where(one.leading, two.leading, one.edge_id.in_(edges))  # type: ignore[attr-defined]
        .distinct()
    ).all()
    return {(min(pair), max(pair)) for pair in pairs}


def _news(session: Session, edges: Collection[int]) -> list[EdgeNews]:
    day = func.coalesce(Claim.date_to, Article.published_on)
    rows = session.exec(
        select(Edge, func.min(day), func.max(day))
        .join(Claim, and_(col(Claim.edge_id) == Edge.id, col(Claim.leading)), isouter=True)
        .join(Article, col(Article.id) == Claim.article_id, isouter=True)
        .where(col(Edge.id).in_(edges))
        .group_by(
            col(Edge.id),
            *(col(c) for c in (Edge.event_id, Edge.host, Edge.guest, Edge.capability)),
        )
    ).all()
    return [EdgeNews(edge, _day(first), _day(last)) for edge, first, last in rows]


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def regroup(session: Session, clusters: Iterable[frozenset[int]], now: datetime) -> None:
    """Make the events what the clusters say: each lives on under its oldest event's id."""
    for cluster in clusters:
        edges = session.exec(select(Edge).where(col(Edge.id).in_(cluster))).all()
        owners = {edge.event_id for edge in edges}
        keep = min(owners)
        shared = session.exec(
            select(Edge.id).where(Edge.event_id == keep, col(Edge.id).not_in(cluster))
        ).first()
        if shared is not None and len(owners) == 1:
            keep = _split(session, edges, now)
        for edge in edges:
            if edge.event_id != keep:
                _move(session, edge, keep)
        for event_id in owners - {keep}:
            _merge(session, event_id, keep)


def _split(session: Session, edges: Sequence[Edge], now: datetime) -> int:
    """A new event for edges that no longer belong to the one they share with others."""
    first = min(edges, key=lambda edge: _id(edge.id))
    old = session.get_one(Event, first.event_id)
    event = Event(
        host=first.host,
        guest=first.guest,
        capability=first.capability,
        stage=old.stage,
        bucket=old.bucket,
        first_seen=old.first_seen,
        last_seen=now,
    )
    session.add(event)
    session.flush()
    return _id(event.id)


def _move(session: Session, edge: Edge, event_id: int) -> None:
    edge.event_id = event_id
    session.add(edge)
    session.exec(update(Claim).where(col(Claim.edge_id) == edge.id).values(event_id=event_id))


def _merge(session: Session, event_id: int, keep: int) -> None:
    """Let an event that has lost its last edge live on in another, with what was told of it."""
    if session.exec(select(Edge.id).where(Edge.event_id == event_id)).first() is not None:
        return
    event = session.get_one(Event, event_id)
    event.merged_into = keep
    session.add(event)
    taken = {
        (change.stage, change.cycle)
        for change in session.exec(select(StageChange).where(StageChange.event_id == keep))
    }
    for change in session.exec(select(StageChange).where(StageChange.event_id == event_id)):
        if (change.stage, change.cycle) not in taken:
            change.event_id = keep
            session.add(change)
            session.exec(
                update(Delivery)
                .where(col(Delivery.stage_change_id) == change.id)
                .values(event_id=keep)
            )


def drop_empty_edges(session: Session, edges: Collection[int]) -> None:
    """Remove edges of which no claim speaks any more; their events stay for what was sent."""
    for edge_id in edges:
        if session.exec(select(Claim.id).where(Claim.edge_id == edge_id)).first() is None:
            session.exec(delete(Edge).where(col(Edge.id) == edge_id))


def claims_of(session: Session, event_id: int, *, leading: bool) -> list[tuple[Claim, date]]:
    """The leading (or the other) claims of an event, with the day each speaks of.

    A claim without a date speaks of the day on which its article was published.
    """
    rows = session.exec(
        select(Claim, Article)
        .join(Article, col(Article.id) == Claim.article_id)
        .where(Claim.event_id == event_id, Claim.leading == leading)
    ).all()
    return [
        (claim, claim.date_to or article.published_on or article.fetched_at.date())
        for claim, article in rows
    ]


def stage_changes(session: Session, event_id: int) -> list[StageChange]:
    """What is recorded of an event's stages."""
    return list(session.exec(select(StageChange).where(StageChange.event_id == event_id)))


def refresh(session: Session, event_id: int, stage: Stage | None, now: datetime) -> Event:
    """Bring the event's own row up to date: leading edge, current stage, last seen."""
    event = session.get_one(Event, event_id)
    ranked = session.exec(
        select(Edge, func.count(col(Claim.id)))
        .join(Claim, and_(col(Claim.edge_id) == Edge.id, col(Claim.leading)), isouter=True)
        .where(Edge.event_id == event_id)
        .group_by(
            col(Edge.id),
            *(col(c) for c in (Edge.event_id, Edge.host, Edge.guest, Edge.capability)),
        )
    ).all()
    if ranked:
        edge, _ = min(ranked, key=lambda r: (-r[1], r[0].host, r[0].guest, r[0].capability))
        event.host, event.guest, event.capability = edge.host, edge.guest, edge.capability
    event.stage = stage or event.stage
    event.last_seen = max(event.last_seen, now)
    session.add(event)
    return event


def _id(value: int | None) -> int:
    """The id of a row that the database has given one."""
    if value is None:
        raise ValueError("the row has not been flushed")
    return value
