"""Rows of the store as plain values for printing, with what has to be counted for them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlmodel import Session, col, func, select

from storage import listings
from storage.bounds import Bounds
from storage.feeds import feed_health
from storage.models import Article, Claim, CrawlRun, Edge, Event, Rejection, StageChange
from storage.notices import open_notices
from storage.rejections import ALIAS, SKIPPED, rejections, retry_at
from storage.steps import Evidence


def events(session: Session, found: Sequence[Event]) -> list[dict[str, Any]]:
    """Events with their openings, and how many articles and independent outlets tell of them."""
    numbers = [event.id or 0 for event in found]
    edges: dict[int, list[Edge]] = defaultdict(list)
    for edge in session.exec(
        select(Edge).where(col(Edge.event_id).in_(numbers)).order_by(col(Edge.id))
    ):
        edges[edge.event_id].append(edge)
    told = _articles_of(session, numbers)
    origins = listings.origins(session, (one for every in told.values() for one in every))
    return [
        _event(event, edges[number], told[number], origins)
        for number, event in zip(numbers, found, strict=True)
    ]


def _articles_of(session: Session, numbers: Sequence[int]) -> dict[int, list[Article]]:
    told: dict[int, list[Article]] = defaultdict(list)
    pairs = session.exec(
        select(Edge.event_id, Claim.article_id)
        .join(Claim, col(Claim.edge_id) == Edge.id)
        .where(col(Edge.event_id).in_(numbers))
        .distinct()
        .order_by(col(Claim.article_id))
    ).all()
    known = listings.articles_by_id(session, {article for _, article in pairs})
    for event, article in pairs:
        told[event].append(known[article])
    return told


def _event(
    event: Event, edges: Sequence[Edge], told: Sequence[Article], origins: dict[int, str]
) -> dict[str, Any]:
    return {
        "id": f"E{event.id}",
        "stage": event.stage,
        "host": event.host,
        "guest": event.guest,
        "capability": event.capability,
        "first_seen": event.first_seen,
        "last_seen": event.last_seen,
        "sources": len({origins[article.id or 0] for article in told}),
        "articles": len(told),
        "languages": sorted({article.language for article in told}),
        "openings": openings(edges),
    }


def openings(edges: Iterable[Edge]) -> list[dict[str, Any]]:
    """The openings that an event holds."""
    return [
        {"host": edge.host, "guest": edge.guest, "capability": edge.capability} for edge in edges
    ]


def stages(session: Session, number: int) -> list[dict[str, Any]]:
    """The stage changes of one event as the news told them."""
    found = session.exec(
        select(StageChange).where(StageChange.event_id == number).order_by(col(StageChange.id))
    )
    return [
        {
            "stage": change.stage,
            "previous": change.previous,
            "seen_at": change.seen_at,
            "alerted": change.alerted,
            "claim": change.claim_id,
            "cycle": change.cycle,
        }
        for change in found
    ]


def sources(evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    """The outlets behind the evidence; those that only copied say of whom."""
    told: dict[str, list[Evidence]] = defaultdict(list)
    for one in evidence:
        told[one.source.slug].append(one)
    return [
        {
            "source": slug,
            "name": every[0].source.name,
            "languages": sorted({one.article.language for one in every}),
            "articles": len({one.article.id for one in every}),
            "copies_of": sorted({one.origin for one in every} - {slug}),
        }
        for slug, every in sorted(told.items())
    ]


def claim(one: Evidence) -> dict[str, Any]:
    """What one article says of one opening."""
    said = one.claim
    dated = said.date_from is not None or said.date_to is not None
    return {
        "id": said.id,
        "event": f"E{one.edge.event_id}",
        "source": one.source.slug,
        "language": one.article.language,
        "published": one.article.published_at,
        "host": said.host,
        "guest": said.guest,
        "capability": said.capability,
        "mode": said.mode,
        "stage": said.stage,
        "date": str(Bounds(said.date_from, said.date_to)) if dated else None,
        "from": said.date_from,
        "to": said.date_to,
        "planned": str(one.planned) if one.planned else None,
        "background": said.background,
        "leading": said.leading,
        "quote": said.quote,
        "article": one.article.id,
        "url": one.article.url,
        "copy_of": one.article.copy_of,
        "reasons": said.reasons,
    }


def articles(session: Session, found: Sequence[Article]) -> list[dict[str, Any]]:
    """Articles with the platforms that they name."""
    named = listings.mentions(session, found)
    return [
        {
            "id": article.id,
            "source": article.source_slug,
            "language": article.language,
            "published": article.published_at,
            "fetched": article.fetched_at,
            "relevant": article.relevant,
            "platforms": named.get(article.id or 0, []),
            "title": article.title,
            "url": article.url,
            "copy_of": article.copy_of,
            "reasons": article.reasons,
            "error": article.follow_error,
        }
        for article in found
    ]


def feeds(session: Session, slug: str | None, now: datetime) -> list[dict[str, Any]]:
    """Every feed with its health, of one source or of all."""
    counted = (
        select(CrawlRun.feed_id, func.count())
        .join(Rejection, col(Rejection.crawl_run_id) == CrawlRun.id)
        .where(col(Rejection.reason).not_in((ALIAS, SKIPPED)))
        .group_by(col(CrawlRun.feed_id))
    )
    rejected: dict[int, int] = dict(session.exec(counted).all())
    wrong: dict[int, list[str]] = defaultdict(list)
    for notice, feed in open_notices(session):
        wrong[feed.id or 0].append(f"{notice.kind}: {notice.detail}")
    return [
        {
            "source": health.feed.source_slug,
            "kind": health.feed.kind,
            "enabled": health.feed.enabled,
            "status": health.last_status,
            "last_success": health.feed.last_success,
            "failures": health.feed.failures,
            "newest_entry": health.feed.newest_entry,
            "articles": health.articles,
            "per_day": health.per_day,
            "skipped": health.skipped,
            "rejected": rejected.get(health.feed.id or 0, 0),
            "notices": "\n".join(wrong[health.feed.id or 0]) or None,
            "last_run": health.last_started,
            "next_due": health.feed.next_due,
            "last_error": health.feed.last_error,
            "url": health.feed.url,
            "id": health.feed.id,
        }
        for health in feed_health(session, now)
        if slug in (None, health.feed.source_slug)
    ]


def rejected(
    session: Session,
    slug: str | None,
    limit: int,
    after: int | None = None,
    *,
    skipped: bool = False,
) -> list[dict[str, Any]]:
    """Pages that became no article, with the reason, the newest first; `after` was seen last."""
    rows = rejections(session, slug=slug, skipped=skipped, limit=limit, after=after)
    found = cast("Iterable[tuple[Rejection, str]]", rows)
    return [_rejected(rejection, of_source) for rejection, of_source in found]


def _rejected(rejection: Rejection, slug: str) -> dict[str, Any]:
    return {
        "id": rejection.id,
        "source": slug,
        "at": rejection.at,
        "reason": rejection.reason,
        "detail": rejection.detail,
        "attempts": rejection.attempts,
        "retry_at": retry_at(rejection),
        "url": rejection.url,
    }
