"""Following an article: steps 6 to 9 of its walk, in one transaction.

An article is either followed with everything that comes of it (mentions, claims, events, stage
changes, deliveries), or it is still due. Following it again changes nothing that it did not
change before.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from alerts.grouping.partition import EdgeFact, partition
from alerts.grouping.steps import Said, moves_on, steps
from alerts.tagging.claims import ClaimFound
from alerts.tagging.reading import Reader, Reading
from config.words import Stage
from storage import events
from storage.models import Article, Claim, Event, Mention, StageChange
from storage.search_index import index_claims
from storage.turns import follow_alone

Queue = Callable[[Session, Event, StageChange, datetime], int]
"""Owes a stage change to whoever wants it; gives how many deliveries that are."""

Touch = Callable[[Session, int, datetime], object]
"""Marks the messages about an event as out of date, and owes it to who waited for more of it."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What came of an article: its reading, its event, and the steps that subscribers are owed."""

    reading: Reading
    event_id: int | None
    changes: tuple[StageChange, ...]


class Follower:
    """Turns articles into claims, events and owed alerts."""

    def __init__(self, reader: Reader, max_age_days: int, queue: Queue, touch: Touch) -> None:
        self._reader = reader
        self._platforms = reader.platforms
        self._families = events.Families(reader.platforms)
        self._max_age = timedelta(days=max_age_days)
        self._queue = queue
        self._touch = touch

    def follow(self, session: Session, article: Article, now: datetime) -> Followed:
        """Read an article and record all that follows from it.

        An article that was followed before is read anew, and tells nobody: its news is told.
        """
        reading = self.read(article)
        article_id = article.id or 0
        follow_alone(session)
        before = events.forget(session, article_id)
        _mention(session, article_id, reading)
        claims = [self._claim(session, article_id, found, now) for found in reading.claims]
        index_claims(session, claims, article.title)
        touched = before | {claim.edge_id for claim in claims}
        touched_events = self._regroup(session, touched, now)
        session.flush()
        changes = self._advance(session, article, claims, touched_events, now)
        events.drop_empty_events(session, touched_events)
        article.relevant = reading.relevant
        article.reasons = list(reading.reasons)
        article.followed_at = now
        session.add(article)
        leading = next((claim for claim in claims if claim.leading), None)
        if leading is not None:
            session.refresh(leading)
        return Followed(reading, leading.event_id if leading else None, tuple(changes))

    def read(self, article: Article) -> Reading:
        """What the rules of now read in an article."""
        return self._reader.read(
            article.title, article.text, article.language, article.published_on
        )

    def _claim(self, session: Session, article_id: int, found: ClaimFound, now: datetime) -> Claim:
        edge = events.edge_for(
            session, found.host, found.guest, found.capability, self._families, now
        )
        claim = Claim(
            article_id=article_id,
            event_id=edge.event_id,
            edge_id=edge.id or 0,
            host=found.host,
            guest=found.guest,
            capability=found.capability,
            mode=found.mode,
            stage=found.stage,
            date_from=found.first,
            date_to=found.last,
            date_how=found.how,
            planned_from=found.planned_first,
            planned_to=found.planned_last,
            background=found.background,
            leading=found.leading,
            quote=found.quote,
            start=found.start,
            end=found.end,
            reasons=list(found.reasons),
        )
        session.add(claim)
        session.flush()
        return claim

    def _regroup(self, session: Session, touched: Collection[int], now: datetime) -> set[int]:
        """Group anew around the edges that an article touched; gives the events concerned.

        Near events that stay as they are cost nothing more: there are many of them in time.
        """
        if not touched:
            return set()
        before = events.events_of(session, touched)
        beside = events.edges_of(session, before)
        events.drop_empty_edges(session, touched)
        news, joint = events.neighbourhood(session, beside, self._families)
        held: dict[int, set[int]] = {}
        for n in news:
            held.setdefault(n.edge.event_id, set()).add(n.edge.id or 0)
        known = {frozenset(edges) for edges in held.values()}
        moved = [c for c in partition(facts_of(news), joint, self._platforms) if c not in known]
        concerned = beside | {edge for cluster in moved for edge in cluster}
        before |= {n.edge.event_id for n in news if n.edge.id in concerned}
        events.regroup(session, moved, self._families, now)
        after = {n.edge.event_id for n in news if n.edge.id in concerned}
        return events.living(session, before | after)

    def _advance(
        self,
        session: Session,
        article: Article,
        claims: Sequence[Claim],
        touched: Collection[int],
        now: datetime,
    ) -> list[StageChange]:
        """Record the steps of the events concerned; queue those that are news."""
        first = article.followed_at is None
        fresh = article.published_at is None or article.published_at >= now - self._max_age
        fresh = fresh and first and _may_tell(session, article)
        own = {claim.id for claim in claims if claim.leading}
        spoken_of = {claim.event_id for claim in claims} if first else set()
        moved: list[StageChange] = []
        for event_id in sorted(touched):
            told_at = now if event_id in spoken_of else None
            event, changes = self._record(session, event_id, now, told_at)
            news = [c for c in changes if fresh and c.claim_id in own and not c.alerted]
            recorded = events.stage_changes(session, event_id) if news else []
            told = [(c.stage, c.cycle) for c in recorded if c.alerted]
            for change in news:
                if moves_on(change.stage, change.cycle, told):
                    change.alerted = True
                    session.add(change)
                    session.flush()
                    self._queue(session, event, change, now)
                    moved.append(change)
            if any(c.event_id == event_id for c in claims if c.leading):
                self._touch(session, event_id, now)
        return moved

    def _record(
        self, session: Session, event_id: int, now: datetime, told_at: datetime | None
    ) -> tuple[Event, list[StageChange]]:
        """Make the stage changes of an event what its claims say, in order."""
        leading = events.claims_of(session, event_id, leading=True)
        found = steps(_said(leading))
        known = {(c.stage, c.cycle): c for c in events.stage_changes(session, event_id)}
        ordered = []
        for step in found:
            change = known.pop((step.stage, step.cycle), None) or StageChange(
                event_id=event_id, stage=step.stage, cycle=step.cycle, seen_at=now
            )
            change.claim_id, change.previous = step.claim, step.previous
            session.add(change)
            ordered.append(change)
        for stale in known.values():
            if not stale.alerted:
                session.delete(stale)
        session.flush()
        rest = found or steps(_said(events.claims_of(session, event_id, leading=False)))
        stage: Stage | None = rest[-1].stage if rest else None
        event = events.refresh(session, event_id, stage, self._families, told_at)
        return event, ordered


def _may_tell(session: Session, article: Article) -> bool:
    """False for a copy whose original has yet to be followed: that one tells what both say."""
    if article.copy_of is None:
        return True
    return session.get_one(Article, article.copy_of).followed_at is not None


def _said(claims: Sequence[tuple[Claim, object]]) -> list[Said]:
    return [Said(c.id or 0, c.stage, day) for c, day in claims]  # type: ignore[arg-type]


def facts_of(news: Iterable[events.EdgeNews]) -> list[EdgeFact]:
    """Edges as the partition takes them."""
    return [
        EdgeFact(
            one.edge.id or 0,
            one.edge.host,
            one.edge.guest,
            one.edge.capability,
            one.first_news,
            one.last_news,
        )
        for one in news
    ]


def _mention(session: Session, article_id: int, reading: Reading) -> None:
    for platform, (count, first) in counted(reading).items():
        session.add(Mention(article_id=article_id, platform=platform, count=count, first=first))


def counted(reading: Reading) -> dict[str, tuple[int, int]]:
    """How often each platform is named, and where first."""
    counts = Counter(mention.platform for mention in reading.mentions)
    first = {mention.platform: mention.start for mention in reversed(reading.mentions)}
    return {platform: (times, first[platform]) for platform, times in counts.items()}
