"""kill -9 at any moment, again and again: what the test suite does sixty times, for a night.

News comes in ordeals, each with a store of its own, that end when all is told, so that there is always
something to die in; then the store is compared with that of a daemon that nobody disturbed. Daemons die
while they start, fetch, extract, store, follow, queue, send and are backed up, upgrades while they
migrate. Prints what was killed when, and fails as the tests would.

    .venv/bin/python bench/kills.py [kills, 500 by default] [seed]
"""

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.fakes.killing import CHATS, LONG_STEPS, Ordeal, Outcome, suffer
from tests.fakes.upgrading import kill_upgrades

OF_AN_ORDEAL = 60
MIGRATING = 0.1
"""Share of the kills that come in the middle of an upgrade."""


def undisturbed(folder: Path, seed: int) -> Outcome:
    with Ordeal(folder, Random(seed)) as calm:
        calm.publish(calm.site.world.rounds[-1].number)
        calm.finish(calm.shown)
        return calm.outcome()


def faults(ordeal: Ordeal, found: Outcome, expected: Outcome) -> list[str]:
    """What differs from what was promised."""
    wrong = []
    for part in ("articles", "events", "steps"):
        mine, theirs = getattr(found, part), getattr(expected, part)
        if mine != theirs:
            wrong.append(f"{part} differ: {set(mine) ^ set(theirs) or 'doubled'}")
    (owed,) = ordeal.ask("SELECT count(*) FROM stagechange WHERE alerted")[0]
    wrong += [
        f"chat {chat} heard {len(ordeal.told(chat))} of {owed}"
        for chat in CHATS
        if len(ordeal.told(chat)) != owed
    ]
    if ordeal.most_repeats > 1:
        wrong.append(f"a kill repeated {ordeal.most_repeats} messages in a chat")
    if (whole := ordeal.ask("PRAGMA integrity_check")) != [("ok",)]:
        wrong.append(f"the store is not whole: {whole}")
    return wrong


def main() -> None:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns() % 1_000_000
    migrating = round(kills * MIGRATING)
    wrong: list[str] = []
    steps: Counter[str] = Counter()
    done = repeats = copies = dead = 0
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        expected = undisturbed(Path(folder, "undisturbed"), seed)
        while done < kills - migrating:
            here = Path(folder, f"from-{done}")
            few = min(OF_AN_ORDEAL, kills - migrating - done)
            ordeal, found = suffer(here, few, seed + done, LONG_STEPS, only_with_news=True)
            steps += ordeal.steps
            copies += ordeal.copies
            again = sum(ordeal.told(chat).total() - len(ordeal.told(chat)) for chat in CHATS)
            repeats += again
            (letters,) = ordeal.ask("SELECT count(*) FROM delivery WHERE status = 'dead'")[0]
            dead += letters
            bad = faults(ordeal, found, expected)
            wrong += [f"from kill {done} (seed {seed + done}): {one}" for one in bad]
            done += ordeal.kills
            spent = time.monotonic() - begun
            print(f"{done} kills, {spent:.0f} s: {dict(steps)}, {again} repeats {bad}", flush=True)
        Path(folder, "upgrades").mkdir()
        left = Counter(kill_upgrades(Path(folder, "upgrades"), migrating, seed, longest=0.5))
    print(f"seed {seed}: {done + migrating} kills in {time.monotonic() - begun:.0f} s")
    print(f"in a step that was under way: {dict(steps)}")
    print(f"{migrating} in an upgrade, found at revision: {dict(left)}")
    print(f"{copies} backups had their name before the kill, all of them whole")
    print(f"{repeats} repeats in {len(CHATS)} chats, {dead} told three times and given up")
    for one in wrong:
        print(f"WRONG: {one}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
