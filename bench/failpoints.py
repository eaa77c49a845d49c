"""kill -9 at every named point, and a full disk in every write; then see what is left.

Every point of the table in tests/fakes/failpoints.py is passed for the first, second and third time
in a small world of its own, and the process dies there; every work is done on a full disk as often.
Commands that write files die before each of their effects, or find no room for it, and are run
again. What is left is compared with a world that nobody disturbed. Fails as the tests would.

    .venv/bin/python bench/failpoints.py [--workers 2] [--part commands] [--only WORDS]
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.fakes.errands import ERRANDS, Scene
from tests.fakes.failpoints import FULL, FULL_AT, POINTS, Trap
from tests.fakes.lives import Lives
from tests.fakes.remains import Remains, faults

NTH = (1, 2, 3)
MOST = 12
"""Passings of one effect of a command that are tried, from the first to the last."""


def traps() -> Iterator[Trap]:
    for nth in NTH:
        for point, moment in POINTS:
            yield Trap(point, moment, nth)
        for point in FULL_AT:
            yield Trap(point, FULL, nth)


def live(free: "SimpleQueue[tuple[Lives, Remains]]", trap: Trap) -> tuple[Trap, list[str], int]:
    """One trap in a world that is free; what is wrong, and how many messages were repeated."""
    world, calm = free.get()
    try:
        found = world.run(trap)
    except (TimeoutError, AssertionError) as error:
        return trap, [str(error)], 0
    finally:
        free.put((world, calm))
    repeats = sum((found.told[chat] - told).total() for chat, told in calm.told.items())
    return trap, faults(found, calm), repeats


def daemons(folder: Path, workers: int, only: str) -> Iterator[tuple[str, list[str], int]]:
    free: SimpleQueue[tuple[Lives, Remains]] = SimpleQueue()
    with ExitStack() as stack:
        for number in range(workers):
            (folder / str(number)).mkdir()
            world = stack.enter_context(Lives(folder / str(number)))
            free.put((world, world.run()))
        pool = stack.enter_context(ThreadPoolExecutor(workers))
        wanted = [trap for trap in traps() if only in f"{trap.point}, {trap.moment}"]
        for trap, wrong, repeats in pool.map(lambda trap: live(free, trap), wanted):
            yield f"{trap.point}, {trap.moment}, {trap.nth}", wrong, repeats


def commands(folder: Path, only: str) -> Iterator[tuple[str, list[str], int]]:
    with Lives(folder) as world:
        world.run()
        scene = Scene(world, world.file)
        for name, errand in ERRANDS.items():
            if only not in f"{name}, ":
                continue
            passings = scene.passings(errand)
            missed = set(errand.effects) - set(passings)
            yield name, [f"never {one}" for one in missed], 0
            for trap in errand.traps(passings, MOST):
                where = f"{name}, {trap.point}, {trap.moment}, {trap.nth}"
                yield where, scene.try_out(errand, trap), 0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--part", choices=("daemons", "commands"), help="one of the two alone")
    parser.add_argument("--only", default="", help="points whose names contain this")
    given = parser.parse_args()
    begun, bad, done = time.monotonic(), [], Counter[str]()
    with tempfile.TemporaryDirectory() as here:
        (folder := Path(here, "commands")).mkdir()
        parts = {
            "daemons": daemons(Path(here), given.workers, given.only),
            "commands": commands(folder, given.only),
        }
        for part in [given.part] if given.part else parts:
            for where, wrong, repeats in parts[part]:
                done[part] += 1
                done["repeats"] += repeats
                bad += [f"{where}: {one}" for one in wrong]
                print(f"{time.monotonic() - begun:5.0f} s  {where}  {wrong or ''}", flush=True)
    print(f"{dict(done)} in {time.monotonic() - begun:.0f} s")
    for one in bad:
        print(f"WRONG: {one}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
