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
from dataclasses import dataclass, field
from pathlib import Path

from search_store import build, insert_one, stores
from search_texts import HAN, LATIN, NAMES, Writer
from sqlalchemy import text

from config.platforms import load_platforms
from storage.database import Database
from storage.listings import Wanted
from storage.search import search_articles
from storage.search_index import index_article
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


LIKE = "two characters, plain LIKE"
"""The yardstick, in the same turns: nothing but a scan from the newest on, without other spellings."""


def ask(database: Database, times: int) -> None:
    """A first page of 20, so often for every kind, in turns; by the clock and by the processor.

    The processor is this process's own: of PostgreSQL it leaves out what the server does.
    """
    platforms, writer = load_platforms(), Writer(2)
    platforms.spellings("")  # made once in a process
    gc.freeze()  # and what is there for good is not gone through for garbage
    kinds = questions()

    def search() -> int:
        with database.read() as session:
            query = parse(written, platforms.spellings)
            return len(search_articles(session, query, Wanted(limit=20)))

    def scan() -> int:
        with database.read() as session:
            return len(session.execute(_SCAN, {"part": f"%{written}%"}).all())

    every = {kind: Taken() for kind in (*kinds, LIKE)}
    for _ in range(times):
        for kind, taken in every.items():
            written = kinds["two characters" if kind == LIKE else kind](writer)
            with taken:
                taken.hits += (scan if kind == LIKE else search)()
    name = database.engine.dialect.name
    print(f"{name:26}{'clock p50':>12}{'p99':>8}{'processor p50':>16}{'p99':>8} ms{'found':>8}")
    for kind, taken in every.items():
        taken.told(kind)
    ours = [taken for kind, taken in every.items() if kind != LIKE]
    sum(ours, Taken()).told("all but LIKE")


_SCAN = text(
    "SELECT id, title, text FROM article WHERE title LIKE :part OR text LIKE :part"
    " ORDER BY id DESC LIMIT 20"
)


@dataclass
class Taken:
    """Milliseconds by the clock and of this processor, one of each a time."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    hits: int = 0

    def __enter__(self) -> None:
        self._began = time.perf_counter(), time.process_time()

    def __exit__(self, *_: object) -> None:
        self.clock.append((time.perf_counter() - self._began[0]) * 1000)
        self.processor.append((time.process_time() - self._began[1]) * 1000)

    def __add__(self, other: "Taken") -> "Taken":
        hits = self.hits + other.hits
        return Taken(self.clock + other.clock, self.processor + other.processor, hits)

    def told(self, what: str) -> None:
        """One line of the table."""
        slow, busy = (
            statistics.quantiles(every, n=100, method="inclusive")[98]
            for every in (self.clock, self.processor)
        )
        print(
            f"{what:26}{statistics.median(self.clock):12.1f}{slow:8.1f}"
            f"{statistics.median(self.processor):16.1f}{busy:8.1f}"
            f"{self.hits / len(self.clock):11.1f}"
        )


def write(database: Database, times: int, sentences: int) -> None:
    """Articles one by one, each in a transaction of its own: with an entry in turns with without."""
    writer = Writer(3)
    taken = {"an article": Taken(), "the same with its words": Taken()}
    for number in range(times):
        for what, one in taken.items():
            article = writer.article(sentences)
            with one, database.write() as session:
                new = insert_one(session.connection(), *article, f"{what} {number}")
                if what != "an article":
                    index_article(session, new, *article)
    print(
        f"{'one in a transaction':26}{'clock p50':>12}{'p99':>8}{'processor p50':>16}{'p99':>8} ms"
    )
    for what, one in taken.items():
        one.told(what)
    print(f"the longest took {max(taken['the same with its words'].clock):.0f} ms")


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
    parser.add_argument(
        "--write", type=int, default=0, metavar="TIMES", help="write one by one, too"
    )
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
                if asked.write:
                    write(database, asked.write, asked.sentences)


if __name__ == "__main__":
    main()
