"""What runs inside an extraction process: limits on time and memory around one call at a time.

Four fences: an alarm that Python code and lxml's loops notice, a limit of processor time that the
kernel enforces even inside C code, a limit of memory, and a second look at the clock for a call that
waits for ever and uses nothing. The process ends with its parent.
"""

import ctypes
import multiprocessing
import os
import pickle
import resource
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from types import FrameType
from typing import Any, ParamSpec, TypeVar

from config.errors import InteropwatchError
from crawler.extraction.errors import ExtractionError, Reason

P = ParamSpec("P")
T = TypeVar("T")

Outcome = tuple[Any, InteropwatchError | None]
"""What a call gave, or why it gave nothing."""

A_WHILE = 0.2
"""Seconds after which a process hands back what is left of the calls that came together."""

_GRACE = 3.0
"""Seconds of processor time beyond the time limit after which the kernel ends the process."""


_MOST_OF_A_TRACEBACK = 4_000
"""Characters, of the end: an error may quote the page."""

_LATE, _VERY_LATE = 5.0, 5.0
"""So many times the time limit, and so many seconds more, a call may take by the clock."""

_WATCH = 1.0
"""Seconds between two looks at the parent and at the clock."""


class _Deadline:
    """By when the call under way has to be over, by the monotonic clock; None while there is none."""

    at: float | None = None


class _Overdue(BaseException):
    """Raised by the alarm; no handler for ordinary exceptions inside a library may catch it."""


def prepare(memory_bytes: int, first: Callable[[], object] | None = None) -> None:
    """Set up a fresh process: parent watcher, quiet interrupts, memory limit, warm caches."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then stops us
    signal.signal(signal.SIGALRM, _on_alarm)
    threading.Thread(target=_watch, daemon=True).start()
    _warm_up()
    if first is not None:
        first()
    if sys.platform == "linux":
        # Libraries reserve address space that they never touch: the limit counts from here.
        used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()  # noqa: PTH123, SIM115
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (used + memory_bytes, hard))


def limited(seconds: float, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do the work within the time limit. Raises ExtractionError (timeout, memory)."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    budget = int(used.ru_utime + used.ru_stime + seconds + _GRACE) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (budget, hard))
    _Deadline.at = time.monotonic() + _LATE * seconds + _VERY_LATE
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return work(*args, **kwargs)
    except _Overdue:
        raise ExtractionError(Reason.TIMEOUT, f"more than {seconds:g} s of work") from None
    except (MemoryError, RecursionError) as error:
        raise ExtractionError(Reason.MEMORY, type(error).__name__) from None
    except InteropwatchError:
        raise
    except Exception as error:
        # The page is kept aside for it: one that meets a mistake of ours must not come for ever.
        broken = ExtractionError(Reason.BROKEN, f"{type(error).__name__}: {error}")
        broken.add_note(traceback.format_exc()[-_MOST_OF_A_TRACEBACK:])  # for the daemon's log
        raise broken from error
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        _Deadline.at = None


def _on_alarm(_number: int, _frame: FrameType | None) -> None:
    raise _Overdue


def _watch() -> None:
    """End with the parent, and where the alarm rang in the middle of a lock, which nobody opens then."""
    parent = multiprocessing.parent_process()
    while parent is not None and parent.is_alive():
        parent.join(_WATCH)
        due = _Deadline.at
        if due is not None and time.monotonic() > due:
            os._exit(1)
    if parent is not None:
        os._exit(0)


def _warm_up() -> None:
    """The first page costs as much as thirty others; pay before the first real one."""
    from crawler.extraction.page import extract

    paragraph = "<p>Taobao began to accept WeChat Pay on Friday, the company said in a note.</p>"
    page = f"<html><body><article><h1>Warm</h1>{paragraph * 5}</article></body></html>"
    extract(page.encode(), "https://example.org/warm")
    _give_back_memory()


def _give_back_memory() -> None:
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError):  # not glibc
        return


def work_off(seconds: float, packed: list[bytes]) -> list[Outcome]:
    """The one entry point that the pool submits: outcomes of the first calls, at least of one.

    It stops when it has taken a while, so that what is done reaches those who wait for it.
    """
    until = time.monotonic() + A_WHILE
    outcomes: list[Outcome] = []
    for one in packed:
        outcomes.append(_call(seconds, one))
        if time.monotonic() > until:
            break
    return outcomes


def _call(seconds: float, packed: bytes) -> Outcome:
    work, args, kwargs = pickle.loads(packed)  # noqa: S301 - the pool packed it
    try:
        return limited(seconds, work, *args, **kwargs), None
    except _Overdue:  # the alarm rang between the end of the work and its being switched off
        return None, ExtractionError(Reason.TIMEOUT, f"more than {seconds:g} s of work")
    except InteropwatchError as error:
        return None, error
