"""A busy day in ten minutes: many sources, many articles a second, one alert to everybody.

The real daemon as a process beside the site of the soak (each source on a host of its own) and the
Bot API of the tests, which enforces Telegram's limits. At first openings are told, more than the
limits let through; then one event is told to all chats while articles go on coming. The exit code
is 1 if anything was lost, refused or sent too early, or if reading fell behind; times are only told.

    .venv/bin/python bench/load.py [--minutes 10] [--sources 500] [--rate 50] [--relevant 0.05]
        [--store relevant|all] [--chats 1000] [--groups 50] [--interval 60] [--delay 1.0]
        [--concurrency 8]
"""

# ruff: noqa: E402

import argparse
import os
import signal
import socket
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from load_figures import Histogram, most_within, processors, spans
from soak_world import PAIRS, PLATFORMS, WALLETS, Plan, serving

from config.sources import SourceSpec
from storage import schema
from storage.database import Database
from storage.models import Interest
from tests.fakes.bot_api import BotApi, Limits
from tests.fakes.processes import Process, rows, write_config
from tests.fakes.rows import NOW, subscribe

BETWEEN = 5.0
"""Seconds between two looks, in a run that is not short."""

BURST_AT = 0.6
"""Of the articles: by then what was told before has gone out."""

BURST_PLATFORM = "trip-com"
WITHIN = 0.05
"""Seconds in which 95 of 100 articles are to be stored."""

BEHIND = 2
"""Intervals by which reading may lag at the end: one, and what a feed comes late on purpose."""

SOME = 30.0
"""Seconds more: what is read every second is late sooner than what is read every minute."""

READ = (
    "SELECT (SELECT count(*) FROM article),"
    " (SELECT count(*) FROM rejection WHERE reason = 'off-topic')"
)
BURST_EVENT = (
    "SELECT c.seen_at, min(d.sent_at), max(d.sent_at), count(d.sent_at), count(*)"
    " FROM delivery d JOIN stagechange c ON c.id = d.stage_change_id"
    f" JOIN event e ON e.id = d.event_id WHERE e.host = '{BURST_PLATFORM}'"
)
FOLLOWED = (
    "SELECT (julianday(followed_at) - julianday(fetched_at)) * 86400 FROM article"
    " WHERE followed_at IS NOT NULL ORDER BY 1"
)


@dataclass
class Load:
    """One run: the world, the daemon, and what was seen of both."""

    plan: Plan
    interval: float
    api: BotApi
    daemon: Process
    watched: dict[str, psutil.Process]
    metrics: int
    began: float = field(default_factory=time.monotonic)
    behind: list[float] = field(default_factory=list)
    """Seconds of articles that have appeared and were not read, at every look."""

    @property
    def file(self) -> Path:
        """The store."""
        return self.daemon.out.with_name("watch.db")

    def read(self) -> int:
        """Pages that were read: stored, or found to name no platforms."""
        return sum(rows(self.file, READ)[0])

    def look(self) -> None:
        """One sample, told."""
        elapsed = time.monotonic() - self.began
        read = self.read()
        self.behind.append((self.plan.visible(elapsed) - read) / self.plan.rate)
        [[due]] = rows(
            self.file,
            "SELECT count(*) FROM delivery WHERE status IN ('pending', 'uncertain', 'sending')",
        )
        print(
            f"{elapsed:5.0f} s: {read} read, {self.behind[-1]:.0f} s behind, {due} alerts owed, "
            f"{len(self.api.requests)} requests, {self.api.violations} too early, "
            f"load {os.getloadavg()[0]:.1f}",
            flush=True,
        )

    def watch(self) -> None:
        """Look until all articles have appeared, and then until all is read and told."""
        while time.monotonic() - self.began < self.plan.seconds:
            self.look()
            time.sleep(min(BETWEEN, self.plan.seconds / 4))
        patience = self.interval * (1 + BEHIND) + 60
        self.daemon.until(lambda: self.read() >= self.plan.articles, "reading", seconds=patience)
        self.daemon.until(self.told, "telling", seconds=patience)

    def told(self) -> bool:
        """Whether everything is followed, and everybody has what is owed."""
        asked = (
            "SELECT (SELECT count(*) FROM article WHERE followed_at IS NULL)"
            " + (SELECT count(*) FROM delivery WHERE status NOT IN ('sent', 'dead'))"
        )
        return rows(self.file, asked) == [(0,)]


