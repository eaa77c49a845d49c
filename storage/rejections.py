"""Pages that did not become articles: the reason, how often, and when to try again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Table, bindparam, tuple_
from sqlmodel import Session, col, select

from config.errors import NotFoundError
from storage.chunks import chunks
from storage.models import CrawlRun, Feed, Rejection
from storage.upserts import insert

MAX_PAGE_ATTEMPTS = 4
"""A page that was rejected this often is not fetched again."""

FIRST_RETRY = timedelta(minutes=15)
"""A rejected page is tried again after this, then after 4 and 16 times as long."""

ALIAS = "alias"
"""Reason of an address whose article is stored under the address that the page states."""

SKIPPED = "off-topic"
"""Reason of an address whose page was not worth extracting: nothing is wrong with it."""

OLD = timedelta(days=30)
"""An address that was rejected longer ago and is still announced is remembered anew."""

_REJECTED = select(Rejection).where(col(Rejection.url).in_(bindparam("urls", expanding=True)))
"""Asked with every feed and article, so it is made once, however many addresses it is given."""


def reject(
    session: Session, run_id: int, url: str, reason: str, detail: str, now: datetime
) -> int:
    """Keep aside a page that became no article; gives back how often that happened to it."""
    table: Table = Rejection.__table__  # type: ignore[attr-defined]
    statement = insert(session, table).values(
        crawl_run_id=run_id, url=url, reason=reason, detail=detail, attempts=1, at=now
    )
    statement = statement.on_conflict_do_update(
        index_elements=[table.c.url],
        set_={
            "crawl_run_id": run_id,
            "reason": reason,
            "detail": detail,
            "attempts": table.c.attempts + 1,
            "at": now,
        },
    ).returning(table.c.attempts)
    return int(session.execute(statement).scalar_one())


def skip(session: Session, run_id: int, urls: Iterable[str], now: datetime) -> None:
    """Record pages that were looked at and left, so that they are not fetched again."""
    table: Table = Rejection.__table__  # type: ignore[attr-defined]
    shared = {"crawl_run_id": run_id, "reason": SKIPPED, "detail": "", "at": now}
    rows = [{"url": url, "attempts": MAX_PAGE_ATTEMPTS, **shared} for url in dict.fromkeys(urls)]
    if not rows:
        return
    # Given beside the statement, rows do not make it another one: it is compiled once for all.
    statement = insert(session, table)
    statement = statement.on_conflict_do_update(
        index_elements=[table.c.url],
        set_={name: statement.excluded[name] for name in (*shared, "attempts")},
    )
    session.execute(statement, rows)


def rejections(
    session: Session,
    *,
    slug: str | None = None,
    skipped: bool = False,
    limit: int = 100,
    after: int | None = None,
) -> list[tuple[Rejection, str]]:
    """Rejected pages with the slug of their source, newest first; or those that were skipped.

    `after` was seen last. Raises NotFoundError where it is no rejected page, or no longer one.
    """
    reason = col(Rejection.reason)
    statement = (
        select(Rejection, Feed.source_slug)
        .where(reason == SKIPPED if skipped else reason.not_in((ALIAS, SKIPPED)))
        .join(CrawlRun, col(CrawlRun.id) == col(Rejection.crawl_run_id))
        .join(Feed, col(Feed.id) == col(CrawlRun.feed_id))
        .order_by(col(Rejection.at).desc(), col(Rejection.id).desc())
        .limit(limit)
    )
    if slug is not None:
        statement = statement.where(Feed.source_slug == slug)
    if after is not None:
        last = session.get(Rejection, after)
        if last is None:
            raise NotFoundError(f"no rejected page {after}; begin again without --after")
        key = tuple_(col(Rejection.at), col(Rejection.id))
        statement = statement.where(key < tuple_(last.at, last.id))
    return [(rejection, source) for rejection, source in session.execute(statement)]


def remember_alias(
    session: Session, run_id: int, url: str, article_url: str, now: datetime
) -> None:
    """The address leads to an article that has another one: it is not fetched again."""
    reject(session, run_id, url, ALIAS, article_url, now)
    for rejection in session.exec(select(Rejection).where(Rejection.url == url)):
        rejection.attempts = MAX_PAGE_ATTEMPTS


@dataclass(slots=True)
class Refused:
    """Addresses given up for good (`old` are those of long ago), or to be left for a while yet."""

    given_up: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)
    old: set[str] = field(default_factory=set)


def rejected_urls(session: Session, urls: Iterable[str], now: datetime) -> Refused:
    """Those of the addresses that were rejected and are not to be fetched now."""
    found = Refused()
    for part in chunks(urls):
        for rejection in session.exec(_REJECTED, params={"urls": part}):
            due = retry_at(rejection)
            if due is None:
                found.given_up.add(rejection.url)
                if now - rejection.at > OLD:
                    found.old.add(rejection.url)
            elif now < due:
                found.waiting.add(rejection.url)
    return found


def retry_at(rejection: Rejection) -> datetime | None:
    """When a rejected page may be fetched again; None if it is given up."""
    if rejection.attempts >= MAX_PAGE_ATTEMPTS:
        return None
    wait: timedelta = FIRST_RETRY * 4 ** (rejection.attempts - 1)
    return rejection.at + wait


def forget_rejections(session: Session, urls: Sequence[str]) -> None:
    """The page became an article after all."""
    for rejection in session.exec(_REJECTED, params={"urls": urls}):
        session.delete(rejection)
