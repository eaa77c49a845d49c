"""Articles: storing a page once, whichever way it is reached, and handing it to the follower."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, func, select

from storage import copies
from storage.chunks import chunks
from storage.columns import tables_of
from storage.models import Article
from storage.rejections import forget_rejections
from storage.search_index import index_article
from storage.upserts import insert

MAX_FOLLOW_ATTEMPTS = 3
"""An article on which the follower failed this often is left for a person to look at."""


EDITED_WITHIN = timedelta(days=14)
LEAST_REST = timedelta(hours=1)
"""A page is read anew for so long after its publication, and not more often than this."""


# Asked with every page, so they are made once, however many addresses they are given.
[_ARTICLE] = tables_of(Article)
_KNOWN = select(Article.url).where(col(Article.url).in_(bindparam("urls", expanding=True)))
_UNDER_ANY = (
    select(Article)
    .where(col(Article.url).in_(bindparam("urls", expanding=True)))
    .order_by(col(Article.id))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class NewArticle:
    """What the crawler made of a page.

    `url` is the address that the page states for itself, `own_url` the one it was reached by;
    `spellings` are other ways of writing either.
    """

    url: str
    source_slug: str
    feed_id: int | None
    language: str
    title: str
    text: str
    published_at: datetime | None
    published_on: date | None
    published_how: str | None
    fetched_at: datetime
    own_url: str = ""
    spellings: tuple[str, ...] = ()


class Outcome(StrEnum):
    """What storing an article came to."""

    NEW = "new"
    REVISED = "revised"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Stored:
    """The row that holds an article now, and how it came to hold it."""

    article_id: int
    outcome: Outcome
    copy_of: int | None = None


def text_digest(text: str) -> str:
    """Fingerprint of a text that white space does not change (64 hexadecimal digits)."""
    return sha256("".join(text.split()).encode("utf-8", "ignore")).hexdigest()


def known_urls(session: Session, urls: Iterable[str]) -> set[str]:
    """Which of the addresses an article has."""
    found: set[str] = set()
    for part in chunks(urls):
        found.update(session.exec(_KNOWN, params={"urls": part}))
    return found


def edited_urls(session: Session, changed: Mapping[str, datetime], now: datetime) -> set[str]:
    """Of addresses with the moment at which each was edited, those to be read anew.

    An edit counts that is newer than the last reading, which is a while ago, of an article that is
    not old: what a feed says of edits may be wrong.
    """
    found: set[str] = set()
    for part in chunks(changed):
        for article in session.exec(select(Article).where(col(Article.url).in_(part))):
            read = article.checked_at or article.fetched_at
            young = (article.published_at or article.fetched_at) > now - EDITED_WITHIN
            if young and read < changed[article.url] <= now and read <= now - LEAST_REST:
                found.add(article.url)
    return found


def store_article(session: Session, article: NewArticle) -> Stored:
    """Keep an article: one row per page, whichever address it was reached by.

    An edited page is a revision of its row and becomes due for the follower again; one that has
    not changed is left alone. What repeats most of another article is marked as its copy.
    """
    digest = text_digest(article.text)
    row = _row_of(session, article)
    if row is not None and _is_another(row, article, digest):
        # A template that states one address for all its pages must not merge them.
        article = replace(article, url=article.own_url, spellings=())
        row = _row_of(session, article)
    if row is not None:
        return _revise(session, row, article, digest)
    runs = copies.runs_of(article.text)
    found = copies.find_original(
        session, None, article.source_slug, digest, runs, article.fetched_at
    )
    overtaken = found if copies.came_before(session, article.published_at, found) else None
    original = found if overtaken is None else None
    article_id = _insert(session, article, digest, original)
    if article_id is None:  # another writer was faster
        row = session.exec(select(Article).where(Article.url == article.url)).one()
        return _revise(session, row, article, digest)
    if overtaken is not None:
        copies.hand_over(session, article_id, overtaken)
    copies.remember(session, article_id, runs, article.fetched_at)
    index_article(session, article_id, article.title, article.text)
    forget_rejections(session, (article.url, *article.spellings))
    return Stored(article_id, Outcome.NEW, original)


def _row_of(session: Session, article: NewArticle) -> Article | None:
    spellings = (article.url, *article.spellings)
    return session.exec(_UNDER_ANY, params={"urls": spellings}).first()


def _is_another(row: Article, article: NewArticle, digest: str) -> bool:
    reached = article.own_url not in {"", article.url, row.url}
    return reached and row.title != article.title and row.text_digest != digest


def _insert(
    session: Session, article: NewArticle, digest: str, original: int | None
) -> int | None:
    # Given beside the statement, the values do not make it another one: it is compiled once.
    statement = (
        insert(session, _ARTICLE)
        .on_conflict_do_nothing(index_elements=[_ARTICLE.c.url])
        .returning(_ARTICLE.c.id)
    )
    values: dict[str, object] = {
        "url": article.url,
        "source_slug": article.source_slug,
        "feed_id": article.feed_id,
        "language": article.language,
        "title": article.title,
        "text": article.text,
        "published_at": article.published_at,
        "published_on": article.published_on,
        "published_how": article.published_how,
        "fetched_at": article.fetched_at,
        "text_digest": digest,
        "copy_of": original,
        "follow_attempts": 0,
        "reasons": [],
    }
    found: int | None = session.execute(statement, values).scalar_one_or_none()
    return found


def _revise(session: Session, row: Article, article: NewArticle, digest: str) -> Stored:
    if row.id is None:  # pragma: no cover - rows that were read have an id
        raise LookupError(article.url)
    row.checked_at = article.fetched_at
    session.add(row)
    if row.published_at is None and article.published_at is not None:
        row.published_at = article.published_at
        row.published_on = article.published_on
        row.published_how = article.published_how
    if (row.text_digest, row.title) == (digest, article.title):
        return Stored(row.id, Outcome.UNCHANGED, row.copy_of)
    row.title, row.text, row.language = article.title, article.text, article.language
    row.text_digest, row.fetched_at = digest, article.fetched_at
    runs = copies.runs_of(article.text)
    row.copy_of = copies.find_original(
        session, row, row.source_slug, digest, runs, article.fetched_at
    )
    copies.remember(session, row.id, runs, article.fetched_at)
    index_article(session, row.id, row.title, row.text)
    row.followed_at, row.follow_attempts, row.follow_error = None, 0, None
    return Stored(row.id, Outcome.REVISED, row.copy_of)


def due_articles(session: Session, limit: int) -> Sequence[int]:
    """The ids of articles that the follower has not been through, oldest publication first."""
    statement = (
        select(Article.id)
        .where(col(Article.followed_at).is_(None), Article.follow_attempts < MAX_FOLLOW_ATTEMPTS)
        .order_by(func.coalesce(Article.published_at, Article.fetched_at), col(Article.id))
        .limit(limit)
    )
    return [number for number in session.exec(statement) if number is not None]


def mark_failed(session: Session, article_id: int, error: str) -> None:
    """The follower could not take the article; it stays due until its attempts are up."""
    session.execute(
        update(Article)
        .where(col(Article.id) == article_id)
        .values(follow_attempts=col(Article.follow_attempts) + 1, follow_error=error)
    )
