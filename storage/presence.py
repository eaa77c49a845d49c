"""Whether the file of a store is still where it was: who has it open does not notice by itself.

A file that was removed is written to as before, by who has it open, and is gone when that ends.
"""

import os
from pathlib import Path


class Presence:
    """Looks for one file; what is not a file is always there."""

    def __init__(self, file: Path | None) -> None:
        self._file = file and file.absolute()
        self._identity = self._look()
        self._gone = False

    def lack(self) -> str | None:
        """What is wrong, and what to do about it.

        Which file it is counts only after it was gone: some file systems number files anew.
        """
        if self._file is None:
            return None
        try:
            found = self._look()
        except OSError:  # a folder that is shut, say: SQLite itself tells what it cannot do
            return None
        self._gone = found is None or (self._gone and found != self._identity)
        if not self._gone:
            return None
        what = "is gone" if found is None else "is another one than was opened"
        return (
            f"the file {self._file} {what}, and what is written now would be lost: bring it back, "
            "or stop all that uses it, restore a backup and start again"
        )

    def _look(self) -> tuple[int, int] | None:
        if self._file is None:
            return None
        try:
            found = os.stat(self._file)  # noqa: PTH116 - before every writing transaction
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found.st_dev, found.st_ino
