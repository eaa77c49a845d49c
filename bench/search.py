"""Search in a large store: how long a page takes, and how large the index is.

`--articles 1000000` is what the promise is about: about an hour to build beside nothing else,
25 GB with both databases. `--keep FOLDER` keeps the stores and asks them again the next time.
"""

import argparse
import gc
import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path

from search_store import HAN, LATIN, NAMES, Writer, build, stores
from sqlalchemy import text

from config.platforms import load_platforms
from storage.database import Database
from storage.listings import Wanted
from storage.search import search_articles
from storage.search_query import parse


def questions() -> dict[str, Callable[[Writer], str]]:
    """Kinds of questions, each made up anew every time."""

    def word(writer: Writer, length: int) -> str:
        return "".join(writer.chance.choices(HAN, cum_weights=writer.han, k=length))

    return {
        "one character": lambda w: word(w, 1),
        "two characters": lambda w: word(w, 2),
        "three characters": lambda w: word(w, 3),
        "two rare characters": lambda w: "".join(w.chance.choices(HAN[1500:], k=2)),
        "platform, all its names": lambda w: w.chance.choice(NAMES),
        "platform, quoted": lambda w: f'"{w.chance.choice(NAMES)}"',
        "two platforms": lambda w: " ".join(w.chance.sample(NAMES, 2)),
        "platform and a word": lambda w: f"{w.chance.choice(NAMES)} {word(w, 2)}",
        "platform, not a word": lambda w: f"{w.chance.choice(NAMES)} -{word(w, 2)}",
        "Latin word": lambda w: w.chance.choices(LATIN, cum_weights=w.latin)[0],
        "Latin phrase": lambda w: '"' + " ".join(w.chance.choices(LATIN[:300], k=2)) + '"',
        "four characters, absent": lambda w: "".join(w.chance.choices(HAN, k=4)),
    }


def ask(database: Database, times: int) -> None:
    """A first page of 20, so often for every kind, in turns; by the clock and by the processor.

    The processor is this process's own: of PostgreSQL it leaves out what the server does.
    """
    platforms, writer = load_platforms(), Writer(2)
    platforms.spellings("")  # made once in a process
    gc.freeze()  # and what is there for good is not gone through for garbage
    took: dict[str, list[float]] = {kind: [] for kind in questions()}
    worked: dict[str, list[float]] = {kind: [] for kind in questions()}
    hits = dict.fromkeys(took, 0)
    for _ in range(times):
        for kind, make in questions().items():
            written = make(writer)
            began, busy = time.perf_counter(), time.process_time()
            with database.read() as session:
                query = parse(written, platforms.spellings)
                found = search_articles(session, query, Wanted(limit=20))
            took[kind].append((time.perf_counter() - began) * 1000)
            worked[kind].append((time.process_time() - busy) * 1000)
            hits[kind] += len(found)
    name = database.engine.dialect.name
    print(f"{name:26}{'clock p50':>12}{'p99':>8}{'processor p50':>16}{'p99':>8} ms{'found':>8}")
    for kind in took:
        told(kind, took[kind], worked[kind], hits[kind] / times)
    slow, busy = (list(chain(*every.values())) for every in (took, worked))
    told("all", slow, busy, sum(hits.values()) / times / len(hits))


def told(kind: str, took: list[float], worked: list[float], found: float) -> None:
    """One line of the table."""
    slow, busy = (
        statistics.quantiles(every, n=100, method="inclusive")[98] for every in (took, worked)
    )
    print(
        f"{kind:26}{statistics.median(took):12.1f}{slow:8.1f}"
        f"{statistics.median(worked):16.1f}{busy:8.1f}{found:11.1f}"
    )


def is_empty(database: Database) -> bool:
    """Whether nothing has been built there yet."""
    with database.engine.connect() as connection:
        if not database.engine.dialect.has_table(connection, "articlewords"):
            return True
        return connection.execute(text("SELECT 1 FROM articlewords LIMIT 1")).first() is None


def main() -> None:
    """Build what is not there and ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--sentences", type=int, default=30)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    parser.add_argument(
        "--on", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite"], dest="kinds"
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="interopwatch-") as folder:
        place = asked.keep or Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        with stores(place, asked.kinds) as databases:
            empty = [database for database in databases if is_empty(database)]
            if empty:
                build(empty, asked.articles, asked.sentences)
            for database in databases:
                ask(database, asked.times)


if __name__ == "__main__":
    main()
