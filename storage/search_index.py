"""The search index: one entry per article and per claim, written with them in one transaction.

On SQLite the words are in full-text tables without content, on PostgreSQL in tables of our own
(`search_parts`). Nothing is taken out of either for an entry that goes: one whose row is gone is
found by nobody. So a revised article simply has a new entry, and no version of the words has to
match what an earlier one put in.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, event, insert, text
from sqlmodel import Session, col, select

from storage import search_parts
from storage.columns import tables_of
from storage.models import ArticleWords, Claim, ClaimWords
from storage.search_parts import ENTRIES, FULL_TEXT
from storage.search_words import TITLE, marked, words

BATCH = 200
"""Rows that are in memory at once while an existing store is indexed."""

Found = tuple[int, set[str]]
"""The id of an article, a claim or an entry, and its words."""


def make_full_text(table: str, dialect: str) -> tuple[str, ...]:
    """The statements that give a table of entries its words."""
    if dialect == "sqlite":
        options = "content='', detail=none, tokenize='ascii'"
        return (f"CREATE VIRTUAL TABLE {table}{FULL_TEXT} USING fts5(words, {options})",)
    return search_parts.statements(table)


def _make_full_text(table: Table, connection: Connection, **_: object) -> None:
    for statement in make_full_text(table.name, connection.dialect.name):
        connection.exec_driver_sql(statement)


for _name in ENTRIES:
    event.listen(ArticleWords.metadata.tables[_name], "after_create", _make_full_text)


def is_ours(name: str | None, _kind: str, _parents: Any) -> bool:
    """Whether the models state a table, column or index: the words of the index they do not."""
    return name is None or FULL_TEXT not in name


def index_article(session: Session, article_id: int, title: str, body: str) -> None:
    """Index an article as it reads now; what was indexed of it before is forgotten."""
    connection = session.connection()
    connection.execute(_FORGET_ARTICLE, {"article": article_id})
    _add(connection, "articlewords", [(article_id, of_article(title, body))])


def index_claims(session: Session, claims: Mapping[int, tuple[str, str, str]], title: str) -> None:
    """Index an article's claims by their ids: quote, host and guest, with the article's title."""
    of_title = words(title)
    found = [
        (number, of_title | words(quote) | _parties(parties))
        for number, (quote, *parties) in claims.items()
    ]
    _add(session.connection(), "claimwords", found)


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


def _add(connection: Connection, table: str, found: Iterable[Found]) -> None:
    """New entries of articles or claims, in this order, and their words."""

    def entries() -> Iterator[Found]:
        for some in _batches(found):
            values = [{f"{_OF[table]}_id": of} for of, _ in some]
            numbers = connection.execute(_NEW_ENTRIES[table], values).scalars().all()
            yield from zip(numbers, (has for _, has in some), strict=True)

    _write(connection, table, entries())


def _write(connection: Connection, table: str, found: Iterable[Found]) -> None:
    """The words of entries that have none yet."""
    if connection.dialect.name != "sqlite":
        search_parts.write(connection, table, found)
        return
    for some in _batches(found):
        values = [{"id": entry, "words": " ".join(sorted(has))} for entry, has in some]
        connection.execute(_WORDS_OF_ENTRIES[table], values)


def _batches(found: Iterable[Found]) -> Iterator[list[Found]]:
    left = iter(found)
    while some := list(islice(left, BATCH)):
        yield some


def fill(connection: Connection) -> None:
    """Index all that a store holds, a few rows at a time; there are no words before.

    Entries that are there stay as they are, and with them the order of what is found.
    """
    for table in ENTRIES:
        connection.execute(_MISSING_ENTRIES[table])
        rows = ((entry, found) for entry, _, found in _as_they_are(connection, table))
        _write(connection, table, rows)


def copy_index(source: Connection, target: Connection) -> None:
    """Index what was copied to another database anew, in the order of the entries here."""
    for table in ENTRIES:
        _add(target, table, ((of, found) for _, of, found in _as_they_are(source, table)))


def _as_they_are(connection: Connection, table: str) -> Iterator[tuple[int, int, set[str]]]:
    """All entries: id, of which article or claim, and the words of that as it reads now."""
    last = 0
    while rows := connection.execute(_TEXTS[table], {"last": last, "most": BATCH}).all():
        for entry, number, *said in rows:
            title, body, *parties = said
            found = of_claim(title, body, parties) if parties else of_article(title, body)
            yield entry, number, found
        last = rows[-1][0]


_OF = {"articlewords": "article", "claimwords": "claim"}
[_ARTICLE_WORDS] = tables_of(ArticleWords)
_FORGET_ARTICLE = delete(_ARTICLE_WORDS).where(_ARTICLE_WORDS.c.article_id == bindparam("article"))
_NEW_ENTRIES = {
    table.name: insert(table).returning(table.c.id, sort_by_parameter_order=True)
    for table in tables_of(ArticleWords, ClaimWords)
}
_WORDS_OF_ENTRIES = {
    table: text(f"INSERT INTO {table}{FULL_TEXT} (rowid, words) VALUES (:id, :words)")  # noqa: S608
    for table in ENTRIES
}
_MISSING_ENTRIES = {
    table: text(
        f"INSERT INTO {table} ({of}_id) SELECT id FROM {of} WHERE NOT EXISTS"  # noqa: S608
        f" (SELECT 1 FROM {table} WHERE {of}_id = {of}.id) ORDER BY id"
    )
    for table, of in _OF.items()
}
_TEXTS = {
    "articlewords": text(
        "SELECT entry.id, article.id, title, text FROM articlewords AS entry"
        " JOIN article ON article.id = entry.article_id"
        " WHERE entry.id > :last ORDER BY entry.id LIMIT :most"
    ),
    "claimwords": text(
        "SELECT entry.id, claim.id, title, quote, host, guest FROM claimwords AS entry"
        " JOIN claim ON claim.id = entry.claim_id JOIN article ON article.id = claim.article_id"
        " WHERE entry.id > :last ORDER BY entry.id LIMIT :most"
    ),
}
