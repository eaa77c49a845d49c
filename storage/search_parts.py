"""The words of the search index on PostgreSQL: parts of segments, each a run of blocks.

What is written in one transaction is a part of its own, so writers never wait for each other.
Small parts are merged into larger ones now and then, as long as nobody else does it; what is in
them of entries that are gone is left out then. In the end a segment is one part, or a few.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, TextClause, text

from storage.search_blocks import BITS, SEGMENT, Postings, merge, pack, postings_of

FULL_TEXT = "_fts"
"""Ends the names of SQLite's full-text tables, and begins those of the tables of words here."""

ENTRIES = ("articlewords", "claimwords")
"""Tables whose rows mean nothing without the words beside them."""

FEW = 3
"""Parts that a segment may have for good: what is committed late comes in parts of its own."""

WIDTH_BITS = 4
MANY = 1 << WIDTH_BITS
"""Parts of about one size that are merged when they are so many; and ids between two looks."""


class Part(NamedTuple):
    """The words of some entries of one segment."""

    id: int
    segment: int
    entries: int

    @property
    def level(self) -> int:
        """Parts of one level are of about one size."""
        return (self.entries.bit_length() - 1) // WIDTH_BITS


def statements(table: str) -> tuple[str, ...]:
    """What makes the tables for the words of a table of entries."""
    name = f"{table}{FULL_TEXT}"
    numbers = "id bigserial PRIMARY KEY, segment integer NOT NULL, entries integer NOT NULL"
    words = "part_id bigint, first bigint, postings bytea NOT NULL, PRIMARY KEY (part_id, first)"
    return (
        f"CREATE TABLE {name}_parts ({numbers})",
        f"CREATE INDEX {name}_segments ON {name}_parts (segment)",
        f"CREATE TABLE {name}_blocks ({words})",
    )


def write(connection: Connection, table: str, found: Iterable[tuple[int, set[str]]]) -> None:
    """Write the words of entries, which come in the order of their ids."""
    looked = begun = False
    for segment, entries in groupby(found, lambda one: one[0] >> BITS):
        written = []
        for entry, words in entries:
            written.append(postings_of(entry, words))
            looked |= entry % MANY == MANY - 1
            begun |= entry % SEGMENT == MANY - 1
        together = np.concatenate(written)
        together.sort()
        _write_part(connection, table, segment, len(written), [together])
    if looked:
        tidy(connection, table)
    if begun:
        _forget(connection, table, connection.execute(_DEAD[table]).scalars().all())


def _write_part(
    connection: Connection, table: str, segment: int, entries: int, postings: Iterable[Postings]
) -> None:
    values = {"segment": segment, "entries": entries}
    part = connection.execute(_NEW_PART[table], values).scalar_one()
    for some in postings:
        if blocks := list(pack(some)):
            firsts, packed = zip(*blocks, strict=True)
            columns = {"part": part, "firsts": list(firsts), "blocks": list(packed)}
            connection.execute(_NEW_BLOCKS[table], columns)


def tidy(connection: Connection, table: str) -> None:
    """Merge what has become too many parts, but for those that somebody else is merging."""
    parts = [Part(*row) for row in connection.execute(_MANY_PARTS[table], {"few": FEW})]
    newest = connection.execute(NEWEST[table]).scalar() or 0
    for segment, some in groupby(parts, lambda part: part.segment):
        if len(due := _due(list(some), is_newest=segment == newest)) > 1:
            _merge(connection, table, segment, due)


def _due(parts: list[Part], *, is_newest: bool) -> list[Part]:
    """The parts of a segment that are to become one; all of them when no more are to come."""
    if not is_newest:
        return parts if len(parts) > FEW else []
    levels = [part.level for part in parts]
    full = [level for level in levels if levels.count(level) >= MANY]
    return [part for part in parts if full and part.level <= max(full)]


def _merge(connection: Connection, table: str, segment: int, parts: list[Part]) -> None:
    begin = segment << BITS
    bounds = {"begin": begin, "end": begin + SEGMENT}
    kept = np.zeros(SEGMENT, dtype=np.bool_)
    kept[[entry - begin for entry in connection.execute(_LEFT[table], bounds).scalars()]] = True
    merged = [part.id for part in parts]
    found = connection.execute(_BLOCKS_OF[table], {"parts": merged})
    blocks = [(first, packed) for first, packed in found]
    entries = sum(part.entries for part in parts)
    _write_part(connection, table, segment, entries, merge(blocks, kept))
    _forget(connection, table, merged)


def _forget(connection: Connection, table: str, parts: Sequence[int]) -> None:
    """Forget parts that this transaction has locked, and their words."""
    for forget in (_FORGET_BLOCKS, _FORGET_PARTS):
        connection.execute(forget[table], {"parts": list(parts)})


def for_each(statement: str) -> dict[str, TextClause]:
    """A statement for each table of entries."""
    return {table: text(statement.replace("$", f"{table}{FULL_TEXT}")) for table in ENTRIES}


_NEW_PART = for_each(
    "INSERT INTO $_parts (segment, entries) VALUES (:segment, :entries) RETURNING id"
)
_NEW_BLOCKS = for_each(
    "INSERT INTO $_blocks (part_id, first, postings) SELECT :part, *"
    " FROM unnest(CAST(:firsts AS bigint[]), CAST(:blocks AS bytea[]))"
)
_MANY_PARTS = for_each(
    "SELECT id, segment, entries FROM $_parts WHERE segment IN"
    " (SELECT segment FROM $_parts GROUP BY segment HAVING count(*) > :few)"
    " ORDER BY segment FOR UPDATE SKIP LOCKED"
)
NEWEST = for_each("SELECT max(segment) FROM $_parts")
_BLOCKS_OF = for_each(
    "SELECT first, postings FROM $_blocks WHERE part_id = ANY(:parts) ORDER BY first"
)
_FORGET_BLOCKS = for_each("DELETE FROM $_blocks WHERE part_id = ANY(:parts)")
_FORGET_PARTS = for_each("DELETE FROM $_parts WHERE id = ANY(:parts)")
_DEAD = {
    table: text(
        f"SELECT id FROM {table}{FULL_TEXT}_parts AS part WHERE NOT EXISTS"  # noqa: S608
        f" (SELECT 1 FROM {table} AS entry WHERE entry.id >= segment * {SEGMENT}"
        f" AND entry.id < (segment + 1) * {SEGMENT}) FOR UPDATE SKIP LOCKED"
    )
    for table in ENTRIES
}
"""Parts of segments in which nothing is left: once all articles are read anew, all old claims."""
_LEFT = {
    table: text(f"SELECT id FROM {table} WHERE id >= :begin AND id < :end")  # noqa: S608
    for table in ENTRIES
}
