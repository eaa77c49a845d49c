"""Events, edges, claims and stage changes: the rows behind the decisions."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, delete, select, update

from config.platforms import Platforms
from config.words import ANYONE, Capability, Stage
from storage.models import (
    Article,
    Claim,
    Delivery,
    DeliveryStatus,
    Edge,
    Event,
    Mention,
    StageChange,
)
from storage.search_index import forget_claims


class Families:
    """Which company is behind a platform, and which platforms are a company's."""

    def __init__(self, platforms: Platforms) -> None:
        self._platforms = platforms
        self._members: dict[str, set[str]] = {}
        for platform in platforms:
            self._members.setdefault(self._house(platform.id), set()).add(platform.id)

    def _house(self, platform: str) -> str:
        """The company behind the surface under which a platform's openings are grouped."""
        return self._platforms.owner(self._platforms.surface(platform))

    def companies(self, host: str, guest: str) -> frozenset[str]:
        """The companies behind a pair; one where both are of one house or one side is anyone."""
        return frozenset(self._house(side) for side in (host, guest) if side != ANYONE)

    def bucket(self, edges: Iterable[Edge]) -> str:
        """All companies behind some edges, in alphabetical order."""
        return "|".join(sorted({c for e in edges for c in self.companies(e.host, e.guest)}))

    def members(self, companies: Iterable[str]) -> set[str]:
        """The platforms of some companies, themselves among them."""
        return {p for company in companies for p in self._members.get(company, {company})}


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
    forget_claims(session, article_id)
    session.exec(
        update(StageChange).where(col(StageChange.claim_id).in_(claims)).values(claim_id=None)
    )
    session.exec(delete(Claim).where(col(Claim.article_id) == article_id))
    session.exec(delete(Mention).where(col(Mention.article_id) == article_id))
    return edges


def edge_for(
    session: Session,
    host: str,
    guest: str,
    capability: Capability,
    families: Families,
    now: datetime,
) -> Edge:
    """The edge of a key; a new one gets an event of its own."""
    found = session.exec(
        select(Edge).where(Edge.host == host, Edge.guest == guest, Edge.capability == capability)
    ).first()
    if found:
        return found
    edge = Edge(event_id=0, host=host, guest=guest, capability=capability)
    edge.event_id = _begin(session, edge, Stage.RUMOUR, families, now)
    session.add(edge)
    session.flush()
    return edge


def _begin(session: Session, edge: Edge, stage: Stage, families: Families, now: datetime) -> int:
    """A new event for an edge; gives its id."""
    event = Event(
        host=edge.host,
        guest=edge.guest,
        capability=edge.capability,
        stage=stage,
        bucket=families.bucket([edge]),
        first_seen=now,
        last_seen=now,
    )
    session.add(event)
    session.flush()
    return _id(event.id)


def events_of(session: Session, edges: Collection[int]) -> set[int]:
    """The events that hold some edges."""
    return set(session.exec(select(Edge.event_id).where(col(Edge.id).in_(edges))).all())


def living(session: Session, events: Collection[int]) -> set[int]:
    """Those of some events that are there and were not merged into another."""
    found = session.exec(
        select(Event.id).where(col(Event.id).in_(events), col(Event.merged_into).is_(None))
    )
    return {_id(number) for number in found}


def edges_of(session: Session, events: Collection[int]) -> set[int]:
    """The edges that some events hold."""
    found = session.exec(select(Edge.id).where(col(Edge.event_id).in_(events)))
    return {_id(number) for number in found}


def neighbourhood(
    session: Session, edges: Collection[int], families: Families
) -> tuple[list[EdgeNews], set[tuple[int, int]]]:
    """All edges whose grouping may depend on some edges, and the pairs that articles lead with.

    These are the edges of the same companies, and whatever is joined to them, to the end. It is
    the edges that decide what is near, not the events that hold them now: these depend on what
    came first.
    """
    known: set[int] = set()
    joint: set[tuple[int, int]] = set()
    wanted = set(edges)
    while wanted - known:
        known |= wanted
        held = session.exec(select(Edge).where(col(Edge.id).in_(known))).all()
        wanted = edges_of(session, {edge.event_id for edge in held})
        wanted |= _of_same_companies(session, held, families)
        joint = _joint(session, wanted | known)
        wanted |= {i for pair in joint for i in pair}
    return _news(session, known), joint


def _of_same_companies(session: Session, edges: Iterable[Edge], families: Families) -> set[int]:
    pairs = {families.companies(edge.host, edge.guest) for edge in edges}
    names = families.members(company for pair in pairs for company in pair) | {ANYONE}
    found = session.exec(select(Edge).where(col(Edge.host).in_(names), col(Edge.guest).in_(names)))
    return {_id(e.id) for e in found if families.companies(e.host, e.guest) in pairs}


_ONE, _TWO = aliased(Claim), aliased(Claim)  # once: to make them takes longer than to ask


