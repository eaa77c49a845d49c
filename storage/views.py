"""What a message needs to know about one delivery, read in one go and detached from the store."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, true
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from config.words import Capability, Stage
from storage.lasting import change_id
from storage.listings import event as listed_event
from storage.listings import origins
from storage.models import (
    Article,
    Claim,
    Delivery,
    DeliveryStatus,
    Edge,
    Event,
    Source,
    StageChange,
)
from storage.mutes import is_muted
from storage.timetable import is_zone


@dataclass(frozen=True)
class Outlet:
    """Who wrote it, and where to read it."""

    name: str
    url: str


@dataclass(frozen=True)
class Quote:
    """One sentence or two of an article, verbatim, in its own language."""

    text: str
    outlet: Outlet
    language: str
    published_at: datetime | None
    published_on: date | None
    published_local: datetime | None = None
    """The moment of publication in the outlet's own zone, where more than the day was stated."""


@dataclass(frozen=True)
class Dated:
    """Bounds of a date (equal when the day is known), how it was read, and who said so."""

    first: date
    last: date
    how: str | None
    outlets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Coverage:
    """The outlets that report the event in one language, oldest first."""

    language: str
    outlets: tuple[Outlet, ...]


@dataclass(frozen=True)
class AlertView:
    """All that a message about one stage change says, to one reader."""

    event: str
    """`E17`."""
    hosts: tuple[str, ...]
    guests: tuple[str, ...]
    capability: Capability
    stage: Stage
    previous: Stage | None = None
    now: Stage | None = None
    """Where the event stands by now, when that is another stage than this message is about."""
    dates: tuple[Dated, ...] = ()
    """Since when, best first; more than one only where outlets contradict each other."""
    planned: Dated | None = None
    quote: Quote | None = None
    sources: int = 0
    """Independent ones: an outlet counts once, and a copy counts as what it copies."""
    articles: int = 0
    coverage: tuple[Coverage, ...] = ()
    known: bool = False
    """True where this reader has been told of the event before."""
    reply_to: int | None = None
    """The message that did so, where it is in this chat still."""
    change: str = ""
    """The id of the stage change, as feeds have it: it never changes."""
    seen_at: datetime | None = None
    """When the news told of the stage change first."""
    asked_for: bool = False
    """True where a reader asked about the event: it is no news then."""
    muted: bool = False
    """True where this reader wants to hear no more of the event."""


class Recent:
    """Views that were read lately: thousands of readers are told of one stage change."""

    def __init__(self, most: int = 64) -> None:
        self._most = most
        self._views: dict[Hashable, AlertView] = {}

    def view(self, session: Session, event: Event, change: StageChange) -> AlertView:
        """What is the same for all readers, read again only when there is other evidence."""
        key = (change.id, event.stage, event.host, event.guest, *_edition(session, event))
        view = self._views.pop(key, None) or _view(session, event, change)
        self._views[key] = view
        if len(self._views) > self._most:
            del self._views[next(iter(self._views))]
        return view


def _edition(session: Session, event: Event) -> tuple[Any, ...]:
    """Tells when the evidence of an event is not what it was."""
    return tuple(
        session.exec(
            select(
                func.count(),
                func.max(col(Claim.id)),
                func.sum(col(Article.copy_of)),
                func.max(col(Article.checked_at)),
            )
            .join(Article, col(Article.id) == Claim.article_id)
            .where(Claim.event_id == event.id)
        ).one()
    )


def alert_view(session: Session, delivery_id: int, recent: Recent | None = None) -> AlertView:
    """Everything that the message of this delivery needs."""
    delivery, change, event = session.exec(
        select(Delivery, StageChange, Event)
        .join(StageChange, col(StageChange.id) == Delivery.stage_change_id)
        .join(Event, col(Event.id) == Delivery.event_id)
        .where(Delivery.id == delivery_id)
    ).one()
    event = _living(session, event)
    before = _messages_before(session, delivery)
    return replace(
        (recent or Recent()).view(session, event, change),
        previous=change.previous,
        now=None if event.stage is change.stage else event.stage,
        known=bool(before),
        reply_to=next((one for one in before if one is not None), None),
        muted=is_muted(session, delivery.subscription_id, event.id or 0),
    )


def event_view(session: Session, number: int) -> AlertView:
    """An event as it stands now; where it was merged into another, that one.

    Raises NotFoundError.
    """
    event = _living(session, listed_event(session, number))
    last = session.exec(
        select(StageChange)
        .where(StageChange.event_id == event.id, StageChange.stage == event.stage)
        .order_by(col(StageChange.id).desc())
    ).first()
    # background moves a stage without a change that anybody would be told of
    change = last or StageChange(
        event_id=event.id or 0, stage=event.stage, seen_at=event.last_seen
    )
    return replace(_view(session, event, change), asked_for=True)


