"""Commands that write files, each killed at one of its effects or left without room, and run again.

What a command does to the disk is counted by kind: what SQLite writes, what Python writes, what is
flushed, named, given a second name, or removed. So `backup, named, 1` is the moment at which a
copy gets its name.
"""

import re
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sqlalchemy import text

from storage import schema
from storage.backups import verify
from storage.database import Database
from storage.models import Article
from tests.fakes.effects import FILE, PAGE
from tests.fakes.failpoints import FULL, Trap, passed
from tests.fakes.lives import Lives
from tests.fakes.upgrading import OLDEST, fill

STATISTICS = re.compile("sqlite_stat|^ANALYZE")
"""What SQLite notes of its own accord."""

NAMES = ("flushed", "named", "renamed", "linked")
"""Effects by which what was written becomes what others see."""

LEAST_PAGES = 200
"""Rows of an old store, enough for several pages."""


@dataclass(frozen=True)
class Errand:
    """A command, the store that it finds, and what may be there after a kill, and at the end."""

    words: tuple[str, ...]
    effects: tuple[str, ...]
    """Those that it must pass: otherwise it does something else by now."""
    whole: Callable[["Scene"], list[str]]
    """What is wrong after a kill or without room."""
    done: Callable[["Scene"], list[str]]
    """What is wrong after it was run again."""
    finds: str = "full.db"
    again: int = 0
    """Exit code when it is run again after it was through."""
    over: bool = False
    """Whether it finds what it has made an hour ago."""

    def traps(self, passings: Mapping[str, int], most: int) -> list[Trap]:
        """Every effect before it, some after it, and without room; so many passings of each."""
        return [
            Trap(point, moment, nth)
            for point, times in passings.items()
            for moment in ("before", *(("after", FULL) if point in NAMES else ()))
            for nth in _some(times, most)
        ] + [
            Trap(point, FULL, nth)
            for point, times in passings.items()
            if point in (PAGE, FILE)
            for nth in _some(times, most)
        ]


