"""Extraction in processes of its own, so that no page can hold up the loop or take the daemon down.

Calls that wait for a process go to it together, because handing over costs more than a look at a page.
A process that dies takes the first attempt of its calls with it. Each is tried once more with nothing
beside it; if the process dies again, that page is to blame and is given up.
"""

import asyncio
import logging
import multiprocessing
import pickle
from collections import deque
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from typing import Any, ParamSpec, TypeVar

from crawler.extraction import worker
from crawler.extraction.errors import ExtractionError, Reason

P = ParamSpec("P")
T = TypeVar("T")

SECONDS_PER_PAGE = 5.0
MEMORY_BYTES = 1024 * 1024 * 1024
"""Address space that one process may take beyond what it has after warming up."""

MOST_CALLS = 16
MOST_BYTES = 1024 * 1024
"""What goes to a process at once, though always one call."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class _Call:
    packed: bytes
    outcome: asyncio.Future[Any]

    def end(self, value: Any, error: BaseException | None = None) -> None:
        if self.outcome.done():  # nobody waits for it any more
            return
        if error is None:
            self.outcome.set_result(value)
        else:
            self.outcome.set_exception(error)


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
        self._waiting: deque[_Call] = deque()
        self._suspects: deque[_Call] = deque()
        self._running: set[asyncio.Task[None]] = set()
        self._alone = False

    async def run(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """The outcome of `work(*args)`, computed in one of the processes.

        Raises what the work raises, and ExtractionError (timeout, memory, crashed).
        """
        packed = pickle.dumps((work, args, kwargs), pickle.HIGHEST_PROTOCOL)
        call = _Call(packed, asyncio.get_running_loop().create_future())
        self._waiting.append(call)
        self._hand_over()
        outcome: T = await call.outcome
        return outcome

    def _hand_over(self) -> None:
        """Give work to processes that have none; a suspect only when all the others are idle."""
        while len(self._running) < self.processes and not self._alone:
            if self._suspects:
                if self._running:
                    return
                self._alone = True
                self._start([self._suspects.popleft()])
            elif self._waiting:
                self._start(self._next())
            else:
                return

    def _next(self) -> list[_Call]:
        share = -(-len(self._waiting) // self.processes)
        chosen = [self._waiting.popleft()]
        size = len(chosen[0].packed)
        while len(chosen) < min(share, MOST_CALLS):
            size += len(self._waiting[0].packed)
            if size > MOST_BYTES:
                break
            chosen.append(self._waiting.popleft())
        return chosen

    def _start(self, calls: list[_Call]) -> None:
        task = asyncio.get_running_loop().create_task(self._work_off(calls))
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not self._running:
            self._alone = False
        self._hand_over()

    async def _work_off(self, calls: list[_Call]) -> None:
        try:
            outcomes = await self._submit([call.packed for call in calls])
        except asyncio.CancelledError:  # the pool was closed
            for call in calls:
                call.outcome.cancel()
        except Exception as error:  # noqa: BLE001 - whoever waits for the call gets to know it
            self._failed(calls, error)
        else:
            for call, (value, problem) in zip(calls, outcomes, strict=False):
                call.end(value, problem)
            self._waiting.extendleft(reversed(calls[len(outcomes) :]))

    def _failed(self, calls: list[_Call], error: Exception) -> None:
        died = isinstance(error, BrokenProcessPool)
        if not self._alone and (died or len(calls) > 1):
            if died:
                log.warning("an extraction process died; its pages are tried once more")
            self._suspects.extend(calls)
            return
        if died:
            detail = "the extraction process died twice over this page"
            error = ExtractionError(Reason.CRASHED, detail)
        for call in calls:
            call.end(None, error)

    async def _submit(self, packed: list[bytes]) -> list[worker.Outcome]:
        executor = self._open()
        work = partial(worker.work_off, self.seconds, packed)
        try:
            return await asyncio.get_running_loop().run_in_executor(executor, work)
        except BrokenProcessPool:
            if self._executor is executor:  # the first to notice replaces it
                self._executor = None
                self.rebuilt += 1
                executor.shutdown(wait=False)
            raise

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
