"""What cannot all be right: dates of one step, and stages of one opening, each with who said it."""

from collections.abc import Iterable, Iterator
from typing import Any

from storage.matrix import Cell, Told, stage_clashes
from storage.steps import Opening, Step
from storage.timeline import testimony, who_said


def rows(cells: Iterable[Cell]) -> list[dict[str, Any]]:
    """The contradictions of all cells as plain values for printing, each with its evidence."""
    return [row for cell in cells for row in (*_dates(cell), *_stages(cell))]


def _dates(cell: Cell) -> Iterator[dict[str, Any]]:
    for step in cell.steps:
        if step.disputed:
            told = [Told(step, dating) for dating in step.datings]
            yield _row(cell.opening, "date", step, who_said(step), told)


def _stages(cell: Cell) -> Iterator[dict[str, Any]]:
    facts = [step for step in cell.steps if not step.planned]
    told = {id(one.dating): one for pair in stage_clashes(facts) for one in pair}
    if told:
        labels = list(dict.fromkeys(_label(one) for one in told.values()))
        last = max((one.step for one in told.values()), key=lambda step: step.order)
        yield _row(cell.opening, "stage", last, labels, list(told.values()))


def _label(told: Told) -> str:
    one = told.dating
    return f"{told.step.stage} {one.bounds}: {one.evidence.source.slug}"


def _row(
    opening: Opening, about: str, step: Step, labels: list[str], told: list[Told]
) -> dict[str, Any]:
    return {
        "event": f"E{step.event_id}",
        "host": opening.host,
        "guest": opening.guest,
        "capability": opening.capability,
        "about": about,
        "stage": step.stage,
        "mode": step.mode,
        "planned": step.planned,
        "said": labels,
        "sources": len({one.dating.evidence.origin for one in told}),
        "evidence": [{"stage": one.step.stage, **testimony(one.dating)} for one in told],
    }