def _joint(session: Session, edges: Collection[int]) -> set[tuple[int, int]]:
    pairs = session.exec(
        select(_ONE.edge_id, _TWO.edge_id)
        .where(_ONE.article_id == _TWO.article_id, _ONE.edge_id != _TWO.edge_id)
        .where(_ONE.leading, _TWO.leading, _ONE.edge_id.in_(edges))  # type: ignore[attr-defined]
        .distinct()
    ).all()
    return {(min(pair), max(pair)) for pair in pairs}


def _news(session: Session, edges: Collection[int]) -> list[EdgeNews]:
    day = func.coalesce(Claim.date_to, Article.published_on, func.date(Article.fetched_at))
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


def regroup(
    session: Session, clusters: Iterable[frozenset[int]], families: Families, now: datetime
) -> None:
    """Make the events what the clusters say: each lives on under its oldest event's id.

    Of clusters that were one event, the one with the oldest edge keeps it.
    """
    taken: set[int] = set()
    for cluster in sorted(clusters, key=min):
        edges = session.exec(
            select(Edge).where(col(Edge.id).in_(cluster)).order_by(col(Edge.id))
        ).all()
        owners = {edge.event_id for edge in edges}
        keep = min(owners - taken, default=None)
        if keep is None:
            stage = session.get_one(Event, min(owners)).stage
            keep = _begin(session, edges[0], stage, families, now)
        taken.add(keep)
        for edge in edges:
            if edge.event_id != keep:
                _move(session, edge, keep)
        session.flush()
        for event_id in owners - {keep}:
            _merge(session, event_id, keep, now)


def _move(session: Session, edge: Edge, event_id: int) -> None:
    edge.event_id = event_id
    session.add(edge)
    session.exec(update(Claim).where(col(Claim.edge_id) == edge.id).values(event_id=event_id))


def _merge(session: Session, event_id: int, keep: int, now: datetime) -> None:
    """Let an event that has lost its last edge live on in another, with what was told of it."""
    if edges_of(session, {event_id}):
        return
    event, kept = session.get_one(Event, event_id), session.get_one(Event, keep)
    kept.last_seen = max(kept.last_seen, event.last_seen)
    session.add(kept)
    changes = stage_changes(session, event_id)
    known = {(change.stage, change.cycle): change for change in stage_changes(session, keep)}
    for change in changes:
        _carry_over(session, change, known.get((change.stage, change.cycle)), keep)
    session.exec(update(Delivery).where(col(Delivery.event_id) == event_id).values(event_id=keep))
    session.exec(update(Event).where(col(Event.merged_into) == event_id).values(merged_into=keep))
    if changes or event.first_seen != now:
        event.merged_into = keep
        session.add(event)
    else:  # it was made for this article's edge a moment ago, and nobody has seen it
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
    for edge_id in edges:
        if session.exec(select(Claim.id).where(Claim.edge_id == edge_id)).first() is None:
            session.exec(delete(Edge).where(col(Edge.id) == edge_id))


def drop_empty_events(session: Session, events: Collection[int]) -> None:
    """Remove events that have lost their last edge, but for those that somebody was told of."""
    for event_id in events:
        event = session.get(Event, event_id)
        held = (
            select(Edge.id).where(Edge.event_id == event_id),
            select(StageChange.id).where(StageChange.event_id == event_id),
            select(Event.id).where(Event.merged_into == event_id),
        )
        if event is not None and all(session.exec(one).first() is None for one in held):
            session.delete(event)


def claims_of(session: Session, event_id: int, *, leading: bool) -> list[tuple[Claim, date]]:
    """The leading (or the other) claims of an event, with the day each speaks of.

    A claim without a date speaks of the day on which its article was published. A reprint says
    nothing of its own: its claims count only for stages that no other article tells of.
    """
    rows = session.exec(
        select(Claim, col(Article.copy_of), col(Article.published_on), col(Article.fetched_at))
        .join(Article, col(Article.id) == Claim.article_id)
        .where(Claim.event_id == event_id, Claim.leading == leading)
    ).all()
    told = {claim.stage for claim, copy_of, _, _ in rows if copy_of is None}
    return [
        (claim, claim.date_to or published_on or fetched_at.date())
        for claim, copy_of, published_on, fetched_at in rows
        if copy_of is None or claim.stage not in told
    ]


def stage_changes(session: Session, event_id: int) -> list[StageChange]:
    """What is recorded of an event's stages."""
    return list(session.exec(select(StageChange).where(StageChange.event_id == event_id)))


def refresh(
    session: Session,
    event_id: int,
    stage: Stage | None,
    families: Families,
    told: datetime | None,
) -> Event:
    """Bring the event's own row up to date: leading edge, companies, stage, last told."""
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
        event.bucket = families.bucket(edge for edge, _ in ranked)
    event.stage = stage or event.stage
    event.last_seen = max(event.last_seen, told or event.last_seen)
    session.add(event)
    return event


def _id(value: int | None) -> int:
    """The id of a row that the database has given one."""
    if value is None:
        raise ValueError("the row has not been flushed")
    return value
