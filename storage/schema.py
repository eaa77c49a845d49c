"""The shape of the store: bring a database up to date, say where it stands, refuse a newer one.

Revisions are numbered ("0001", "0002" …) and the number begins the file's name, so that asking
where a database stands needs no alembic, whose import alone takes longer than most commands.
"""

import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import OperationalError

from config.drafts import draft_of
from config.errors import InteropwatchError, SchemaError
from storage.database import Database, absent
from storage.models import Article

MIGRATIONS = Path(__file__).parent / "migrations"

_LOCK = 0x1_0F0_AA7C
"""Any number that nobody else locks on: two daemons must not upgrade one database at once."""

_OURS = re.compile(r"\d{4}")
"""What our revisions are called."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SchemaStatus:
    """Revision of a database (none when it is new), newest revision, and those in between."""

    current: str | None
    head: str
    pending: tuple[str, ...]


def unmade() -> SchemaStatus:
    """Where a database stands that was not made yet."""
    known = revisions()
    return SchemaStatus(None, known[-1], known)


def status(database: Database) -> SchemaStatus:
    """Say where a database stands. Raises SchemaError for one that this version cannot use.

    Raises InteropwatchError where its server cannot be reached.
    """
    try:
        with database.engine.connect() as connection:
            return _status(connection, database)
    except OperationalError as error:
        if error.statement is not None:  # it was reached, and something else is wrong
            raise
        raise InteropwatchError(
            f"cannot reach the database {database_name(database)}: {' '.join(str(error.orig).split())} "
            "See that its server runs, and that INTEROPWATCH_DATABASE_URL is right"
        ) from error


def require_present(url: str) -> None:
    """Let only a store pass that is there: asking makes none. Raises SchemaError."""
    if file := absent(url):
        raise SchemaError(
            f"there is no database {file} yet; `interopwatch run` makes it, and so does "
            "`interopwatch db upgrade`. If there should be one, correct INTEROPWATCH_DATABASE_URL"
        )


def require_current(database: Database) -> None:
    """Let only an up-to-date database pass. Raises SchemaError with what to do."""
    found = status(database)
    if found.pending:
        raise SchemaError(
            f"the database {database_name(database)} is at revision {found.current or 'none'}, and this "
            f"version needs {found.head}; run `interopwatch db upgrade`"
        )


def upgrade(database: Database) -> SchemaStatus:
    """Bring a database to the newest revision, in one transaction; give back what was found.

    An existing SQLite file is copied first, to `<file>.before-<newest revision>`.
    """
    before = status(database)
    if not before.pending:
        return before
    kept = _keep_copy(database, before) if before.current else None
    run(database, lambda command, config: command.upgrade(config, "head"))
    if before.current is None:
        _tell_of_new(database)
        return before
    _log.info(
        "database %s upgraded from revision %s to %s%s",
        database_name(database), before.current, before.head, f"; copy in {kept}" if kept else "",
    )  # fmt: skip
    return before


def run(database: Database, command: Callable[[Any, Any], object]) -> None:
    """Call `command(alembic.command, config)` on a locked connection, all or nothing."""
    logging.getLogger("alembic").setLevel(logging.WARNING)  # talks as soon as it is imported
    from alembic import command as commands  # here: see the top of this file
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with _locked(database) as connection:
        config.attributes["connection"] = connection
        command(commands, config)


def revisions() -> tuple[str, ...]:
    """All revisions that this version knows, oldest first."""
    files = (MIGRATIONS / "versions").glob("[0-9]*_*.py")
    return tuple(sorted(file.name.partition("_")[0] for file in files))


def _status(connection: Connection, database: Database) -> SchemaStatus:
    tables = set(inspect(connection).get_table_names())
    known = revisions()
    if "alembic_version" not in tables:
        if tables & Article.metadata.tables.keys():
            raise _foreign(database, "holds tables but no revision")
        if tables and database.engine.dialect.name == "sqlite":  # a server may hold others as well
            raise _foreign(database, f"holds other tables ({', '.join(sorted(tables)[:3])})")
        return unmade()
    current = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if current is not None and not _OURS.fullmatch(current):
        raise _foreign(database, f"is at revision {current}, which is none of ours")
    if current is not None and current not in known:
        raise SchemaError(
            f"the database {database_name(database)} is at revision {current}, and this version knows "
            f"only those up to {known[-1]}: a newer interopwatch wrote it. Install that version, "
            "or go back to a copy from before its upgrade"
        )
    behind = known[known.index(current) + 1 :] if current else known
    return SchemaStatus(current, known[-1], behind)


def _foreign(database: Database, found: str) -> SchemaError:
    return SchemaError(
        f"the database {database_name(database)} {found}; it was not made by interopwatch. "
        "Point INTEROPWATCH_DATABASE_URL at another place"
    )


@contextmanager
def _locked(database: Database) -> Iterator[Connection]:
    engine = database.engine
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            yield connection
        return
    with engine.connect().execution_options(begin="IMMEDIATE") as connection:
        # rebuilding a table drops it, which would delete the rows that refer to it
        raw = connection.connection.dbapi_connection
        assert raw is not None  # noqa: S101 - a connection that was just opened
        raw.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                _check_references(connection)
        finally:
            raw.execute("PRAGMA foreign_keys=ON")


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken:
        raise SchemaError(
            f"the upgrade would leave a row of {broken[0]} that refers to nothing in {broken[2]}; "
            "nothing was changed. Please report this"
        )


def _keep_copy(database: Database, before: SchemaStatus) -> Path | None:
    if database.engine.dialect.name != "sqlite":
        return None
    file = Path(str(database.url.database))
    copy = file.with_name(f"{file.name}.before-{before.head}")
    driver = database.engine.dialect.loaded_dbapi
    try:
        with draft_of(copy) as draft:
            _vacuum_into(database, draft)
    except (OSError, driver.Error) as error:
        raise InteropwatchError(
            f"cannot copy {file} to {copy} before its upgrade: {error}. Nothing was changed; "
            "make room, or see that the folder can be written to"
        ) from error
    return copy


def _tell_of_new(database: Database) -> None:
    """Say that a store is new, loudly where there seems to have been one: it may have been lost."""
    if database.engine.dialect.name != "sqlite":
        _log.info("a new store was made in the database %s", database_name(database))
        return
    file = Path(str(database.url.database)).absolute()
    left = [
        *file.parent.glob(f"{escape(file.name)}.before-*"),
        *file.parent.glob(f"{escape(file.stem)}.*.backup*"),
    ]
    if not left:
        _log.info("a new store was made: %s", file)
        return
    _log.warning(
        "there was no store %s, and a NEW, EMPTY one was made. If it was lost: stop, and "
        "`interopwatch db restore` the newest of what lies beside it (%s)",
        file, ", ".join(sorted(one.name for one in left)),
    )  # fmt: skip


def _vacuum_into(database: Database, file: Path) -> None:
    with database.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None  # noqa: S101 - a connection that was just opened
        raw.execute("VACUUM INTO ?", (str(file),))
    with file.open("rb") as written:
        os.fsync(written.fileno())


def database_name(database: Database) -> str:
    """What people call the database: its file, or its address without the password."""
    if database.engine.dialect.name == "sqlite":
        return str(database.url.database)
    return database.url.render_as_string(hide_password=True)