def free_port() -> int:
    """A port that nobody has at this moment."""
    with socket.socket() as one:
        one.bind(("", 0))
        return int(one.getsockname()[1])


def plan_of(given: argparse.Namespace) -> Plan:
    """The articles, and which of them everybody is told of: one that is no copy of another."""
    articles = round(given.rate * given.minutes * 60)
    every = round(1 / given.relevant)
    return Plan(
        given.sources, articles, given.minutes * 60, free_port(), hosts=given.sources, every=every,
        naming=0, burst=round(BURST_AT * articles / 20) * 20, quiet_share=0.0, trouble=False,
        shown=max(20, round(4 * given.interval * given.rate / given.sources)),
    )  # fmt: skip


def sources(plan: Plan) -> list[SourceSpec]:
    """A source on a host of its own for every feed."""
    given = [
        {
            "slug": f"outlet-{number}", "name": f"Outlet {number}", "language": "en",
            "homepage": f"http://{plan.host(number)}/", "feeds": [{"url": plan.feed_url(number)}],
        }
        for number in range(plan.feeds)
    ]  # fmt: skip
    return [SourceSpec.model_validate(one) for one in given]


def settings(api: BotApi, given: argparse.Namespace, metrics: int) -> dict[str, Any]:
    """The sections of the configuration; feeds keep to one interval, so that the rate is known."""
    names = ("interval_seconds", "shortest_interval_seconds", "longest_interval_seconds")
    crawl = dict.fromkeys(names, given.interval)
    return {
        "telegram": {"base_url": api.base_url},
        "metrics": {"port": metrics},
        "crawl": crawl
        | {
            "host_delay_seconds": given.delay,
            "store": given.store,
            "concurrency": given.concurrency,
        },
    }


def make_store(url: str, chats: int, groups: int) -> None:
    """Readers: each chat wants one pair, each group one platform, and all of them the burst."""
    database = Database(url)
    schema.upgrade(database)
    with database.write() as session:
        for number in range(chats + groups):
            host, guest = PAIRS[number % len(PAIRS)]
            chat, other = number + 1, WALLETS[guest]
            if number >= chats:
                chat, other = -chat, ""
            platform = PLATFORMS[host]
            place = subscribe(session, str(chat), platform=platform, other=other)
            burst = Interest(subscription_id=place.id or 0, platform=BURST_PLATFORM, since=NOW)
            session.add(burst)
    database.close()


@contextmanager
def running(given: argparse.Namespace) -> Iterator[Load]:
    """Everything at work; the articles begin to appear when the daemon is ready."""
    plan = plan_of(given)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="load-")))
        api = stack.enter_context(BotApi(limits=Limits(), answer_seconds=0.03))
        url, port = f"sqlite:///{folder / 'watch.db'}", free_port()
        make_store(url, given.chats, given.groups)
        config = write_config(folder / "config", sources(plan), **settings(api, given, port))
        site = stack.enter_context(serving(plan))
        daemon = stack.enter_context(
            Process(
                "run", folder=folder, config_dir=config, telegram_token=api.token, database_url=url
            )
        )
        daemon.until(lambda: "ready:" in daemon.said, "the start of the daemon")
        pids = {"daemon": daemon.popen.pid, "site": site.pid, "Bot API": os.getpid()}
        watched = {name: psutil.Process(pid) for name, pid in pids.items()}
        yield Load(plan, given.interval, api, daemon, watched, port)


def sends(api: BotApi) -> dict[int, list[float]]:
    """When requests that count came, by chat."""
    found: dict[int, list[float]] = defaultdict(list)
    for one in api.requests:
        if one.method.startswith(("send", "edit")) and one.params.chat is not None:
            found[one.params.chat].append(one.at)
    return found


def tell_pace(load: Load) -> list[str]:
    """The rates that the Bot API saw; what was beyond a limit."""
    by_chat = sends(load.api)
    every = [at for times in by_chat.values() for at in times]
    groups = [times for chat, times in by_chat.items() if chat < 0]
    most = {
        "over all in 1 s": (most_within(every, 1.0), 30),
        "to a chat in 1 s": (max((most_within(times, 1.0) for times in by_chat.values()), default=0), 1),
        "to a group in 60 s": (max((most_within(times, 60.0) for times in groups), default=0), 20),
    }  # fmt: skip
    print(f"{len(every)} requests that count; {load.api.violations} answers of 429; the most "
          + ", ".join(f"{what}: {number}" for what, (number, _) in most.items()))  # fmt: skip
    found = [f"{number} {what}" for what, (number, limit) in most.items() if number > limit]
    return found + [f"{load.api.violations} answers of 429"] * bool(load.api.violations)


