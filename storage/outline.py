"""The outline of all commands as a file: their help, and what can be completed where.

It lies beside the compiled code, or in the cache of the user where that cannot be written to, and
holds as long as every file that it was made of has the size and the time that it had then.
"""

from __future__ import annotations

import marshal
import os
import sys

from config import caches

TYPE_CHECKING = False  # that of typing, which takes as long to import as Python to start
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_VERSION = 3


def config_dir() -> str:
    """The configuration folder that the environment names: the outline is of one of them."""
    return os.environ.get("INTEROPWATCH_CONFIG_DIR", "")


def places() -> list[str]:
    """Where the file may be, best first."""
    name = f"interopwatch.outline-{sys.implementation.cache_tag or 'python'}"
    return [caches.beside(__file__, name), *caches.of_user(name)]


def stamps(paths: Iterable[str]) -> dict[str, list[int] | None]:
    """Time and size of files and folders; None for what is not there."""
    found: dict[str, list[int] | None] = {}
    for path in paths:
        try:
            stat = os.stat(path)  # noqa: PTH116
            found[path] = [stat.st_mtime_ns, stat.st_size]
        except OSError:
            found[path] = None
    return found


def load() -> dict[str, Any] | None:
    """The outline that was written down, if it still holds."""
    for path in places():
        try:
            with open(path, "rb") as file:  # noqa: PTH123
                if not caches.is_ours(file):
                    continue
                found = marshal.load(file)  # noqa: S302 - it lies where compiled code lies
                rest = file.tell()
            if found["version"] != _VERSION or found["config_dir"] != config_dir():
                continue
            if stamps(found["made_of"]) == found["made_of"]:
                return {**found, "names_in": (path, rest)}
        except (OSError, ValueError, EOFError, TypeError, KeyError):
            continue
    return None


def names(outline: dict[str, Any]) -> list[tuple[str, str]]:
    """Every name of every platform with its id, ids themselves with nothing."""
    if "names" in outline:
        text = str(outline["names"])
    else:
        path, start = outline["names_in"]
        with open(path, "rb") as file:  # noqa: PTH123
            file.seek(start)
            text = file.read().decode()
    lines = (line.partition("\t") for line in text.splitlines())
    return [(name, means) for name, _, means in lines]


def save(outline: dict[str, Any]) -> bool:
    """Write an outline down where that is possible, in one step; tell whether it was."""
    head = {**outline, "version": _VERSION, "config_dir": config_dir()}
    names = head.pop("names")  # many, and only asked for where a platform can stand
    data = marshal.dumps(head) + names.encode()
    return any(caches.replace(path, data) for path in places())
