"""Opening the store: one engine, short transactions, one thread that does all the work.

SQLite runs in WAL mode with full synchronisation, and every writing transaction takes the write
lock at its start: a default session lets two processes claim one row without an error.
"""

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlmodel import Session

from config.errors import ConfigError, InteropwatchError
from storage.presence import Presence
from storage.rights import hindrance
from storage.spans import Spans

try:  # bundles a SQLite without the WAL-reset bug of 3.7.0 to 3.51.2; has wheels for Linux only
    import pysqlite3 as sqlite_driver
except ImportError:  # pragma: no cover - other systems use what their Python was built with
    sqlite_driver = sqlite3

P = ParamSpec("P")
T = TypeVar("T")
Work = Callable[[Session], Any]

BUSY_TIMEOUT_MS = 15_000
"""How long a writer waits for another; four writers at once were seen to wait 3.3 s."""

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    f"PRAGMA journal_size_limit={64 * 1024 * 1024}",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA temp_store=MEMORY",
)


class Database:
    """The store behind one URL (`sqlite:///file` or `postgresql+psycopg://…`).

    Raises InteropwatchError when the place cannot be opened, with what to do about it.
    """

    def __init__(self, url: str) -> None:
        self.url = address_of(url)
        if self.url.drivername == "postgresql":
            self.url = self.url.set(drivername="postgresql+psycopg")
        self.engine = _open(self.url)
        self._presence = Presence(_file_of(self.url))
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="database")
        self._joining: deque[tuple[Work, Future[Any]]] = deque()
        self.ended = 0
        """Works on the database thread that came to an end, good or bad: it is not stuck."""
        self.spans = Spans()
        """How long these works took, with what they waited for the thread."""

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A short reading transaction; rows stay usable after it."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A writing transaction: committed at the end of the block, rolled back on an error.

        Raises OperationalError when the store cannot be written to, or its file is gone.
        """
        if (lack := self._presence.lack()) is not None:
            raise OperationalError("BEGIN", None, sqlite_driver.OperationalError(lack))
        with Session(self.engine, expire_on_commit=False) as session:
            if self.engine.dialect.name == "sqlite":
                session.connection(execution_options={"begin": "IMMEDIATE"})
            yield session
            session.commit()

    async def run(
        self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do `work(session, …)` in a writing transaction on the database thread."""

        def call() -> T:
            with self.write() as session:
                return work(session, *args, **kwargs)

        running = asyncio.get_running_loop().run_in_executor(self._thread, call)
        return await self._end_of(work, running)

    async def ask(
        self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do `work(session, …)` in a reading transaction on the database thread."""

        def call() -> T:
            with self.read() as session:
                return work(session, *args, **kwargs)

        running = asyncio.get_running_loop().run_in_executor(self._thread, call)
        return await self._end_of(work, running)

    async def join(
        self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Like run, in one transaction with all else that waits to join: one wait for the disk.

        Should one of them fail, each is done by itself. PostgreSQL does them one by one anyway:
        transactions that lock many rows would meet those of other processes the wrong way round.
        """
        if self.engine.dialect.name != "sqlite":
            return await self.run(work, *args, **kwargs)
        done: Future[T] = Future()
        self._joining.append((lambda session: work(session, *args, **kwargs), done))
        self._thread.submit(self._work_off)
        return await self._end_of(work, asyncio.wrap_future(done))

    async def _end_of(self, work: Callable[..., T], running: Awaitable[T]) -> T:
        began = time.monotonic()
        try:
            found = await running
        except Exception:
            self._ended(work, began)
            raise
        self._ended(work, began)
        return found

    def _ended(self, work: Callable[..., Any], began: float) -> None:
        self.ended += 1
        self.spans.note(work, time.monotonic() - began)

    def _work_off(self) -> None:
        waiting = [self._joining.popleft() for _ in range(len(self._joining))]
        self._do_together([one for one in waiting if one[1].set_running_or_notify_cancel()])

    def _do_together(self, waiting: list[tuple[Work, Future[Any]]]) -> None:
        if not waiting:
            return
        try:
            with self.write() as session:
                results = [work(session) for work, _ in waiting]
        except Exception as error:  # noqa: BLE001 - whoever waits hears of it
            if len(waiting) == 1:
                waiting[0][1].set_exception(error)
                return
            for one in waiting:
                self._do_together([one])
        else:
            for (_, done), result in zip(waiting, results, strict=True):
                done.set_result(result)

    def close(self) -> None:
        """Finish what the thread is doing and let go of all connections."""
        self._thread.shutdown(wait=True)
        self.engine.dispose()


def absent(url: str) -> Path | None:
    """The file of a SQLite store that is not there yet; opening the store would make it."""
    file = _file_of(address_of(url))
    try:
        return None if file is None or file.exists() else file
    except OSError:  # a folder that is shut to us: opening the store says whose it is
        return None


def _file_of(url: URL) -> Path | None:
    """The file of a SQLite store that is one."""
    name = url.database or ""
    if url.get_backend_name() != "sqlite" or not name or name.startswith(("file:", ":memory:")):
        return None
    return Path(name)


def address_of(url: str) -> URL:
    """The parts of the address of a store. Raises ConfigError."""
    try:
        return make_url(url)
    except (ArgumentError, ValueError) as error:  # it may hold a password: it is not repeated
        raise ConfigError(
            "the address of the database cannot be read: write sqlite:///file or "
            "postgresql://user:password@host/name, in a password @ as %40, : as %3A, / as %2F"
        ) from error


def _open(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    if url.database and url.database != ":memory:":
        _make_folder(Path(url.database))
    engine = create_engine(
        url, module=sqlite_driver, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    _probe(engine, url)
    return engine


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InteropwatchError(
            f"cannot make the folder {file.parent} for the database: {error.strerror}. "
            "Point INTEROPWATCH_DATABASE_URL at a place that you may write to."
        ) from error


def _probe(engine: Engine, url: URL) -> None:
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT count(*) FROM sqlite_master"))
    except (DatabaseError, sqlite_driver.DatabaseError) as error:
        raise InteropwatchError(
            f"cannot open the database {url.database}: {_why(error, Path(str(url.database)))}"
        ) from error


def _why(error: Exception, file: Path) -> str:
    found = hindrance(file.absolute())
    if found:
        return f"{found[0]}. To mend it: {found[1]}"
    said = error.orig if isinstance(error, DatabaseError) else error
    return f"{said}. Check that it is a database of interopwatch and that the disk has room."


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin(connection: Any) -> None:
    kind = connection.get_execution_options().get("begin", "")
    connection.exec_driver_sql(f"BEGIN {kind}".strip())


def sqlite_library() -> ModuleType:
    """The SQLite library in use, for what SQLAlchemy has no words for."""
    driver: ModuleType = sqlite_driver
    return driver


def sqlite_version() -> str:
    """Version of the SQLite library in use."""
    return str(sqlite_library().sqlite_version)
