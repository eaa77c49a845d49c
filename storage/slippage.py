"""Plans that did not come true: days named for a launch that passed without a report of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from config.words import Stage
from storage.bounds import Bounds, hull
from storage.matrix import Cell
from storage.steps import Step
from storage.timeline import testimony, who_said


@dataclass(frozen=True)
class Slip:
    """A plan of one opening whose last day has passed. `stage` is how far the opening is."""

    plan: Step
    stage: Stage | None
    last_day: date
    days: int


def slips(cells: Iterable[Cell], at: date) -> list[Slip]:
    """Plans overdue at the end of the day `at`, the longest overdue first.

    The cells must be as of that day. A plan without a last day cannot be overdue. A launch that
    was reported in the same mode, or without one, settles it, unless a withdrawal ended that
    launch before the plan was told; a withdrawal after the plan was told settles it too.
    """
    found = []
    for cell in cells:
        for plan in cell.steps:
            last = _last_day(plan) if plan.planned else None
            if last is not None and last < at and not _settled(plan, cell):
                found.append(Slip(plan, cell.stage, last, (at - last).days))
    return sorted(found, key=lambda slip: (slip.last_day, slip.plan.order))


def _last_day(plan: Step) -> date | None:
    """The latest day that anybody named: until then nobody can be called late."""
    ends = [bounds.end for bounds in plan.dates]
    known = [end for end in ends if end is not None]
    return max(known) if len(known) == len(ends) else None


def _settled(plan: Step, cell: Cell) -> bool:
    facts = [step for step in cell.steps if not step.planned]
    told = min(
        (one for dating in plan.datings if (one := dating.evidence.published)), default=date.min
    )
    gone = [_day(step) for step in facts if step.stage is Stage.WITHDRAWN]
    ended = max((day for day in gone if day < told), default=date.min)
    return any(day >= told for day in gone) or any(
        step.stage is Stage.LIVE and _same_mode(step, plan) and _end(step) >= ended
        for step in facts
    )


def _same_mode(one: Step, two: Step) -> bool:
    return one.mode is None or two.mode is None or one.mode == two.mode


def _day(step: Step) -> date:
    return step.dates[0].start or step.dates[0].end or date.min


def _end(step: Step) -> date:
    whole: Bounds = hull(list(step.dates))
    return whole.end or date.max


def rows(found: Iterable[Slip]) -> list[dict[str, Any]]:
    """Overdue plans as plain values for printing."""
    return [
        {
            "event": f"E{slip.plan.event_id}",
            "host": opening.host,
            "guest": opening.guest,
            "capability": opening.capability,
            "mode": slip.plan.mode,
            "planned_stage": slip.plan.stage,
            "planned": [str(bounds) for bounds in slip.plan.dates],
            "days_late": slip.days,
            "stage": slip.stage,
            "sources": len(slip.plan.origins),
            "said": who_said(slip.plan),
            "last_day": slip.last_day,
            "evidence": [testimony(dating) for dating in slip.plan.datings],
        }
        for slip in found
        for opening in slip.plan.openings
    ]