def tell_burst(load: Load) -> list[str]:
    """How long the one alert to everybody took; what is missing."""
    [[*moments, sent, owed]] = rows(load.file, BURST_EVENT)
    if not owed:
        return ["nobody was owed the burst"]
    seen, first, last = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in moments)
    print(
        f"the burst: {sent} of {owed} sent; {(last - seen).total_seconds():.1f} s from its reading "
        f"to the last answer, {(last - first).total_seconds():.1f} s from the first answer to the "
        f"last; ideal {owed / 30:.1f} s"
    )
    return [] if sent == owed else [f"{owed - sent} of the burst were not sent"]


def tell_store(spent: dict[str, Histogram]) -> None:
    """How long works on the store took, those that took most of the time first."""
    print(
        f"{'work on the store':24}{'times':>8}{'p50':>9}{'p95':>9}{'p99':>9} ms{'within 50 ms':>15}"
    )
    ordered = sorted(spent.items(), key=lambda one: -one[1].count)
    for work, one in ordered:
        if one.count >= 20 or work == "store":
            at = [1000 * one.quantile(share) for share in (0.5, 0.95, 0.99)]
            print(f"{work:24}{one.count:8}" + "".join(f"{ms:9.1f}" for ms in at)
                  + f"{one.within(WITHIN):18.1%}")  # fmt: skip


def tell_reading(load: Load, spent: Counter[str], seconds: float) -> list[str]:
    """How far behind reading was, and who used the processors."""
    waits = [value for [value] in rows(load.file, FOLLOWED)]
    later = sorted(load.behind[len(load.behind) // 3 :])
    print(f"behind what has appeared: median {later[len(later) // 2]:.0f} s, most {later[-1]:.0f} s,"
          f" at the end {load.behind[-1]:.0f} s; followed after storing: p50 {_at(waits, 0.5):.2f} s,"
          f" p95 {_at(waits, 0.95):.2f} s")  # fmt: skip
    shares = ", ".join(f"{name} {used / seconds:.2f}" for name, used in spent.most_common())
    print(f"cores used: {shares}; {os.cpu_count()} there are, load {os.getloadavg()[0]:.1f}")
    if load.behind[-1] > BEHIND * load.interval + SOME:
        return [f"reading is {load.behind[-1]:.0f} s behind"]
    return []


def _at(ordered: list[float], share: float) -> float:
    return ordered[int(share * (len(ordered) - 1))] if ordered else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--sources", type=int, default=500)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--relevant", type=float, default=0.05)
    parser.add_argument("--store", choices=("relevant", "all"), default="relevant")
    parser.add_argument("--chats", type=int, default=1_000)
    parser.add_argument("--groups", type=int, default=50)
    parser.add_argument("--interval", type=int, default=60)
    parser.add_argument("--delay", type=float, default=1.0)
    parser.add_argument("--concurrency", type=int, default=8)
    given = parser.parse_args()
    with running(given) as load:
        before = processors(load.watched)
        load.watch()
        seconds = time.monotonic() - load.began
        spent, works = processors(load.watched) - before, spans(load.metrics)
        code, _ = load.daemon.end(signal.SIGTERM)
        articles, skipped = rows(load.file, READ)[0]
        print(f"\n{load.plan.articles} articles at {given.rate:g} a second from {given.sources} sources: "
              f"{articles} stored, {skipped} name no platforms; {seconds:.0f} s")  # fmt: skip
        wrong = tell_reading(load, spent, seconds)
        wrong += tell_pace(load)
        wrong += tell_burst(load)
        tell_store(works)
        dead = rows(load.file, "SELECT count(*) FROM delivery WHERE status = 'dead'")[0][0]
        wrong += [f"{dead} alerts were given up"] * bool(dead)
        wrong += [f"exit code {code}"] * bool(code)
        wrong += [line[:500] for line in load.daemon.said.splitlines() if '"ERROR"' in line][:3]
        for one in wrong:
            print(f"WRONG: {one}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
