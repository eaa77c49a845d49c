"""What gets slow in a store of years: a million articles, five million alerts, a month of runs.

Beside a small store in the same run: what is as quick in both does not grow. Everything is asked
as commands and the daemon ask it; what would change the store is rolled back, but that the daemon,
when its start is measured, sends a few of the alerts that wait.

    .venv/bin/python bench/large.py --keep FOLDER [--articles 1000000] [--events 5000]
        [--chats 1000] [--rounds 20] [--on sqlite|postgresql]

FOLDER may be one of bench/search.py, a copy of it, or empty; a million articles take ten minutes.
"""

# ruff: noqa: E402

import argparse
import math
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from large_asked import Work, questions, works
from large_store import Size, fill
from pydantic import SecretStr
from sqlmodel import Session, col, delete, func, select
from typer.testing import CliRunner

import interopwatch
from config.errors import InteropwatchError
from config.settings import Settings
from storage import backups, schema
from storage.database import Database
from storage.heartbeats import stale
from storage.metrics import StoreMetrics
from storage.models import Delivery, Event, Share
from tests.fakes.bot_api import BotApi
from tests.fakes.processes import Process, command, environment, write_config

SMALL = Size(events=50, chats=50, unsent=50, feeds=20, runs=20, rejections=1_000)
MIB = 1024 * 1024
WRITTEN = 256
"""MiB that are written while somebody reads an export slowly: four times what the log may have."""


@contextmanager
def taken_back(database: Database) -> Iterator[Session]:
    """A writing transaction that leaves nothing."""
    with Session(database.engine, expire_on_commit=False) as session:
        if database.engine.dialect.name == "sqlite":
            session.connection(execution_options={"begin": "IMMEDIATE"})
        yield session
        session.rollback()


@dataclass(frozen=True)
class Taken:
    """Milliseconds by the clock and of the processor, of one work; databases on a server have their own."""

    clock: float
    processor: float


def time_of(work: Callable[[], object]) -> Taken:
    """What a work takes."""
    began, busy = time.perf_counter(), time.process_time()
    work()
    return Taken(1000 * (time.perf_counter() - began), 1000 * (time.process_time() - busy))


def ask_works(databases: list[Database], times: int) -> None:
    """A table of works: in the large store and in the small one; the first time warms up."""
    head("work of the daemon")
    for name, work in works().items():
        two = []
        for database in databases:
            with database.read() as session:
                event = session.exec(select(func.max(Event.id))).one() // 2
            once = partial(_do, database, work, event)
            two.append([time_of(once) for _ in range(times + 1)][1:])
        row(name, *two)
    collectors = [StoreMetrics(one, lambda: datetime.now(UTC)) for one in databases]
    asked = [partial(lambda one: list(one.collect()), one) for one in collectors]
    row("/metrics", *([time_of(one) for _ in range(times + 1)][1:] for one in asked))


def _do(database: Database, work: Work, event: int) -> None:
    with taken_back(database) as session:
        work(session, datetime.now(UTC), event)


def ask_questions(databases: list[Database], rounds: int) -> None:
    """A table of commands, each in a process that has done such before: imports are not measured."""
    head("command")
    names = []
    for database in databases:
        with database.read() as session:
            names.append(sorted(set(session.exec(select(Event.host).limit(500)))))
    every: list[list[Taken]] = [[] for _ in databases]
    for number, words in enumerate(questions(random.Random(0), names[0])):
        two: list[list[Taken]] = [[] for _ in databases]
        for place, database in enumerate(databases):
            chance = random.Random(number)
            for turn in range(rounds + 1):
                asked = questions(chance, names[place])[number]
                taken = time_of(partial(ask, database, asked))
                two[place] += [taken] * (turn > 0 or not rounds)
            every[place] += two[place]
        row(" ".join("…" if word in names[0] else word for word in words), *two)
    row("all of them", *every)


def ask(database: Database, words: list[str]) -> None:
    """Do one command; that something is not well is an answer."""
    url = database.url.render_as_string(hide_password=False)
    root = interopwatch.Installation(settings=Settings(database_url=SecretStr(url)))
    done = CliRunner().invoke(interopwatch.app, words, obj=root)
    if not isinstance(done.exception, SystemExit | InteropwatchError | None):
        raise done.exception


def head(what: str) -> None:
    """The first line of a table: the clock first, because that is what people wait for."""
    told(what, "clock p50", "p95", "processor p50", "p95 ms", "small store", "times")


def row(name: str, large: list[Taken], small: list[Taken]) -> None:
    """One line of a table; the small store and the ratio are by the processor."""
    clock, busy = [one.clock for one in large], [one.processor for one in large]
    theirs = statistics.median(one.processor for one in small)
    ours = statistics.median(busy)
    figures = (statistics.median(clock), p95(clock), ours, p95(busy), theirs, ours / theirs)
    told(name, *(f"{one:.1f}" for one in figures))


