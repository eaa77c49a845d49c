"""The entries of the search index that may have the words, in each database's own way."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    any_,
    cast,
    column,
    exists,
    literal_column,
    select,
    table,
)
from sqlmodel import Session, col

from storage.chunks import CHUNK
from storage.listings import Wanted, of_article, of_edge, told_between
from storage.models import Article, ArticleWords, Claim, ClaimWords, Edge, Mention
from storage.search_blocks import SEGMENT
from storage.search_candidates import candidates
from storage.search_parts import FULL_TEXT
from storage.search_query import Query
from storage.search_sql import Needs, match, needs_of


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
    needs = needs_of(query, title=title)
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    turns = _on_sqlite if on_sqlite else _on_postgresql
    return turns(session, needs, wanted, before)


def _on_sqlite(
    session: Session, needs: Needs, wanted: Wanted, before: int | None
) -> Iterator[int]:
    """The index itself goes backwards from any entry, so that a page costs what it shows."""
    words = table(f"articlewords{FULL_TEXT}", column("rowid"))
    statement = (
        select(words.c.rowid, col(ArticleWords.article_id))
        .join(ArticleWords, col(ArticleWords.id) == words.c.rowid)
        .where(_has_words(words.name, needs))
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
    session: Session, needs: Needs, wanted: Wanted, before: int | None
) -> Iterator[int]:
    """The index says which entries of a segment, and they are looked at some at a time."""
    rules = _of_interest(wanted)
    most = max(CHUNK // 10, wanted.limit)
    for entries in candidates(session.connection(), "articlewords", needs, before):
        start = 0
        while some := entries[start : start + most]:
            statement = select(col(ArticleWords.article_id)).where(_is_any(ArticleWords.id, some))
            if rules:
                of = col(Article.id) == ArticleWords.article_id
                statement = statement.join(Article, of).where(*rules)
            yield from session.execute(statement.order_by(col(ArticleWords.id).desc())).scalars()
            start, most = start + most, min(most * 2, SEGMENT)


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
    needs = needs_of(query, claims=True)
    statement = (
        select(col(Claim.id), col(Edge.event_id), col(Claim.host), col(Claim.guest))
        .select_from(ClaimWords)
        .join(Claim, col(Claim.id) == ClaimWords.claim_id)
        .join(Edge, col(Edge.id) == Claim.edge_id)
        .where(*of_edge(wanted))
        .order_by(col(ClaimWords.id).desc())
    )
    if wanted.stage is not None:
        statement = statement.where(col(Claim.stage) == wanted.stage)
    if rules := [*told_between(wanted), *of_article(wanted)]:
        statement = statement.join(Article, col(Article.id) == Claim.article_id).where(*rules)
    return [
        Hit(claim, event, frozenset({host, guest}))
        for part in _of_claims(session, statement, needs)
        for claim, event, host, guest in session.execute(part)
    ]


def _of_claims(
    session: Session, statement: Select[*tuple[Any, ...]], needs: Needs
) -> Iterator[Select[*tuple[Any, ...]]]:
    """The statement for those claims only that may have the words."""
    if session.get_bind().dialect.name == "sqlite":
        words = table(f"claimwords{FULL_TEXT}", column("rowid"))
        joined = statement.join(words, words.c.rowid == col(ClaimWords.id))
        yield joined.where(_has_words(words.name, needs))
        return
    for entries in candidates(session.connection(), "claimwords", needs):
        yield statement.where(_is_any(ClaimWords.id, entries))


def _has_words(name: str, needs: Needs) -> ColumnElement[bool]:
    return literal_column(name).op("MATCH", is_comparison=True)(match(needs))


def _is_any(entry: int | None, ids: list[int]) -> ColumnElement[bool]:
    """One parameter, however many they are."""
    return col(entry) == any_(cast(ids, ARRAY(Integer)))
