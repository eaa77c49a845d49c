"""Search in a large store: how long a page takes, how large the index is, how long it is built.

`--articles 1000000` is what the promise is about (about an hour to build, 6 GB; less with
`--sentences 4`); `--keep FILE` keeps the store and asks it again the next time.
"""

import argparse
import gc
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate, chain, islice
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

    def article(self, sentences: int) -> tuple[str, str]:
        """A title, and a text of about so many sentences."""
        count = self.chance.randint(sentences // 2, sentences * 3 // 2)
        body = "。\n".join(self.sentence() for _ in range(max(count, 1)))
        return self.sentence()[:30], body


def build(database: Database, articles: int, sentences: int) -> None:
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
                title, body = writer.article(sentences)
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
    """Bytes of the store; by the same SQLite, because two of them would undo each other's locks."""
    with database.engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        return int(pages * connection.execute(text("PRAGMA page_size")).scalar_one())


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
    """A first page of 20, so often for every kind, in turns; by the clock and by the processor."""
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
    print(f"{'':26}{'clock p50':>12}{'p99':>8}{'processor p50':>16}{'p99':>8} ms{'found':>8}")
    for kind in took:
        told(kind, took[kind], worked[kind], hits[kind] / times)
    slow, busy = (list(chain(*every.values())) for every in (took, worked))
    told("all", slow, busy, sum(hits.values()) / times / len(hits))


def told(kind: str, took: list[float], worked: list[float], found: float) -> None:
    slow, busy = (
        statistics.quantiles(every, n=100, method="inclusive")[98] for every in (took, worked)
    )
    print(
        f"{kind:26}{statistics.median(took):12.1f}{slow:8.1f}"
        f"{statistics.median(worked):16.1f}{busy:8.1f}{found:11.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--sentences", type=int, default=30)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="interopwatch-") as folder:
        file = asked.keep or Path(folder) / "bench.db"
        there = file.exists()
        database = Database(f"sqlite:///{file}")
        if not there:
            build(database, asked.articles, asked.sentences)
        ask(database, asked.times)
        database.close()


if __name__ == "__main__":
    main()
