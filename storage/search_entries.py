"""The entries of the search index that may have the words, in each database's own way."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, cast, column, exists, literal_column, select, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlmodel import Session, col, func

from storage.listings import CHUNK, Wanted, of_article, of_edge, told_between
from storage.models import Article, ArticleWords, Claim, ClaimWords, Edge, Mention
from storage.search_index import FULL_TEXT
from storage.search_query import Query
from storage.search_sql import match

WINDOW = 20_000
"""Entries that PostgreSQL looks through first; it would sort all that have a common word."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A claim that may have the words, its event and the platforms that it is about."""

    claim_id: int
    event_id: int
    parties: frozenset[str]


def matching_articles(
    session: Session, query: Query, wanted: Wanted, before: int | None, *, title: bool
) -> Iterator[int]:
    """Ids of articles that may have the words, from the entry `before` on backwards."""
    dialect = session.get_bind().dialect.name
    asked = match(dialect, query, title=title)
    turns = _on_sqlite if dialect == "sqlite" else _on_postgresql
    return turns(session, asked, wanted, before)


def _on_sqlite(session: Session, asked: str, wanted: Wanted, before: int | None) -> Iterator[int]:
    """The index itself goes backwards from any entry, so that a page costs what it shows."""
    words = table(f"articlewords{FULL_TEXT}", column("rowid"))
    statement = (
        select(words.c.rowid, col(ArticleWords.article_id))
        .join(ArticleWords, col(ArticleWords.id) == words.c.rowid)
        .where(_has_words(words.name, asked))
        .order_by(words.c.rowid.desc())
    )
    if rules := _of_interest(wanted):
        of = col(Article.id) == ArticleWords.article_id
        statement = statement.join(Article, of).where(*rules)
    most = max(CHUNK // 10, wanted.limit)
    while True:
        part = statement if before is None else statement.where(words.c.rowid < before)
        rows = session.execute(part.limit(most)).all()
        yield from (number for _, number in rows)
        if len(rows) < most:
            return
        before, most = rows[-1][0], min(most * 2, CHUNK)


def _on_postgresql(
    session: Session, asked: str, wanted: Wanted, before: int | None
) -> Iterator[int]:
    """By windows that widen: whether to use the index for one is left to the planner.

    Asked for the newest of all, it would sort every entry with a common word, or look at every
    entry for a rare one.
    """
    entry = col(ArticleWords.id)
    end = before or (session.execute(select(func.max(entry))).scalar() or 0) + 1
    size = WINDOW
    while end > 1:
        start = max(1, end - size)
        fenced = (
            select(entry, col(ArticleWords.article_id))
            .where(_has_words("articlewords", asked), entry >= start, entry < end)
            .offset(0)
            .subquery()
        )
        statement = select(fenced.c.article_id).order_by(fenced.c.id.desc())
        if rules := _of_interest(wanted):
            of = col(Article.id) == fenced.c.article_id
            statement = statement.join(Article, of).where(*rules)
        yield from session.execute(statement).scalars().all()
        end, size = start, size * 8


def _of_interest(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What is asked of an article besides the words."""
    rules = [*told_between(wanted), *of_article(wanted)]
    if wanted.parties is not None:
        named = col(Mention.platform).in_(wanted.parties)
        rules.append(exists().where(col(Mention.article_id) == col(Article.id), named))
    if wanted.stage is not None:
        said = col(Claim.stage) == wanted.stage
        rules.append(exists().where(col(Claim.article_id) == col(Article.id), said))
    return rules


def matching_claims(session: Session, query: Query, wanted: Wanted) -> list[Hit]:
    """All claims that may have the words, the newest first."""
    dialect = session.get_bind().dialect.name
    asked = match(dialect, query, claims=True)
    statement = (
        select(col(Claim.id), col(Edge.event_id), col(Claim.host), col(Claim.guest))
        .select_from(ClaimWords)
        .join(Claim, col(Claim.id) == ClaimWords.claim_id)
        .join(Edge, col(Edge.id) == Claim.edge_id)
        .where(*of_edge(wanted))
        .order_by(col(ClaimWords.id).desc())
    )
    if dialect == "sqlite":
        words = table(f"claimwords{FULL_TEXT}", column("rowid"))
        statement = statement.join(words, words.c.rowid == col(ClaimWords.id))
        statement = statement.where(_has_words(words.name, asked))
    else:
        statement = statement.where(_has_words("claimwords", asked))
    if wanted.stage is not None:
        statement = statement.where(col(Claim.stage) == wanted.stage)
    if rules := [*told_between(wanted), *of_article(wanted)]:
        statement = statement.join(Article, col(Article.id) == Claim.article_id).where(*rules)
    return [
        Hit(claim, event, frozenset({host, guest}))
        for claim, event, host, guest in session.execute(statement)
    ]


def _has_words(name: str, asked: str) -> ColumnElement[bool]:
    if name.endswith(FULL_TEXT):
        return literal_column(name).op("MATCH", is_comparison=True)(asked)
    return literal_column(f"{name}.words").op("@@", is_comparison=True)(cast(asked, TSQUERY))
