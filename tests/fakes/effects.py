"""What a command does to the disk, counted by kind, and where it dies or finds no room."""

import errno
import os
from collections.abc import Callable
from typing import Any

from tests.fakes.failpoints import Passings

NAMINGS = {
    "flushed": "fsync",
    "named": "replace",
    "renamed": "rename",
    "linked": "link",
    "folder made": "mkdir",
    "removed": "unlink",
}
"""Effects that are calls of `os`, under their names."""

PAGE, FILE = "page written", "file written"


def watch(passings: Passings) -> None:
    """Note every effect of this process from now on."""
    for point, name in NAMINGS.items():
        vars(os)[name] = _passing(passings, point, vars(os)[name])
    passings.disk.watch_sqlite(_taking(passings, PAGE))
    passings.disk.watch_files(_taking(passings, FILE))


def _passing(passings: Passings, point: str, call: Callable[..., Any]) -> Callable[..., Any]:
    def passing(*args: Any, **kwargs: Any) -> Any:
        passings.note(point, "before")
        if passings.is_full_at(point):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        found = call(*args, **kwargs)
        passings.note(point, "after")
        return found

    return passing


def _taking(passings: Passings, point: str) -> Callable[[], bool]:
    def takes() -> bool:
        passings.note(point, "before")
        if passings.is_full_at(point):
            passings.disk.full = True
        return passings.disk.takes()

    return takes
