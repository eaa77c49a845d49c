"""Copies of a SQLite store: made while it is in use, verified before they take its place.

Copying the file itself is no copy: nine of twenty such files of a database in use were broken.
SQLite's own backup gives the state of one moment, and is looked over before it gets its name.
"""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from glob import escape
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import URL

from config.errors import InteropwatchError, SchemaError
from storage import schema
from storage.database import BUSY_TIMEOUT_MS, Database, address_of, sqlite_library

sqlite_driver = sqlite_library()

ALONE_MS = 2_000
"""How long to wait for others to let go of a database that is to be replaced."""
_SIDES = ("-wal", "-shm", "-journal")


def file_of(url: URL, command: str) -> Path:
    """The file of a SQLite store. Raises InteropwatchError for a server, with its own tools."""
    if url.get_backend_name() == "sqlite" and url.database:
        return Path(url.database)
    tool = {"backup": "pg_dump --format=custom", "restore": "pg_restore"}.get(command, "psql")
    raise InteropwatchError(
        f"`db {command}` is for SQLite files; for PostgreSQL use `{tool}`, which does it while "
        "the daemon runs"
    )


def backup_name(file: Path, now: datetime) -> Path:
    """Where a copy goes that nobody has named: beside the store, with the moment in its name."""
    return file.with_name(f"{file.stem}.{now:%Y%m%dT%H%M%SZ}.backup{file.suffix}")


def back_up(database: Database, target: Path) -> str:
    """Copy the store as it is at this moment into a new file; gives back its revision.

    The copy is verified and safely on the disk before it gets its name. Raises InteropwatchError
    when there is such a file already, or when it cannot be written or is not sound.
    """
    file = file_of(database.url, "backup")
    if target.exists():
        raise InteropwatchError(f"{target} is there already; give another name or remove it")
    if not file.exists():
        raise InteropwatchError(f"there is no database {file} yet")
    with _placed(file, target) as revision:
        return revision


def restore(database_url: str, source: Path, now: datetime) -> tuple[str, Path | None]:
    """Put a verified copy in the place of the store.

    Gives back its revision, and where the store that was there is kept (None if there was none).
    Raises InteropwatchError when the copy is not sound or somebody uses the store, SchemaError
    when a newer version wrote the copy; then everything is as it was.
    """
    file = file_of(address_of(database_url), "restore")
    if not source.is_file():
        raise InteropwatchError(f"there is no file {source}")
    kept: Path | None = None
    try:
        with _placed(source, file) as revision:
            _drop_second_names(file)
            kept = _put_aside(file, now)
    except InteropwatchError as error:
        if kept is None:
            raise
        raise InteropwatchError(f"{error}. {_brought_back(kept, file)}") from error
    return revision, kept


@contextmanager
def _placed(source: Path, target: Path) -> Iterator[str]:
    """A verified copy, which takes its place when the block ends well; gives its revision.

    Raises InteropwatchError where that cannot be; then nothing is put there.
    """
    draft = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _copy(source, draft)
        yield verify(draft, called=source)
        draft.replace(target)
    except (OSError, sqlite_driver.Error) as error:
        raise InteropwatchError(
            f"cannot copy {source} to {target}: {error}. Nothing was put there"
        ) from error
    finally:
        _remove(draft)
    try:
        _sync(target.parent)
    except OSError as error:
        raise InteropwatchError(
            f"{target} is in its place, but nobody knows whether for good: {error}"
        ) from error


def verify(file: Path, called: Path | None = None) -> str:
    """Look a copy over: sound, complete, and of a revision that this version knows.

    Gives back the revision. Raises InteropwatchError or SchemaError; `called` is its name there.
    """
    name = called or file
    address = f"{file.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite_driver.connect(address, uri=True)) as connection:
            fault = _fault(connection)
            revision = "" if fault else _revision(connection)
    except sqlite_driver.DatabaseError as error:
        raise InteropwatchError(f"{name} is no sound SQLite database: {error}") from error
    if fault:
        raise InteropwatchError(f"{name} {fault}")
    known = schema.revisions()
    if revision not in known:
        raise SchemaError(
            f"{name} is at revision {revision}, and this version knows only those up to "
            f"{known[-1]}: a newer interopwatch wrote it. Install that version first"
        )
    return revision


def _fault(connection: Any) -> str | None:
    """What is wrong with a database, if anything is."""
    found = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
    if found != ["ok"]:
        return f"is damaged: {'; '.join(found)}"
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    if "alembic_version" not in tables:
        return "is no store of interopwatch"
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken:
        return f"is not complete: a row of {broken[0]} refers to nothing in {broken[2]}"
    return None


