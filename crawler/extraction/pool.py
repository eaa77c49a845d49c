"""Extraction in processes of its own, so that no page can hold up the loop or take the daemon down.

A process that dies takes its page's first attempt with it. The page is tried once more with nothing
beside it; if the process dies again, the page is to blame and is given up.
"""

import asyncio
import logging
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import ParamSpec, TypeVar

from crawler.extraction import worker
from crawler.extraction.errors import ExtractionError, Reason

P = ParamSpec("P")
T = TypeVar("T")

SECONDS_PER_PAGE = 5.0
MEMORY_BYTES = 1024 * 1024 * 1024
"""Address space that one process may take beyond what it has after warming up."""

log = logging.getLogger(__name__)


class ExtractionPool:
    """Processes that run functions of this package; they start with the first call.

    Functions and arguments must be importable and picklable. `seconds` bounds each call, but not
    `first`, which every process does before its first call: what later calls need and keep.
    """

    def __init__(
        self,
        processes: int = 1,
        *,
        seconds: float = SECONDS_PER_PAGE,
        memory_bytes: int = MEMORY_BYTES,
        first: Callable[[], object] | None = None,
    ) -> None:
        self.processes = processes
        self.seconds = seconds
        self.memory_bytes = memory_bytes
        self.first = first
        self.rebuilt = 0
        self._executor: ProcessPoolExecutor | None = None
        self._slots = asyncio.Semaphore(processes)
        self._alone = asyncio.Lock()

    async def run(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """The outcome of `work(*args)`, computed in one of the processes.

        Raises what the work raises, and ExtractionError (timeout, memory, crashed).
        """
        async with self._slots:
            try:
                return await self._submit(work, *args, **kwargs)
            except BrokenProcessPool:
                log.warning("an extraction process died; its page is tried once more")
        # Alone, so that a second death can only be this call's doing.
        async with self._alone:
            for _ in range(self.processes):
                await self._slots.acquire()
            try:
                return await self._submit(work, *args, **kwargs)
            except BrokenProcessPool:
                detail = "the extraction process died twice over this page"
                raise ExtractionError(Reason.CRASHED, detail) from None
            finally:
                for _ in range(self.processes):
                    self._slots.release()

    async def _submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        executor = self._open()
        call = partial(worker.call, self.seconds, work, args, kwargs)
        try:
            outcome: T = await asyncio.get_running_loop().run_in_executor(executor, call)
        except BrokenProcessPool:
            if self._executor is executor:  # the first to notice replaces it
                self._executor = None
                self.rebuilt += 1
                executor.shutdown(wait=False)
            raise
        return outcome

    def _open(self) -> ProcessPoolExecutor:
        if self._executor is None:
            # No max_tasks_per_child: it deadlocks in several versions of Python.
            self._executor = ProcessPoolExecutor(
                self.processes,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=worker.prepare,
                initargs=(self.memory_bytes, self.first),
            )
        return self._executor

    async def warm_up(self) -> None:
        """Start the processes now instead of with the first page."""
        await asyncio.gather(*(self.run(_nothing) for _ in range(self.processes)))

    async def close(self) -> None:
        """Let running calls end, then stop the processes."""
        executor, self._executor = self._executor, None
        if executor is not None:
            close = partial(executor.shutdown, wait=True, cancel_futures=True)
            await asyncio.get_running_loop().run_in_executor(None, close)


def _nothing() -> None:
    """Does nothing: the process is warm when it comes to it."""