def _view(session: Session, event: Event, change: StageChange) -> AlertView:
    """What is the same for all readers."""
    edges = session.exec(
        select(Edge).where(Edge.event_id == event.id).order_by(col(Edge.id))
    ).all()
    told = evidence(session, event)
    best = _best(change, told)
    return AlertView(
        event=f"E{event.id}",
        hosts=_unique([event.host, *(edge.host for edge in edges)]),
        guests=_unique([event.guest, *(edge.guest for edge in edges)]),
        capability=event.capability,
        stage=change.stage,
        dates=_dates(best, change.stage, told),
        planned=_planned(best),
        quote=_quote(best),
        sources=independent(session, told),
        articles=len({article.id for _, article, _ in told}),
        coverage=_coverage(told),
        change=change_id(event, change),
        seen_at=change.seen_at,
    )


Told = tuple[Claim, Article, Source]


def _living(session: Session, event: Event) -> Event:
    seen = set()
    while event.merged_into is not None and event.id not in seen:
        seen.add(event.id)
        event = session.get_one(Event, event.merged_into)
    return event


def evidence(session: Session, event: Event) -> list[Told]:
    """Claims about the event with where they stand, oldest first; background only if nothing else."""
    found = session.exec(
        select(Claim, Article, Source)
        .join(Article, col(Article.id) == Claim.article_id)
        .join(Source, col(Source.slug) == Article.source_slug)
        .where(Claim.event_id == event.id)
        .order_by(col(Claim.id))
        .options(defer(Article.text))  # type: ignore[arg-type]
    ).all()
    told = sorted(found, key=lambda one: (one[1].published_at or one[1].fetched_at, one[0].id))
    return [one for one in told if not one[0].background] or told


def independent(session: Session, told: Iterable[Told]) -> int:
    """How many outlets say it of their own: a copy counts as what it copies."""
    return len(set(origins(session, (article for _, article, _ in told)).values()))


def _best(change: StageChange, told: Sequence[Told]) -> Told | None:
    """The claim that moved the stage; else the first leading one that says the same stage."""
    ranked = sorted(
        told,
        key=lambda one: (
            one[0].id != change.claim_id,
            one[0].stage is not change.stage,
            not one[0].leading,
            not one[0].quote,
        ),
    )
    return ranked[0] if ranked else None


def _dates(best: Told | None, stage: Stage, told: Sequence[Told]) -> tuple[Dated, ...]:
    """The date of the best claim, then those of others that it does not overlap."""
    ordered = ([best] if best else []) + [one for one in told if one[0].stage is stage]
    kept: list[Dated] = []
    for claim, _, source in ordered:
        first, last = claim.date_from or claim.date_to, claim.date_to or claim.date_from
        if first is None or last is None:
            continue
        if not any(first <= other.last and other.first <= last for other in kept):
            kept.append(Dated(first, last, claim.date_how, (source.name,)))
    return tuple(kept)


def _planned(best: Told | None) -> Dated | None:
    if best is None:
        return None
    claim, _, source = best
    first, last = claim.planned_from or claim.planned_to, claim.planned_to or claim.planned_from
    if first is None or last is None:
        return None
    return Dated(first, last, None, (source.name,))


def _quote(best: Told | None) -> Quote | None:
    if best is None or not best[0].quote:
        return None
    claim, article, source = best
    return Quote(
        claim.quote,
        Outlet(source.name, article.url),
        article.language,
        article.published_at,
        article.published_on,
        _local(article, source),
    )


def _local(article: Article, source: Source) -> datetime | None:
    """None where only the day is known, which is stored as its first instant."""
    if article.published_at is None or not is_zone(source.timezone):
        return None
    moment = article.published_at.astimezone(ZoneInfo(source.timezone))
    stated = moment.time() != time() and article.published_on in (None, moment.date())
    return moment if stated else None


def _coverage(told: Sequence[Told]) -> tuple[Coverage, ...]:
    languages: dict[str, dict[str, Outlet]] = {}
    for _, article, source in told:
        outlets = languages.setdefault(article.language, {})
        outlets.setdefault(source.slug, Outlet(source.name, article.url))
    most_first = sorted(languages.items(), key=lambda one: -len(one[1]))
    return tuple(Coverage(code, tuple(outlets.values())) for code, outlets in most_first)


def _messages_before(session: Session, delivery: Delivery) -> Sequence[int | None]:
    """The messages that told this reader of earlier steps, oldest first.

    None is one in a chat that the reader's has replaced. The message that tells of this step, too,
    is none of them.
    """
    other = or_(
        col(Delivery.message_id).is_(None), col(Delivery.message_id) != delivery.message_id
    )
    return session.exec(
        select(Delivery.message_id)
        .where(
            Delivery.event_id == delivery.event_id,
            Delivery.subscription_id == delivery.subscription_id,
            Delivery.status == DeliveryStatus.SENT,
            col(Delivery.stage_change_id) < delivery.stage_change_id,
            true() if delivery.message_id is None else other,
        )
        .order_by(col(Delivery.stage_change_id))
    ).all()


def _unique(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))
