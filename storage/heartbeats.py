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
from typing import TYPE_CHECKING, Any

from config.words import Role
from storage.work import undone

if TYPE_CHECKING:
    from sqlmodel import Session

    from storage.database import Database

STALE_SECONDS = 300
"""A loop beats at least once a minute; five missed beats mean that it hangs."""

BUSY_SECONDS = 2.0
"""How long the health check waits for a file that is locked; Docker gives it five in all."""

TRIED = "tried"
"""No loop: what is written, and taken away at once, to see whether anything can be."""

_FILE = re.compile(r"sqlite(?:\+\w+)?:///(?!:memory:|file:)([^?]+)(?:\?.*)?")


def worker_name(role: Role) -> str:
    """Under which name the workers of a role on this machine give signs of life."""
    import socket

    return f"{role.value}@{socket.gethostname()}"


def begin(session: "Session", loops: Collection[str], now: datetime) -> None:
    """Expect signs of life of these loops from now on, and of no others."""
    from sqlmodel import col, delete

    from storage.models import Heartbeat

    session.exec(delete(Heartbeat).where(col(Heartbeat.loop).not_in(loops)))
    for loop in loops:
        beat(session, loop, now)


def begin_cluster(session: "Session", now: datetime) -> None:
    """Expect no more of loops that ran in one process, or on machines that are long gone."""
    from sqlmodel import col, delete, or_

    from storage.models import Heartbeat

    gone = col(Heartbeat.at) < now - timedelta(days=1)
    session.exec(delete(Heartbeat).where(or_(gone, col(Heartbeat.loop).not_like("%@%"))))


def beat(session: "Session", loop: str, now: datetime) -> None:
    """Note that a loop has done its work; workers of one role and machine share a name."""
    from sqlmodel import col

    from storage.models import Heartbeat
    from storage.upserts import insert

    sign = insert(session, Heartbeat).values(loop=loop, at=now)
    key = [col(Heartbeat.loop)]
    session.connection().execute(sign.on_conflict_do_update(index_elements=key, set_={"at": now}))


def stale(session: "Session", now: datetime, own: str | None = None) -> list[str]:
    """Loops that have not beaten for too long, or `no loop` where none ever did; work left undone.

    Of the workers of one role one that lives is enough; with `own`, only that worker is asked for.
    """
    from sqlalchemy import text

    def ask(question: str) -> datetime | None:
        return moment(session.connection().execute(text(question)).scalar())

    return late(session, now, own) or undone(ask, now, _role(own))


def late(session: "Session", now: datetime, own: str | None = None) -> list[str]:
    """Loops that have not beaten for too long, without a look at what they do."""
    from sqlmodel import select

    from storage.models import Heartbeat

    beats = {b.loop: b.at for b in session.exec(select(Heartbeat))}
    return _late(beats, now, own)


def beats_of(session: "Session", loops: Collection[str]) -> dict[str, datetime]:
    """When these loops have beaten, as far as they have."""
    from sqlmodel import col, select

    from storage.models import Heartbeat

    found = session.exec(select(Heartbeat).where(col(Heartbeat.loop).in_(loops)))
    return {one.loop: one.at for one in found}


def try_to_beat(session: "Session") -> None:
    """Fails, when it is committed at the latest, where no sign of life can be written."""
    from sqlmodel import col, delete

    from storage.models import Heartbeat

    beat(session, TRIED, datetime.now(UTC))
    session.exec(delete(Heartbeat).where(col(Heartbeat.loop) == TRIED))


def stale_at(
    url: str, now: datetime, opened: "Callable[[], Database]", own: str | None = None
) -> list[str]:
    """The same for the store behind a URL; only what is no SQLite file is opened in full."""
    file = _FILE.fullmatch(url)
    if file is None:
        with opened().read() as session:
            return stale(session, now, own)
    address = f"{Path(file[1]).absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)) as connection:

            def ask(question: str) -> datetime | None:
                return moment(connection.execute(question).fetchone()[0])

            rows = connection.execute("SELECT loop, at FROM heartbeat").fetchall()
            beats = {loop: moment(at) or now for loop, at in rows}
            return _late(beats, now, own) or undone(ask, now, _role(own))
    except sqlite3.Error as error:
        return [f"the database {file[1]} cannot be read: {error}"]


def moment(value: Any) -> datetime | None:
    """A moment as either database gives it: SQLite as text, in UTC without saying so."""
    found: datetime | None = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)


def _role(own: str | None) -> str | None:
    return own.partition("@")[0] if own else None


def _late(beats: Mapping[str, datetime], now: datetime, own: str | None) -> list[str]:
    newest: dict[str, datetime] = {}
    for loop, at in beats.items():
        role = loop if own else loop.partition("@")[0]
        if own in (None, loop):
            newest[role] = max(at, newest.get(role, at))
    limit = now - timedelta(seconds=STALE_SECONDS)
    late = [
        f"{loop} (last {at.astimezone(UTC):%Y-%m-%d %H:%M:%SZ})"
        for loop, at in sorted(newest.items())
        if at < limit
    ]
    return late if newest else [f"{own or 'no loop'} has {'not ' if own else ''}started"]
