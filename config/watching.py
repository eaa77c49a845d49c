"""Noticing that the operator's folder changed, whatever an editor or a NAS does to say so.

The folder is looked at from time to time: a watch on a file breaks at the first save that replaces
it, and mounts from elsewhere send no notices at all.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from config.renewal import Renewal

LOOK_SECONDS = 2.0
"""Between two looks; a change holds once two looks in a row see the same."""

PARTS = ("interopwatch.yaml", "sources/*.yaml", "platforms/*.yaml", "rules/*.yaml")
"""What is looked at, below the folder."""

Signature = dict[str, tuple[int, int, int]]
"""Files with time, size and inode: an editor may keep any two of them."""


def signature(folder: Path) -> Signature:
    """What the files of a folder look like now. A folder that is gone holds nothing."""
    found: Signature = {}
    for part in PARTS:
        for path in folder.glob(part):
            try:
                stat = path.stat()
            except OSError:  # replaced at this moment
                continue
            found[str(path.relative_to(folder))] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    return found


def changed(before: Signature, after: Signature) -> list[str]:
    """The files that came, went or changed, by name."""
    names = before.keys() | after.keys()
    return sorted(name for name in names if before.get(name) != after.get(name))


class Watch:
    """Calls `on_change(names)` after files of a folder changed, or with none when asked to."""

    def __init__(
        self,
        folder: Path | None,
        on_change: Callable[[list[str]], Awaitable[None]],
        seconds: float = LOOK_SECONDS,
    ) -> None:
        self._folder = folder
        self._on_change = on_change
        self._seconds = seconds
        self._asked = asyncio.Event()
        self._stopping = False

    def ask(self) -> None:
        """Look at once, and call back even if nothing seems to have changed (SIGHUP)."""
        self._asked.set()

    def stop(self) -> None:
        """Look no more."""
        self._stopping = True
        self._asked.set()

    async def run(self) -> None:
        """Look until told to stop."""
        known = settled = self._look()
        while not self._stopping:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), self._seconds)
            if self._stopping:
                return
            seen = self._look()
            if self._asked.is_set():
                self._asked.clear()
                names, known, settled = changed(known, seen), seen, seen
                await self._on_change(names)
            elif seen != known and seen == settled:  # whoever writes several files has ended
                names, known = changed(known, seen), seen
                await self._on_change(names)
            settled = seen

    def _look(self) -> Signature:
        return {} if self._folder is None else signature(self._folder)


def watch_of(folder: Path | None, renewal: Renewal) -> Watch:
    """What has changed files taken over, and all of them at SIGHUP. Call it in the loop."""
    watch = Watch(folder, renewal.renew)
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, watch.ask)
    return watch
