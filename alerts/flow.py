"""Following an article: steps 6 to 9 of its walk, in one transaction.

An article is either followed with everything that comes of it (mentions, claims, events, stage
changes, deliveries), or it is still due. Following it again changes nothing that it did not
change before.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from alerts.grouping.steps import moves_on
from alerts.stages import Recorded, record, regroup
from alerts.tagging.claims import ClaimFound
from alerts.tagging.reading import Reader, Reading
from config.words import Stage
from storage import claims, events
from storage.events import Key
from storage.families import Families
from storage.models import Article, Event, StageChange
from storage.neighbourhood import EdgeNews, Told, day_of, neighbourhood, sure_of
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
    event_id: int | None = None
    stage: Stage | None = None
    """The stage of the step of that event which the article is a report of."""
    changes: tuple[StageChange, ...] = ()


class Follower:
    """Turns articles into claims, events and owed alerts."""

    def __init__(self, reader: Reader, max_age_days: int, queue: Queue, touch: Touch) -> None:
        self._reader = reader
        self._platforms = reader.platforms
        self._families = Families(reader.platforms)
        self._max_age = timedelta(days=max_age_days)
        self._queue = queue
        self._touch = touch

    def follow(self, session: Session, article: Article, now: datetime) -> Followed:
        """Read an article and record all that follows from it.

        An article that was followed before is read anew, and tells nobody: its news is told.
        """
        reading = self.read(article)
        article_id = article.id or 0
        read_before = article.relevant is not None
        if reading.claims or read_before:
            follow_alone(session)
        before = claims.forget(session, article_id) if read_before else []
        claims.add_mentions(session, article_id, counted(reading))
        followed = Followed(reading)
        if reading.claims or before:
            followed = self._group(session, article, reading, before, now)
        article.relevant = reading.relevant
        article.reasons = list(reading.reasons)
        article.followed_at = now
        session.add(article)
        session.flush()
        return followed

    def read(self, article: Article) -> Reading:
        """What the rules of now read in an article."""
        return self._reader.read(
            article.title, article.text, article.language, article.published_on
        )

    def _group(
        self,
        session: Session,
        article: Article,
        reading: Reading,
        before: Sequence[EdgeNews],
        now: datetime,
    ) -> Followed:
        """Record claims, and what comes of them. `before` are edges that the article spoke of."""
        keys = [Key(found.host, found.guest, found.capability) for found in reading.claims]
        unsaid = [edge.id for edge in before if Key.of(edge) not in keys]
        events.drop_empty_edges(session, unsaid)
        near = neighbourhood(
            session,
            self._families,
            pairs=[(key.host, key.guest) for key in keys],
            events={edge.event_id for edge in before},
        )
        held = events.ensure_edges(session, near, keys, self._families, now)
        edges = [held[key] for key in keys]
        own = _claim(session, article, reading.claims, edges)
        touched = {edge.event_id for edge in (*before, *edges)}
        touched = regroup(session, near, touched, self._platforms, self._families, now)
        spoken_of = {edge.event_id for edge in edges} if article.followed_at is None else ()
        living = events.living(session, touched)
        recorded = record(session, near, living, self._families, now, spoken_of)
        changes = self._tell_news(session, article, recorded, own, now)
        events.drop_empty_events(session, (one for one in living if not near.of(one.id or 0)))
        if not own:
            return Followed(reading, changes=changes)
        number, edge = next(iter(own.items()))
        counted = next(one.counted for one in recorded if one.event.id == edge.event_id)
        stage = counted.get(number, reading.claims[0].stage)
        return Followed(reading, edge.event_id, stage, changes)

    def _tell_news(
        self,
        session: Session,
        article: Article,
        recorded: Sequence[Recorded],
        own: Mapping[int, EdgeNews],
        now: datetime,
    ) -> tuple[StageChange, ...]:
        """Queue the steps that are news, and touch what was told of an event before.

        `own` are the claims that the article leads with, and their edges.
        """
        fresh = article.published_at is None or article.published_at >= now - self._max_age
        fresh = fresh and article.followed_at is None and _may_tell(session, article)
        news = [
            (one.event, change)
            for one in recorded
            for change in one.changes
            if fresh and change.claim_id in own and not change.alerted
            if moves_on(change.stage, change.cycle, one.told)
        ]
        for _, change in news:
            change.alerted = True
        session.flush()
        led = {edge.event_id for edge in own.values()}
        for one in recorded:
            for event, change in news:
                if event is one.event:
                    self._queue(session, event, change, now)
            if one.told and one.event.id in led:
                self._touch(session, one.event.id, now)
        return tuple(change for _, change in news)


def _may_tell(session: Session, article: Article) -> bool:
    """False for a copy whose original has yet to be followed: that one tells what both say."""
    if article.copy_of is None:
        return True
    return session.get_one(Article, article.copy_of).followed_at is not None


def _claim(
    session: Session, article: Article, said: Sequence[ClaimFound], edges: Sequence[EdgeNews]
) -> dict[int, EdgeNews]:
    """Write an article's claims about some edges; gives the leading ones with their edges."""
    rows = [_row(article, found, edge) for found, edge in zip(said, edges, strict=True)]
    numbers = claims.add_claims(session, rows)
    index_claims(
        session,
        {
            number: (row["quote"], row["host"], row["guest"])
            for number, row in zip(numbers, rows, strict=True)
        },
        article.title,
    )
    own = {}
    for number, found, edge in zip(numbers, said, edges, strict=True):
        if found.leading:
            day = day_of(found.last, article.published_on, article.fetched_at)
            is_copy = article.copy_of is not None
            sure = sure_of(found.sure, found.first, found.last, found.how)
            edge.told.append(Told(number, article.id or 0, found.stage, day, is_copy, sure))
            own[number] = edge
    return own


def _row(article: Article, found: ClaimFound, edge: EdgeNews) -> dict[str, Any]:
    """A claim by its columns."""
    return {
        "article_id": article.id,
        "event_id": edge.event_id,
        "edge_id": edge.id,
        "host": found.host,
        "guest": found.guest,
        "capability": found.capability,
        "mode": found.mode,
        "stage": found.stage,
        "sure": found.sure,
        "date_from": found.first,
        "date_to": found.last,
        "date_how": found.how,
        "planned_from": found.planned_first,
        "planned_to": found.planned_last,
        "background": found.background,
        "leading": found.leading,
        "quote": found.quote,
        "start": found.start,
        "end": found.end,
        "reasons": list(found.reasons),
    }


def counted(reading: Reading) -> dict[str, tuple[int, int]]:
    """How often each platform is named, and where first."""
    counts = Counter(mention.platform for mention in reading.mentions)
    first = {mention.platform: mention.start for mention in reversed(reading.mentions)}
    return {platform: (times, first[platform]) for platform, times in counts.items()}
