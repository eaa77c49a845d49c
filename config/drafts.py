"""Files that are put in place whole: whoever reads one meanwhile has the old one."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path
from secrets import token_hex
from time import time


@contextmanager
def draft_of(file: Path, *, shared: bool = False) -> Iterator[Path]:
    """A place beside a file to write it anew; what stands there takes its place at the end.

    Only if all went well: otherwise the draft goes, and the file is as it was. What several may
    write at the same time is `shared`: each has another draft, and the last one stays. Raises
    OSError.
    """
    own = f".{token_hex(4)}" if shared else ""
    draft = file.with_name(f".{file.name}{own}.part")
    with suppress(OSError):
        draft.unlink()  # of a process that was killed
    for other in file.parent.glob(f".{escape(file.name)}.*.part") if shared else ():
        with suppress(OSError):
            if time() - other.stat().st_mtime > _LEFT:
                other.unlink()
    try:
        yield draft
        draft.replace(file)
    finally:
        with suppress(OSError):
            draft.unlink()


_LEFT = 3600.0
"""Seconds without a change after which a shared draft is that of a process that was killed."""
