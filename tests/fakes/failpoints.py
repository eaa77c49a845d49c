"""Named points at which a process dies, or finds no room on the disk, at its n-th passing.

The product knows nothing of them: they are put around its functions in a process that a test has
forked. A work is what is done in a transaction that writes, and has three moments: before it, when
it is written and not committed, and committed. A call is what reaches out of the store, with a
moment before and one after.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial, wraps
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from sqlmodel import Session

from storage.database import Database
from tests.fakes.fullness import Disk

Work = Callable[..., Any]
FULL = "full"
"""The moment of a work in which the disk is full, from its begin to its end."""

WORKS_DONE = "works"
"""Where a session keeps the names of the works in its transaction."""

WORKS = {
    "chats taken over": "storage.subscriptions:sync_chats",
    "loops begun": "storage.heartbeats:begin",
    "a sign of life": "storage.heartbeats:beat",
    "open runs closed": "storage.runs:interrupt_runs",
    "sources taken over": "storage.feeds:sync_sources",
    "absurd waits mended": "storage.feeds:reset_absurd_due",
    "clock mended": "storage.clocks:mend_clock",
    "runs begun": "storage.runs:begin_runs",
    "runs ended": "storage.runs:finish_runs",
    "feeds reviewed": "storage.notices:review",
    "article stored": "crawler.pipelines:_store",
    "page refused": "crawler.pipelines:_reject_all",
    "articles followed": "alerts.follow_loop:FollowLoop._in_transaction",
    "cut off deliveries taken back": "storage.outbox:recover",
    "old deliveries dropped": "storage.deliveries:drop_owed",
    "deliveries claimed": "storage.outbox:claim",
    "edits claimed": "storage.edits:claim_edits",
    "repeat counted": "storage.outbox:depart",
    "message settled": "storage.receipts:settle_sent",
    "edit settled": "storage.edits:settle_edited",
    "old updates forgotten": "storage.updates:forget",
    "updates stored": "storage.updates:store",
    "update taken": "storage.updates:take",
    "command done": "alerts.delivery.conversation:_once",
    "update settled": "storage.updates:settle",
    "failure noted": "storage.articles:mark_failed",
    "message without an answer": "storage.receipts:settle_uncertain",
    "message not taken": "storage.receipts:settle_retry",
    "edit put off": "storage.edits:postpone_edit",
    "update failed": "storage.updates:fail",
    "standstill looked for": "storage.watchdog:Watchdog._late",
}
"""Everything that a daemon writes, by the function that does it."""

CALLS = {
    "feed fetched": "crawler.pipelines:Intake.read",
    "page fetched": "crawler.pipelines:Intake.keep",
    "message to Telegram": "alerts.delivery.channels.telegram:TelegramChannel.send",
    "edit to Telegram": "alerts.delivery.channels.telegram:TelegramChannel.edit",
    "updates from Telegram": "alerts.delivery.bot:TelegramBot._poll",
    "answer to Telegram": "alerts.delivery.conversation:attempt",
}

AT_ITS_START = (
    "chats taken over",
    "loops begun",
    "open runs closed",
    "sources taken over",
    "absurd waits mended",
    "cut off deliveries taken back",
    "old deliveries dropped",
    "old updates forgotten",
    "standstill looked for",
)
"""Works that every daemon begins with."""

WRITES_NOTHING = (
    "open runs closed",
    "absurd waits mended",
    "clock mended",
    "feeds reviewed",
    "cut off deliveries taken back",
    "old deliveries dropped",
    "old updates forgotten",
    "standstill looked for",
)
"""Works that find nothing to write in a small world, so that a full disk is nothing to them."""

UNHANDED = ("storage.preparing:sync_chats",)
"""Works that are not handed to the database's thread."""

POINTS = [
    *((name, moment) for name in WORKS for moment in ("before", "written", "committed")),
    *((name, moment) for name in CALLS for moment in ("before", "after")),
]
"""Where a daemon is killed."""

FULL_AT = [name for name in WORKS if name not in WRITES_NOTHING]
"""Works in which the disk is full."""