class Scene:
    """A folder with stores, before and after a command."""

    def __init__(self, lives: Lives, full: Path) -> None:
        self._lives = lives
        self.folder = lives.folder / "errands"
        self._kept = lives.folder / "kept"
        self._kept.mkdir()
        for name in ("full.db", "other.db"):
            with (
                closing(sqlite3.connect(full)) as store,
                closing(sqlite3.connect(self._kept / name)) as kept,
            ):
                store.backup(kept)
        with closing(sqlite3.connect(self._kept / "other.db")) as other, other:
            other.execute("DELETE FROM delivery")
        old = Database(f"sqlite:///{self._kept / 'old.db'}")
        fill(old, LEAST_PAGES)
        old.close()
        self.digests = {one.name: digest(one) for one in self._kept.glob("*.db")}

    @property
    def store(self) -> Path:
        """The store of the command."""
        return self._lives.file

    def set(self, errand: Errand) -> None:
        """Everything as it was before."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        for file in self._lives.folder.glob("watch.db*"):
            file.unlink()
        shutil.copy(self._kept / errand.finds, self.store)
        shutil.copy(self._kept / "other.db", self.folder)
        if errand.over:
            self.call(errand)
        self._lives.passings.unlink(missing_ok=True)

    def call(self, errand: Errand, trap: Trap | None = None) -> tuple[int, str]:
        """Run the command; its exit code, or the signal that ended it as a negative number."""
        words = [word.replace("HERE", str(self.folder)) for word in errand.words]
        return self._lives.call(trap, *words)

    def try_out(self, errand: Errand, trap: Trap) -> list[str]:
        """What is wrong when the trap springs in the command, or when it is run again."""
        self.set(errand)
        code, said = self.call(errand, trap)
        wrong = errand.whole(self)
        if trap.moment != FULL and code != -signal.SIGKILL:
            wrong.append(f"it was not killed, it ended with {code}: {said}")
        if trap.moment == FULL:
            wrong += self._without_room(errand, code, said)
        through = not errand.done(self)
        code, said = self._again(errand)
        if code != (errand.again if through else 0):
            wrong.append(f"it ended with {code} when it was run again: {said}")
        return [*wrong, *errand.done(self), *(f"{one.name} is left" for one in self.drafts())]

    def _without_room(self, errand: Errand, code: int, said: str) -> list[str]:
        """It says what is wrong and leaves nothing behind, or it has done without."""
        wrong = [f"it left {one.name}" for one in self.drafts()]
        if code == 0:
            return wrong + errand.done(self)
        in_words = said.startswith("interopwatch: ") and "Traceback" not in said
        return wrong if code > 0 and in_words else [*wrong, f"it ended with {code}: {said}"]

    def _again(self, errand: Errand) -> tuple[int, str]:
        """Run again, as a person does; what was kept a second ago has the name still."""
        while True:
            code, said = self.call(errand)
            if "try again in a moment" not in said:
                return code, said
            time.sleep(0.1)

    def passings(self, errand: Errand) -> dict[str, int]:
        """How often it passes each effect when nothing happens to it."""
        self.set(errand)
        code, said = self.call(errand)
        assert code == 0, said
        assert errand.done(self) == []
        return {
            point: times
            for (point, at), times in passed(self._lives.passings).items()
            if at == "before"
        }

    def drafts(self) -> list[Path]:
        """What no command should leave behind."""
        return [*self.folder.rglob(".*.part*"), *self._lives.folder.glob(".watch*")]


def _some(times: int, most: int) -> list[int]:
    """So many numbers from the first to the last."""
    if times <= most:
        return list(range(1, times + 1))
    return sorted({1 + round(step * (times - 1) / (most - 1)) for step in range(most)})


def digest(file: Path) -> str:
    """What a store holds, all tables and rows; `none` where there is no file."""
    if not file.exists():
        return "none"
    with closing(sqlite3.connect(file)) as connection:
        (whole,) = connection.execute("PRAGMA integrity_check").fetchone()
        if whole != "ok":
            return f"damaged: {whole}"
        lines = (line for line in connection.iterdump() if not STATISTICS.search(line))
        return sha256("\n".join(lines).encode()).hexdigest()[:16]


def _same(scene: Scene, name: str) -> list[str]:
    found = digest(scene.store)
    return [] if found == scene.digests[name] else [f"the store is not {name} any more: {found}"]


def _backup_whole(scene: Scene) -> list[str]:
    copy = scene.folder / "copy.db"
    if copy.exists() and digest(copy) != scene.digests["full.db"]:
        return ["half a copy has its name"]
    return _same(scene, "full.db")


def _backup_done(scene: Scene) -> list[str]:
    copy = scene.folder / "copy.db"
    if not copy.exists():
        return ["there is no copy"]
    verify(copy)
    return _backup_whole(scene)


def _restore_whole(scene: Scene) -> list[str]:
    found = digest(scene.store)
    if found == scene.digests["full.db"]:
        return []
    return _restore_done(scene)


def _restore_done(scene: Scene) -> list[str]:
    wrong = _same(scene, "other.db")
    kept = [digest(one) for one in scene.store.parent.glob("watch.db.before-restore-*")]
    return (
        wrong
        if scene.digests["full.db"] in kept
        else [*wrong, f"what was there is not kept: {kept}"]
    )


def _upgrade_whole(scene: Scene) -> list[str]:
    database = Database(f"sqlite:///{scene.store}")
    current = schema.status(database).current
    with database.engine.connect() as connection:
        count = connection.execute(text("SELECT count(*) FROM article")).scalar_one()
    database.close()
    wrong = [] if current in (OLDEST, schema.revisions()[-1]) else [f"it is at {current}"]
    wrong += [] if count == LEAST_PAGES else [f"it holds {count} articles"]
    for copy in scene.store.parent.glob("watch.db.before-[0-9]*"):
        if digest(copy) != scene.digests["old.db"]:
            wrong.append(f"{copy.name} is not what was there")
    return wrong + ([] if digest(scene.store).isalnum() else ["it is damaged"])


def _upgrade_done(scene: Scene) -> list[str]:
    database = Database(f"sqlite:///{scene.store}")
    pending = schema.status(database).pending
    database.close()
    kept = list(scene.store.parent.glob("watch.db.before-[0-9]*"))
    wrong = [] if kept else ["there is no copy from before"]
    return [*wrong, *_upgrade_whole(scene), *([f"{pending} are pending"] if pending else [])]


def _copy_whole(scene: Scene) -> list[str]:
    target = scene.folder / "new.db"
    wrong = _same(scene, "full.db")
    if target.exists() and _rows(target) not in (0, _rows(scene.store)):
        wrong.append(f"the other place holds {_rows(target)} rows")
    return wrong


def _copy_done(scene: Scene) -> list[str]:
    target = scene.folder / "new.db"
    if not target.exists() or _rows(target) != _rows(scene.store):
        return ["not all was copied"]
    return _copy_whole(scene)


def _rows(file: Path, table: str = "") -> int:
    """Rows of a store, or of one table; 0 while it has none."""
    with closing(sqlite3.connect(file)) as connection:
        found = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        ).fetchall()
        wanted = {table} if table else set(Article.metadata.tables)
        ours = [name for (name,) in found if name in wanted]
        counts = (connection.execute(f'SELECT count(*) FROM "{name}"') for name in ours)
        return sum(count for (count,) in (one.fetchone() for one in counts))


def _export_whole(scene: Scene) -> list[str]:
    file = scene.folder / "events.jsonl"
    if not file.exists():
        return ["there is no file"]
    lines = len(file.read_text("utf-8").splitlines())
    return [] if lines == _rows(scene.store, "event") else [f"the file has {lines} lines"]


def _site_whole(scene: Scene) -> list[str]:
    folder = scene.folder / "pages"
    if not folder.exists():
        folder = scene.folder / ".pages.old"  # for the moment between two names
    pages = len(list(folder.rglob("*.html")))
    return [] if (folder / "index.html").exists() and pages > 4 else [f"{pages} pages"]


def _site_done(scene: Scene) -> list[str]:
    return _site_whole(scene) if (scene.folder / "pages").exists() else ["there are no pages"]


def _vacuum_done(scene: Scene) -> list[str]:
    return _same(scene, "full.db")


ERRANDS = {
    "backup": Errand(
        ("db", "backup", "HERE/copy.db"), ("page written", "flushed", "named"),
        _backup_whole, _backup_done, again=1,
    ),
    "restore": Errand(
        ("db", "restore", "HERE/other.db"), ("page written", "flushed", "linked", "named"),
        _restore_whole, _restore_done,
    ),
    "upgrade": Errand(
        ("db", "upgrade"), ("page written", "flushed", "named"),
        _upgrade_whole, _upgrade_done, finds="old.db",
    ),
    "copy": Errand(
        ("db", "copy", "--from", "sqlite:///HERE/../watch.db", "--to", "sqlite:///HERE/new.db"),
        ("page written",), _copy_whole, _copy_done, again=1,
    ),
    "vacuum": Errand(("db", "vacuum"), ("page written",), _vacuum_done, _vacuum_done),
    "export": Errand(
        ("export", "--what", "events", "--format", "jsonl", "--to", "HERE/events.jsonl"),
        ("file written", "named"), _export_whole, _export_whole,
        over=True,
    ),
    "pages": Errand(
        ("export", "--format", "html", "--to", "HERE/pages"), ("file written", "renamed"),
        _site_whole, _site_done, over=True,
    ),
}  # fmt: skip
