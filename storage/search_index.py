"""The search index: one entry per article and per claim, written with them in one transaction.

On SQLite the words are in full-text tables without content. Nothing is ever taken out of those:
an entry whose row is gone is found by nobody. So a revised article simply has a new entry, and no
version of the words has to match what an earlier one put in. On PostgreSQL the words are a column
of the entry.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, event, insert, text
from sqlmodel import Session, col, delete, select

from storage.columns import tables_of
from storage.models import ArticleWords, Claim, ClaimWords
from storage.search_words import TITLE, marked, words

FULL_TEXT = "_fts"
"""Ends the names of SQLite's full-text tables; their own tables go on from there."""

BATCH = 200
"""Rows that are in memory at once while an existing store is indexed."""


def make_full_text(table: str, dialect: str) -> tuple[str, ...]:
    """The statements that give a table of entries its words."""
    if dialect == "sqlite":
        options = "content='', detail=none, tokenize='ascii'"
        return (f"CREATE VIRTUAL TABLE {table}{FULL_TEXT} USING fts5(words, {options})",)
    return (
        f"ALTER TABLE {table} ADD COLUMN words tsvector NOT NULL",
        f"CREATE INDEX {table}{FULL_TEXT} ON {table} USING gin (words)",
    )


def _make_full_text(table: Table, connection: Connection, **_: object) -> None:
    for statement in make_full_text(table.name, connection.dialect.name):
        connection.exec_driver_sql(statement)


ENTRIES = ("articlewords", "claimwords")
"""Tables whose rows mean nothing without the words beside them."""

for _name in ENTRIES:
    event.listen(ArticleWords.metadata.tables[_name], "after_create", _make_full_text)


def is_ours(name: str | None, kind: str, parents: Any) -> bool:
    """Whether the models state a table, column or index: the words of the index they do not."""
    if name is None:
        return True
    table = str(parents.get("table_name") or "")
    return FULL_TEXT not in name and not (
        kind == "column" and name == "words" and table.endswith("words")
    )


def index_article(session: Session, article_id: int, title: str, body: str) -> None:
    """Index an article as it reads now; what was indexed of it before is forgotten."""
    session.exec(delete(ArticleWords).where(col(ArticleWords.article_id) == article_id))
    _add(session.connection(), "articlewords", of_article(title, body), article_id)


def index_claims(session: Session, claims: Mapping[int, tuple[str, str, str]], title: str) -> None:
    """Index an article's claims by their ids: quote, host and guest, with the article's title."""
    of_title = words(title)
    found = [
        (number, of_title | words(quote) | _parties(parties))
        for number, (quote, *parties) in claims.items()
    ]
    _add_all(session.connection(), "claimwords", found)


def forget_claims(session: Session, article_id: int) -> None:
    """Take the claims of an article out of the index, before they are deleted."""
    claims = select(Claim.id).where(Claim.article_id == article_id)
    session.exec(delete(ClaimWords).where(col(ClaimWords.claim_id).in_(claims)))


def of_article(title: str, body: str) -> set[str]:
    """The words by which an article is found."""
    in_title = words(title)
    return in_title | marked(in_title) | words(body)


def of_claim(title: str, quote: str, parties: Iterable[str]) -> set[str]:
    """The words by which a claim is found."""
    return words(title) | words(quote) | _parties(parties)


def _parties(platforms: Iterable[str]) -> set[str]:
    return {platform_word(platform) for platform in platforms}


def platform_word(platform: str) -> str:
    """How the index writes a platform, whatever the text calls it."""
    return TITLE + platform.replace("-", TITLE)


def _add(connection: Connection, table: str, found: set[str], of: int) -> None:
    _add_all(connection, table, [(of, found)])


def _add_all(connection: Connection, table: str, found: Sequence[tuple[int, set[str]]]) -> None:
    """Write entries, each given by what it is of and its words."""
    if not found:
        return
    if connection.dialect.name != "sqlite":
        rows = [
            {"of": of, "words": " ".join(f"'{one}'" for one in sorted(has))} for of, has in found
        ]
        connection.execute(_INSERT_ENTRY_WITH_WORDS[table], rows)
        return
    entries = [{_KEYS[table]: of} for of, _ in found]
    numbers = connection.execute(_INSERT_ENTRY[table], entries).scalars()
    texts = [" ".join(sorted(has)) for _, has in found]
    rows = [{"id": number, "words": text} for number, text in zip(numbers, texts, strict=True)]
    connection.execute(_INSERT_WORDS[table], rows)


_KEYS = {"articlewords": "article_id", "claimwords": "claim_id"}
_INSERT_ENTRY = {
    table.name: insert(table).returning(table.c.id, sort_by_parameter_order=True)
    for table in tables_of(ArticleWords, ClaimWords)
}
_INSERT_WORDS = {
    table: text(f"INSERT INTO {table}{FULL_TEXT} (rowid, words) VALUES (:id, :words)")  # noqa: S608
    for table in _KEYS
}
_INSERT_ENTRY_WITH_WORDS = {
    table: text(
        f"INSERT INTO {table} ({key}, words) VALUES (:of, CAST(:words AS tsvector))"  # noqa: S608
    )
    for table, key in _KEYS.items()
}


def fill(connection: Connection) -> None:
    """Index all that a store holds, a few rows at a time; the index is empty before."""
    last = 0
    while rows := connection.execute(_ARTICLES, {"last": last, "most": BATCH}).all():
        for number, title, body in rows:
            _add(connection, "articlewords", of_article(title, body), number)
        last = rows[-1][0]
    last = 0
    while rows := connection.execute(_CLAIMS, {"last": last, "most": BATCH}).all():
        for number, title, quote, host, guest in rows:
            _add(connection, "claimwords", of_claim(title, quote, (host, guest)), number)
        last = rows[-1][0]


def copy_index(source: Connection, target: Connection) -> None:
    """Index what was copied to another database anew, in the order of the entries here."""
    for entries, table in ((_ARTICLE_ENTRIES, "articlewords"), (_CLAIM_ENTRIES, "claimwords")):
        last = 0
        while rows := source.execute(entries, {"last": last, "most": BATCH}).all():
            for _, number, *said in rows:
                title, body, *parties = said
                found = of_claim(title, body, parties) if parties else of_article(title, body)
                _add(target, table, found, number)
            last = rows[-1][0]


_ARTICLE_ENTRIES = text(
    "SELECT entry.id, article.id, title, text FROM articlewords AS entry"
    " JOIN article ON article.id = entry.article_id"
    " WHERE entry.id > :last ORDER BY entry.id LIMIT :most"
)
_CLAIM_ENTRIES = text(
    "SELECT entry.id, claim.id, title, quote, host, guest FROM claimwords AS entry"
    " JOIN claim ON claim.id = entry.claim_id JOIN article ON article.id = claim.article_id"
    " WHERE entry.id > :last ORDER BY entry.id LIMIT :most"
)
_ARTICLES = text("SELECT id, title, text FROM article WHERE id > :last ORDER BY id LIMIT :most")
_CLAIMS = text(
    "SELECT claim.id, article.title, quote, host, guest FROM claim"
    " JOIN article ON article.id = claim.article_id"
    " WHERE claim.id > :last ORDER BY claim.id LIMIT :most"
)
