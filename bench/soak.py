"""Hours of work in one, and whether memory, handles, threads, the log of the store and queues stay flat.

The real daemon as a process; a thousand feeds on loopback whose articles appear one after another,
five hundred chats on the Bot API of the tests, with Telegram's limits and some faults, and people
who ask the bot all the while. Samples go to a file, the verdict to the terminal (bench/flat.py
says by which rule), and the exit code is 1 if anything grew or was lost.

    .venv/bin/python bench/soak.py [--minutes 60] [--feeds 1000] [--articles 20000] [--chats 500]
                                   [--samples FILE]
"""

# ruff: noqa: E402

import argparse
import csv
import os
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import psutil

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from flat import Allowance, judge
from soak_world import PAIRS, PLATFORMS, WALLETS, Plan, serving

from config.sources import SourceSpec
from tests.fakes.bot_api import BotApi, Limits
from tests.fakes.processes import Process, rows, write_config

PORT = 8_979
BETWEEN = 10.0
"""Seconds between two samples."""

INTERVAL = 120
"""Seconds between two readings of a feed: an hour holds what seven do by default."""

QUESTIONS = (
    "/latest", "/search taobao", "/search word17", "/timeline taobao wechat-pay",
    "/matrix", "/following", "/event 1", "/help",
)  # fmt: skip
FAULTS = ("flood", "server_error", "reset")

MIB = 1024 * 1024
QUEUES = {
    "deliveries due": "SELECT count(*) FROM delivery WHERE status NOT IN ('sent', 'dead')"
    " AND due_at <= datetime('now')",
    "articles unread": "SELECT count(*) FROM article WHERE followed_at IS NULL",
    "feeds late": "SELECT count(*) FROM feed WHERE enabled AND"
    " next_due < datetime('now', '-60 seconds')",
}
RULES = {
    "rss": Allowance(2.0, 0.02),
    "handles": Allowance(5),
    "threads": Allowance(2),
    "wal MiB": Allowance(8),
    "deliveries due": Allowance(50),
    "articles unread": Allowance(20),
    "feeds late": Allowance(20),
}
"""By the beginning of a figure's name; memory in MiB."""

MOST_WAL = 64.0
"""MiB that the log of the store may ever have: the limit that is set on every connection."""


@dataclass
class Soak:
    """One run: the world, the daemon, and what was seen."""

    plan: Plan
    folder: Path
    chats: int
    api: BotApi
    daemon: Process
    samples: list[dict[str, float]] = field(default_factory=list)
    asked: int = 0
    random: Random = field(default_factory=lambda: Random(7))
    born: dict[int, str] = field(default_factory=dict)
    """What the processes are called, by number."""

    @property
    def file(self) -> Path:
        """The store."""
        return self.folder / "watch.db"

    def sample(self, elapsed: float) -> dict[str, float]:
        """All figures of this moment."""
        found: dict[str, float] = {"seconds": elapsed, "load": os.getloadavg()[0]}
        parent = psutil.Process(self.daemon.popen.pid)
        for one in (parent, *parent.children(recursive=True)):
            try:
                name = self.born.setdefault(one.pid, self._name(one, parent.pid))
                with one.oneshot():
                    found[f"rss {name}"] = one.memory_info().rss / MIB
                    found[f"handles {name}"] = one.num_fds()
                    found[f"threads {name}"] = one.num_threads()
            except psutil.NoSuchProcess:
                continue
        log = Path(f"{self.file}-wal")
        found["wal MiB"] = log.stat().st_size / MIB if log.exists() else 0.0
        found["store MiB"] = self.file.stat().st_size / MIB
        found |= {name: self.number(query) for name, query in QUEUES.items()}
        found["articles"] = self.number("SELECT count(*) FROM article")
        found["sent"] = self.number("SELECT count(*) FROM delivery WHERE status = 'sent'")
        found["answers"] = self.asked
        return found

    def _name(self, one: psutil.Process, parent: int) -> str:
        if one.pid == parent:
            return "daemon"
        kind = "tracker" if "resource_tracker" in " ".join(one.cmdline()) else "extraction"
        return f"{kind} {1 + sum(name.startswith(kind) for name in self.born.values())}"

    def number(self, query: str) -> float:
        """The answer to a question whose answer is a number."""
        return float(rows(self.file, query)[0][0])

    def disturb(self) -> None:
        """Somebody asks the bot something; now and then Telegram fails."""
        self.api.push_message(self.random.choice(QUESTIONS), chat=self.asked % self.chats + 1)
        self.asked += 1
        if self.random.random() < 0.2:
            self.api.fault(self.random.choice(FAULTS))
        with self.api.changed:  # what was asked of the fake is not part of the question
            del self.api.requests[:-1000]

    def watch(self) -> None:
        """Sample and disturb until the time is over."""
        began = time.monotonic()
        while (elapsed := time.monotonic() - began) < self.plan.seconds:
            if self.daemon.popen.poll() is not None:
                sys.exit(f"the daemon ended:\n{self.daemon.said[-3000:]}")
            self.samples.append(self.sample(elapsed))
            if elapsed < self.plan.seconds * 0.9:
                self.disturb()
            if len(self.samples) % 6 == 1:
                print(told(self.samples[-1]), flush=True)
            due = began + BETWEEN * len(self.samples)
            time.sleep(max(0.0, due - time.monotonic()))


