"""What lasts is left out of looking for garbage; in a process of its own, because it is the process's."""

import subprocess
import sys

SCRIPT = """
import gc
from config.lasting import settle, settle_anew

class Rules:
    def __init__(self):
        self.itself = self  # a circle, which only looking for garbage can free

    def __del__(self):
        freed.append(1)

freed, before, lasting, gone = [], len(gc.get_objects()), Rules(), Rules()
del gone
settle()
print(len(freed), len(gc.get_objects()) < before / 10)
made_later, lasting = Rules(), Rules()
del made_later
gc.collect()
print(len(freed))
settle_anew()
print(len(freed), len(gc.get_objects()) < before / 10)
"""


def test_lasting_objects_are_passed_over_until_they_are_replaced() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False
    )
    # Garbage goes at once; of what lasted, a circle goes when all is settled anew, not before.
    assert (done.stdout.splitlines(), done.stderr) == (["1 True", "2", "3 True"], "")
