"""A process that has everything loaded and forks daemons and commands that die where they are told.

It reads a line of JSON for each on standard input, and answers with the process id:
`{"passings": FILE, "trap": [point, moment, nth] or null, "words": [...]}`. Words are those of a
command line; without any it is the daemon of `interopwatch run`, except that it extracts pages in
its own process and waits for nobody.

    python -m tests.fakes.brink SOURCES
"""

import json
import os
import signal
import sys
import traceback
from datetime import timedelta
from functools import partial
from pathlib import Path

import interopwatch
from alerts import flow, follow_loop
from alerts.delivery import bot, handover, pacing, sender
from alerts.tagging.reading import Reading
from crawler import runs, schedule
from interopwatch import Installation, app
from storage import edits, receipts
from storage.models import Article
from tests.fakes import effects, failpoints, nursery

UNREADABLE = "Unreadable"
"""The title of an article that the follower fails on."""

AT_ONCE = timedelta(0)


def main() -> None:
    """Fork a process for every line; of a command the exit code is told as well."""
    installation = nursery.load()
    _wait_for_nobody()
    print("ready", flush=True)
    for line in sys.stdin:
        wish = json.loads(line)
        # the system buries daemons, about whose end nobody asks
        signal.signal(signal.SIGCHLD, signal.SIG_DFL if wish["words"] else signal.SIG_IGN)
        child = os.fork()
        if not child:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            code = 70
            try:
                code = _live(installation, **wish)
            except Exception:  # noqa: BLE001 - whatever it is, it is to be read
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(code)
        print(child, flush=True)
        if wish["words"]:
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _wait_for_nobody() -> None:
    """Whatever waits for a while goes on at once, and one article cannot be followed."""
    runs.GATHER_SECONDS = 0.02
    bot.STORE_WAIT = sender.RETRY_SECONDS = follow_loop.RETRY_SECONDS = 0.05
    vars(receipts)["UNCERTAIN_WAIT"] = AT_ONCE
    edits.EDIT_LEASE = timedelta(seconds=1)
    vars(pacing)["Rates"] = partial(pacing.Rates, chat_seconds=0.0, edit_seconds=0.0)
    arm, read = schedule.Schedule._arm, flow.Follower.read

    def arm_soon(self: schedule.Schedule, feed_id: int, wait: timedelta) -> None:
        arm(self, feed_id, min(wait, timedelta(seconds=0.2)))

    def read_most(self: flow.Follower, article: Article) -> Reading:
        if article.title == UNREADABLE:
            raise ValueError(UNREADABLE)
        return read(self, article)

    schedule.Schedule._arm = arm_soon  # type: ignore[method-assign]
    flow.Follower.read = read_most  # type: ignore[method-assign]
    handover.Handover._wait = lambda *_: AT_ONCE  # type: ignore[method-assign]


def _live(
    installation: Installation, passings: str, trap: list[object] | None, words: list[str]
) -> int:
    told = failpoints.Trap(*trap) if trap else None  # type: ignore[arg-type]
    kept = failpoints.Passings(Path(passings), told)
    if words:
        effects.watch(kept)
        return _command(installation, words)
    failpoints.arm(kept)
    nursery.watch(installation, "")
    return 0


def _command(installation: Installation, words: list[str]) -> int:
    """What `interopwatch` with these words does."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.argv = ["interopwatch", *words]
    vars(interopwatch)["app"] = partial(app, obj=installation)
    try:
        interopwatch.main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


if __name__ == "__main__":
    main()