def told(sample: dict[str, float]) -> str:
    """A sample in a line."""
    return "  ".join(f"{name} {value:.0f}" for name, value in sample.items())


def sources(plan: Plan) -> list[SourceSpec]:
    """An outlet for every ten feeds."""
    return [
        SourceSpec.model_validate(
            {
                "slug": f"outlet-{number}",
                "name": f"Outlet {number}",
                "homepage": f"http://{plan.host(number)}/",
                "language": "en",
                "feeds": [
                    {"url": plan.feed_url(feed)}
                    for feed in range(number, plan.feeds, max(1, plan.feeds // 10))
                ],
            }
        )
        for number in range(max(1, plan.feeds // 10))
    ]


def settings(api: BotApi, chats: int) -> dict[str, Any]:
    """The sections of the configuration: every chat wants news of one platform or wallet."""
    wanted = [*PLATFORMS.values(), *WALLETS.values()]
    return {
        "telegram": {
            "base_url": api.base_url,
            "chats": [
                {"chat": chat, "platforms": [wanted[chat % len(wanted)]]}
                for chat in range(1, chats + 1)
            ],
        },
        "crawl": {
            "interval_seconds": INTERVAL,
            "shortest_interval_seconds": INTERVAL // 2,
            "longest_interval_seconds": INTERVAL * 2,
            "host_delay_seconds": 0.05,
        },
    }


def losses(soak: Soak) -> list[str]:
    """What is not as it must be in the end."""
    found = []
    stored, plan = soak.number("SELECT count(*) FROM article"), soak.plan
    if stored != plan.articles:
        found.append(f"{stored:.0f} articles are stored of {plan.articles}")
    left = rows(soak.file, "SELECT status, count(*) FROM delivery GROUP BY status")
    if any(status != "sent" for status, _ in left):
        found.append(f"deliveries: {dict(left)}")
    events = soak.number("SELECT count(*) FROM event WHERE merged_into IS NULL")
    expected = min(len(PAIRS), len(range(7, plan.articles, plan.every)))
    if events != expected:
        found.append(f"{events:.0f} events instead of {expected}")
    errors = [line for line in soak.daemon.said.splitlines() if '"ERROR"' in line]
    if errors:
        found.append(f"{len(errors)} errors in the log, the first: {errors[0][:500]}")
    return found


def verdicts(samples: list[dict[str, float]]) -> bool:
    """Print what is flat and what is not; true if all is. Processes that came later are judged too."""
    flat = True
    print(f"\n{'':24}{'earlier':>10}{'later':>10}{'most':>10}{'an hour':>10}")
    for name in dict.fromkeys(name for sample in samples for name in sample):
        rule = next((rule for start, rule in RULES.items() if name.startswith(start)), None)
        pairs = [(one["seconds"], one[name]) for one in samples if name in one]
        if rule is None or len(pairs) < len(samples) / 3:
            continue
        found = judge(*zip(*pairs, strict=True), rule)
        within = found.flat and (name != "wal MiB" or found.most <= MOST_WAL)
        flat &= within
        print(
            f"{name:24}{found.earlier:10.1f}{found.later:10.1f}{found.most:10.1f}"
            f"{found.slope:+10.1f}  {'flat' if within else 'NOT FLAT'}"
        )
    return flat


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--feeds", type=int, default=1_000)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--chats", type=int, default=500)
    parser.add_argument("--samples", type=Path)
    given = parser.parse_args()
    plan = Plan(given.feeds, given.articles, given.minutes * 60, PORT)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="soak-")))
        api = stack.enter_context(BotApi(limits=Limits(), answer_seconds=0.03))
        config = write_config(folder / "config", sources(plan), **settings(api, given.chats))
        stack.enter_context(serving(plan))
        daemon = stack.enter_context(
            Process(
                "run", folder=folder, config_dir=config, telegram_token=api.token,
                database_url=f"sqlite:///{folder / 'watch.db'}",
            )
        )  # fmt: skip
        daemon.until(lambda: "ready:" in daemon.said, "the start of the daemon")
        soak = Soak(plan, folder, given.chats, api, daemon)
        soak.watch()
        code, seconds = daemon.end(signal.SIGTERM)
        if given.samples:
            names = list(dict.fromkeys(name for sample in soak.samples for name in sample))
            with given.samples.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, names)
                writer.writeheader()
                writer.writerows(soak.samples)
        flat = verdicts(soak.samples)
        found = losses(soak)
        messages = sum(len(api.messages(chat)) for chat in range(1, given.chats + 1))
        print(
            f"{soak.samples[-1]['articles']:.0f} articles, {messages} messages, "
            f"{soak.asked} questions, {api.violations} sends too early; "
            f"SIGTERM: {code} after {seconds:.1f} s"
        )
        for one in found:
            print(f"LOST: {one}")
    sys.exit(0 if flat and not found and code == 0 and seconds < 10 else 1)


if __name__ == "__main__":
    main()
