"""Whether the store and the machine around it are fit: schema, SQLite, disk, zone, loops."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from config.errors import InteropwatchError
from config.findings import Finding, Health
from storage import schema
from storage.backups import size
from storage.database import Database, absent, sqlite_version
from storage.heartbeats import stale
from storage.rights import hindrance

SOUND_SQLITE = (3, 51, 3)
"""The first version without the WAL-reset bug, which two connections at once can run into."""
LEAST_FREE = 200 * 1024 * 1024
"""Bytes below which nothing can be promised: an upgrade and a vacuum copy the store."""
AMPLE_FREE = 1024 * 1024 * 1024
NETWORKED = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs"})
"""File systems whose locks SQLite cannot rely on."""


def missing(url: str) -> Finding | None:
    """That there is no store yet, without making one by looking."""
    file = absent(url)
    if file is None:
        return None
    hint = "the daemon makes it at its start; or run `interopwatch db upgrade`"
    return Finding("database", Health.WARN, f"there is no {file} yet", hint)


def examine(database: Database, now: datetime) -> list[Finding]:
    """Look at the store, the disk that it lies on, and the zone of this machine."""
    found = [_schema(database)]
    if database.engine.dialect.name == "sqlite":
        file = Path(str(database.url.database)).absolute()
        found += [_version(), _writable(file), *_disk(file.parent, 2 * size(database))]
        found += _file_system(file)
    found += _disk(Path(tempfile.gettempdir()), 0)
    if found[0].status is Health.OK:
        found.append(_loops(database, now))
    return [*found, _zone(now), _fonts()]


def _schema(database: Database) -> Finding:
    name = schema.database_name(database)
    try:
        status = schema.status(database)
    except InteropwatchError as error:
        return Finding("database", Health.FAIL, str(error))
    if status.pending:
        hint = "run `interopwatch db upgrade`; the daemon does it at its start"
        return Finding(
            "database", Health.WARN, f"{name}: pending {', '.join(status.pending)}", hint
        )
    megabytes = size(database) / 1e6
    return Finding("database", Health.OK, f"{name}: revision {status.current}, {megabytes:.1f} MB")


def _version() -> Finding:
    version = sqlite_version()
    if tuple(int(part) for part in version.split(".")) < SOUND_SQLITE:
        hint = "install the pysqlite3 wheel, or a Python that brings SQLite 3.51.3 or newer"
        return Finding("sqlite", Health.WARN, f"{version} can damage a database in use", hint)
    return Finding("sqlite", Health.OK, version)


def _writable(file: Path) -> Finding:
    found = hindrance(file)
    if found is None:
        return Finding("rights", Health.OK, f"{file} can be written to")
    return Finding("rights", Health.FAIL, *found)


def _disk(folder: Path, wanted: int) -> Iterator[Finding]:
    free = shutil.disk_usage(folder).free
    detail = f"{free / 1e9:.1f} GB free at {folder}"
    if free < max(LEAST_FREE, wanted):
        yield Finding("disk", Health.FAIL, detail, "make room; nothing is lost, but work stops")
    elif free < AMPLE_FREE:
        yield Finding("disk", Health.WARN, detail, "make room before it runs out")
    else:
        yield Finding("disk", Health.OK, detail)


def _file_system(file: Path, mounts: Path = Path("/proc/self/mounts")) -> Iterator[Finding]:
    """Warn of network file systems, where their table can be read."""
    try:
        lines = mounts.read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    places = {Path(line.split()[1].replace("\\040", " ")): line.split()[2] for line in lines}
    near = next((path for path in (file, *file.parents) if path in places), None)
    if near is not None and places[near] in NETWORKED:
        hint = "put the database on a local disk; locks there do not hold, and it can break"
        yield Finding("file system", Health.FAIL, f"{file} lies on {places[near]}", hint)


def _fonts() -> Finding:
    """Whether pictures can show names in every script: with the very font that they would take."""
    from storage.pictures_canvas import FONTS, PictureError, find_font

    try:
        return Finding("fonts", Health.OK, f"{find_font()} has every script of pictures")
    except PictureError as error:
        return Finding("fonts", Health.WARN, str(error), f"install {FONTS}")


def _loops(database: Database, now: datetime) -> Finding:
    with database.read() as session:
        late = stale(session, now)
    if late == ["no loop has started"]:
        return Finding("daemon", Health.WARN, "it never ran here", "interopwatch run")
    if late:
        return Finding("daemon", Health.WARN, f"silent: {', '.join(late)}", "interopwatch run")
    return Finding("daemon", Health.OK, "every loop has worked lately")


def _zone(now: datetime) -> Finding:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    local = now.astimezone()
    detail = f"{local.tzname()} (UTC{local:%z})"
    try:
        ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError:
        hint = "install tzdata, of the system or from PyPI"
        return Finding("zone", Health.FAIL, f"{detail}; zones of sources are not known", hint)
    return Finding("zone", Health.OK, detail)
