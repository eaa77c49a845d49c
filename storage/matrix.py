"""The matrix: who opened what to whom, how far along, since when, as of any date."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import Any

from config.words import Stage
from storage.bounds import NEAR_DAYS, Bounds, narrowest
from storage.steps import Dating, Evidence, Opening, Step, compose

PRECISE_DAYS = 31
"""Up to a month a date is precise enough to hold one outlet's stage against another's."""


@dataclass(frozen=True, eq=False)
class Cell:
    """What is known of one opening as of a date.

    `since` holds every date claimed for the current stage, `planned` every date still planned;
    `sources` counts the independent outlets that tell of the current stage. `steps` is all that
    the cell was made of. `stage` is None where nothing but a plan is known.
    """

    opening: Opening
    event_id: int
    stage: Stage | None
    since: tuple[Bounds, ...]
    planned: tuple[Bounds, ...]
    sources: int
    disputed: bool
    steps: tuple[Step, ...]

    @property
    def bare(self) -> "Cell":
        """The same without its steps, which hold every claim that was made."""
        return replace(self, steps=())


@dataclass(frozen=True, eq=False)
class Told:
    """One claim of a step with the date that it gives."""

    step: Step
    dating: Dating


def matrix(evidence: Iterable[Evidence], at: date) -> list[Cell]:
    """One cell per opening, as of the end of the day `at`, in the order of host and guest.

    A claim counts from the day on which it had surely happened: the last day that its date can
    mean, or the day of publication when that is earlier (of reading, where it is not known). What later articles say of the time
    before `at` counts too.
    """
    openings: dict[Opening, list[Step]] = defaultdict(list)
    for step in compose(one for one in evidence if _settled(one, at)):
        openings[step.openings[0]].append(step)
    cells = [_cell(opening, steps) for opening, steps in openings.items()]
    return sorted(cells, key=lambda cell: _names(cell.opening))


def _names(opening: Opening) -> tuple[str, str, str]:
    return opening.host, opening.guest, opening.capability.value


def _settled(one: Evidence, at: date) -> bool:
    """Whether a claim tells of something that had happened, or been told, by the day `at`."""
    dated, told = one.dated, one.told
    if one.only_planned:
        return told <= at
    day = min(dated.end or told, told)
    return max(day, dated.start or day) <= at


def _cell(opening: Opening, steps: list[Step]) -> Cell:
    facts = [step for step in steps if not step.planned]
    current = _current(facts)
    stage = current.stage if current else None
    holding = _holding(facts, current)
    done = stage in {Stage.LIVE, Stage.WITHDRAWN}
    plans = [dating.bounds for step in steps if step.planned for dating in step.datings]
    return Cell(
        opening=opening,
        event_id=steps[0].event_id,
        stage=stage,
        since=_since(holding, current),
        planned=() if done else narrowest(plans),
        sources=len(frozenset().union(*(step.origins for step in holding or steps))),
        disputed=any(step.disputed for step in steps) or any(stage_clashes(facts)),
        steps=tuple(steps),
    )


def _current(facts: list[Step]) -> Step | None:
    """The step that says how far the opening has come.

    Walked by date: a stage holds until a later one is reached, because what is written after a
    launch still says "announced". A withdrawal ends it whenever it comes later, and is itself
    ended by a step with a day of its own. On one day the later stage counts.
    """
    current: Step | None = None
    for step in sorted(facts, key=lambda step: (_day(step), step.stage.rank, step.order)):
        if current is None or _supersedes(step, current):
            current = step
    return current


def _supersedes(step: Step, current: Step) -> bool:
    later = _day(step) > _day(current)
    if step.stage is Stage.WITHDRAWN:
        return later
    if current.stage is Stage.WITHDRAWN:
        sure = step.dates[0].start is not None or step.news
        return sure or not later
    if step.stage is current.stage:
        return step.dates[0].start is not None
    return step.stage.rank > current.stage.rank


def _day(step: Step) -> date:
    """The day at which a step stands among the others: undated ones before all."""
    first = step.dates[0]
    return first.start or first.end or date.min


def _holding(facts: list[Step], current: Step | None) -> list[Step]:
    """The steps at which the current stage was told, in its mode, since the last withdrawal."""
    if current is None:
        return []
    ends = [_day(step) for step in facts if step.stage is Stage.WITHDRAWN]
    reopened = max((day for day in ends if day < _day(current)), default=date.min)
    same = (current.stage, current.mode)
    return [step for step in facts if (step.stage, step.mode) == same and _day(step) >= reopened]


def _since(holding: list[Step], current: Step | None) -> tuple[Bounds, ...]:
    """When the current stage was reached first; a step without a day only where none has one."""
    if current is None:
        return ()
    dated = [step for step in holding if step.dates[0].start is not None]
    return (dated or [current])[0].dates


def stage_clashes(facts: Iterable[Step]) -> Iterator[tuple[Told, Told]]:
    """What two outlets say of the stage where they cannot both be right.

    One says withdrawn while another, at about the same time, still tells of the opening; or one
    says test and the other live, of the same mode and the same days.
    """
    groups: dict[str, dict[tuple[object, ...], Told]] = {}
    for step in facts:
        for dating in step.datings:
            said = dating.evidence
            group = "gone" if step.stage is Stage.WITHDRAWN else "there"
            key: tuple[object, ...] = (said.origin, said.published)
            groups.setdefault(group, {}).setdefault(key, Told(step, dating))
            if _precise(dating.bounds):
                key = (said.origin, step.mode, dating.bounds)
                groups.setdefault(step.stage, {}).setdefault(key, Told(step, dating))
    for left, right, clash in (("gone", "there", _at_once), (Stage.TEST, Stage.LIVE, _one_day)):
        for one, two in product(groups.get(left, {}).values(), groups.get(right, {}).values()):
            if one.dating.evidence.origin != two.dating.evidence.origin and clash(one, two):
                yield one, two


def _at_once(one: Told, two: Told) -> bool:
    """Whether two articles were written near each other, as far as is known."""
    first, second = one.dating.evidence.published, two.dating.evidence.published
    return first is None or second is None or abs((first - second).days) <= NEAR_DAYS


def _one_day(one: Told, two: Told) -> bool:
    return one.step.mode == two.step.mode and one.dating.bounds.gap_days(two.dating.bounds) <= 0


def _precise(bounds: Bounds) -> bool:
    return bounds.span_days is not None and bounds.span_days <= PRECISE_DAYS


def rows(cells: Iterable[Cell]) -> list[dict[str, Any]]:
    """Cells as plain values for printing."""
    return [_row(cell) for cell in cells]


def _row(cell: Cell) -> dict[str, Any]:
    return {
        "host": cell.opening.host,
        "guest": cell.opening.guest,
        "capability": cell.opening.capability,
        "stage": cell.stage,
        "since": [str(bounds) for bounds in cell.since],
        "since_from": cell.since[0].start if cell.since else None,
        "since_to": max((part.end for part in cell.since if part.end), default=None),
        "planned": [str(bounds) for bounds in cell.planned],
        "sources": cell.sources,
        "disputed": cell.disputed,
        "event": f"E{cell.event_id}",
        "steps": [_step(step) for step in cell.steps],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "date": [str(bounds) for bounds in step.dates],
        "stage": step.stage,
        "mode": step.mode,
        "planned": step.planned,
        "disputed": step.disputed,
        "sources": len(step.origins),
    }
