"""What surrounds some edges: all that their grouping depends on, read in two statements.

These are the edges of the same companies, and whatever is joined to them by an event or by an
article that leads with both, to the end. It is the edges that decide what is near, not the events
that hold them now: these depend on what came first. Only what is joined to other companies takes
another round of two statements; how much else is stored makes no difference.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import combinations
from typing import Any

from sqlalchemy import bindparam, select, union
from sqlmodel import Session

from config.words import ANYONE, BY_REPORT, Capability, Stage
from storage.columns import tables_of
from storage.families import Families
from storage.models import Article, Claim, Edge, Event

_EDGE, _CLAIM, _ARTICLE, _EVENT = tables_of(Edge, Claim, Article, Event)


@dataclass(frozen=True, slots=True)
class Told:
    """What one claim adds to an event: its stage, and the day of which it speaks."""

    claim_id: int
    article_id: int
    stage: Stage
    day: date
    is_copy: bool
    """True for what a reprint says."""
    sure: float | None = None
    """How far the stage leads other readings, of a claim that names its day; None for others."""


@dataclass(slots=True)
class EdgeNews:
    """An edge, the event that holds it, and the leading claims about it."""

    id: int
    event_id: int
    host: str
    guest: str
    capability: Capability
    told: list[Told] = field(default_factory=list)

    @property
    def first_news(self) -> date | None:
        """The first day of which a leading claim speaks."""
        return min((told.day for told in self.told), default=None)

    @property
    def last_news(self) -> date | None:
        """The last day of which a leading claim speaks."""
        return max((told.day for told in self.told), default=None)


class Neighbourhood:
    """Edges by their ids. It is kept up to date by what is written to them."""

    def __init__(self, edges: Iterable[EdgeNews] = ()) -> None:
        self.edges = {edge.id: edge for edge in edges}
        self.begun: set[int] = set()
        """Events that were made in this very transaction, of which nothing is recorded yet."""

    def __iter__(self) -> Iterator[EdgeNews]:
        return iter(self.edges.values())

    @property
    def joint(self) -> set[tuple[int, int]]:
        """Pairs of edges that one article leads with, the smaller id first."""
        led: defaultdict[int, set[int]] = defaultdict(set)
        for edge in self:
            for told in edge.told:
                led[told.article_id].add(edge.id)
        return {pair for edges in led.values() for pair in combinations(sorted(edges), 2)}

    def held(self) -> dict[int, set[int]]:
        """The edges that each event holds."""
        found: defaultdict[int, set[int]] = defaultdict(set)
        for edge in self:
            found[edge.event_id].add(edge.id)
        return found

    def of(self, event_id: int) -> list[EdgeNews]:
        """The edges that an event holds."""
        return [edge for edge in self if edge.event_id == event_id]


def neighbourhood(
    session: Session,
    families: Families,
    *,
    pairs: Iterable[tuple[str, str]] = (),
    edges: Iterable[int] = (),
    events: Iterable[int] = (),
) -> Neighbourhood:
    """All edges whose grouping may depend on some edges.

    These are named by their hosts and guests, by their ids, or by the events that hold them.
    """
    found = Neighbourhood()
    claims: dict[int, tuple[int, Told]] = {}
    asked: set[frozenset[str]] = set()
    companies = {families.companies(*pair) for pair in pairs}
    wanted, held = set(edges), set(events)
    while companies or wanted or held:
        new = _edges(session, families, companies, wanted, held)
        asked |= companies
        found.edges.update(new)
        claims.update(_claims(session, new))
        companies = {families.companies(e.host, e.guest) for e in new.values()} - asked
        wanted, held = {edge for edge, _ in claims.values()} - found.edges.keys(), set()
    for edge_id, told in claims.values():
        found.edges[edge_id].told.append(told)
    return found


_NAMED = union(
    select(_EDGE.c.event_id).where(
        _EDGE.c.host.in_(bindparam("names", expanding=True)),
        _EDGE.c.guest.in_(bindparam("names", expanding=True)),
    ),
    select(_EDGE.c.event_id).where(_EDGE.c.id.in_(bindparam("edges", expanding=True))),
    select(_EVENT.c.id).where(_EVENT.c.id.in_(bindparam("events", expanding=True))),
)
_EDGES = (
    select(_EDGE.c.id, _EDGE.c.event_id, _EDGE.c.host, _EDGE.c.guest, _EDGE.c.capability)
    .where(_EDGE.c.event_id.in_(_NAMED))
    .order_by(_EDGE.c.id)
)


def _edges(
    session: Session,
    families: Families,
    companies: set[frozenset[str]],
    edges: set[int],
    events: set[int],
) -> dict[int, EdgeNews]:
    """All edges of the events that hold some edges, or edges between some companies."""
    names = families.members(company for pair in companies for company in pair) | {ANYONE}
    asked = {
        "names": sorted(names) if companies else [],
        "edges": list(edges),
        "events": list(events),
    }
    rows = [EdgeNews(*row) for row in session.connection().execute(_EDGES, asked)]
    meant = events | {
        edge.event_id
        for edge in rows
        if edge.id in edges or families.companies(edge.host, edge.guest) in companies
    }
    return {edge.id: edge for edge in rows if edge.event_id in meant}


_SAID = select(
    _CLAIM.c.edge_id, _CLAIM.c.event_id, _CLAIM.c.id, _CLAIM.c.article_id, _CLAIM.c.stage,
    _CLAIM.c.sure, _CLAIM.c.date_from, _CLAIM.c.date_to, _CLAIM.c.date_how,
    _ARTICLE.c.published_on, _ARTICLE.c.fetched_at, _ARTICLE.c.copy_of,
).join(_ARTICLE, _ARTICLE.c.id == _CLAIM.c.article_id)  # fmt: skip
_LEADING = _SAID.where(
    _CLAIM.c.leading,
    _CLAIM.c.article_id.in_(
        select(_CLAIM.c.article_id).where(
            _CLAIM.c.leading, _CLAIM.c.edge_id.in_(bindparam("edges", expanding=True))
        )
    ),
)
_OTHERS = _SAID.where(
    _CLAIM.c.leading.is_(False), _CLAIM.c.event_id.in_(bindparam("events", expanding=True))
)


def _claims(session: Session, edges: Iterable[int]) -> dict[int, tuple[int, Told]]:
    """The leading claims of all articles that lead with some edges, each with its edge."""
    rows = session.connection().execute(_LEADING, {"edges": list(edges)})
    return {row.id: (row.edge_id, _told(row)) for row in rows}


def told_beside(session: Session, events: Collection[int]) -> dict[int, list[Told]]:
    """What the claims that do not lead say of some events."""
    found: dict[int, list[Told]] = {event: [] for event in events}
    if events:
        for row in session.connection().execute(_OTHERS, {"events": list(events)}):
            found[row.event_id].append(_told(row))
    return found


def _told(row: Any) -> Told:
    day = day_of(row.date_to, row.published_on, row.fetched_at)
    sure = sure_of(row.sure, row.date_from, row.date_to, row.date_how)
    return Told(row.id, row.article_id, row.stage, day, row.copy_of is not None, sure)


def day_of(date_to: date | None, published_on: date | None, fetched_at: datetime) -> date:
    """The day of which a claim speaks: its last, else that of its article."""
    return date_to or published_on or fetched_at.date()


def sure_of(
    sure: float | None, first: date | None, last: date | None, how: str | None
) -> float | None:
    """How sure the stage is of a claim whose text names the very day; None for any other."""
    return sure if first is not None and first == last and how != BY_REPORT else None


def heard(told: Collection[Told]) -> list[Told]:
    """Without what reprints say of stages that another article tells of: nothing of their own."""
    own = {one.stage for one in told if not one.is_copy}
    return [one for one in told if not one.is_copy or one.stage not in own]
