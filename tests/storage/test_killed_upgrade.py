"""kill -9 in the middle of an upgrade: the store is as it was before, or as it is after."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from random import Random

from sqlalchemy import text

from storage import schema
from storage.database import Database
from tests.fakes.killing import gone
from tests.fakes.processes import ROOT, environment, wait_until

KILLS = 12
UPGRADING = """
import os, signal, sys
from storage import schema
from storage.database import Database
from alembic import command, config, op, autogenerate
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
print("ready", flush=True)
for line in sys.stdin:
    child = os.fork()
    if not child:
        schema.upgrade(Database(line.strip()))
        os._exit(0)
    print(child, flush=True)
"""
ROWS = 400
LONGEST = 0.25
"""Seconds until the latest kill; an upgrade takes a little longer."""


def fill(database: Database) -> None:
    schema.run(database, lambda command, config: command.upgrade(config, "0001"))
    with database.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO source (slug, name, homepage, timezone, enabled)"
                " VALUES ('a', 'A', 'https://a.example', 'UTC', true)"
            )
        )
        for number in range(ROWS):
            connection.execute(
                text(
                    "INSERT INTO article (url, source_slug, language, title, text, fetched_at,"
                    " text_digest, follow_attempts, reasons) VALUES (:url, 'a', 'zh-Hans', '标题',"
                    " :text, '2024-09-04 12:00:00', :digest, 0, '[]')"
                ),
                {
                    "url": f"https://a.example/{number}",
                    "text": "淘宝将接入微信支付。" * 40 + str(number),
                    "digest": str(number),
                },
            )


def test_an_upgrade_that_is_killed_is_begun_again_and_loses_nothing(tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    database = Database(f"sqlite:///{old}")
    fill(database)
    database.close()
    random = Random(7)
    found = []
    with subprocess.Popen(
        [sys.executable, "-c", UPGRADING],
        cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as nursery:  # fmt: skip
        assert nursery.stdout is not None
        assert nursery.stdin is not None
        assert nursery.stdout.readline() == "ready\n"
        for number in range(KILLS):
            url = f"sqlite:///{shutil.copy(old, tmp_path / f'{number}.db')}"
            nursery.stdin.write(f"{url}\n")
            nursery.stdin.flush()
            upgrading = int(nursery.stdout.readline())
            time.sleep(random.uniform(0, LONGEST))
            with suppress(ProcessLookupError):
                os.kill(upgrading, signal.SIGKILL)
            wait_until(lambda: gone(upgrading), "its end")  # noqa: B023
            found.append(revision_after(url))
    assert "0001" in found, "no kill came in time"


def revision_after(url: str) -> str:
    """What a kill left; upgraded again, it must be whole."""
    database = Database(url)
    left = schema.status(database).current or ""
    assert left in {"0001", schema.revisions()[-1]}
    schema.upgrade(database)
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM article")).scalar_one() == ROWS
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    database.close()
    return left
