"""Copies of a store in use, putting one back, and databases of every released schema."""

import gzip
import json
import shutil
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import pytest
from sqlalchemy import inspect
from sqlmodel import SQLModel, select
from typer.testing import CliRunner, Result

from config.errors import ConfigError, SchemaError
from storage import backups, schema
from storage.database import Database, sqlite_library
from storage.database_cli import app
from storage.models import Article, Heartbeat, Interest, Source
from tests.storage.shelf import NOW, Shelf, fill

RELEASED = Path(__file__).parent / "released"


class Around(Shelf):
    """What the composition root hands to these commands."""

    @property
    def database_url(self) -> str:
        return self.url

    def any_database(self) -> Database:
        return self.database()


@pytest.fixture
def around(sqlite_template: Path, tmp_path: Path) -> Iterator[Around]:
    file = shutil.copy(sqlite_template, tmp_path / "store.db")
    around = Around(f"sqlite:///{file}")
    fill(around.database())
    around.close()
    yield around
    around.close()


def ask(around: Around, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "-o", "json"], obj=around)


def articles(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return int(connection.execute("SELECT count(*) FROM article").fetchone()[0])


# backup -------------------------------------------------------------------------------------


def test_a_copy_is_made_beside_the_store(around) -> None:
    [made] = json.loads(ask(around, "backup").stdout)
    file = Path(made["file"])
    assert file.name == "store.20240930T120000Z.backup.db"
    assert (made["schema"], made["bytes"]) == (schema.revisions()[-1], file.stat().st_size)
    assert articles(file) == 4
    assert [path.name for path in file.parent.glob("*backup*")] == [file.name]
    again = ask(around, "backup")
    assert (again.exit_code, "is there already" in again.stderr) == (1, True)


def test_a_copy_of_a_store_that_is_being_written_is_whole(around, tmp_path) -> None:
    """A writer puts in pairs; a copy that holds half a pair is no state of one moment."""
    database, done, wrote = around.database(), Flag(), Flag()

    def write() -> None:
        number = 0
        while not done.is_set():
            number += 1
            with database.write() as session:
                session.add(Source(slug=f"a{number}", name="a", homepage="https://a.example"))
                session.flush()
                session.add(Source(slug=f"b{number}", name="b", homepage="https://b.example"))
            wrote.set()

    writer = Thread(target=write)
    writer.start()
    try:
        for turn in range(5):
            wrote.clear()
            assert wrote.wait(30)
            copy = tmp_path / "copies" / f"{turn}.db"
            assert ask(around, "backup", str(copy)).exit_code == 0
            with closing(sqlite3.connect(copy)) as connection:
                pairs = connection.execute(
                    "SELECT substr(slug, 1, 1), count(*) FROM source"
                    " WHERE length(name) = 1 GROUP BY 1"
                ).fetchall()
            counts = dict(pairs)
            assert counts["a"] == counts["b"] > 0
    finally:
        done.set()
        writer.join(30)


def test_a_copy_that_cannot_be_written_leaves_nothing_behind(around, tmp_path) -> None:
    (tmp_path / "file").touch()
    result = ask(around, "backup", str(tmp_path / "file" / "copy.db"))
    assert (result.exit_code, "cannot copy" in result.stderr) == (1, True)
    empty = Around(f"sqlite:///{tmp_path / 'none.db'}")
    result = ask(empty, "backup", str(tmp_path / "copy.db"))
    assert (result.exit_code, "there is no database" in result.stderr) == (5, True)
    Path(tmp_path / "none.db").touch()
    result = ask(empty, "backup", str(tmp_path / "copy.db"))
    assert (result.exit_code, "is no store of interopwatch" in result.stderr) == (1, True)
    assert not list(tmp_path.glob(".*"))
    empty.close()


@pytest.mark.postgresql
def test_a_server_has_its_own_tools(postgresql_database) -> None:
    around = Around(postgresql_database.url.render_as_string(hide_password=False))
    for words, tool in ((["backup"], "pg_dump"), (["restore", "x"], "pg_restore")):
        result = ask(around, *words)
        assert (result.exit_code, tool in result.stderr) == (1, True)
    [sizes] = json.loads(ask(around, "vacuum").stdout)
    assert sizes["bytes_after"] > 0
    around.close()


# restore ------------------------------------------------------------------------------------


@pytest.fixture
def copy(around: Around, tmp_path: Path) -> Path:
    """A copy of the store, after which the store lost its articles."""
    copy = tmp_path / "copy.db"
    assert ask(around, "backup", str(copy)).exit_code == 0
    with around.database().write() as session:
        session.add(Heartbeat(loop="later", at=NOW))
    around.close()
    return copy


def beats(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("SELECT count(*) FROM heartbeat").fetchone()[0])


def test_a_copy_takes_the_place_of_the_store_which_is_kept(around, copy, tmp_path) -> None:
    [done] = json.loads(ask(around, "restore", str(copy)).stdout)
    store = tmp_path / "store.db"
    assert (articles(store), beats(store)) == (4, 0)
    kept = Path(done["kept"])
    assert kept.name == "store.db.before-restore-20240930T120000Z"
    assert beats(kept) == 1
    with around.database().read() as session:
        assert len(session.exec(select(Article)).all()) == 4
    around.close()
    again = ask(around, "restore", str(copy))
    assert (again.exit_code, "try again in a moment" in again.stderr) == (1, True)
    around.now = NOW + timedelta(seconds=1)
    assert ask(around, "restore", str(copy)).exit_code == 0


def test_a_copy_can_be_put_where_nothing_is(copy, tmp_path) -> None:
    fresh = Around(f"sqlite:///{tmp_path / 'new' / 'store.db'}")
    [done] = json.loads(ask(fresh, "restore", str(copy)).stdout)
    assert done["kept"] is None
    assert articles(tmp_path / "new" / "store.db") == 4


def test_a_store_in_use_is_not_replaced(around, copy, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(backups, "ALONE_MS", 100)
    daemon = around.database()
    with daemon.read() as session:
        session.exec(select(Article)).all()
    result = ask(around, "restore", str(copy))
    assert (result.exit_code, "stop the daemon" in result.stderr) == (1, True)
    with daemon.read() as session:
        assert session.get(Heartbeat, "later") is not None
    assert not list(tmp_path.glob("*before-restore*"))
    assert not list(tmp_path.glob(".*"))


def damage(file: Path) -> None:
    """Break pages in the middle, as a bad disk would."""
    data = bytearray(file.read_bytes())
    for page in range(2, len(data) // 4096):
        data[page * 4096 : page * 4096 + 16] = b"\xff" * 16
    file.write_bytes(data)


@pytest.mark.parametrize(
    ("spoil", "code", "told"),
    [
        (damage, 1, "malformed"),
        (lambda file: file.write_text("once upon a time, " * 100), 1, "file is not a database"),
        (lambda file: file.unlink(), 1, "there is no file"),
        (
            lambda file: sql(file, "DELETE FROM source WHERE slug = '36kr'"), 1,
            "is not complete: a row of",
        ),
        (lambda file: sql(file, "UPDATE alembic_version SET version_num = '9999'"), 5, "a newer"),
        (lambda file: sql(file, "DROP TABLE alembic_version"), 1, "no store of interopwatch"),
    ],
)  # fmt: skip
def test_only_a_sound_copy_is_put_back(spoil, code, told, around, copy, tmp_path) -> None:
    spoil(copy)
    result = ask(around, "restore", str(copy))
    assert (result.exit_code, told in result.stderr) == (code, True), result.output
    assert (articles(tmp_path / "store.db"), beats(tmp_path / "store.db")) == (4, 1)
    assert not list(tmp_path.glob(".*"))


def sql(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(statement)
        connection.commit()


def test_what_a_killed_restore_left_is_not_taken_for_a_store_that_was_kept(
    around, copy, tmp_path
) -> None:
    store = tmp_path / "store.db"
    second_name = tmp_path / "store.db.before-restore-20240930T110000Z"
    second_name.hardlink_to(store)
    assert ask(around, "restore", str(copy)).exit_code == 0
    [kept] = tmp_path.glob("*before-restore*")
    assert (kept != second_name, beats(kept), beats(store)) == (True, 1, 0)


def test_where_a_file_has_one_name_only_the_store_is_kept_all_the_same(
    around, copy, tmp_path, monkeypatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr("os.link", refuse)
    assert ask(around, "restore", str(copy)).exit_code == 0
    [kept] = tmp_path.glob("*before-restore*")
    assert (beats(kept), beats(tmp_path / "store.db")) == (1, 0)


def test_a_damaged_store_is_replaced_and_kept(around, copy, tmp_path) -> None:
    store = tmp_path / "store.db"
    store.write_text("all is lost " * 1000)
    assert ask(around, "restore", str(copy)).exit_code == 0
    assert articles(store) == 4
    [kept] = tmp_path.glob("*before-restore*")
    assert kept.read_text().startswith("all is lost")


# vacuum and status --------------------------------------------------------------------------


def test_room_is_given_back(around, monkeypatch) -> None:
    database = around.database()
    with database.write() as session:
        session.add_all(
            Source(slug=f"s{n}", name="x" * 2000, homepage="https://a.example") for n in range(500)
        )
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM source WHERE slug LIKE 's%'")
    [sizes] = json.loads(ask(around, "vacuum").stdout)
    assert sizes["bytes_after"] < sizes["bytes_before"] - 500_000
    driver = sqlite_library()
    monkeypatch.setattr("storage.database.BUSY_TIMEOUT_MS", 100)
    with closing(driver.connect(str(database.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        busy = Around(around.url)
        raw = busy.database()
        with raw.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=50")
        busy.opened.clear()
        monkeypatch.setattr(busy, "any_database", lambda: raw, raising=False)
        result = CliRunner().invoke(app, ["vacuum"], obj=busy)
        raw.close()
    assert (result.exit_code, "without writers" in result.stderr) == (1, True)


def test_the_status_tells_schema_and_size(around) -> None:
    [status] = json.loads(ask(around, "status").stdout)
    head = schema.revisions()[-1]
    assert (status["schema"], status["newest"], status["pending"]) == (head, head, [])
    assert status["bytes"] > 100_000
    assert status["engine"].startswith("SQLite 3.")


# released schemas ---------------------------------------------------------------------------


def released() -> list[Path]:
    return sorted(RELEASED.glob("*.db.gz"))


def test_the_first_release_is_kept() -> None:
    assert released()[0].name == "0001.db.gz"


MOVED = {"subscription": {"platforms", "capabilities", "least_stage"}}
"""Columns whose values stand in another table by now: what a chat follows is its interests."""


@pytest.mark.parametrize("kept", released(), ids=lambda path: path.name)
def test_a_database_of_every_release_keeps_all_its_data(kept: Path, tmp_path: Path) -> None:
    """Every value that the old columns held is still there, and the newest models read it."""
    file = tmp_path / "old.db"
    file.write_bytes(gzip.decompress(kept.read_bytes()))
    before = content(file)
    database = Database(f"sqlite:///{file}")
    found = schema.upgrade(database)
    assert found.current == kept.name.partition(".")[0]
    for table, (columns, rows) in before.items():
        if table != "alembic_version":
            gone = set(columns) - columns_of(file, table)
            assert gone == MOVED.get(table, set()), table
            assert select_all(file, table, columns, gone) == without(rows, columns, gone), table
    with database.read() as session:
        followed = session.exec(select(Interest)).all()
        assert [one.least_stage for one in followed] == ["rumour"]
        for model in SQLModel.__subclasses__():
            if hasattr(model, "__table__"):
                session.exec(select(model)).all()
    names = inspect(database.engine).get_table_names()
    assert {"article", "event", "claim"} <= set(names)
    around = Around(database.url.render_as_string(hide_password=False))
    [status] = json.loads(ask(around, "status").stdout)
    assert status["pending"] == []
    around.close()
    database.close()
    assert content(Path(f"{file}.before-{found.head}")).keys() == before.keys()


def content(file: Path) -> dict[str, tuple[list[str], list[tuple[object, ...]]]]:
    """All rows of all tables, with the names of their columns."""
    with closing(sqlite3.connect(file)) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        named = {
            table: [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
            for (table,) in tables
        }
    return {table: (columns, select_all(file, table, columns)) for table, columns in named.items()}


def columns_of(file: Path, table: str) -> set[str]:
    with closing(sqlite3.connect(file)) as connection:
        return {row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')}


def without(
    rows: list[tuple[object, ...]], columns: list[str], gone: set[str]
) -> list[tuple[object, ...]]:
    kept = [number for number, column in enumerate(columns) if column not in gone]
    return sorted((tuple(row[number] for number in kept) for row in rows), key=repr)


def select_all(
    file: Path, table: str, columns: list[str], gone: Collection[str] = ()
) -> list[tuple[object, ...]]:
    listed = ", ".join(f'"{column}"' for column in columns if column not in gone)
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute(f'SELECT {listed} FROM "{table}"').fetchall()
    return sorted(rows, key=repr)


def test_an_old_copy_is_put_back_and_then_upgraded(tmp_path) -> None:
    old = tmp_path / "old.db"
    old.write_bytes(gzip.decompress((RELEASED / "0001.db.gz").read_bytes()))
    around = Around(f"sqlite:///{tmp_path / 'store.db'}")
    [restored] = json.loads(ask(around, "restore", str(old)).stdout)
    assert restored["schema"] == "0001"
    with pytest.raises(SchemaError):
        schema.require_current(around.database())
    [upgraded] = json.loads(ask(around, "upgrade").stdout)
    assert (upgraded["before"], upgraded["now"]) == ("0001", schema.revisions()[-1])
    around.close()


@pytest.mark.parametrize("fails", ["the copy", "the copy and the way back", "the disk"])
def test_a_restore_that_fails_at_the_last_step_says_where_the_store_is(
    around, copy, tmp_path, monkeypatch, fails
) -> None:
    store, replace = tmp_path / "store.db", Path.replace

    def refuse(self: Path, target: Path | str) -> Path:
        from_draft, back = self.name.endswith(".part"), "before-restore" in self.name
        if (from_draft and "copy" in fails) or (back and "back" in fails):
            raise OSError(5, "Input/output error")
        return replace(self, target)

    def unsure(_: Path) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "replace", refuse)
    if "back" in fails:  # and a file has one name only there
        monkeypatch.setattr("os.link", lambda *_: unsure(store))
    if fails == "the disk":
        monkeypatch.setattr(backups, "_sync", unsure)
    result = ask(around, "restore", str(copy))
    assert (result.exit_code, "Input/output error" in result.stderr) == (1, True)
    kept = tmp_path / "store.db.before-restore-20240930T120000Z"
    if fails == "the copy":
        assert f"{store} is as it was" in result.stderr
        assert (beats(store), kept.exists()) == (1, False)
    elif fails == "the disk":
        assert f"The store that was there before is {kept}" in result.stderr
        assert (beats(store), beats(kept)) == (0, 1)
    else:
        assert f"The store that was there is {kept} now, rename it to {store}" in result.stderr
        assert (store.exists(), beats(kept)) == (False, 1)


def test_an_address_that_cannot_be_read_is_not_repeated(tmp_path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: write sqlite") as caught:
        backups.restore(
            "postgresql://reader:se:cret/word@host:port/name", tmp_path / "copy.db", NOW
        )
    assert "cret" not in str(caught.value)
