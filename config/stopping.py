"""Being told to stop: while a process starts it ends by itself, then its loops end in order."""

import asyncio
import signal
from collections.abc import Iterable
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)

_asked: list[int] = []
"""Signals that came while the process was starting."""


def end_while_starting() -> None:
    """From now on SIGTERM and SIGINT end the process with 0, wherever it is.

    By an exception, so that what was begun is closed and rolled back on the way out.
    """
    _asked.clear()
    for number in SIGNALS:
        signal.signal(number, _end)


def _end(number: int, _frame: FrameType | None) -> None:
    _asked.append(number)
    raise SystemExit(0)


def stop_signal() -> asyncio.Event:
    """Set once SIGTERM or SIGINT comes. Call it in the loop, before anything else.

    It is set already if one came before, and the exception was lost: Python drops what is raised
    while it calls back from a library or collects garbage.
    """
    stop = asyncio.Event()
    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if _asked:
        stop.set()
    return stop


async def first_end(
    loops: "Iterable[asyncio.Task[None]]", stop: asyncio.Event
) -> "set[asyncio.Task[None]]":
    """Wait until we are told to stop, or a loop ends by itself: these are given back."""
    stopping = asyncio.ensure_future(stop.wait())
    ended, _ = await asyncio.wait([*loops, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    return {task for task in loops if task in ended}
