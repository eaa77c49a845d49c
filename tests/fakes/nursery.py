"""A process that has everything loaded and forks daemons: one is born in milliseconds.

It reads a line on standard input for each, and answers with the process id. What is forked is the
daemon of `interopwatch run`, but that pages are extracted in its own process, unless the line is
"extracting"; for "backup FILE" it is a process that copies the store to that file.

    python -m tests.fakes.nursery
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from alerts.assembly import channels_of
from alerts.delivery import bot
from alerts.delivery.redaction import log_to_stderr
from alerts.delivery.words import words_for
from config.lasting import settle
from crawler import schedule
from interopwatch import Daemon, Installation
from storage.backups import back_up
from storage.preparing import prepare


class InProcess:
    """Extraction without processes of its own: they take a second to start, and die with ours."""

    async def run(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        await asyncio.sleep(0)
        return work(*args, **kwargs)

    async def close(self) -> None:
        """Nothing to close."""


LOADED = (
    "aiohttp",
    "alerts.delivery.channels.telegram",
    "alerts.delivery.sender",
    "alerts.delivery.shared_pacing",
    "alerts.follow_loop",
    "alerts.tagging.gate",
    "crawler.extraction.page",
    "crawler.spiders",
    "crawler.turns",
    "httpx",
    "scrapy.core.engine",
    "scrapy.extensions.remote_control",
    "scrapy.extensions.telnet",
    "telegram.ext",
    "twisted.web.client",
)


def load() -> Installation:
    """Everything that takes time and opens nothing."""
    for module in LOADED:
        import_module(module)
    for language in ("en", "ja", "ko", "zh-Hans", "zh-Hant"):
        words_for(language)
    schedule.GATHER_SECONDS = 0.02
    vars(bot)["set_menus"] = _no_menus  # sixty requests at every start, which say nothing here
    installation = Installation()
    assert installation.reader
    assert installation.sources
    settle()  # what a daemon settles when it starts is little then
    return installation


async def _no_menus(*_: object) -> None:
    """As if they were set."""


def watch(installation: Installation, how: str) -> None:
    """What the child does until it is killed or told to stop."""
    log_to_stderr(installation.settings)
    prepare(installation)
    if how.startswith("backup "):
        back_up(installation.any_database(), Path(how.removeprefix("backup ")))
        return
    daemon = Daemon(installation, channels_of(installation))
    if how != "extracting":
        daemon.crawler.pool = InProcess()  # type: ignore[assignment]
    asyncio.run(daemon.serve(installation.sources))


def main() -> None:
    """Fork a daemon for every line."""
    installation = load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system buries them
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                watch(installation, line.strip())
            finally:
                sys.stderr.flush()
                os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()
