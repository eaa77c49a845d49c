"""How fast alerts are queued, how close sending comes to Telegram's limits, and whether all arrive.

Against the Bot API of the tests on loopback, which enforces the limits; the sender is a process of
its own.

    .venv/bin/python bench/delivery.py queue [--subscriptions 10000]
    .venv/bin/python bench/delivery.py rate [--subscriptions 10000] [--seconds 60] [--speed 1]
    .venv/bin/python bench/delivery.py burst [--events 200] [--chats 500] [--speed 10]

`--speed 10` makes every limit ten times as fast, on the server and in the sender alike; `--speed 0.2`
five times as slow, for a machine that is busy with other work.
"""
# ruff: noqa: E402

import argparse
import asyncio
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
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
from tests.fakes.bot_api import BotApi, Limits
from tests.fakes.bot_unruly import Unruly

GROUPS = 10
"""One chat in so many is a group."""

NUMBERS = count(1)


def rates(speed: float, **more: Any) -> Rates:
    """The sender's own limits at a speed."""
    usual = Rates()
    timed = ("overall_seconds", "chat_seconds", "group_seconds", "edit_seconds")
    return replace(usual, **{name: getattr(usual, name) / speed for name in timed}, **more)


def limits(speed: float) -> Limits:
    """The server's."""
    usual = Limits()
    timed = {name: getattr(usual, name) for name in ("overall", "chat", "group")}
    return Limits(**{name: (most, seconds / speed) for name, (most, seconds) in timed.items()})


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
    parser.add_argument("--speed", type=float)
    parser.add_argument("--faulty", action="store_true")
    given = parser.parse_args()
    {"queue": queue, "rate": rate, "burst": burst, "send": send}[given.what](given)


@contextmanager
def store() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/store.db")
        schema.upgrade(database)
        yield database
        database.close()


def subscribe(
    database: Database, number: int, *, varied: bool = False, groups: bool = False
) -> None:
    """So many chats; varied ones follow three things each, of which one in a hundred fits."""
    chance = random.Random(1)
    subscriptions = [
        {
            "id": n, "channel": "telegram", **_defaults(),
            "address": str(-n if groups and n % GROUPS == 0 else n),
        }
        for n in range(1, number + 1)
    ]  # fmt: skip
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
def sender(
    database: Database, api: BotApi, speed: float, *more: str
) -> Iterator[subprocess.Popen[bytes]]:
    url = database.url.render_as_string(hide_password=False)
    command = [sys.executable, __file__, "send", "--url", url, "--base", api.base_url]
    command += ["--speed", str(speed), *more]
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
        # failures at random say nothing of our speed: one flood wait must not stop all chats
        more = {"flooded_chats": 100_000} if given.faulty else {}
        pace = Pace(rates(given.speed, **more))
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
    speed = given.speed or 1.0
    with store() as database, BotApi(limits=limits(speed)) as api:
        subscribe(database, given.subscriptions)
        happen(database)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with sender(database, api, speed):
            api.wait_until(lambda: len(api.requests) >= 60, 60 + 60 / speed)  # to get going
            began, first = time.monotonic(), len(api.requests)
            time.sleep(given.seconds)
            sent, spent = len(api.requests) - first, time.monotonic() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cost = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(
            f"{given.subscriptions} owed one alert: {sent / spent:.2f} a second over {spent:.0f} s"
            f" = {sent / spent / 30 / speed:.1%} of the limit; {api.violations} times 429;"
            f" {cost / len(api.requests) * 1000:.1f} ms of a processor each, start included;"
            f" load {os.getloadavg()[0]:.0f}"
        )


def burst(given: argparse.Namespace) -> None:
    speed = given.speed or 10.0
    with store() as database, Unruly(limits(speed)) as api:
        subscribe(database, given.chats, groups=True)
        owed = sum(happen(database)[1] for _ in range(given.events))
        began = time.monotonic()
        with sender(database, api, speed, "--faulty") as process:
            counts = {"sent": 0, "dead": 0}
            while process.poll() is None and counts["sent"] + counts["dead"] < owed:
                time.sleep(10)
                with database.write() as session:  # whoever blocked us comes back with /start
                    session.execute(update(Subscription).values(paused_reason=None))
                    counts = deliveries.count_by_status(session)
                print(f"{time.monotonic() - began:6.0f} s: {counts}", file=sys.stderr, flush=True)
        spent = time.monotonic() - began
        copies = api.copies()
        print(
            f"{given.events} events to {given.chats} chats, one in {GROUPS} a group: {owed} owed, "
            f"{spent:.0f} s at {speed:g} times Telegram's limits, {owed / spent:.1f} a second"
        )
        print(
            "  faults: " + ", ".join(f"{kind} {n}" for kind, n in api.kinds.most_common()), end=""
        )
        print(f"; beyond a limit {api.violations}")
        print(
            f"  arrived once {copies[1]}, more often {sum(copies.values()) - copies[1]}, "
            f"lost {owed - sum(copies.values())}, dead {counts['dead']}"
        )


if __name__ == "__main__":
    main()
