"""A small world in which daemons live one after another, each perhaps to die at a named point."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from crawler.demo.rendering import Answer
from crawler.demo.setting import demo_sources
from crawler.demo.site import NewsSite
from crawler.demo.world import Page, Round, World, load_world
from storage import schema
from storage.database import Database
from tests.fakes.bot_api import BotApi
from tests.fakes.bot_methods import SentMessage
from tests.fakes.brink import UNREADABLE
from tests.fakes.failpoints import AT_ITS_START, FULL, Trap, passed
from tests.fakes.killing import gone
from tests.fakes.processes import ROOT, environment, rows, wait_until, write_config
from tests.fakes.remains import LEFT, Remains

CALM, CUT, REFUSED = 5, 6, -7
"""Chats: one is sent to without trouble, one gets its messages but no answer leaves it at first,
and of one Telegram is not well at first."""

CHATS = (CALM, CUT, REFUSED)
PERSON = 8
"""Who writes to the bot, and is owed nothing."""

MOST_LIVES = 3
"""What comes once in a life is passed a third time in the third."""

NEWS = (
    ("Taobao will accept WeChat Pay", "Taobao said that it will accept WeChat Pay next month."),
    ("Taobao now accepts WeChat Pay", "Taobao now accepts WeChat Pay. Everybody can pay with it."),
    ("Coupang will accept Kakao Pay", "Coupang said that it will accept Kakao Pay next month."),
    ("Coupang now accepts Kakao Pay", "Coupang now accepts Kakao Pay. Everybody can pay with it."),
)
COMMANDS = ("/follow signal", "/following undo", "/follow telegram", "/follow line")
"""What is written in each round. Undone twice is not undone."""

BROKEN = {"message": {"text": "/start", "from": {"id": 1}}}
"""An update that no handler understands."""

SETTLED_NOT = (
    f"SELECT 1 FROM article WHERE followed_at IS NULL AND title <> '{UNREADABLE}'"
    f" UNION ALL SELECT 1 FROM article WHERE follow_attempts < 3 AND title = '{UNREADABLE}'"
    ' UNION ALL SELECT 1 FROM "update" WHERE handled_at IS NULL'
    " UNION ALL SELECT 1 FROM delivery WHERE status NOT IN ('sent', 'dead')"
    " UNION ALL SELECT 1 FROM delivery WHERE edit_due_at IS NOT NULL"
)
SEEN = (
    "SELECT (SELECT count(*) FROM article), (SELECT count(*) FROM rejection),"
    ' (SELECT count(*) FROM "update")'
)


class Outlet(NewsSite):
    """One outlet with an article in each round, one that cannot be followed, and pages that are gone."""

    def __init__(self) -> None:
        outlet = load_world().outlet("northgate-digital")
        days = [datetime(2024, 9, at, 12, tzinfo=UTC) for at in range(1, len(NEWS) + 1)]

        def page(slug: str, at: int, title: str, text: str) -> Page:
            return Page(slug, outlet.slug, at, days[at - 1], title, (text,))

        news = [page(f"news-{at}", at, *told) for at, told in enumerate(NEWS, start=1)]
        gone = [page(f"gone-{at}", at, "Gone", "Gone.") for at in range(1, len(NEWS) + 1)]
        poison = page("poison", 1, UNREADABLE, f"{NEWS[0][1]} Nobody can say how.")
        rounds = tuple(Round(at, day) for at, day in enumerate(days, start=1))
        super().__init__(World(rounds, (outlet,), (*news, *gone, poison)))

    def answer(self, path: str) -> Answer | None:
        return None if "/gone-" in path else super().answer(path)


class Lives:
    """The world; `run` begins it anew. Use it as a context manager."""

    def __init__(self, folder: Path, rounds: int = len(NEWS)) -> None:
        self.folder = folder
        self.rounds = rounds
        self.file = folder / "watch.db"
        self.passings = folder / "passings.txt"
        self._stack = ExitStack()
        self._round = 0
        self.living = 0
        self._before: Counter[tuple[str, str]] = Counter()

    def __enter__(self) -> Self:
        self.site = self._stack.enter_context(Outlet())
        self.api = self._stack.enter_context(BotApi())
        telegram = {"base_url": self.api.base_url, "chats": [{"chat": chat} for chat in CHATS]}
        often = {"shortest_interval_seconds": 1, "longest_interval_seconds": 1}
        config = write_config(
            self.folder / "config", demo_sources(self.site), telegram=telegram, crawl=often
        )
        self._template = self.folder / "template.db"
        database = Database(f"sqlite:///{self._template}")
        schema.upgrade(database)
        database.close()
        said = self._stack.enter_context((self.folder / "said.txt").open("ab"))
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.brink"],
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
        self._stack.callback(self._nursery.communicate)
        assert self._answer() == "ready"
        return self

    def __exit__(self, *_: object) -> None:
        self._kill()
        self._stack.close()

    def _kill(self) -> None:
        """What a test that failed left behind must not disturb the next."""
        if self.living and not gone(self.living):
            os.kill(self.living, signal.SIGKILL)
            wait_until(lambda: gone(self.living), "the end of a killed process")

    @property
    def said(self) -> str:
        """The end of what processes wrote to standard error."""
        return (self.folder / "said.txt").read_text("utf-8")[-3000:]

    def _answer(self) -> str:
        assert self._nursery.stdout is not None
        line = self._nursery.stdout.readline().strip()
        assert line, self.said
        return line

    def born(self, trap: Trap | None = None, *words: str) -> int:
        """A daemon, or a command of these words; its process id."""
        wish = {
            "passings": str(self.passings),
            "trap": list(asdict(trap).values()) if trap else None,
            "words": words,
        }
        assert self._nursery.stdin is not None
        self._nursery.stdin.write(f"{json.dumps(wish)}\n")
        self._nursery.stdin.flush()
        self._before = passed(self.passings)
        self.living = int(self._answer())
        return self.living

    def call(self, trap: Trap | None, *words: str) -> tuple[int, str]:
        """Run a command to its end: its exit code (of a signal: negative), and what it said."""
        before = (self.folder / "said.txt").stat().st_size
        self.born(trap, *words)
        code = int(self._answer())
        return code, (self.folder / "said.txt").read_bytes()[before:].decode()

    def begin(self) -> None:
        """Nothing has been published, written, stored or sent."""
        self._kill()
        for file in (self.passings, *self.folder.glob("watch.db*")):
            file.unlink(missing_ok=True)
        shutil.copy(self._template, self.file)
        self._round = 0
        self.site.publish(0)
        with self.api.changed:
            for kept in (self.api.sent, self.api.requests, self.api.updates, self.api.faults):
                kept.clear()

    def advance(self) -> bool:
        """The next round of news, of what people write, and of trouble; False after the last."""
        if self._round == self.rounds:
            return False
        self.api.fault("reset", chat=CUT, accept=True)
        self.api.fault("server_error", chat=REFUSED)
        self.api.fault("server_error", chat=REFUSED, method="editMessageText")
        if self._round == 0:
            self.api.push_update(dict(BROKEN))
        self.api.push_message(COMMANDS[self._round], chat=PERSON, user=PERSON)
        self._round += 1
        self.site.publish(self._round)
        return True

    def settled(self) -> bool:
        """All that there is was stored or refused, followed, told and answered."""
        once = min(self._round, 1)
        return (
            not self.api.updates
            and rows(self.file, SEEN) == [(self._round + once, self._round, self._round + once)]
            and not rows(self.file, SETTLED_NOT)
            and self._has_begun()
        )

    def _has_begun(self) -> bool:
        """Whether the daemon that lives has done all that it does once."""
        now = passed(self.passings)
        return all(now[one, "before"] > self._before[one, "before"] for one in AT_ITS_START)

    def run(self, trap: Trap | None = None) -> Remains:
        """Live through all rounds, with what the trap does to a life; gives what is left."""
        self.begin()
        sprung = trap is None or self._fall_into(trap)
        self.born()
        self._live_on()
        assert not gone(self.living), f"it ended by itself: {self.said}"
        self._end()
        found = self._remains()
        found.sprung = sprung
        found.deaths = int(sprung and trap is not None and trap.moment != FULL)
        return found

    def _fall_into(self, trap: Trap) -> bool:
        """Daemons one after another until the trap springs; False if it does not."""
        for _ in range(MOST_LIVES):
            self.born(trap)
            self._live_on()
            if not gone(self.living):
                self._end()
            if passed(self.passings)[trap.point, trap.moment] >= trap.least:
                return True
        return False

    def _live_on(self) -> None:
        """Until it dies, or there is nothing more to do."""
        while True:
            wait_until(
                lambda: gone(self.living) or self.settled(), "the end of all work", look=0.1
            )
            if gone(self.living) or not self.advance():
                return

    def _end(self) -> None:
        os.kill(self.living, signal.SIGTERM)
        wait_until(lambda: gone(self.living), "an orderly end")

    def _remains(self) -> Remains:
        self.api.settle()
        got = {chat: self.api.messages(chat) for chat in (*CHATS, PERSON)}
        return Remains(
            store={name: self._left(query) for name, query in LEFT.items()},
            told={chat: Counter(map(_first, got[chat])) for chat in got},
            shown={chat: Counter(one.text for one in got[chat]) for chat in got},
            rung={
                chat: Counter(_first(one) for one in got[chat] if not one.silent) for chat in CHATS
            },
            passings=passed(self.passings),
        )

    def _left(self, query: str) -> list[tuple[object, ...]]:
        return [
            tuple(str(one).replace(self.site.base_url, "") for one in row)
            for row in rows(self.file, query)
        ]


def _first(message: SentMessage) -> str:
    """What it said before it was edited."""
    return (message.edits or [message.text])[0]
