"""What is wrong with feeds for longer than a moment: told once, and once more when it is over."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, or_, select

from storage.intervals import FIRST_GAP_SECONDS
from storage.models import CrawlRun, Feed, Notice, NoticeKind

FAILURES = 5
"""Failures in a row that are reported."""

SILENT_GAPS = 5
LEAST_SILENCE = timedelta(days=3)
"""A feed is silent after so many of its usual gaps without anything new, and not before that."""

RUNS_LOOKED_AT = 10
"""The last runs with pages, in which the rejected ones are counted."""

LEAST_REJECTED = 5
REJECTED_SHARE = 0.5
MENDED_SHARE = 0.25
"""Reported above the first share, over below the second, so that nothing is told to and fro."""


def review(session: Session, feed_ids: Iterable[int], now: datetime) -> list[tuple[Notice, Feed]]:
    """Raise and clear the notices of the feeds; gives back those that changed.

    A feed that was turned off has nothing to report: its notices end without a word.
    """
    changed: list[tuple[Notice, Feed]] = []
    feeds = session.exec(select(Feed).where(col(Feed.id).in_(list(feed_ids)))).all()
    for feed in feeds:
        opened = {notice.kind: notice for notice in _open_of(session, feed)}
        wrong = _wrong_with(session, feed, set(opened), now) if feed.enabled else {}
        for kind in wrong.keys() - opened.keys():
            notice = Notice(feed_id=feed.id or 0, kind=kind, detail=wrong[kind], raised_at=now)
            session.add(notice)
            changed.append((notice, feed))
        for kind in opened.keys() - wrong.keys():
            opened[kind].cleared_at = now
            if feed.enabled:
                changed.append((opened[kind], feed))
            else:
                opened[kind].told_at = opened[kind].told_at or now
                opened[kind].clear_told_at = now
            session.add(opened[kind])
    session.flush()
    return changed


def _open_of(session: Session, feed: Feed) -> Sequence[Notice]:
    statement = select(Notice).where(Notice.feed_id == feed.id, col(Notice.cleared_at).is_(None))
    return session.exec(statement).all()


def _wrong_with(
    session: Session, feed: Feed, known: set[NoticeKind], now: datetime
) -> dict[NoticeKind, str]:
    wrong: dict[NoticeKind, str] = {}
    if feed.failures >= FAILURES or (NoticeKind.FAILING in known and feed.failures):
        wrong[NoticeKind.FAILING] = f"failed {feed.failures} times in a row: {feed.last_error}"
    if silence := _silence(feed, now):
        days = silence.total_seconds() / 86_400
        wrong[NoticeKind.SILENT] = f"nothing new for {days:.0f} days"
    rejected, pages = _rejected(session, feed)
    limit = MENDED_SHARE if NoticeKind.REJECTING in known else REJECTED_SHARE
    least = 1 if NoticeKind.REJECTING in known else LEAST_REJECTED
    if rejected >= least and rejected > limit * pages:
        wrong[NoticeKind.REJECTING] = f"{rejected} of the last {pages} pages became no article"
    return wrong


def _silence(feed: Feed, now: datetime) -> timedelta | None:
    """How long the feed has brought nothing new, if that is longer than it should be."""
    if feed.last_new is None:
        return None
    usual = FIRST_GAP_SECONDS if feed.usual_gap_seconds is None else feed.usual_gap_seconds
    silence = now - feed.last_new
    return (
        silence if silence > max(SILENT_GAPS * timedelta(seconds=usual), LEAST_SILENCE) else None
    )


def _rejected(session: Session, feed: Feed) -> tuple[int, int]:
    """Rejected pages and all pages of the last runs that had any."""
    runs = session.exec(
        select(CrawlRun.stored + CrawlRun.skipped, CrawlRun.rejected)
        .where(
            CrawlRun.feed_id == feed.id,
            or_(CrawlRun.stored > 0, CrawlRun.skipped > 0, CrawlRun.rejected > 0),
        )
        .order_by(col(CrawlRun.id).desc())
        .limit(RUNS_LOOKED_AT)
    ).all()
    refused = sum(rejected for _, rejected in runs)
    return refused, refused + sum(readable for readable, _ in runs)


def open_notices(session: Session) -> list[tuple[Notice, Feed]]:
    """What is wrong at present, oldest first."""
    statement = (
        select(Notice, Feed)
        .join(Feed, col(Feed.id) == col(Notice.feed_id))
        .where(col(Notice.cleared_at).is_(None))
        .order_by(col(Notice.raised_at), col(Notice.id))
    )
    return list(session.exec(statement).all())


def untold(session: Session) -> list[tuple[Notice, Feed]]:
    """What the operators have not been told yet, oldest first: what began, and what is over."""
    statement = (
        select(Notice, Feed)
        .join(Feed, col(Feed.id) == col(Notice.feed_id))
        .where(
            or_(
                col(Notice.told_at).is_(None),
                col(Notice.cleared_at).is_not(None) & col(Notice.clear_told_at).is_(None),
            )
        )
        .order_by(col(Notice.raised_at), col(Notice.id))
    )
    return list(session.exec(statement).all())


def mark_told(session: Session, notices: Iterable[Notice], now: datetime) -> None:
    """The operators have been told of these as they stand."""
    for given in notices:
        notice = session.get_one(Notice, given.id)
        notice.told_at = notice.told_at or now
        if given.cleared_at is not None:
            notice.clear_told_at = now
        session.add(notice)


def in_words(notice: Notice, feed: Feed) -> str:
    """One line for a log or a chat."""
    about = f"{feed.source_slug}: {feed.url}"
    if notice.cleared_at is None:
        return f"{about} {notice.detail}"
    over = {
        NoticeKind.FAILING: "answers again",
        NoticeKind.SILENT: "brings something new again",
        NoticeKind.REJECTING: "has readable pages again",
    }
    return f"{about} {over[notice.kind]}"
