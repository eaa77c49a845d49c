"""How fast alerts are queued, how close sending comes to Telegram's limits, and whether all arrive.

Against the Bot API of the tests on loopback, which enforces the limits; the sender is a process of
its own.

    .venv/bin/python bench/delivery.py queue [--subscriptions 10000]
    .venv/bin/python bench/delivery.py rate [--subscriptions 10000] [--seconds 60]
    .venv/bin/python bench/delivery.py burst [--events 200] [--chats 500]
"""
# ruff: noqa: E402

import argparse
import asyncio
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from pydantic import SecretStr
from sqlalchemy import insert, update

from alerts.delivery.channels.telegram import TelegramChannel
from alerts.delivery.pacing import Pace, Rates
from alerts.delivery.sender import Sender
from config.settings import Telegram
from config.words import Stage
from storage import deliveries, schema
from storage.database import Database
from storage.models import Delivery, DeliveryStatus, Interest, Subscription
from tests.fakes import rows
from tests.fakes.bot_api import BotApi, Fault, Limits

UNLIMITED = Rates(overall=100_000, chat_seconds=0.0, group=100_000, flooded_chats=100_000)
FAULTS = {"flood": 0.01, "server_error": 0.01, "reset": 0.005, "forbidden": 0.001, "hang": 0.0005}
"""How often a request ends so. None of them takes effect, so every message is owed once more."""


NUMBERS = count(1)


