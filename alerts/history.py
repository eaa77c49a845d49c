"""Retagging: the stored history read again, with the rules and platforms as they are now.

Every article is read outside of any transaction. Where it reads as before nothing is written;
where it does not, it is followed again in one transaction of its own, as of the moment at which
it was followed first. What was interrupted is therefore simply begun again.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from alerts.flow import Follower, Queue, Touch, counted
from alerts.grouping.partition import partition
from alerts.grouping.steps import moves_on
from alerts.stages import facts_of, record, regroup
from alerts.tagging.claims import ClaimFound
from alerts.tagging.reading import Reader, Reading
from config.words import Stage
from storage import events, revisions
from storage.database import Database
from storage.ledger import Ledger, Row
from storage.models import Article, Claim, Edge, Event, StageChange
from storage.neighbourhood import neighbourhood
from storage.revisions import Recorded

log = logging.getLogger(__name__)

BATCH = 100
"""Articles in memory at a time."""

Progress = Callable[[Iterable[Recorded], int], Iterable[Recorded]]
"""Shows how far along the articles are, given how many there are."""


@dataclass(frozen=True, slots=True)
class Alerting:
    """How what is news is told after all, and as of when."""

    queue: Queue
    touch: Touch
    now: datetime


@dataclass(slots=True)
class Summary:
    """How many of each kind of change there were; the lines themselves are in the ledger."""

    articles: int = 0
    rewritten: int = 0
    queued: int = 0
    failed: int = 0
    kinds: Counter[str] = field(default_factory=Counter)


class Again(Follower):
    """Follows stored articles again. Tells nobody, unless it is given a way of alerting."""

    def __init__(self, reader: Reader, max_age_days: int, alerting: Alerting | None) -> None:
        super().__init__(reader, max_age_days, self._tell, self._edit)
        self._alerting = alerting
        self._told: list[tuple[Stage, int]] = []
        self.queued = 0

    def follow_again(self, session: Session, number: int, digest: str) -> bool:
        """Follow one article anew; False if it is another by now, or not followed yet."""
        article = session.get(Article, number, with_for_update=True)
        if article is None or article.text_digest != digest or revisions.is_due(article):
            return False
        then = article.followed_at or article.fetched_at
        self._told = revisions.told(session, number)
        if self._alerting is not None and self._is_news(article, self._alerting.now):
            article.followed_at = None
            self.follow(session, article, self._alerting.now)
        else:
            self.follow(session, article, then)
        article.followed_at, article.follow_error = then, None
        return True

    def regroup_around(self, session: Session, edge: int, *, only_look: bool) -> set[int]:
        """Group the edges around one anew, as platforms are now; gives those edges.

        With `only_look` nothing is written, and no edges are given where something would be.
        """
        near = neighbourhood(session, self._families, edges={edge})
        held = near.held()
        clusters = set(partition(facts_of(near), near.joint, self._platforms))
        if clusters == {frozenset(group) for group in held.values()}:
            return set(near.edges)
        if only_look:
            return set()
        then = max(session.get_one(Event, number).last_seen for number in held)
        touched = regroup(session, near, held.keys(), self._platforms, self._families, then)
        living = events.living(session, touched)
        record(session, near, living, self._families, then)
        session.flush()
        events.drop_empty_events(session, (one for one in living if not near.of(one.id or 0)))
        return set(near.edges)

    def _is_news(self, article: Article, now: datetime) -> bool:
        at = article.published_at or article.fetched_at
        return article.copy_of is None and at >= now - self._max_age

    def _tell(self, session: Session, event: Event, change: StageChange, now: datetime) -> int:
        """Queue a step, but not one that subscribers heard of when this article was read before."""
        if self._alerting is None:
            change.alerted = False
            session.add(change)
            return 0
        if not moves_on(change.stage, change.cycle, self._told):
            return 0
        queued = self._alerting.queue(session, event, change, now)
        self.queued += queued
        return queued

    def _edit(self, session: Session, event_id: int, _then: datetime) -> None:
        if self._alerting is not None:
            self._alerting.touch(session, event_id, self._alerting.now)


def retag(
    database: Database,
    again: Again,
    ledger: Ledger,
    since: datetime | None = None,
    progress: Progress = lambda articles, _: articles,
) -> Summary:
    """Apply the rules and platforms of now to what is stored; the ledger gets a line per change."""
    summary = Summary()
    ledger.remember(database)
    with database.read() as session:
        total = revisions.count(session, since)
    for recorded in progress(_articles(database, since), total):
        summary.articles += 1
        _retag_one(database, again, recorded, ledger, summary)
    _regroup_all(database, again, ledger)
    for row in ledger.changes(database):
        _note(ledger, summary, [row])
    summary.queued = again.queued
    return summary


def _note(ledger: Ledger, summary: Summary, rows: Sequence[Row]) -> None:
    ledger.note(rows)
    summary.kinds.update(row["what"] for row in rows)


def _articles(database: Database, since: datetime | None) -> Iterator[Recorded]:
    after = 0
    while True:
        with database.read() as session:
            found = revisions.batch(session, after, since, BATCH)
        if not found:
            return
        yield from found
        after = found[-1].article.id or 0


def _retag_one(
    database: Database, again: Again, recorded: Recorded, ledger: Ledger, summary: Summary
) -> None:
    """Read one article again; a bad one never stops the rest."""
    article = recorded.article
    try:
        reading = again.read(article)
        if is_as_recorded(recorded, reading):
            return
        with database.write() as session:
            done = again.follow_again(session, article.id or 0, article.text_digest)
    except Exception as error:
        log.exception("article %s could not be read again", article.id)
        summary.failed += 1
        why = f"{type(error).__name__}: {error}"
        _note(ledger, summary, [{**_of(article), "what": "failed", "after": why}])
        return
    if done:
        summary.rewritten += 1
        _note(ledger, summary, list(differences(recorded, reading)))


def _regroup_all(database: Database, again: Again, ledger: Ledger) -> None:
    """Group anew what platforms of another owner, twin or kind have brought together or apart."""
    after = 0
    while True:
        with database.read() as session:
            edges = session.exec(
                select(Edge.id).where(col(Edge.id) > after).order_by(col(Edge.id)).limit(BATCH)
            ).all()
        if not edges:
            return
        for edge in edges:
            if edge is not None and not ledger.visited(edge):
                ledger.visit(_regrouped(database, again, edge))
        after = edges[-1] or 0


def _regrouped(database: Database, again: Again, edge: int) -> set[int]:
    with database.read() as session:
        seen = again.regroup_around(session, edge, only_look=True)
    if seen:
        return seen
    with database.write() as session:
        return again.regroup_around(session, edge, only_look=False)


def is_as_recorded(recorded: Recorded, reading: Reading) -> bool:
    """True if an article reads as it did: nothing needs to be written."""
    article = recorded.article
    return (
        article.relevant == reading.relevant
        and article.follow_error is None
        and article.reasons == list(reading.reasons)
        and [_all_of(claim) for claim in recorded.claims] == list(map(_all_found, reading.claims))
        and recorded.mentions == counted(reading)
    )


def differences(recorded: Recorded, reading: Reading) -> Iterator[Row]:
    """What a reader would notice: relevance, claims that are new, claims that are gone."""
    article = recorded.article
    if bool(article.relevant) != reading.relevant:
        what = "relevant" if reading.relevant else "irrelevant"
        yield {**_of(article), "what": what, "because": "; ".join(reading.reasons)}
    before = Counter(map(_told_of, recorded.claims))
    now = Counter(map(_told_found, reading.claims))
    quotes = {_told_found(claim): claim for claim in reversed(reading.claims)}
    old = {_told_of(claim): claim for claim in reversed(recorded.claims)}
    for claim in (now - before).elements():
        found = quotes[claim]
        yield {**_of(article), "what": "claim+", **_row(claim, found.quote, found.reasons)}
    for claim in (before - now).elements():
        gone = old[claim]
        yield {**_of(article), "what": "claim-", **_row(claim, gone.quote, gone.reasons)}


_SHOWN = (
    "host", "guest", "capability", "mode", "stage", "from", "to", "planned_from", "planned_to",
    "background", "leading",
)  # fmt: skip
Told = tuple[object, ...]


def _of(article: Article) -> Row:
    return {
        "article": article.id,
        "source": article.source_slug,
        "language": article.language,
        "title": article.title,
        "url": article.url,
    }


def _row(told: Told, quote: str, reasons: Iterable[str]) -> Row:
    return {**dict(zip(_SHOWN, told, strict=True)), "quote": quote, "because": "; ".join(reasons)}


def _told_of(claim: Claim) -> Told:
    return (
        claim.host, claim.guest, claim.capability, claim.mode, claim.stage, claim.date_from,
        claim.date_to, claim.planned_from, claim.planned_to, claim.background, claim.leading,
    )  # fmt: skip


def _told_found(found: ClaimFound) -> Told:
    return (
        found.host, found.guest, found.capability, found.mode, found.stage, found.first,
        found.last, found.planned_first, found.planned_last, found.background, found.leading,
    )  # fmt: skip


def _all_of(claim: Claim) -> Told:
    ways = (claim.sure, claim.date_how, claim.quote, claim.start, claim.end)
    return (*_told_of(claim), *ways, list(claim.reasons))


def _all_found(found: ClaimFound) -> Told:
    quote = found.quote.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")  # as stored
    ways = (found.sure, found.how, quote, found.start, found.end)
    return (*_told_found(found), *ways, list(found.reasons))
