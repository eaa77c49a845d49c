"""Moving a store from one kind of database to another, and proving that all of it arrived.

Everything is copied in one transaction, and every table is read back from the copy before that is
committed: the other place holds the whole store, row for row, or nothing of it.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Table, func, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from config.errors import InteropwatchError
from storage.database import Database
from storage.models import Article, Heartbeat
from storage.plain import as_json
from storage.schema import require_current, upgrade
from storage.search_index import copy_index
from storage.search_parts import ENTRIES

PAGE = 500
"""Rows that are read, written and kept in memory at a time."""

ALIVE = timedelta(minutes=2)
"""A loop that beat so lately is taken for one that still runs."""

Progress = Callable[[int, int], None]
"""Told how many rows were dealt with since the last call, of how many in all.

Every row counts twice: it is written, and read back."""


class CopyError(InteropwatchError):
    """The store cannot be copied, or the copy is not the same; the other place was left empty."""


@dataclass(frozen=True)
class TableCopy:
    """One table as it stands in both places."""

    table: str
    rows: int
    digest: str


def tables() -> Sequence[Table]:
    """All tables of the store but the search index, those that others refer to first."""
    return [table for table in Article.metadata.sorted_tables if table.name not in ENTRIES]


def beating(database: Database, now: datetime) -> list[str]:
    """Loops that seem to run on this store: what they do while it is copied is not in the copy."""
    with database.engine.connect() as connection:
        beats = connection.execute(select(Heartbeat.__table__)).all()  # type: ignore[attr-defined]
    return sorted({beat.loop for beat in beats if beat.at > now - ALIVE})


def copy(
    source: Database, target: Database, progress: Progress = lambda *_: None
) -> list[TableCopy]:
    """Copy every row into an empty target, which gets the newest schema; gives what was compared.

    Raises CopyError when the target holds rows already or is not the same in the end, and
    SchemaError when the source needs an upgrade first.
    """
    require_current(source)
    upgrade(target)
    with _snapshot(source) as reading, target.engine.begin() as writing:
        for table in tables():
            if _count(writing, table):
                raise CopyError(
                    f"the table {table.name} of {_name(target)} holds rows; "
                    "give a database that is empty"
                )
        total = 2 * sum(_count(reading, table) for table in tables())
        made = [
            _copy_table(reading, writing, table, lambda done: progress(done, total))
            for table in tables()
        ]
        for table in tables():
            _continue_numbers(writing, table)
        copy_index(reading, writing)
        return made


def _copy_table(
    reading: Connection, writing: Connection, table: Table, progress: Callable[[int], None]
) -> TableCopy:
    own = [column for column in table.columns if _refers_to_itself(column)]
    there = _Digest()
    for page in _pages(reading, table):
        there.add(page)
        try:
            _write(writing, table, page, own)
        except SQLAlchemyError as error:
            raise CopyError(f"a row of {table.name} is refused: {error.args[0]}") from error
        progress(len(page))
    _set_own_references(reading, writing, table, own)
    here = _Digest()
    for page in _pages(writing, table):
        here.add(page)
        progress(len(page))
    if here.told != there.told:
        raise CopyError(
            f"{table.name} is not the same in both places: {there.rows} rows with digest "
            f"{there.told[1]}, then {here.rows} with {here.told[1]}. Nothing was kept; please "
            "report this"
        )
    return TableCopy(table.name, *here.told)


def _write(
    writing: Connection, table: Table, page: list[dict[str, Any]], own: list[Column[Any]]
) -> None:
    """Store rows, for now without references to rows of their own table that may come later."""
    empty = {column.name: None for column in own}
    writing.execute(insert(table), [row | empty for row in page])


def _set_own_references(
    reading: Connection, writing: Connection, table: Table, own: list[Column[Any]]
) -> None:
    (key, *_) = table.primary_key.columns
    for column in own:
        found = reading.execute(select(key, column).where(column.is_not(None)))
        for place, value in found:
            writing.execute(update(table).where(key == place).values({column.name: value}))


def _pages(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """Every row in the order of the key, a page at a time and never all of them in memory."""
    keys = list(table.primary_key.columns)
    ordered = select(table).order_by(*keys)
    rows = connection.execute(ordered, execution_options={"yield_per": PAGE})
    for page in rows.mappings().partitions():
        yield [dict(row) for row in page]


class _Digest:
    """Number and digest of rows, by what they mean: the same whatever database holds them."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = hashlib.sha256()

    def add(self, page: list[dict[str, Any]]) -> None:
        self.rows += len(page)
        for row in page:
            exact = {name: _exact(value) for name, value in sorted(row.items())}
            self._sum.update(as_json(exact).encode())

    @property
    def told(self) -> tuple[int, str]:
        return self.rows, self._sum.hexdigest()[:16]


def _exact(value: Any) -> Any:
    """Moments to the microsecond: what people are shown ends with the second."""
    return value.isoformat() if isinstance(value, date | time) else value


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _refers_to_itself(column: Column[Any]) -> bool:
    return any(key.column.table is column.table for key in column.foreign_keys)


def _snapshot(database: Database) -> Connection:
    """One reading transaction that sees the store as it is now, whatever is written meanwhile."""
    connection = database.engine.connect()
    if database.engine.dialect.name == "postgresql":
        connection.execution_options(isolation_level="REPEATABLE READ")
    return connection


def _continue_numbers(connection: Connection, table: Table) -> None:
    """Let the server number new rows after the highest number that was copied."""
    (key, *_) = table.primary_key.columns
    if connection.dialect.name != "postgresql" or key is not table.autoincrement_column:
        return
    last = connection.execute(select(func.max(key))).scalar()
    if last is not None:
        sequence = func.pg_get_serial_sequence(text(f"'{table.name}'"), text(f"'{key.name}'"))
        connection.execute(select(func.setval(sequence, last)))


def _name(database: Database) -> str:
    return database.url.render_as_string(hide_password=True)
