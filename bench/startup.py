"""How long commands take to begin: help, completion, and a query, as ratios.

Help and completion stand beside a bare start of Python, a query beside the bare import of the
storage layer that it needs. All are processes of their own, in turns; medians and the best turn.

    .venv/bin/python bench/startup.py [--turns 21]
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
LAYER = "import storage.listings, storage.records, storage.schema, storage.database"
DOOR = "import sys; from storage.entry import main; main()"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=21)
    turns = parser.parse_args().turns
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/store.db"
        env = {**os.environ, "INTEROPWATCH_DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
        run([DOOR, "db", "upgrade"], env)
        asked = {"_INTEROPWATCH_COMPLETE": "complete_bash", "COMP_CWORD": "2"}
        platform = asked | {"COMP_WORDS": "interopwatch\ntimeline\ntao"}
        event = asked | {"COMP_WORDS": "interopwatch\nevent\nE"}
        measured: dict[str, tuple[list[str], dict[str, str]]] = {
            "bare Python": (["pass"], env),
            "import typer": (["import typer"], env),
            "--help": ([DOOR, "--help"], env),
            "events --help": ([DOOR, "events", "--help"], env),
            "complete a platform": ([DOOR], env | platform),
            "complete an event": ([DOOR], env | event),
            "import the storage layer": ([LAYER], env),
            "events": ([DOOR, "events"], env),
            "timeline taobao": ([DOOR, "timeline", "taobao"], env),
        }
        taken: dict[str, list[float]] = {name: [] for name in measured}
        for _ in range(turns):
            for name, (words, around) in measured.items():
                taken[name].append(run(words, around))
    yardsticks = dict.fromkeys(list(measured)[1:7], "bare Python")
    yardsticks |= dict.fromkeys(list(measured)[7:], "import the storage layer")
    print(f"{'':26}{'best ms':>9}{'median':>9}   ratio of best, of median")
    for name, times in taken.items():
        line = f"{name:26}{min(times):9.1f}{statistics.median(times):9.1f}"
        if name in yardsticks:
            other = taken[yardsticks[name]]
            best, median = (
                min(times) / min(other),
                statistics.median(times) / statistics.median(other),
            )
            line += f"   {best:5.2f}, {median:5.2f} x {yardsticks[name]}"
        print(line)


def run(words: list[str], env: dict[str, str]) -> float:
    """Milliseconds of one process."""
    before = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", *words], env=env, stdout=subprocess.DEVNULL, check=True, cwd=ROOT
    )
    return (time.perf_counter() - before) * 1000


if __name__ == "__main__":
    main()
