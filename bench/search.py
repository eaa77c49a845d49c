"""Search in a large store: how long a page takes, how large the index is, how long it is built.

`--articles 1000000` is what the promise is about (a quarter of an hour to build, 4 GB);
`--keep FILE` keeps the store and asks it again the next time.
"""

import argparse
import random
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path

from sqlalchemy import text

from config.platforms import load_platforms
from storage.database import Database
from storage.listings import Wanted
from storage.schema import upgrade
from storage.search import search_articles
from storage.search_index import fill
from storage.search_query import parse

HAN = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]
LATIN = ["".join(random.Random(n).choices("aeioulnrst", k=3 + n % 6)) for n in range(20_000)]
NAMES = [
    "微信",
    "淘宝",
    "支付宝",
    "京东",
    "WeChat Pay",
    "Taobao",
    "タオバオ",
    "네이버페이",
    "抖音",
]
DAY = datetime(2020, 1, 1, tzinfo=UTC)


class Writer:
    """Texts whose words are as unevenly common as those of real ones (Zipf's law)."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.han = list(accumulate(1 / rank for rank in range(1, len(HAN) + 1)))
        self.latin = list(accumulate(1 / rank for rank in range(1, len(LATIN) + 1)))

    def sentence(self) -> str:
        """About 30 characters, now and then with a name or some Latin words."""
        chance = self.chance
        parts = "".join(chance.choices(HAN, cum_weights=self.han, k=chance.randint(12, 40)))
        if chance.random() < 0.15:
            parts += chance.choice(NAMES)
        if chance.random() < 0.1:
            parts += " ".join(chance.choices(LATIN, cum_weights=self.latin, k=3))
        return parts

    def article(self) -> tuple[str, str]:
        """A title, and a text of 400 to 1,300 characters."""
        body = "。\n".join(self.sentence() for _ in range(self.chance.randint(16, 44)))
        return self.sentence()[:30], body


def build(database: Database, articles: int) -> None:
    """Write the articles as an older version would have, and have them indexed."""
    upgrade(database)
    writer = Writer(1)
    statement = text(
        "INSERT INTO article (id, url, source_slug, language, title, text, published_at,"
        " fetched_at, text_digest, follow_attempts, reasons) VALUES (:id, :url, 's', 'zh-Hans',"
        " :title, :text, :at, :at, :id, 0, '[]')"
    )
    began = time.monotonic()
    with database.write() as session:
        session.execute(
            text(
                "INSERT INTO source (slug, name, homepage, timezone, enabled)"
                " VALUES ('s', 'S', 'https://s.example/', 'UTC', true)"
            )
        )
        for some in batches(articles):
            rows = []
            for number in some:
                title, body = writer.article()
                at = DAY + timedelta(minutes=number)
                rows.append(
                    {"id": number, "url": f"https://s.example/{number}", "title": title,
                     "text": body, "at": at.replace(tzinfo=None).isoformat(" ")}
                )  # fmt: skip
            session.execute(statement, rows)
    print(f"{articles:,} articles written in {time.monotonic() - began:.0f} s", flush=True)
    before = size_of(database)
    began = time.monotonic()
    with database.write() as session:
        fill(session.connection())
    took = time.monotonic() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"indexed in {took:.0f} s, {took / articles * 1e3:.2f} ms each, {memory:.0f} MB at most")
    grown = size_of(database) - before
    with database.read() as session:
        texts = session.execute(
            text(
                "SELECT sum(length(CAST(title AS BLOB)) + length(CAST(text AS BLOB))) FROM article"
            )
        ).scalar_one()
    print(f"text {texts / 1e6:.0f} MB, index {grown / 1e6:.0f} MB, ratio {grown / texts:.2f}")


def batches(articles: int) -> Iterator[list[int]]:
    """Numbers from 1 on, a thousand at a time."""
    numbers = iter(range(1, articles + 1))
    while some := list(islice(numbers, 1000)):
        yield some


def size_of(database: Database) -> int:
    with sqlite3.connect(str(database.url.database)) as raw:
        [pages] = raw.execute("PRAGMA page_count").fetchone()
        [size] = raw.execute("PRAGMA page_size").fetchone()
    return int(pages * size)


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
    """A first page of 20, so often for every kind, in turns."""
    platforms, writer = load_platforms(), Writer(2)
    took: dict[str, list[float]] = {kind: [] for kind in questions()}
    hits = dict.fromkeys(took, 0)
    for _ in range(times):
        for kind, make in questions().items():
            written = make(writer)
            began = time.perf_counter()
            with database.read() as session:
                query = parse(written, platforms.spellings)
                found = search_articles(session, query, Wanted(limit=20))
            took[kind].append((time.perf_counter() - began) * 1000)
            hits[kind] += len(found)
    print(f"{'':26}{'p50':>8}{'p99':>8}{'most':>8} ms{'found':>8}")
    for kind, every in [*took.items(), ("all", [ms for part in took.values() for ms in part])]:
        p99 = statistics.quantiles(every, n=100, method="inclusive")[98]
        mean = hits[kind] / times if kind in hits else 0
        print(f"{kind:26}{statistics.median(every):8.1f}{p99:8.1f}{max(every):8.1f}{mean:11.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="interopwatch-") as folder:
        file = asked.keep or Path(folder) / "bench.db"
        there = file.exists()
        database = Database(f"sqlite:///{file}")
        if not there:
            build(database, asked.articles)
        ask(database, asked.times)
        database.close()


if __name__ == "__main__":
    main()