def _revision(connection: Any) -> str:
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(found[0]) if found else "none"


def vacuum(database: Database) -> tuple[int, int]:
    """Give room back to the disk; bytes before and after. Raises InteropwatchError when in use."""
    before = size(database)
    try:
        with database.engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            if database.engine.dialect.name == "sqlite":
                raw.execute("VACUUM")
                raw.execute("PRAGMA optimize")
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            else:
                raw.autocommit = True
                raw.execute("VACUUM (ANALYZE)")
    except sqlite_driver.OperationalError as error:
        raise InteropwatchError(
            f"cannot vacuum: {error}. It needs a moment without writers and, on the disk, as much "
            "room again as the database takes"
        ) from error
    return before, size(database)


def size(database: Database) -> int:
    """Bytes that the store takes, with what was written but not yet moved into the file."""
    if database.engine.dialect.name == "sqlite":
        file = str(database.url.database)
        paths = (Path(f"{file}{side}") for side in ("", "-wal"))
        return sum(path.stat().st_size for path in paths if path.exists())
    with database.engine.connect() as connection:
        return int(
            connection.execute(text("SELECT pg_database_size(current_database())")).scalar() or 0
        )


def _copy(source: Path, draft: Path) -> None:
    """One consistent state of a database, in a single file that is on the disk."""
    _remove(draft)
    address = f"{source.absolute().as_uri()}?mode=ro"
    timeout = BUSY_TIMEOUT_MS / 1000
    with (
        closing(sqlite_driver.connect(address, uri=True, timeout=timeout)) as old,
        closing(sqlite_driver.connect(str(draft))) as new,
    ):
        old.backup(new)  # all pages in one step: in small steps it never ends under a writer
        new.execute("PRAGMA journal_mode=DELETE")
    with draft.open("rb") as written:
        os.fsync(written.fileno())


def _put_aside(file: Path, now: datetime) -> Path | None:
    """Keep the store that is there under another name, if nobody uses it.

    It has both names until the copy takes its own: at every moment there is a store in its place,
    or a daemon that starts just then would begin an empty one.
    """
    if not file.exists():
        return None
    kept = file.with_name(f"{file.name}.before-restore-{now:%Y%m%dT%H%M%SZ}")
    if kept.exists():
        raise InteropwatchError(f"{kept} is there already; try again in a moment")
    try:
        with closing(sqlite_driver.connect(str(file), timeout=ALONE_MS / 1000)) as it:
            # only who is alone with a database can take it out of WAL; and then it is one file
            it.execute("PRAGMA journal_mode=DELETE")
    except sqlite_driver.OperationalError as error:
        if "locked" in str(error):
            raise InteropwatchError(
                f"somebody uses {file}: stop the daemon (and other commands) first"
            ) from error
        raise
    except (
        sqlite_driver.DatabaseError
    ):  # damaged: it is kept as it is, with all that belongs to it
        for side in _SIDES:
            with suppress(FileNotFoundError):
                Path(f"{file}{side}").replace(f"{kept}{side}")
    try:
        os.link(file, kept)
    except OSError:  # a file system on which nothing has two names
        file.replace(kept)
    return kept


def _brought_back(kept: Path, file: Path) -> str:
    """Give the store that was put aside its name back, if that is free; says where it is."""
    try:
        _drop_second_names(file)
        if file.exists() and kept.exists():
            return f"The store that was there before is {kept}"
        for side in ("", *_SIDES):
            with suppress(FileNotFoundError):
                Path(f"{kept}{side}").replace(f"{file}{side}")
    except OSError as error:
        return f"The store that was there is {kept} now, rename it to {file}: {error}"
    return f"{file} is as it was"


def _drop_second_names(file: Path) -> None:
    """Take away what would pass for a store that was kept, and is the one in use.

    A restore leaves it that was killed, or failed, before the copy took its place.
    """
    for kept in file.parent.glob(f"{escape(file.name)}.before-restore-*"):
        if file.exists() and kept.samefile(file):
            kept.unlink()


def _remove(draft: Path) -> None:
    for side in ("", *_SIDES):
        with suppress(FileNotFoundError, NotADirectoryError):
            Path(f"{draft}{side}").unlink()


def _sync(folder: Path) -> None:
    """See that a name is on the disk, not only what it names."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
