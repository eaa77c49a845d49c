"""A disk without room, inside one process: what SQLite and Python write gets ENOSPC, as from a disk.

SQLite lets a test put other system calls in the place of its own; here they are refused while the
disk is full. No quota, mount or right is needed, and nobody else on the machine notices.
"""

import builtins
import ctypes
import errno
import io
import os
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from storage.database import sqlite_library

_WRITING = {
    "write": (ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t),
    "pwrite": (ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_longlong),
    "pwrite64": (ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_longlong),
}
"""The calls by which SQLite writes to a file, with what they are given."""


class _Vfs(ctypes.Structure):
    """sqlite3_vfs as sqlite.org/c3ref/vfs.html has it, as far as the last thing needed here."""

    _fields_ = [
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("longest_path", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        ("others", ctypes.c_void_p * 13),  # from xOpen to xCurrentTimeInt64
        ("set_call", ctypes.c_void_p),
    ]


class Disk:
    """The disk of this process; there is one, because there is one SQLite and one `open`.

    `takes` is asked before every write. What has no room is refused, and counted.
    """

    def __init__(self) -> None:
        self.full = False
        self.refused = 0
        self._kept: list[Any] = []

    def takes(self) -> bool:
        """Whether there is room for one more write."""
        self.refused += self.full
        return not self.full

    def watch_sqlite(self, takes: Callable[[], bool] | None = None) -> None:
        """Let SQLite write to this disk."""
        library = ctypes.CDLL(_extension().__file__)
        library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
        vfs = library.sqlite3_vfs_find(None)
        kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
        libc = ctypes.CDLL(None, use_errno=True)
        for name, given in _WRITING.items():
            call = ctypes.CFUNCTYPE(ctypes.c_ssize_t, *given, use_errno=True)
            ours = call(_guarding(call((name, libc)), takes or self.takes))
            kind(vfs.contents.set_call)(vfs, name.encode(), ctypes.cast(ours, ctypes.c_void_p))
            self._kept.append(ours)

    def watch_files(self, takes: Callable[[], bool] | None = None) -> None:
        """Let files that Python opens for writing lie on this disk."""
        real = io.open

        def opened(
            file: Any, mode: str = "r", buffering: int = -1, *args: Any, **kwargs: Any
        ) -> Any:
            if not set(mode) & set("wax"):
                return real(file, mode, buffering, *args, **kwargs)
            raw = _File(file, mode.replace("b", "").replace("t", ""))
            raw.takes = takes or self.takes
            buffered = io.BufferedWriter(raw)
            return buffered if "b" in mode else io.TextIOWrapper(buffered, *args, **kwargs)

        vars(io)["open"] = vars(builtins)["open"] = opened


def _guarding(real: Callable[..., int], takes: Callable[[], bool]) -> Callable[..., int]:
    def write(*given: Any) -> int:
        if takes():
            return real(*given)
        ctypes.set_errno(errno.ENOSPC)
        return -1

    return write


def _extension() -> ModuleType:
    """The compiled part of the SQLite library in use."""
    name = sqlite_library().__name__
    return sys.modules[f"{name.partition('.')[0]}._sqlite3" if "py" in name else "_sqlite3"]


class _File(io.FileIO):
    """A file that is written no further than there is room: half of what comes then stays in it."""

    takes: Callable[[], bool]
    full = False

    def write(self, data: Any) -> int:
        if self.takes():
            return super().write(data)
        if not self.full:
            super().write(data[: len(data) // 2])
        self.full = True
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
