"""When each loop of the daemon last did its work, and whether that is long ago.

The health check runs twice a minute for as long as the daemon does. So nothing of SQLAlchemy is
imported here before it is needed, and a SQLite file is asked without it.
"""

import re
import sqlite3
from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlmodel import Session

    from storage.database import Database

STALE_SECONDS = 300
"""A loop beats at least once a minute; five missed beats mean that it hangs."""

BUSY_SECONDS = 2.0
"""How long the health check waits for a file that is locked; Docker gives it five in all."""

_FILE = re.compile(r"sqlite(?:\+\w+)?:///(?!:memory:|file:)([^?]+)(?:\?.*)?")


def begin(session: "Session", loops: Collection[str], now: datetime) -> None:
    """Expect signs of life of these loops from now on, and of no others."""
    from sqlmodel import col, delete

    from storage.models import Heartbeat

    session.exec(delete(Heartbeat).where(col(Heartbeat.loop).not_in(loops)))
    for loop in loops:
        beat(session, loop, now)


def beat(session: "Session", loop: str, now: datetime) -> None:
    """Note that a loop has done its work."""
    from storage.models import Heartbeat

    session.merge(Heartbeat(loop=loop, at=now))


def stale(session: "Session", now: datetime) -> list[str]:
    """Loops that have not beaten for too long, or `no loop` where none ever did."""
    from sqlmodel import select

    from storage.models import Heartbeat

    return _late({b.loop: b.at for b in session.exec(select(Heartbeat))}, now)


def stale_at(url: str, now: datetime, opened: "Callable[[], Database]") -> list[str]:
    """The same for the store behind a URL; only what is no SQLite file is opened in full."""
    file = _FILE.fullmatch(url)
    if file is None:
        with opened().read() as session:
            return stale(session, now)
    try:
        return _late(_beats(Path(file[1])), now)
    except sqlite3.Error as error:
        return [f"the database {file[1]} cannot be read: {error}"]


def _beats(file: Path) -> dict[str, datetime]:
    address = f"{file.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)) as connection:
        rows = connection.execute("SELECT loop, at FROM heartbeat").fetchall()
    return {loop: datetime.fromisoformat(at).replace(tzinfo=UTC) for loop, at in rows}


def _late(beats: Mapping[str, datetime], now: datetime) -> list[str]:
    limit = now - timedelta(seconds=STALE_SECONDS)
    late = [
        f"{loop} (last {at.astimezone(UTC):%Y-%m-%d %H:%M:%SZ})"
        for loop, at in sorted(beats.items())
        if at < limit
    ]
    return late if beats else ["no loop has started"]
