"""kill -9 at any moment, again and again: what the test suite does sixty times, for a night.

Prints what was killed when, and fails as the tests would.

    .venv/bin/python bench/kills.py [kills, 500 by default] [seed]
"""

import sys
import tempfile
import time
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.fakes.killing import CHATS, Ordeal, suffer


def main() -> None:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns() % 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        with Ordeal(Path(folder, "undisturbed"), Random(seed)) as calm:
            calm.publish(calm.site.world.rounds[-1].number)
            calm.finish(calm.shown)
            expected = calm.outcome()
        begun = time.monotonic()
        ordeal, found = suffer(Path(folder, "killed"), kills, seed)
        spent = time.monotonic() - begun
        messages = sum(len(ordeal.api.messages(chat)) for chat in CHATS)
        (owed,) = ordeal.ask("SELECT count(*) FROM delivery")[0]
        (sent,) = ordeal.ask("SELECT count(*) FROM delivery WHERE status = 'sent'")[0]
        whole = ordeal.ask("PRAGMA integrity_check")
    print(f"seed {seed}: {ordeal.kills} kills in {spent:.0f} s: {dict(ordeal.steps)}")
    print(f"articles {len(found.articles)} of {len(expected.articles)}")
    print(f"events and steps as undisturbed: {found == expected}")
    print(f"alerts sent {sent} of {owed}, messages {messages}, ", end="")
    print(f"most repeats of a kill in a chat {ordeal.most_repeats}, store {whole[0][0]}")
    assert found == expected, "the store differs from an undisturbed one"
    assert sent == owed, "an alert was not delivered"
    assert ordeal.most_repeats <= 1, "a kill repeated more than one message in a chat"


if __name__ == "__main__":
    main()
