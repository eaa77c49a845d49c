"""kill -9 while people write to the bot: every command takes effect once, and is answered."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from random import Random

import pytest

from storage import interests
from storage.database import Database
from tests.fakes.bot_api import BotApi
from tests.fakes.killing import gone
from tests.fakes.processes import ROOT, environment, rows, wait_until
from tests.fakes.rows import NOW, subscribe

pytestmark = pytest.mark.journey

KILLS = 20
COMMANDS = ("/follow all", "/settings undo", "/follow all")
"""Each from another person, before every kill: more than are handled in most lives."""

LINGER = 0.08
"""Seconds at most between a command that was handled and the kill: what a few of them take."""

HANDLED = 'SELECT count(*) FROM "update" WHERE handled_at IS NOT NULL'


class Bots:
    """Bots one after another over one store."""

    def __init__(self, file: Path, nursery: subprocess.Popen[str]) -> None:
        self._file = file
        self._nursery = nursery

    def born(self) -> int:
        """A bot; its process id."""
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write("\n")
        self._nursery.stdin.flush()
        return int(self._nursery.stdout.readline())

    def handled(self) -> int:
        """How many commands are done with."""
        return sum(number for (number,) in rows(self._file, HANDLED))


@contextmanager
def bots(file: Path, api: BotApi) -> Iterator[Bots]:
    command = [sys.executable, "-m", "tests.fakes.listener", f"sqlite:///{file}", api.base_url]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True,
    ) as nursery:  # fmt: skip
        assert nursery.stdout is not None
        assert nursery.stdout.readline() == "ready\n"
        yield Bots(file, nursery)


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)
    wait_until(lambda: gone(process), "the end of a killed process")


def test_every_command_takes_effect_once_and_is_answered_however_often_the_bot_dies(
    sqlite_template: Path, tmp_path: Path
) -> None:
    file = Path(shutil.copy(sqlite_template, tmp_path / "watch.db"))
    random, chats = Random(20240904), count(1)
    database = Database(f"sqlite:///{file}")
    with (
        database.write() as session
    ):  # who says to undo has something to: undone twice, it is back
        for number, said in enumerate(COMMANDS * KILLS, start=1):
            if "undo" in said:
                row = subscribe(session, str(number), zone="Asia/Tokyo")
                interests.change(session, row, NOW, zone="Asia/Seoul")
    database.close()
    with BotApi(answer_seconds=0.01) as api, bots(file, api) as listening:
        for _ in range(KILLS):
            for said in COMMANDS:
                chat = next(chats)
                api.push_message(said, chat=chat, user=chat)
            before, living = listening.handled(), listening.born()
            # so that no command meets death twice: the oldest is handled first
            wait_until(lambda: listening.handled() > before, "a command")  # noqa: B023
            time.sleep(random.uniform(0, LINGER))
            kill(living)
            api.settle()
        last, written = listening.born(), KILLS * len(COMMANDS)
        wait_until(lambda: listening.handled() == written, "the end of all work")
        api.wait_until(lambda: not api.updates)
        kill(last)
        answers = [len(api.messages(chat)) for chat in range(1, written + 1)]
    followed = rows(
        file,
        "SELECT s.address, count(*) FROM subscription s JOIN interest i"
        " ON i.subscription_id = s.id GROUP BY 1",
    )
    assert dict(followed) == {str(chat): 1 for chat in range(1, written + 1)}
    zones = rows(file, "SELECT zone, count(*) FROM subscription GROUP BY 1")
    assert dict(zones) == {"Asia/Tokyo": KILLS, "UTC": written - KILLS}
    assert min(answers) == 1
    assert sum(answers) - written <= KILLS
    ((most, failed),) = rows(file, 'SELECT max(attempts), count(error) FROM "update"')
    assert (most <= 2, failed) == (True, 0)
    assert rows(file, "PRAGMA integrity_check") == [("ok",)]
