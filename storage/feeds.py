"""Sources, feeds and the runs over them: what is due, how a run ended, how healthy a feed is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from config.errors import UnknownSourceError
from config.sources import FeedSpec, SourceSpec
from storage.intervals import LONGEST_WAIT, backed_off, set_interval
from storage.models import CrawlRun, Feed, RunStatus, Source

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """One feed as the command line shows it."""

    feed: Feed
    articles: int
    skipped: int
    per_day: float
    """Articles a day over the last week, or over the time since the first run if that is less."""
    last_status: RunStatus | None
    last_started: datetime | None


def sync_sources(
    session: Session,
    specs: Sequence[SourceSpec],
    *,
    interval_seconds: int = 900,
    bounds: tuple[int, int] | None = None,
) -> None:
    """Make the rows equal to the files, which are the authority; what vanished is disabled.

    `interval_seconds` is for feeds that state no interval of their own; such a feed finds its own
    pace within `bounds`. Without bounds every feed keeps those that it has.
    """
    slugs = {spec.slug for spec in specs}
    for source in session.exec(select(Source)):
        source.enabled = source.enabled and source.slug in slugs
    feeds = {feed.url: feed for feed in session.exec(select(Feed))}
    for feed in feeds.values():
        feed.enabled = False
    for spec in specs:
        _sync_source(session, spec)
        for stated in spec.feeds:
            feed = _sync_feed(session, feeds, spec, stated)
            set_interval(feed, stated.interval_seconds, interval_seconds, bounds)


def _sync_source(session: Session, spec: SourceSpec) -> None:
    source = session.get(Source, spec.slug) or Source(
        slug=spec.slug, name=spec.name, homepage=str(spec.homepage)
    )
    source.name, source.homepage = spec.name, str(spec.homepage)
    source.language, source.country = spec.language, spec.country
    source.timezone, source.enabled = spec.timezone, spec.enabled
    session.add(source)
    session.flush()


def _sync_feed(
    session: Session, feeds: dict[str, Feed], spec: SourceSpec, stated: FeedSpec
) -> Feed:
    url = str(stated.url)
    feed = feeds.get(url) or Feed(source_slug=spec.slug, url=url, kind=stated.kind)
    feed.source_slug, feed.kind = spec.slug, stated.kind
    feed.enabled = spec.enabled and stated.enabled
    feeds[url] = feed
    session.add(feed)
    return feed


def enabled_feeds(session: Session, slugs: Sequence[str] | None = None) -> Sequence[Feed]:
    """All feeds that are on, of the named sources or of all; due or not.

    Raises UnknownSourceError for a slug that no source has.
    """
    statement = select(Feed).where(col(Feed.enabled)).order_by(col(Feed.id))
    if slugs:
        _check_slugs(session, slugs)
        statement = statement.where(col(Feed.source_slug).in_(slugs))
    return session.exec(statement).all()


def due_feeds(
    session: Session, now: datetime, slugs: Sequence[str] | None = None
) -> Sequence[Feed]:
    """The feeds whose time has come, longest overdue first; those never read come first of all."""
    statement = (
        select(Feed)
        .where(col(Feed.enabled))
        .where(or_(col(Feed.next_due).is_(None), col(Feed.next_due) <= now))
        .order_by(col(Feed.next_due).is_not(None), col(Feed.next_due), col(Feed.id))
    )
    if slugs:
        _check_slugs(session, slugs)
        statement = statement.where(col(Feed.source_slug).in_(slugs))
    return session.exec(statement).all()


def sources_of(session: Session, feeds: Iterable[Feed]) -> dict[str, Source]:
    """The sources of the feeds, by slug."""
    slugs = {feed.source_slug for feed in feeds}
    found = session.exec(select(Source).where(col(Source.slug).in_(slugs)))
    return {source.slug: source for source in found}


def _check_slugs(session: Session, slugs: Sequence[str]) -> None:
    known = list(session.exec(select(Source.slug)))
    for slug in slugs:
        if slug not in known:
            raise UnknownSourceError(slug, known)


def is_due(feed: Feed, now: datetime) -> bool:
    """Whether the feed is on and its time has come."""
    return feed.enabled and (feed.next_due is None or feed.next_due <= now)


def reset_absurd_due(session: Session, now: datetime) -> int:
    """Feeds due further ahead than two of their waits (the clock was set back) are due in one.

    Gives back how many there were.
    """
    mended = 0
    for feed in session.exec(select(Feed).where(col(Feed.next_due) > now)):
        wait = backed_off(feed.interval_seconds, feed.failures)
        # A Retry-After may have made the wait a day, but only for a feed that failed.
        furthest = max(2 * wait, LONGEST_WAIT if feed.failures else timedelta(0))
        if feed.next_due is not None and feed.next_due > now + furthest:
            feed.next_due = now + wait
            session.add(feed)
            mended += 1
    return mended


def feed_health(session: Session, now: datetime) -> list[FeedHealth]:
    """Every feed with its last run and what its runs brought, by source and address."""
    latest = select(func.max(CrawlRun.id)).group_by(col(CrawlRun.feed_id))
    runs = {
        run.feed_id: run
        for run in session.exec(select(CrawlRun).where(col(CrawlRun.id).in_(latest)))
    }
    brought = _brought(session)
    lately = _brought(session, CrawlRun.started_at > now - WEEK)
    rows = []
    for feed in session.exec(select(Feed).order_by(Feed.source_slug, Feed.url)):
        number = feed.id or 0
        run = runs.get(number)
        stored, skipped, first = brought.get(number, (0, 0, now))
        days = max(1.0, min(WEEK, now - first) / timedelta(days=1))
        rows.append(
            FeedHealth(
                feed=feed,
                articles=stored,
                skipped=skipped,
                per_day=round(lately.get(number, (0, 0, now))[0] / days, 1),
                last_status=run.status if run else None,
                last_started=run.started_at if run else None,
            )
        )
    return rows


def _brought(
    session: Session, *rules: ColumnElement[bool] | bool
) -> dict[int, tuple[int, int, datetime]]:
    """Of each feed with such runs: articles stored, pages skipped, and when the first run was."""
    statement = select(
        CrawlRun.feed_id,
        func.sum(CrawlRun.stored),
        func.sum(CrawlRun.skipped),
        func.min(CrawlRun.started_at),
    )
    found = session.exec(statement.where(*rules).group_by(col(CrawlRun.feed_id)))
    return {
        feed_id: (int(stored), int(skipped), first) for feed_id, stored, skipped, first in found
    }
