"""A daemon that is killed again and again while it works, and what is left of its work then."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Self

import psutil

from crawler.demo.setting import demo_sources
from crawler.demo.site import NewsSite
from storage.backups import verify
from tests.fakes.bot_api import BotApi
from tests.fakes.processes import ROOT, environment, rows, wait_until, write_config

CHATS = (5, 6, -7)
LINGER = 0.06
"""Seconds at most between the begin of a step and the kill: about what a step takes."""

AT_MOST = {"extracting": 20.0}
"""Seconds that a daemon gets when the step that it was to die in does not come."""

AT_MOST_ELSE = 12.0

IDLE = 2.0
"""Seconds in which a daemon that uses little of the processor is taken to have nothing to do."""

LITTLE = 0.1
"""Seconds of the processor that this is: feeds are asked every second, and that costs something."""

ALWAYS = ("starting", "fetching", "backing up")
"""Steps that come when there is no news too."""

RARELY = {"starting": 0.5, "extracting": 0.2, "backing up": 0.5}
"""How often a step is chosen beside the others, where it is not 1."""

STEPS = {
    "fetching": "",
    "storing": "SELECT count(*) FROM article",
    "following": "SELECT count(*) FROM article WHERE followed_at IS NOT NULL",
    "queueing": "SELECT count(*) FROM delivery",
    "sending": "",
    "starting": "",
}
"""What a daemon may die in, and the question whose answer moves with it."""

LONG_STEPS = {**STEPS, "extracting": "SELECT count(*) FROM article", "backing up": ""}
"""The same with those that take seconds: pages are read by processes of the daemon's own."""


@dataclass
class Outcome:
    """What a store holds in the end, in words that do not depend on numbers of rows."""

    articles: list[str]
    events: list[tuple[str, ...]]
    steps: list[tuple[str, ...]]


