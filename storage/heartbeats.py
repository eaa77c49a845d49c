"""When each loop of the daemon last did its work, and whether that is long ago."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, delete, select

from storage.models import Heartbeat

STALE_SECONDS = 300
"""A loop beats at least once a minute; five missed beats mean that it hangs."""


def begin(session: Session, loops: Collection[str], now: datetime) -> None:
    """Expect signs of life of these loops from now on, and of no others."""
    session.exec(delete(Heartbeat).where(col(Heartbeat.loop).not_in(loops)))
    for loop in loops:
        beat(session, loop, now)


def beat(session: Session, loop: str, now: datetime) -> None:
    """Note that a loop has done its work."""
    session.merge(Heartbeat(loop=loop, at=now))


def stale(session: Session, now: datetime) -> list[str]:
    """Loops that have not beaten for too long, or `no loop` where none ever did."""
    beats = session.exec(select(Heartbeat)).all()
    limit = now - timedelta(seconds=STALE_SECONDS)
    late = [
        f"{b.loop} (last {b.at.astimezone(UTC):%Y-%m-%d %H:%M:%SZ})" for b in beats if b.at < limit
    ]
    return late if beats else ["no loop has started"]
