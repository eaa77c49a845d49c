"""Making the rows of events what the edges around them say: who holds what, and which steps it took."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from alerts.grouping.partition import EdgeFact, partition
from alerts.grouping.steps import Course, Said, course
from config.platforms import Platforms
from config.words import Stage
from storage import events
from storage.families import Families
from storage.models import Event, StageChange
from storage.neighbourhood import EdgeNews, Neighbourhood, Told, heard, told_beside


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with the stage changes that its claims make, in order, and those told before."""

    event: Event
    changes: tuple[StageChange, ...]
    told: tuple[tuple[Stage, int], ...]
    """Stage and cycle of what subscribers were told of before."""
    counted: Mapping[int, Stage]
    """What each claim that is heard counts as."""


def facts_of(near: Iterable[EdgeNews]) -> list[EdgeFact]:
    """Edges as the partition takes them."""
    return [
        EdgeFact(edge.id, edge.host, edge.guest, edge.capability, edge.first_news, edge.last_news)
        for edge in near
    ]


def regroup(
    session: Session,
    near: Neighbourhood,
    touched: Collection[int],
    platforms: Platforms,
    families: Families,
    now: datetime,
) -> set[int]:
    """Group some edges and all around them anew; gives the events that this concerns.

    `touched` are the events of the edges that something new is known of. Near events that stay as
    they are cost nothing more: there are many of them in time.
    """
    known = {frozenset(edges) for edges in near.held().values()}
    clusters = partition(facts_of(near), near.joint, platforms)
    moved = [cluster for cluster in clusters if cluster not in known]
    concerned = {edge for cluster in moved for edge in cluster}
    concerned |= {edge.id for edge in near if edge.event_id in touched}
    before = {near.edges[number].event_id for number in concerned}
    if moved:
        events.regroup(session, near, moved, families, now)
    after = {near.edges[number].event_id for number in concerned}
    return before | after | set(touched)


def record(
    session: Session,
    near: Neighbourhood,
    living: Sequence[Event],
    families: Families,
    now: datetime,
    spoken_of: Collection[int] = (),
) -> list[Recorded]:
    """Make stage changes and rows of events what their claims say.

    What a first reading has `spoken_of` was last told of now.
    """
    edges = {event.id or 0: near.of(event.id or 0) for event in living}
    leading = {
        number: heard([told for edge in held for told in edge.told])
        for number, held in edges.items()
    }
    beside = told_beside(session, [number for number, told in leading.items() if not told])
    known = events.stage_changes(session, edges)
    found = []
    for event in living:
        number = event.id or 0
        said = leading[number]
        taken = course(_said(said))
        found.append(_record(session, event, taken, known[number], now))
        reached = taken if said else course(_said(heard(beside[number])))
        stage = reached.steps[-1].stage if reached.steps else None
        told_at = now if number in spoken_of else None
        events.refresh(event, edges[number], stage, families, told_at)
    return found


def _record(
    session: Session,
    event: Event,
    taken: Course,
    known: Sequence[StageChange],
    now: datetime,
) -> Recorded:
    """Make the stage changes of an event the steps that its leading claims make, in order."""
    left = {(change.stage, change.cycle): change for change in known}
    changes = []
    for step in taken.steps:
        change = left.pop((step.stage, step.cycle), None) or StageChange(
            event_id=event.id or 0, stage=step.stage, cycle=step.cycle, seen_at=now
        )
        change.claim_id, change.previous = step.claim, step.previous
        session.add(change)
        changes.append(change)
    for stale in left.values():
        if not stale.alerted:
            session.delete(stale)
    told = tuple((change.stage, change.cycle) for change in known if change.alerted)
    return Recorded(event, tuple(changes), told, taken.counted)


def counted(edges: Iterable[EdgeNews]) -> Mapping[int, Stage]:
    """What each leading claim about the edges of one event counts as."""
    return course(_said(heard([told for edge in edges for told in edge.told]))).counted


def _said(told: Iterable[Told]) -> list[Said]:
    return [Said(one.claim_id, one.stage, one.day, one.sure) for one in told]
