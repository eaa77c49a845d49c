"""From claims to steps: which stages an event has reached, whatever the order of arrival."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from config.words import Stage


@dataclass(frozen=True, slots=True)
class Said:
    """A leading claim as far as stages depend on it. `day` is when it happened or was reported."""

    claim: int
    stage: Stage
    day: date


@dataclass(frozen=True, slots=True)
class Step:
    """A stage that an event reached. `cycle` counts the withdrawals before it."""

    stage: Stage
    cycle: int
    previous: Stage | None
    claim: int


def steps(said: Iterable[Said]) -> list[Step]:
    """The steps forward, the withdrawals and the reopenings, in the order of their days.

    A claim of an earlier stage than the one reached is more coverage, not a step back; only a
    withdrawal leads back, and what comes after it begins a new cycle.
    """
    found: list[Step] = []
    cycle = 0
    for claim in sorted(said, key=lambda s: (s.day, s.stage.rank, s.claim)):
        last = found[-1] if found else None
        if last is None:
            found.append(Step(claim.stage, cycle, None, claim.claim))
        elif claim.stage is Stage.WITHDRAWN:
            if last.stage is not Stage.WITHDRAWN:
                found.append(Step(claim.stage, cycle, last.stage, claim.claim))
        elif last.stage is Stage.WITHDRAWN:
            cycle += 1
            found.append(Step(claim.stage, cycle, last.stage, claim.claim))
        elif claim.stage.rank > last.stage.rank:
            found.append(Step(claim.stage, cycle, last.stage, claim.claim))
    return found


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
