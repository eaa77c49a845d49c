"""Where files lie that can be made anew at any time, and which of them may be believed.

Help and completion are read from such a file, so only modules that Python itself loads at its
start are imported.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # that of typing, which takes as long to import as Python to start
if TYPE_CHECKING:
    from typing import IO


def beside(module_file: str, name: str) -> str:
    """Where compiled code lies that belongs to a module."""
    return f"{os.path.dirname(module_file)}/__pycache__/{name}"  # noqa: PTH120 - pathlib takes as long to import as Python to start


def of_user(name: str) -> list[str]:
    """In the cache of the user; nowhere for a user without a home."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111
    return [f"{cache}/interopwatch/{name}"] if os.path.isabs(cache) else []  # noqa: PTH117


def is_ours(file: IO[bytes]) -> bool:
    """Whether this user or root wrote a file: anybody else might want us to believe something."""
    return os.fstat(file.fileno()).st_uid in (0, os.getuid())


def replace(path: str, data: bytes) -> bool:
    """Write a file in one step if that is possible; tell whether it was."""
    draft = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
        with open(draft, "wb") as file:  # noqa: PTH123
            file.write(data)
        os.replace(draft, path)  # noqa: PTH105
    except OSError:
        try:  # noqa: SIM105 - contextlib takes as long to import as Python to start
            os.unlink(draft)  # noqa: PTH108
        except OSError:
            pass
        return False
    return True
