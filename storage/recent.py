"""Events that were seen last, for completion where the store is a server.

To connect to PostgreSQL takes longer than a Tab may, and needs the password. So every command that
opens such a store leaves the newest events in the cache of the user, under the name of the store.
Only modules that Python itself loads at its start are imported here.
"""

from __future__ import annotations

from config import caches

TYPE_CHECKING = False  # that of typing, which takes as long to import as Python to start
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlmodel import Session

NEWEST = (
    "SELECT id, host, guest, stage FROM event WHERE merged_into IS NULL"
    " AND CAST(id AS TEXT) LIKE {} ORDER BY last_seen DESC, id DESC"
    " LIMIT 200"
)
"""The question for the last told first, with a place for how the id begins; more nobody reads."""

Row = tuple[int, str, str, str]
"""An event: its number, host, guest and stage."""


def store_of(url: str) -> str:
    """The name of a store: its URL without user, password and options."""
    place = url.partition("?")[0]
    return place if place.startswith("sqlite:") else place.partition("://")[2].rpartition("@")[2]


def remember(session: Session, url: str) -> None:
    """Keep the newest events of a store; where nothing can be written, nothing is kept."""
    from sqlalchemy import text

    rows = session.connection().execute(text(NEWEST.format("'%'")))
    lines = ["\t".join(map(str, row)) for row in rows]
    data = "\n".join([store_of(url), *lines]).encode()
    any(caches.replace(place, data) for place in _places())


def remembered(store: str) -> Iterator[Row]:
    """The events that were kept of a store, if it is the one that was seen last."""
    for place in _places():
        try:
            with open(place, "rb") as file:  # noqa: PTH123
                name, *lines = file.read().decode("utf-8", "replace").split("\n")
        except OSError:
            continue
        if name == store:
            yield from _rows(lines)


def _rows(lines: Iterable[str]) -> Iterator[Row]:
    for line in lines:
        parts = line.split("\t")
        if len(parts) == 4 and parts[0].isdecimal():
            yield int(parts[0]), parts[1], parts[2], parts[3]


def _places() -> list[str]:
    return caches.of_user("events")
