"""The one family of errors: each says what happened, to what, and what to do."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path


class InteropwatchError(Exception):
    """Something that a person can mend; the command line prints it without a traceback.

    `exit_code` is what the process ends with when nobody handles the error.
    """

    exit_code = 1


class ConfigError(InteropwatchError):
    """A configuration file or variable that cannot be used; nothing starts with it."""

    exit_code = 4

    def __init__(
        self,
        message: str,
        *,
        file: Path | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        where = ":".join(str(part) for part in (file, line, column) if part is not None)
        super().__init__(f"{where}: {message}" if where else message)
        self.file = file
        self.line = line
        self.column = column


class SchemaError(InteropwatchError):
    """The database is older or newer than the code that opens it."""

    exit_code = 5


class NotFoundError(InteropwatchError):
    """The thing that was asked for does not exist; the message offers near matches."""


class UnknownSourceError(NotFoundError):
    """No source has this slug."""

    def __init__(self, slug: str, known: Iterable[str]) -> None:
        near = get_close_matches(slug, known, 3)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        super().__init__(f"there is no source {slug!r}{hint}")
