"""What lies between two matrices: openings that came, moved to another stage, or changed dates."""

from collections.abc import Iterable
from typing import Any

from storage.matrix import Cell


def rows(before: Iterable[Cell], after: Iterable[Cell]) -> list[dict[str, Any]]:
    """One row per opening that is not the same in both, in the order of host and guest."""
    old = {cell.opening: cell for cell in before}
    new = {cell.opening: cell for cell in after}
    openings = sorted(old | new, key=lambda one: (one.host, one.guest, one.capability))
    return [
        _row(old.get(opening), new.get(opening), changed)
        for opening in openings
        if (changed := _changed(old.get(opening), new.get(opening)))
    ]


def _changed(old: Cell | None, new: Cell | None) -> list[str]:
    """In what two cells of one opening differ; an opening that one side lacks is new or gone."""
    if old is None or new is None:
        return ["new" if old is None else "gone"]
    pairs = {
        "stage": (old.stage, new.stage),
        "since": (old.since, new.since),
        "planned": (old.planned, new.planned),
        "sources": (old.sources, new.sources),
        "disputed": (old.disputed, new.disputed),
    }
    return [name for name, (one, two) in pairs.items() if one != two]


def _row(old: Cell | None, new: Cell | None, changed: list[str]) -> dict[str, Any]:
    cell = new or old
    if cell is None:  # pragma: no cover - an opening comes from one of the two
        raise LookupError("a row of no cell")
    return {
        "host": cell.opening.host,
        "guest": cell.opening.guest,
        "capability": cell.opening.capability,
        "changed": changed,
        "stage_before": old.stage if old else None,
        "stage": new.stage if new else None,
        "since_before": [str(bounds) for bounds in old.since] if old else [],
        "since": [str(bounds) for bounds in new.since] if new else [],
        "planned_before": [str(bounds) for bounds in old.planned] if old else [],
        "planned": [str(bounds) for bounds in new.planned] if new else [],
        "sources_before": old.sources if old else 0,
        "sources": new.sources if new else 0,
        "disputed": bool(new and new.disputed),
        "event": f"E{cell.event_id}",
    }