class Names:
    """A gazetteer that calls every platform by its id."""

    def name(self, platform: str, _language: str) -> str:
        """The name is the id."""
        return platform


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["queue", "rate", "burst", "send"])
    parser.add_argument("--subscriptions", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--events", type=int, default=200)
    parser.add_argument("--chats", type=int, default=500)
    parser.add_argument("--url")
    parser.add_argument("--base")
    parser.add_argument("--unlimited", action="store_true")
    given = parser.parse_args()
    {"queue": queue, "rate": rate, "burst": burst, "send": send}[given.what](given)


@contextmanager
def store() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/store.db")
        schema.upgrade(database)
        yield database
        database.close()


def subscribe(database: Database, number: int, *, varied: bool = False) -> None:
    """So many chats; varied ones follow three things each, of which one in a hundred fits."""
    chance = random.Random(1)
    subscriptions = [
        {"id": n, "channel": "telegram", "address": str(n), **_defaults()}
        for n in range(1, number + 1)
    ]
    wanted: list[dict[str, Any]] = []
    for n in range(1, number + 1):
        for place in range(3 if varied else 1):
            mine = {"platform": "", "capability": "", "least_stage": Stage.RUMOUR}
            if varied:
                fits = place == 0 and n % 100 == 0
                mine["platform"] = "taobao" if fits else f"platform-{chance.randrange(600)}"
                mine["capability"] = chance.choice(["", "payment"]) if fits else "links"
            wanted.append({"subscription_id": n, **mine, **_rest()})
    with database.write() as session:
        session.execute(insert(Subscription), subscriptions)
        session.execute(insert(Interest), wanted)


def _defaults() -> dict[str, Any]:
    fields = Subscription.model_fields.items()
    skipped = ("id", "channel", "address")
    return {name: field.default for name, field in fields if name not in skipped}


def _rest() -> dict[str, Any]:
    return {
        "other": "", "directed": False, "language": "", "least_sources": 1, "paused": False,
        "configured": False, "since": rows.NOW,
    }  # fmt: skip


def happen(database: Database) -> tuple[float, int]:
    """One stage change, queued: seconds and how many are owed it."""
    with database.write() as session:
        event = rows.make_event(session, host="taobao", guest=f"guest-{next(NUMBERS)}")
        for number in range(3):
            place = (event.id or 0) * 10 + number
            article = rows.make_article(session, place, f"outlet{number}")
            claim = rows.make_claim(session, event, article)
        change = rows.make_change(session, event, claim_id=claim.id)
        began = time.perf_counter()
        owed = deliveries.queue(session, event, change, datetime.now(UTC))
    return time.perf_counter() - began, owed


def bare(database: Database, number: int) -> float:
    """Seconds in which so many rows are merely inserted."""
    with database.write() as session:
        event = rows.make_event(session)
        change = rows.make_change(session, event)
        made = [
            {
                "subscription_id": n, "stage_change_id": change.id, "event_id": event.id,
                "status": DeliveryStatus.SENT, "due_at": rows.NOW, "attempts": 0, "part": 0,
            }
            for n in range(1, number + 1)
        ]  # fmt: skip
        began = time.perf_counter()
        session.execute(insert(Delivery), made)
    return time.perf_counter() - began


def queue(given: argparse.Namespace) -> None:
    print(f"{given.subscriptions} subscriptions, one stage change; best of 5")
    for varied in (False, True):
        with store() as database:
            subscribe(database, given.subscriptions, varied=varied)
            turns = [(happen(database), bare(database, given.subscriptions)) for _ in range(5)]
        best = min(seconds for (seconds, _), _ in turns)
        yardstick = min(seconds for _, seconds in turns)
        owed = turns[0][0][1]
        print(
            f"  {owed:6} owed it: {best * 1000:7.1f} ms = {best / yardstick:5.2f} x a bare insert"
            f" of {given.subscriptions} rows ({yardstick * 1000:.1f} ms)"
        )


@contextmanager
def sender(database: Database, api: BotApi, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    url = database.url.render_as_string(hide_password=False)
    command = [sys.executable, __file__, "send", "--url", url, "--base", api.base_url, *more]
    process = subprocess.Popen(command)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(120)


def send(given: argparse.Namespace) -> None:
    """What the process of its own does: send until it is terminated."""

    async def run() -> None:
        from signal import SIGTERM

        settings = Telegram(token=SecretStr(BotApi().token), base_url=given.base)
        channel = TelegramChannel(settings, read_timeout=2.0)
        database = Database(given.url)
        pace = Pace(UNLIMITED if given.unlimited else None)
        made = Sender(
            database, {"telegram": channel}, Names(), clock=lambda: datetime.now(UTC), pace=pace,
            alone=True,
        )  # fmt: skip
        stopping = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(SIGTERM, stopping.set)
        running = asyncio.create_task(made.run())
        await stopping.wait()
        await made.stop()
        await running
        await channel.close()
        database.close()

    asyncio.run(run())


def rate(given: argparse.Namespace) -> None:
    with store() as database, BotApi(limits=Limits()) as api:
        subscribe(database, given.subscriptions)
        happen(database)
        with sender(database, api):
            api.wait_until(lambda: len(api.requests) >= 60, 60)  # two seconds to get going
            began, before = time.monotonic(), len(api.requests)
            time.sleep(given.seconds)
            sent, spent = len(api.requests) - before, time.monotonic() - began
        best = api.limits.overall[0] / api.limits.overall[1] if api.limits else 0.0
        print(
            f"{given.subscriptions} owed one alert: {sent / spent:.2f} a second over {spent:.0f} s"
            f" = {sent / spent / best:.1%} of the limit; {api.violations} times 429"
        )


class Unruly(BotApi):
    """Fails at random, but never three times for one message, which would be a dead letter."""

    def __init__(self) -> None:
        super().__init__()
        self.chance = random.Random(7)
        self.failed: Counter[tuple[int | None, int]] = Counter()
        self.kinds: Counter[str] = Counter()

    def take_fault(self, _method: str, chat: int | None) -> Fault | None:
        """A failure that is drawn, not planned."""
        with self.changed:
            draw = self.chance.random()
            for kind, share in FAULTS.items():
                draw -= share
                key = (chat, len(self.sent[chat or 0]))
                if draw < 0 and self.failed[key] < 2:
                    self.failed[key] += 1
                    self.kinds[kind] += 1
                    return Fault(kind)  # type: ignore[arg-type]
        return None


def burst(given: argparse.Namespace) -> None:
    with store() as database, Unruly() as api:
        subscribe(database, given.chats)
        owed = sum(happen(database)[1] for _ in range(given.events))
        began = time.monotonic()
        with sender(database, api, "--unlimited") as process:
            while process.poll() is None:
                time.sleep(2)
                with database.write() as session:  # whoever blocked us comes back with /start
                    session.execute(update(Subscription).values(paused_reason=None))
                    counts = deliveries.count_by_status(session)
                if counts["sent"] + counts["dead"] == owed:
                    break
        spent = time.monotonic() - began
        texts = Counter((chat, one.text) for chat in api.sent for one in api.messages(chat))
        copies = Counter(texts.values())
        print(f"{given.events} events to {given.chats} chats: {owed} owed, {spent:.0f} s")
        print("  faults: " + ", ".join(f"{kind} {n}" for kind, n in api.kinds.most_common()))
        print(
            f"  arrived once {copies[1]}, more often {sum(copies.values()) - copies[1]}, ", end=""
        )
        print(f"lost {owed - sum(copies.values())}, dead {counts['dead']}")


if __name__ == "__main__":
    main()