@dataclass(frozen=True)
class Trap:
    """What is to happen at which passing of a moment, counted from 1."""

    point: str
    moment: str
    nth: int

    @property
    def least(self) -> int:
        """How often the moment has been passed when it has sprung: a disk is full once."""
        return 1 if self.moment == FULL else self.nth


class Passings:
    """Notes every passing in a file, which outlives the process, and springs its trap."""

    def __init__(self, file: Path, trap: Trap | None) -> None:
        self._seen = passed(file)  # also by those that lived before
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._trap = trap
        self.disk = Disk()

    def note(self, point: str, moment: str) -> None:
        """This moment is passed now; perhaps nothing comes after it."""
        os.write(self._file, f"{point}\t{moment}\n".encode())
        self._seen[point, moment] += 1
        if moment != FULL and self._trap == Trap(point, moment, self._seen[point, moment]):
            os.kill(os.getpid(), signal.SIGKILL)

    def is_full_at(self, point: str) -> bool:
        """Whether there is no room from this passing on."""
        trap = self._trap
        if trap is None or (trap.moment, trap.point) != (FULL, point):
            return False
        return self._seen[point, "before"] >= trap.nth

    def begin(self, point: str) -> None:
        """A work begins, perhaps on a full disk: the first one from the n-th on that writes."""
        self.note(point, "before")
        self.disk.full = self.is_full_at(point) and not self.disk.refused

    def end(self, works: Iterable[str], *, committed: bool) -> None:
        """The transaction of these works has ended; there is room again."""
        for point in works:
            if committed:
                self.note(point, "committed")
            elif self.disk.full:
                self.note(point, FULL)
        self.disk.full = False


def passed(file: Path) -> Counter[tuple[str, str]]:
    """How often each moment was passed."""
    if not file.exists():
        return Counter()
    lines = (line.split("\t") for line in file.read_text("utf-8").splitlines())
    return Counter((point, moment) for point, moment in lines)


def arm(passings: Passings) -> None:
    """Put the points around the functions of this process, for good."""
    passings.disk.watch_sqlite()
    names = {where: name for name, where in WORKS.items()}

    def around(work: Work) -> Work:
        where = _where(work)
        return _work(passings, names.get(where, where), work)

    for method in ("run", "join"):
        _replace(f"storage.database:Database.{method}", partial(_handing_over, around))
    _replace("storage.database:Database.write", partial(_writing, passings))
    for where in UNHANDED:
        _replace(where, around)
    for name, where in CALLS.items():
        _replace(where, partial(_call, passings, name))


def _replace(where: str, by: Callable[[Work], Work]) -> None:
    owner, _, name = where.replace(":", ".").rpartition(".")
    holder = resolve_name(owner)
    setattr(holder, name, by(getattr(holder, name)))


def _where(work: Work) -> str:
    while isinstance(work, partial):
        work = work.func
    return f"{work.__module__}:{work.__qualname__}"


def _writing(passings: Passings, write: Work) -> Work:
    @contextmanager
    def writing(database: Database) -> Iterator[Session]:
        committed, works = False, []
        try:
            with write(database) as session:
                works = session.info.setdefault(WORKS_DONE, [])
                yield session
            committed = True
        finally:
            passings.end(works, committed=committed)

    return writing


def _handing_over(around: Callable[[Work], Work], method: Work) -> Work:
    @wraps(method)
    async def handing_over(database: Database, work: Work, *args: Any, **kwargs: Any) -> Any:
        return await method(database, around(work), *args, **kwargs)

    return handing_over


def _work(passings: Passings, name: str, work: Work) -> Work:
    def passing(session: Session, *args: Any, **kwargs: Any) -> Any:
        passings.begin(name)
        session.info.setdefault(WORKS_DONE, []).append(name)
        done = work(session, *args, **kwargs)
        passings.note(name, "written")
        return done

    return passing


def _call(passings: Passings, name: str, call: Work) -> Work:
    @wraps(call)
    async def calling(*args: Any, **kwargs: Any) -> Any:
        passings.note(name, "before")
        found = await call(*args, **kwargs)
        passings.note(name, "after")
        return found

    return calling
