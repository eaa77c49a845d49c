"""Where `interopwatch` begins: help and completion are answered from what was written down.

Typer alone takes about nine times as long to import as Python takes to start. So the outline of
all commands is written beside the compiled code, like compiled code itself: it holds as long as
the files that it was made of are as they were. Only builtin modules are imported here.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # that of typing, which takes as long to import as Python to start
if TYPE_CHECKING:
    from typing import Any

COMPLETING = "_INTEROPWATCH_COMPLETE"
"""The variable by which the shell scripts of Typer ask for completions."""

WIDTH = 80
"""Columns that help is written for; a narrower terminal gets its own lines."""


def main() -> None:
    """Answer at once if that can be done, and open the house for everything else."""
    instruction = os.environ.get(COMPLETING, "")
    if instruction.startswith("complete_"):
        from storage.completion import complete

        sys.exit(complete(instruction.removeprefix("complete_"), known_outline()))
    if sys.argv[1:] == ["--version"]:
        from config.release import release

        say(f"interopwatch {release()}\n")
        return
    if sys.argv[-1] == "--help" and _is_wide():
        command = known_outline()["commands"].get(" ".join(sys.argv[1:-1]))
        if command is not None:
            say(command["help"])
            return
    _house().main()


def known_outline() -> dict[str, Any]:
    """The outline of all commands, from the file or made anew."""
    from storage.outline import load

    found = load()
    if found is None:
        from storage.outlining import write_down

        found = write_down(_house())
    return found


def say(text: str) -> None:
    """Write to stdout; a reader that has gone away is no error."""
    try:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _is_wide() -> bool:
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns) > 0:
        return int(columns) >= WIDTH
    try:
        return os.get_terminal_size().columns >= WIDTH
    except OSError:  # no terminal: nobody has asked for other lines
        return True


def _house() -> Any:
    """The composition root, which nothing may import, opened when there is no way around it."""
    from importlib import import_module

    return import_module("interopwatch")
