"""What the events were before something changed them, and what has become of them since.

Kept in a private temporary database on disk: the store may hold more events than memory does.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

from sqlmodel import Session, col, select

from storage.database import Database
from storage.models import Edge, Event

BATCH = 500

_TABLES = """
CREATE TABLE event (id INTEGER PRIMARY KEY, stage TEXT, merged INTEGER, held INTEGER, seen INTEGER);
CREATE TABLE edge (key TEXT PRIMARY KEY, event INTEGER) WITHOUT ROWID;
CREATE TABLE visited (edge INTEGER PRIMARY KEY);
CREATE TABLE line (n INTEGER PRIMARY KEY, row TEXT);
"""

Row = dict[str, Any]
Batch = tuple[Sequence[Event], dict[int, list[Edge]]]


class Ledger(Sequence[Row]):
    """Lines about changes, in order, and the state of all events as it was remembered."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("")  # a file without a name that is gone when it is closed
        self._db.executescript(_TABLES)

    def close(self) -> None:
        """Forget everything."""
        self._db.close()

    def note(self, rows: Iterable[Row]) -> None:
        """Add lines."""
        written = [(json.dumps(row, ensure_ascii=False, default=str),) for row in rows]
        self._db.executemany("INSERT INTO line (row) VALUES (?)", written)

    def __len__(self) -> int:
        found: int = self._db.execute("SELECT count(*) FROM line").fetchone()[0]
        return found

    def __iter__(self) -> Iterator[Row]:
        for (row,) in self._db.execute("SELECT row FROM line ORDER BY n"):
            yield json.loads(row)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        places = range(len(self))[index]
        wanted = [places] if isinstance(places, int) else places
        ask = "SELECT row FROM line ORDER BY n LIMIT 1 OFFSET ?"
        rows = [json.loads(self._db.execute(ask, (n,)).fetchone()[0]) for n in wanted]
        return rows[0] if isinstance(places, int) else rows

    def visit(self, edges: Iterable[int]) -> None:
        """Remember edges as done."""
        self._db.executemany("INSERT OR IGNORE INTO visited VALUES (?)", ((e,) for e in edges))

    def visited(self, edge: int) -> bool:
        """True for an edge that is done."""
        found = self._db.execute("SELECT 1 FROM visited WHERE edge = ?", (edge,)).fetchone()
        return found is not None

    def remember(self, database: Database) -> None:
        """Keep the state of all events."""
        for events, edges in _batches(database):
            self._db.executemany(
                "INSERT INTO event VALUES (?, ?, ?, ?, 0)",
                [(e.id, e.stage.value, e.merged_into, e.id in edges) for e in events],
            )
            self._db.executemany(
                "INSERT OR REPLACE INTO edge VALUES (?, ?)",
                [(_key(edge), edge.event_id) for held in edges.values() for edge in held],
            )

    def changes(self, database: Database) -> Iterator[Row]:
        """What has become of the events: opened, split, merged, moved, gone, another stage."""
        for events, edges in _batches(database):
            with database.read() as session:
                found = [self._became(session, e, edges.get(e.id or 0, [])) for e in events]
            yield from (row for rows in found for row in rows)
            self._db.executemany(
                "UPDATE event SET seen = 1 WHERE id = ?", [(event.id,) for event in events]
            )
        gone = "SELECT id, stage FROM event WHERE held AND NOT seen ORDER BY id"
        for number, stage in self._db.execute(gone):
            yield {"what": "gone", "event": f"E{number}", "before": stage}

    def _became(self, session: Session, event: Event, edges: Sequence[Edge]) -> list[Row]:
        row = {
            "event": f"E{event.id}",
            "host": event.host,
            "guest": event.guest,
            "capability": event.capability.value,
            "stage": event.stage.value,
        }
        ask = "SELECT stage, merged, held FROM event WHERE id = ?"
        known = self._db.execute(ask, (event.id,)).fetchone()
        if known is None:
            origins = self._origins(session, event, edges)
            what = "split" if origins else "opened"
            return [{"what": what, **row, "before": origins}] if edges else []
        stage, merged, held = known
        if event.merged_into is not None:
            into = f"E{event.merged_into}"
            return [{"what": "merged", **row, "after": into}] if merged is None else []
        if held and not edges:
            return [{"what": "gone", **row, "before": stage}]
        rows: list[Row] = []
        if origins := self._origins(session, event, edges):
            rows.append({"what": "moved", **row, "before": origins, "after": f"E{event.id}"})
        if stage != event.stage.value:
            rows.append({"what": "stage", **row, "before": stage, "after": event.stage.value})
        return rows

    def _origins(self, session: Session, event: Event, edges: Iterable[Edge]) -> str | None:
        """The other events that held these edges and that live on."""
        found: set[int] = set()
        for edge in edges:
            ask = "SELECT event FROM edge WHERE key = ?"
            found |= set(self._db.execute(ask, (_key(edge),)).fetchone() or ())
        others = found - {event.id}
        if not others:  # as it is for nearly every event
            return None
        living = select(Event.id).where(
            col(Event.id).in_(others), col(Event.merged_into).is_(None)
        )
        return ", ".join(f"E{n}" for n in sorted(n or 0 for n in session.exec(living))) or None


def _key(edge: Edge) -> str:
    return f"{edge.host} {edge.guest} {edge.capability.value}"


def _batches(database: Database) -> Iterator[Batch]:
    """All events in the order of their ids, each batch with the edges by event."""
    after = 0
    while True:
        with database.read() as session:
            events, edges = _batch(session, after)
        if not events:
            return
        yield events, edges
        after = events[-1].id or 0


def _batch(session: Session, after: int) -> Batch:
    events = session.exec(
        select(Event).where(col(Event.id) > after).order_by(col(Event.id)).limit(BATCH)
    ).all()
    held: dict[int, list[Edge]] = {}
    numbers = [event.id for event in events]
    for edge in session.exec(select(Edge).where(col(Edge.event_id).in_(numbers))):
        held.setdefault(edge.event_id, []).append(edge)
    return events, held
