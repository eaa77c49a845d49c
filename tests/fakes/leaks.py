"""The token of the tests is a canary: no process, store, copy or export may leave it behind."""

import mmap
from pathlib import Path

from tests.fakes.bot_api import TOKEN

CANARY = TOKEN.partition(":")[2]
"""The secret half, in signs that percent-encoding leaves alone."""

GIVEN_IN = {"interopwatch.yaml", "token"}
"""Files by which tests hand the token over."""


def leaks(folder: Path) -> list[str]:
    """Files below the folder that hold the canary and should not."""
    files = (file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    return [str(file) for file in files if file.name not in GIVEN_IN and _holds(file)]


def _holds(file: Path) -> bool:
    if not file.stat().st_size:
        return False
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as text:
        return text.find(CANARY.encode()) >= 0
