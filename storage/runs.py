"""Runs over feeds: how they begin, how they end, and what that means for the feed.

What begins or ends at about the same time does so in one transaction: a commit costs more than a run.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from storage.intervals import LONGEST_WAIT, backed_off, keep_pace
from storage.models import CrawlRun, Feed, RunStatus
from storage.rejections import skip
from storage.retention import remember

AGAIN_SECONDS = 5
"""After which a feed is due again that had no turn in its run: a crawl that ends at once for a
reason that nobody thought of must not be begun again and again without a breath."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended. `retry_after` is what the server asked for, in seconds."""

    status: RunStatus
    http_status: int | None = None
    seen: int = 0
    stored: int = 0
    skipped: int = 0
    rejected: int = 0
    error: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    newest_entry: datetime | None = None
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of one run: when, how, and the addresses of pages that were looked at and left.

    `remembered` are those that were rejected long ago and are announced still.
    """

    run_id: int
    result: RunResult
    at: datetime
    skipped: tuple[str, ...] = ()
    remembered: frozenset[str] = frozenset()


def begin_runs(session: Session, feed_ids: Sequence[int], now: datetime) -> list[int]:
    """Open a run over each of the feeds; gives back their ids.

    One that is open still was left so: by a crash, or because the store did not take its end.
    """
    interrupt_runs(session, now, feed_ids)
    runs = [CrawlRun(feed_id=feed_id, started_at=now) for feed_id in feed_ids]
    session.add_all(runs)
    session.flush()
    return [run.id or 0 for run in runs]


def finish_runs(session: Session, endings: Sequence[Ending]) -> None:
    """Close some runs, as many as go into one IN."""
    for ending in endings:
        skip(session, ending.run_id, ending.skipped, ending.at)
        remember(session, ending.remembered, ending.run_id, ending.at)
    # Read together and held here, so that `finish_run` finds them at hand.
    ids = [ending.run_id for ending in endings]
    runs = session.exec(select(CrawlRun).where(col(CrawlRun.id).in_(ids))).all()
    held = session.exec(select(Feed).where(col(Feed.id).in_([run.feed_id for run in runs]))).all()
    for ending in endings:
        finish_run(session, ending.run_id, ending.result, ending.at)
    session.flush()
    del held


def finish_run(session: Session, run_id: int, result: RunResult, now: datetime) -> datetime:
    """Close a run and set when its feed is due again; gives back that moment."""
    run = session.get_one(CrawlRun, run_id)
    feed = session.get_one(Feed, run.feed_id)
    run.status, run.finished_at = result.status, now
    run.http_status, run.error = result.http_status, result.error
    run.seen, run.stored = result.seen, result.stored
    run.skipped, run.rejected = result.skipped, result.rejected
    if result.status in {RunStatus.OK, RunStatus.UNCHANGED}:
        feed.failures, feed.last_success, feed.last_error = 0, now, None
        keep_pace(feed, now, changed=_found_something_new(feed, result))
    elif result.status is RunStatus.FAILED:
        feed.failures, feed.last_error = feed.failures + 1, result.error
    if result.status is RunStatus.OK:
        feed.etag, feed.last_modified = result.etag, result.last_modified
        feed.newest_entry = max(
            filter(None, (feed.newest_entry, result.newest_entry)), default=None
        )
    feed.next_due = now + wait_after(feed, result)
    session.add_all((run, feed))
    return feed.next_due


def _found_something_new(feed: Feed, result: RunResult) -> bool:
    if result.status is not RunStatus.OK:
        return False
    newest = result.newest_entry
    newer = newest is not None and (feed.newest_entry is None or newest > feed.newest_entry)
    return newer or result.stored > 0


def wait_after(feed: Feed, result: RunResult) -> timedelta:
    """How long to leave the feed alone: its interval, doubled per failure, a day at most.

    A Retry-After makes the wait longer, never shorter; where the feed had no turn, it is the next.
    """
    if result.status is RunStatus.INTERRUPTED:
        return timedelta(seconds=AGAIN_SECONDS)
    asked = timedelta(seconds=min(result.retry_after or 0.0, LONGEST_WAIT.total_seconds()))
    return max(backed_off(feed.interval_seconds, feed.failures), asked)


def interrupt_runs(
    session: Session, now: datetime, feed_ids: Collection[int] | None = None
) -> int:
    """Close the runs that were left open, over some feeds or all; gives back how many there were.

    Whoever calls it knows that none of them is under way.
    """
    left = col(CrawlRun.status) == RunStatus.RUNNING
    statement = (
        update(CrawlRun)
        .where(left if feed_ids is None else left & col(CrawlRun.feed_id).in_(feed_ids))
        .values(status=RunStatus.INTERRUPTED, finished_at=now, error="its end was not recorded")
        .returning(col(CrawlRun.id))
    )
    return len(session.execute(statement).all())
