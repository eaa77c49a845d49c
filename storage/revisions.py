"""Going through the stored history again: batches of articles, and a copy of the store to try on."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, create_engine, event, or_, text
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, col, func, select

from config.errors import InteropwatchError, NotFoundError
from config.words import Stage
from storage.articles import MAX_FOLLOW_ATTEMPTS
from storage.database import Database
from storage.models import Article, Claim, Mention, StageChange

_COPIED = ("article", "mention", "event", "edge", "claim", "claimwords", "stagechange", "delivery")
"""The tables that following an article writes to."""

_WORDS = ("claimwords_fts_parts", "claimwords_fts_blocks")
"""And those that it writes to on PostgreSQL besides."""


_WITHOUT_IDS = ("mention", "claimwords_fts_blocks")


@dataclass(frozen=True, slots=True)
class Recorded:
    """An article with what is recorded of it."""

    article: Article
    claims: list[Claim] = field(default_factory=list)
    mentions: dict[str, tuple[int, int]] = field(default_factory=dict)
    """How often it names a platform, and where first."""


def _followed(since: datetime | None) -> list[ColumnElement[bool]]:
    """Articles that the follower has been through or has given up; it takes the others itself."""
    given_up = col(Article.follow_attempts) >= MAX_FOLLOW_ATTEMPTS
    rules = [or_(col(Article.followed_at).is_not(None), given_up)]
    if since is not None:
        rules.append(func.coalesce(Article.published_at, Article.fetched_at) >= since)
    return rules


def count(session: Session, since: datetime | None) -> int:
    """How many articles there are to go through."""
    return session.exec(select(func.count(col(Article.id))).where(*_followed(since))).one()


def batch(session: Session, after: int, since: datetime | None, size: int) -> list[Recorded]:
    """The next articles behind an id, with their claims in the order in which they were found."""
    articles = session.exec(
        select(Article)
        .where(col(Article.id) > after, *_followed(since))
        .order_by(col(Article.id))
        .limit(size)
    ).all()
    found = {article.id or 0: Recorded(article) for article in articles}
    for claim in session.exec(
        select(Claim).where(col(Claim.article_id).in_(found)).order_by(col(Claim.id))
    ):
        found[claim.article_id].claims.append(claim)
    for mention in session.exec(select(Mention).where(col(Mention.article_id).in_(found))):
        found[mention.article_id].mentions[mention.platform] = (mention.count, mention.first)
    return list(found.values())


def stored_article(session: Session, number: int) -> Article:
    """One article by its number. Raises NotFoundError with the nearest numbers."""
    found = session.get(Article, number)
    if found is not None:
        return found
    nearest = select(Article.id).order_by(func.abs(col(Article.id) - number)).limit(3)
    near = ", ".join(str(one) for one in session.exec(nearest))
    hint = f"Near it are {near}." if near else "The store holds no articles yet."
    raise NotFoundError(f"no article {number}. {hint}")


def is_due(article: Article) -> bool:
    """True for an article that the follower is still to take."""
    return article.followed_at is None and article.follow_attempts < MAX_FOLLOW_ATTEMPTS


def told(session: Session, article_id: int) -> list[tuple[Stage, int]]:
    """The steps that subscribers were told of, of the events that an article leads with."""
    led = select(Claim.event_id).where(Claim.article_id == article_id, Claim.leading)
    rows = select(StageChange).where(col(StageChange.event_id).in_(led), StageChange.alerted)
    return [(change.stage, change.cycle) for change in session.exec(rows)]


@contextmanager
def scratch(database: Database) -> Iterator[Database]:
    """A copy of the store as of now that is gone afterwards; making it locks nobody out."""
    if database.engine.dialect.name == "sqlite":
        with tempfile.TemporaryDirectory(prefix="interopwatch-") as folder:
            copy = Database(f"sqlite:///{_vacuum(database, Path(folder))}")
            event.listen(copy.engine, "connect", _carelessly)
            copy.engine.dispose()  # the connection that was opened before knows nothing of it
            try:
                yield copy
            finally:
                copy.close()
        return
    copy = Database(database.url.render_as_string(hide_password=False))
    copy.engine = create_engine(copy.url, poolclass=StaticPool)
    try:
        with copy.engine.connect() as connection:
            connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                _copy_tables(connection)
        yield copy
    finally:
        copy.close()


def _carelessly(connection: object, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]


def _vacuum(database: Database, folder: Path) -> Path:
    driver = database.engine.dialect.loaded_dbapi
    file = folder / "copy.db"
    try:
        with database.engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None  # noqa: S101 - a connection that was just opened
            raw.execute("VACUUM INTO ?", (str(file),))
    except driver.Error as error:
        raise InteropwatchError(
            f"cannot copy {database.url.database} to {folder} to try on: {error}. Nothing was "
            "changed; make room, or set TMPDIR to a folder with room"
        ) from error
    return file


def _copy_tables(connection: Connection) -> None:
    """Temporary tables that hide those of the same name from this one connection."""
    schema = connection.dialect.identifier_preparer.quote(
        connection.execute(text("SELECT current_schema()")).scalar_one()
    )
    for table in (*_COPIED, *_WORDS):
        own, real = f"pg_temp.{table}", f"{schema}.{table}"
        for statement in (
            f"CREATE TEMP TABLE {table} (LIKE {real} INCLUDING ALL)",
            f"INSERT INTO {own} SELECT * FROM {real}",  # noqa: S608 - names of our own
            f"ANALYZE {own}",
        ):
            connection.execute(text(statement))
        if table not in _WITHOUT_IDS:  # the ids of the real tables must not be used up
            newest = connection.execute(text(f"SELECT max(id) FROM {own}")).scalar()  # noqa: S608
            ids = f"ids_of_{table}"
            connection.execute(text(f"CREATE TEMP SEQUENCE {ids} START {(newest or 0) + 1}"))
            connection.execute(
                text(f"ALTER TABLE {own} ALTER id SET DEFAULT nextval('pg_temp.{ids}')")
            )