def p95(values: list[float]) -> float:
    """What 95 of 100 stay within."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


def told(first: str, *cells: str) -> None:
    """Cells below each other."""
    print(f"{first:32}" + "".join(f"{cell:>14}" for cell in cells), flush=True)


def start(database: Database) -> tuple[float, float]:
    """Seconds until the daemon is ready, and until it calls itself healthy."""
    with tempfile.TemporaryDirectory() as folder, BotApi() as api:
        config = write_config(Path(folder) / "config", [], telegram={"base_url": api.base_url})
        began = time.monotonic()
        daemon = Process(
            "run", folder=Path(folder), config_dir=config, telegram_token=api.token,
            database_url=database.url.render_as_string(hide_password=False),
        )  # fmt: skip
        with daemon:
            daemon.until(lambda: "ready:" in daemon.said, "the start")
            ready = time.monotonic() - began
            with database.read() as session:
                assert not stale(session, datetime.now(UTC))
            healthy = time.monotonic() - began
            code, _ = daemon.end(signal.SIGTERM)
            assert code == 0, daemon.said
    return ready, healthy


def back_up(database: Database, folder: Path) -> None:
    """A verified copy, beside one of the file as it is."""
    file, target = Path(str(database.url.database)), folder / "copy.db"
    began = time.monotonic()
    backups.back_up(database, target)
    took = time.monotonic() - began
    size = target.stat().st_size / MIB
    target.unlink()
    began = time.monotonic()
    with file.open("rb") as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy, 16 * MIB)
        os.fsync(copy.fileno())
    plain = time.monotonic() - began
    target.unlink()
    print(
        f"backup, verified: {took:.1f} s, {size:.0f} MiB; {took / plain:.1f} plain copies ({plain:.1f} s)"
    )


def export(database: Database) -> None:
    """The largest log of the store while somebody reads an export slowly and much is written."""
    log = Path(f"{database.url.database}-wal")
    words = command("export", "--what", "articles", "--format", "jsonl")
    url = database.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        words, env=environment(database_url=url), stdout=subprocess.PIPE
    ) as reader:
        assert reader.stdout is not None
        reader.stdout.read(MIB)
        most = 0
        for number in range(WRITTEN):
            with database.write() as session:
                session.add(
                    Share(
                        code=f"bench-{number}",
                        interests=[{"x": "x" * MIB}],
                        made_at=datetime.now(UTC),
                    )
                )
            most = max(most, log.stat().st_size)
            reader.stdout.read(10_000)
        assert reader.poll() is None, "the export ended before the writing did"
        reader.kill()
    with database.write() as session:
        session.exec(delete(Share).where(col(Share.code).like("bench-%")))
    print(
        f"the log while {WRITTEN} MiB were written and an export was read: {most / MIB:.1f} MiB at most"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--sentences", type=int, default=12)
    parser.add_argument("--events", type=int, default=Size.events)
    parser.add_argument("--chats", type=int, default=Size.chats)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--on", choices=("sqlite", "postgresql"), default="sqlite")
    given = parser.parse_args()
    from search_store import stores  # brings a server of PostgreSQL

    many = Size()
    wanted = Size(
        events=given.events, chats=given.chats, unsent=min(many.unsent, given.events * given.chats // 4),
        runs=min(many.runs, given.articles // many.feeds + 1), rejections=given.articles // 2,
    )  # fmt: skip
    given.keep.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="interopwatch-") as folder,
        stores(given.keep, [given.on]) as [large],
        stores(Path(folder), [given.on]) as [small],
    ):
        made(large, given.articles, given.sentences, wanted)
        made(small, min(given.articles, 2_000), given.sentences, SMALL)
        print(
            f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores, {backups.size(large) / 1e9:.2f} GB"
        )
        for name, database in (("large", large), ("small", small)):
            ready, healthy = start(database)
            print(
                f"start on the {name} store: ready after {ready:.2f} s, healthy after {healthy:.2f} s"
            )
        ask_works([large, small], 5)
        ask_questions([large, small], given.rounds)
        if given.on == "sqlite":
            back_up(large, given.keep)
            export(large)
        print(f"load {os.getloadavg()[0]:.1f}")


def made(database: Database, articles: int, sentences: int, size: Size) -> None:
    """Build what is not there, and bring what is there up to date."""
    from search import is_empty
    from search_store import build

    if is_empty(database):
        build([database], articles, sentences)
    schema.upgrade(database)
    with database.read() as session:
        told_before = session.exec(select(Delivery.id).limit(1)).first()
    if told_before is None:
        fill(database, size, datetime.now(UTC))


if __name__ == "__main__":
    main()
