"""What is not kept for ever: runs over feeds, and pages that became no article.

Runs add a row per feed and reading for as long as the daemon lives. Old ones end in the first run
of their feed, so that its totals stay. A rejected page is remembered while its feed announces it,
because it would be fetched again, and for a while after.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from storage.chunks import chunks
from storage.models import CrawlRun, Feed, Rejection, RunStatus
from storage.notices import RUNS_LOOKED_AT

RUNS_KEPT = timedelta(days=30)
REJECTIONS_KEPT = timedelta(days=90)
"""After the last run that met the address."""

AT_ONCE = 1_000
"""Rows of each kind that one call deletes at most, so that nobody waits long for the store."""


def feed_numbers(session: Session) -> Sequence[int]:
    """The ids of all feeds, those that are off too."""
    return [number or 0 for number in session.exec(select(Feed.id).order_by(col(Feed.id)))]


def forget(session: Session, feed_id: int, now: datetime) -> int:
    """Forget what is old of one feed, the oldest first; gives back how many rows that were.

    Kept are its first and its last run, those that notices are judged by, and those with pages
    that are remembered. As many as AT_ONCE means that there may be more.
    """
    pages = _forget_rejections(session, feed_id, now - REJECTIONS_KEPT)
    return max(pages, _forget_runs(session, feed_id, now - RUNS_KEPT))


def remember(session: Session, urls: Iterable[str], run_id: int, now: datetime) -> None:
    """These addresses of old rejections were announced again: they are kept as long as new ones.

    When they were rejected stays as it was.
    """
    lately = select(CrawlRun.id).where(CrawlRun.started_at < now - RUNS_KEPT)
    for part in chunks(urls):
        session.execute(
            update(Rejection)
            .where(col(Rejection.url).in_(part), col(Rejection.crawl_run_id).in_(lately))
            .values(crawl_run_id=run_id)
        )


def _forget_rejections(session: Session, feed_id: int, before: datetime) -> int:
    old = (
        select(Rejection.id)
        .join(CrawlRun, col(CrawlRun.id) == col(Rejection.crawl_run_id))
        .where(CrawlRun.feed_id == feed_id, CrawlRun.started_at < before)
        .order_by(col(Rejection.id))
        .limit(AT_ONCE)
    )
    numbers = session.exec(old).all()
    session.execute(delete(Rejection).where(col(Rejection.id).in_(numbers)))
    return len(numbers)


def _forget_runs(session: Session, feed_id: int, before: datetime) -> int:
    of_feed = CrawlRun.feed_id == feed_id
    ends = select(func.min(CrawlRun.id), func.max(CrawlRun.id)).where(of_feed)
    first, last = session.exec(ends).one()
    with_pages = col(CrawlRun.stored) + col(CrawlRun.skipped) + col(CrawlRun.rejected) > 0
    judged = select(CrawlRun.id).where(of_feed, with_pages).order_by(col(CrawlRun.id).desc())
    kept = {first, last, *session.exec(judged.limit(RUNS_LOOKED_AT))}
    remembered = select(Rejection.id).where(Rejection.crawl_run_id == CrawlRun.id).exists()
    old = (
        select(CrawlRun)
        .where(
            of_feed,
            CrawlRun.started_at < before,
            CrawlRun.status != RunStatus.RUNNING,
            col(CrawlRun.id).not_in(kept),
            ~remembered,
        )
        .order_by(col(CrawlRun.id))
        .limit(AT_ONCE)
    )
    runs = session.exec(old).all()
    if runs:
        carrier = session.get_one(CrawlRun, first)
        for run in runs:
            carrier.seen, carrier.stored = carrier.seen + run.seen, carrier.stored + run.stored
            carrier.skipped += run.skipped
            carrier.rejected += run.rejected
            session.delete(run)
        session.add(carrier)
    return len(runs)
