"""From claims to steps: which stages an event has reached, whatever the order of arrival."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from config.words import Stage


@dataclass(frozen=True, slots=True)
class Said:
    """A leading claim as far as stages depend on it. `day` is when it happened or was reported."""

    claim: int
    stage: Stage
    day: date
    sure: float | None = None
    """How sure the stage is; None of a claim whose text does not name the day: it stands alone."""


@dataclass(frozen=True, slots=True)
class Step:
    """A stage that an event reached. `cycle` counts the withdrawals before it."""

    stage: Stage
    cycle: int
    previous: Stage | None
    claim: int


@dataclass(frozen=True, slots=True)
class Course:
    """The steps of an event in order, and the stage that each claim counts as."""

    steps: tuple[Step, ...]
    counted: Mapping[int, Stage]


def course(said: Iterable[Said]) -> Course:
    """The steps forward, the withdrawals and the reopenings, in the order of their days.

    A claim of an earlier stage than the one reached is more coverage, not a step back; only a
    withdrawal leads back, and what comes after it begins a new cycle. Claims that name the same
    day are reports of one step: the surest reading counts, and the others are coverage of it.
    """
    found: list[Step] = []
    counted: dict[int, Stage] = {}
    cycle = 0
    ordered = sorted(said, key=lambda s: (s.day, s.stage.rank, s.claim))
    for _, day in groupby(ordered, key=lambda s: s.day):
        reports = list(day)
        standing = _standing(reports)
        for claim in standing:
            last = found[-1].stage if found else None
            if last is Stage.WITHDRAWN and claim.stage is not Stage.WITHDRAWN:
                cycle += 1
            if _leads_on(claim.stage, last):
                found.append(Step(claim.stage, cycle, last, claim.claim))
            counted[claim.claim] = claim.stage
        settled = max(standing, key=_sureness).stage
        for claim in reports:
            counted.setdefault(claim.claim, settled)
    return Course(tuple(found), counted)


def _standing(reports: Sequence[Said]) -> list[Said]:
    """The reports of one day without those that a surer one contradicts; the surest stands.

    A withdrawal stands whatever others say: silence about one costs more than a word too many.
    """
    surest: dict[Stage, tuple[float, int]] = {}
    for one in reports:
        if one.sure is not None:
            surest[one.stage] = max(surest.get(one.stage, _sureness(one)), _sureness(one))
    return [
        one
        for one in reports
        if one.sure is None
        or one.stage is Stage.WITHDRAWN
        or all(_sureness(one) >= most for stage, most in surest.items() if stage is not one.stage)
    ]


def _sureness(claim: Said) -> tuple[float, int]:
    """What the surest of some has most of.

    Of two that are equally sure a withdrawal counts, else the earlier stage, as within one article.
    """
    return -1.0 if claim.sure is None else claim.sure, -claim.stage.rank


def _leads_on(stage: Stage, last: Stage | None) -> bool:
    """True if a stage is a step after the last one."""
    if last is None or Stage.WITHDRAWN in (stage, last):
        return stage is not last
    return stage.rank > last.rank


def moves_on(stage: Stage, cycle: int, told: Iterable[tuple[Stage, int]]) -> bool:
    """True if a step is news to somebody who was told the others."""
    known = list(told)
    if not known:
        return True
    newest = max(c for _, c in known)
    if cycle != newest:
        return cycle > newest
    stages = [s for s, c in known if c == newest]
    if stage is Stage.WITHDRAWN:
        return Stage.WITHDRAWN not in stages
    if Stage.WITHDRAWN in stages:
        return False
    return stage.rank > max(s.rank for s in stages)
