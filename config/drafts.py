"""Files that are put in place whole: whoever reads one meanwhile has the old one."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def draft_of(file: Path) -> Iterator[Path]:
    """A place beside a file to write it anew; what stands there takes its place at the end.

    Only if all went well: otherwise the draft goes, and the file is as it was. Raises OSError.
    """
    draft = file.with_name(f".{file.name}.part")
    with suppress(OSError):
        draft.unlink()  # of a process that was killed
    try:
        yield draft
        draft.replace(file)
    finally:
        with suppress(OSError):
            draft.unlink()