@dataclass
class Ordeal:
    """Outlets, Bot API, a store, and daemons one after another."""

    folder: Path
    random: Random
    within: Mapping[str, str] = field(default_factory=lambda: STEPS)
    """The steps that it may die in."""
    site: NewsSite = field(init=False)
    api: BotApi = field(init=False)
    shown: int = 0
    kills: int = 0
    steps: Counter[str] = field(default_factory=Counter)
    """How many kills came in each."""
    copies: int = 0
    """Backups that were whole before their kill."""
    _living: int = 0
    _lives: dict[int, list[int]] = field(default_factory=dict)
    """By chat: for every message the kill that ended the daemon which sent it."""
    _stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        self.site = self._stack.enter_context(NewsSite())
        self.api = self._stack.enter_context(BotApi(answer_seconds=0.03))
        telegram = {"base_url": self.api.base_url, "chats": [{"chat": chat} for chat in CHATS]}
        often = {"shortest_interval_seconds": 1, "longest_interval_seconds": 1}
        config = write_config(
            self.folder / "config", demo_sources(self.site), telegram=telegram, crawl=often
        )
        self.file = self.folder / "watch.db"
        said = self._stack.enter_context((self.folder / "said.txt").open("ab"))
        self.nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.nursery"],
            cwd=ROOT,
            env=environment(
                config_dir=config,
                database_url=f"sqlite:///{self.file}",
                telegram_token=self.api.token,
            ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        )
        self._stack.callback(self._end)
        assert self._answer() == "ready"
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _end(self) -> None:
        self.nursery.communicate()

    def _answer(self) -> str:
        assert self.nursery.stdout is not None
        line = self.nursery.stdout.readline().strip()
        assert line, (self.folder / "said.txt").read_text("utf-8")[-2000:]
        return line

    def born(self, how: str = "") -> int:
        """A daemon, or what else the nursery knows; its process id."""
        assert self.nursery.stdin is not None
        self.nursery.stdin.write(f"{how}\n")
        self.nursery.stdin.flush()
        return int(self._answer())

    def publish(self, round_number: int) -> None:
        """Let the news of a round appear."""
        self.shown = round_number
        self.site.publish(round_number)

    def live_and_die(self) -> None:
        """One daemon from its birth to a kill at any moment of some step."""
        idle = self.settled(self.shown)
        step = self._step(idle=idle)
        before = self._moved(step)
        daemon = self._living = self.born("extracting" if step == "extracting" else "")
        victims = [daemon]
        if step == "backing up":
            victims.append(self.born(f"backup {self._copy}"))
        self._wait_for(step, before, psutil.Process(daemon))
        self.steps[step] += step in ("starting", "backing up") or self._moved(step) != before
        readers = [one.pid for one in psutil.Process(daemon).children(recursive=True)]
        for process in victims:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        # The processes that read pages for a daemon end by themselves when it is gone.
        wait_until(lambda: all(map(gone, victims + readers)), "the end of a killed process")
        self.kills += 1
        self._look()

    def _step(self, *, idle: bool) -> str:
        """What to die in: with news, first of all what nobody has died in yet."""
        open_to = [one for one in self.within if not idle or one in ALWAYS]
        missing = [one for one in open_to if not self.steps[one]]
        if missing and not idle:
            return self.random.choice(missing)
        weights = [RARELY.get(one, 1.0) for one in open_to]
        return self.random.choices(open_to, weights)[0]

    @property
    def _copy(self) -> Path:
        return self.folder / "copies" / f"{self.kills}.db"

    def _wait_for(self, step: str, before: object, daemon: psutil.Process) -> None:
        spent = daemon.cpu_times
        if step in ("starting", "backing up"):
            wait_until(partial(_exceeds, spent, self.random.uniform(0, 0.3)), step)
            return
        idle = Idleness(spent, AT_MOST.get(step, AT_MOST_ELSE))
        wait_until(lambda: self._moved(step) != before or idle(), step)
        time.sleep(self.random.uniform(0, LINGER))

    def _look(self) -> None:
        """Count what the last kill brought about, and look over the copies that have their name."""
        self.api.settle()
        for chat in CHATS:
            lives = self._lives.setdefault(chat, [])
            lives += [self.kills] * (len(self.api.messages(chat)) - len(lives))
        for copy in (self.folder / "copies").glob("[0-9]*.db"):
            verify(copy)
            copy.unlink()
            self.copies += 1

    def told(self, chat: int) -> Counter[tuple[str, str]]:
        """How often each alert came."""
        return Counter(self._alerts(chat))

    def _alerts(self, chat: int) -> list[tuple[str, str]]:
        """By its headline and its stage, which no edit changes, in their order."""
        texts = [(one.edits or [one.text])[0] for one in self.api.messages(chat)]
        lines = [text.splitlines() for text in texts]
        return [(head[0].partition(" ")[2], head[1].partition(" · ")[0]) for head in lines]

    @property
    def most_repeats(self) -> int:
        """The most that one kill brought about in one chat.

        A repeat is due to the kill after the copy before it. The daemon that sends it may be a much
        later one, which then repeats what several kills cut off.
        """
        found: Counter[tuple[int, int]] = Counter()
        for chat in CHATS:
            alerts = self._alerts(chat)
            for at, life in enumerate(self._lives.get(chat, ())):
                found[chat, life] += alerts[at] in alerts[at + 1 :]
        return max(found.values(), default=0)

    def _moved(self, step: str) -> object:
        if step == "fetching":
            return len(self.site.requests)
        if step == "sending":
            return len(self.api.calls("sendMessage"))
        return rows(self.file, self.within[step]) if self.within[step] else None

    def finish(self, round_number: int) -> tuple[int, float]:
        """A last daemon that may end its work; its exit is asked for by SIGTERM."""
        if self._living and not gone(self._living):  # an interrupt left it
            os.kill(self._living, signal.SIGKILL)
        daemon = self.born()
        wait_until(lambda: self.settled(round_number), "the end of all work")
        started = time.monotonic()
        os.kill(daemon, signal.SIGTERM)
        wait_until(lambda: gone(daemon), "an orderly end")
        return daemon, time.monotonic() - started

    def settled(self, round_number: int) -> bool:
        """All that is visible is stored, followed and told."""
        visible = len(self.site.world.visible(round_number))
        return (
            rows(self.file, "SELECT count(*) FROM article") == [(visible,)]
            and not rows(self.file, "SELECT 1 FROM article WHERE followed_at IS NULL")
            and not rows(self.file, "SELECT 1 FROM delivery WHERE status NOT IN ('sent', 'dead')")
        )

    def outcome(self) -> Outcome:
        """What the store holds."""
        return Outcome(
            articles=sorted(
                url.removeprefix(self.site.base_url)
                for (url,) in rows(self.file, "SELECT url FROM article")
            ),
            events=sorted(
                rows(
                    self.file,
                    "SELECT host, guest, capability, stage FROM event WHERE merged_into IS NULL",
                )
            ),
            steps=sorted(
                rows(
                    self.file,
                    "SELECT e.host, e.guest, e.capability, c.stage FROM stagechange c"
                    " JOIN event e ON e.id = c.event_id",
                )
            ),
        )

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the store from outside."""
        return rows(self.file, query)


class Idleness:
    """Tells when a daemon has nothing to do, or has had so many seconds.

    By the processor, because a daemon on a busy machine waits for long before it does anything.
    """

    def __init__(self, spent: Callable[[], Any], most: float) -> None:
        self.spent = spent
        self.used = 0.0
        self.since = time.monotonic()
        self.end = self.since + most

    def __call__(self) -> bool:
        """True from then on."""
        times, now = self.spent(), time.monotonic()
        if times.user + times.system > self.used + LITTLE:
            self.used, self.since = times.user + times.system, now
        return now > min(self.end, self.since + IDLE)


def _exceeds(spent: Callable[[], Any], seconds: float) -> bool:
    times = spent()
    return bool(times.user + times.system > seconds)


def gone(process: int) -> bool:
    """True when there is no such process any more."""
    with suppress(ProcessLookupError):
        os.kill(process, 0)
        return False
    return True


def suffer(
    folder: Path,
    kills: int,
    seed: int,
    within: Mapping[str, str] = STEPS,
    *,
    only_with_news: bool = False,
) -> tuple[Ordeal, Outcome]:
    """Kill so many daemons while news appears round by round; gives what is left in the end.

    With `only_with_news` it is over when there is nothing left to die for, however few the kills.
    """
    with Ordeal(folder, Random(seed), within) as ordeal:
        rounds = [step.number for step in ordeal.site.world.rounds]
        with suppress(KeyboardInterrupt):  # whoever has seen enough may look at what is left
            for kill in range(kills):
                due = rounds[kill * len(rounds) // kills]
                settled = ordeal.settled(ordeal.shown)
                if only_with_news and settled and ordeal.shown == rounds[-1]:
                    break
                if due > ordeal.shown or settled:
                    ordeal.publish(min(ordeal.shown + 1, rounds[-1]))
                ordeal.live_and_die()
        ordeal.publish(rounds[-1])
        ordeal.finish(rounds[-1])
        return ordeal, ordeal.outcome()
