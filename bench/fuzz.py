"""Broken pages and feeds for as long as one likes, in the processes that the daemon reads them in.

Every case is made of its number (tests/fakes/mutating.py), and must become an article, entries or a
reason, in the time that a page has, and be storable and sendable (tests/fakes/fuzzing.py). Prints what
became of all, the slowest, and every fault with its number; the exit code is 1 if there was one.

    .venv/bin/python bench/fuzz.py [--seconds 600] [--first 0] [--processes 2]
    .venv/bin/python bench/fuzz.py --only 4711      # one case again, with its traceback
"""
# ruff: noqa: E402

import argparse
import asyncio
import logging
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from config.words import FeedKind
from crawler.extraction.errors import ExtractionError, Reason
from crawler.extraction.pool import SECONDS_PER_PAGE, ExtractionPool
from tests.fakes.fuzzing import feed_holds, page_holds
from tests.fakes.mutating import case, seeds

TARGETS = ("page", "precise page", *FeedKind)
BUSY_SECONDS = 24 * SECONDS_PER_PAGE
"""By the clock, for machines that do other things; by the processor a case has what a page has."""

FAULTS = (Reason.BROKEN, Reason.CRASHED, Reason.TIMEOUT, Reason.MEMORY)
"""Reasons that the fences give: the daemon outlives them, and we want to know of them."""


@dataclass
class Tally:
    """What became of the cases of one target."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int] = (0.0, 0)
    seconds: float = 0.0


def judge(target: str, number: int, grown: list[bytes]) -> str:
    """What became of a case as one target; raises what it raises."""
    body, kind = case(number, grown)
    if target.endswith("page"):
        return page_holds(body, kind, precise=target.startswith("precise"))
    return feed_holds(FeedKind(target), body, kind)


SEEDS: list[bytes] = []


def timed(target: str, number: int) -> tuple[str, float]:
    """The same in a process of the pool, with the processor time that it took."""
    SEEDS[:] = SEEDS or seeds()
    begun = time.process_time()
    return judge(target, number, SEEDS), time.process_time() - begun


def quiet() -> None:
    """What is unexpected is a fault here, and told as one."""
    logging.disable(logging.CRITICAL)


async def attempt(pool: ExtractionPool, target: str, number: int, tally: Tally) -> str | None:
    """One case; the fault that it shows, if any."""
    try:
        outcome, spent = await pool.run(timed, target, number)
    except ExtractionError as error:
        tally.outcomes[str(error.reason)] += 1
        return f"{error}" if error.reason in FAULTS else None
    tally.outcomes[outcome] += 1
    tally.seconds += spent
    tally.slowest = max(tally.slowest, (spent, number))
    return f"{spent:.1f} s of the processor" if spent > SECONDS_PER_PAGE else None


async def run(seconds: float, first: int, processes: int) -> int:
    """Go on until the time is over; the number of faults."""
    pool = ExtractionPool(processes, seconds=BUSY_SECONDS, first=quiet)
    await pool.warm_up()
    tallies = {target: Tally() for target in TARGETS}
    numbers, faults = count(first), 0
    deadline = time.monotonic() + seconds

    async def work() -> None:
        nonlocal faults
        while time.monotonic() < deadline:
            number = next(numbers)
            for target in TARGETS:
                fault = await attempt(pool, target, number, tallies[target])
                if fault:
                    faults += 1
                    print(f"FAULT: {target}, case {number}: {fault}", flush=True)

    await asyncio.gather(*(work() for _ in range(processes)))
    await pool.close()
    for target, tally in tallies.items():
        done, (slowest, number) = tally.outcomes.total(), tally.slowest
        mean = 1000 * tally.seconds / max(1, done)
        print(f"{target:14} {done:7} cases, {mean:6.1f} ms each, slowest {slowest:.2f} s "
              f"(case {number}): {dict(tally.outcomes)}")  # fmt: skip
    return faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", type=int)
    given = parser.parse_args()
    if given.only is not None:
        grown = seeds()
        for target in TARGETS:
            begun = time.process_time()
            print(target, judge(target, given.only, grown), f"{time.process_time() - begun:.2f} s")
        return
    faults = asyncio.run(run(given.seconds, given.first, given.processes))
    print(f"{faults} faults in {given.seconds:.0f} s")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
