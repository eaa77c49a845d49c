"""An old store whose upgrade is killed at any moment, again and again."""

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

OLDEST = "0001"
ROWS = 400
_UPGRADING = """
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


def kill_upgrades(folder: Path, kills: int, seed: int, longest: float) -> list[str]:
    """Kill upgrades of an old store after up to `longest` seconds; the revisions they left.

    Each is then upgraded again, and must be whole. Raises AssertionError if it is not.
    """
    old = folder / "old.db"
    database = Database(f"sqlite:///{old}")
    fill(database)
    database.close()
    random = Random(seed)
    found = []
    with subprocess.Popen(
        [sys.executable, "-c", _UPGRADING],
        cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as nursery:  # fmt: skip
        assert nursery.stdout is not None
        assert nursery.stdin is not None
        assert nursery.stdout.readline() == "ready\n"
        for number in range(kills):
            url = f"sqlite:///{shutil.copy(old, folder / f'{number}.db')}"
            nursery.stdin.write(f"{url}\n")
            nursery.stdin.flush()
            upgrading = int(nursery.stdout.readline())
            time.sleep(random.uniform(0, longest))
            with suppress(ProcessLookupError):
                os.kill(upgrading, signal.SIGKILL)
            wait_until(lambda: gone(upgrading), "its end")  # noqa: B023
            found.append(_revision_after(url))
    return found


def fill(database: Database, articles: int = ROWS) -> None:
    """An empty database becomes a store of the oldest release, with articles."""
    schema.run(database, lambda command, config: command.upgrade(config, OLDEST))
    with database.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO source (slug, name, homepage, timezone, enabled)"
                " VALUES ('a', 'A', 'https://a.example', 'UTC', true)"
            )
        )
        for number in range(articles):
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


def _revision_after(url: str) -> str:
    """What a kill left; upgraded again, it must be whole."""
    database = Database(url)
    left = schema.status(database).current or ""
    assert left in {OLDEST, schema.revisions()[-1]}
    schema.upgrade(database)
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM article")).scalar_one() == ROWS
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    database.close()
    return left
