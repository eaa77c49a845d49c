"""A store moves between databases of both kinds: all of it, the same, or nothing."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from typer.testing import CliRunner, Result

from config.errors import SchemaError
from storage import copying
from storage.copying import CopyError, copy, tables
from storage.database import Database
from storage.database_cli import app
from storage.heartbeats import beat
from storage.models import Article, Event
from storage.search_index import index_article
from tests.storage.shelf import NOW, Shelf, fill
from tests.storage.test_search import found as found_articles
from tests.storage.test_search_events import found as found_events

Fill = Callable[[Database], None]


@pytest.fixture
def other(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'other.db'}")


def counts(database: Database) -> dict[str, int]:
    with database.engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables()
        }


@pytest.fixture
def full(database: Database) -> Database:
    """A store with something in it, and rows that refer to younger rows of their own table."""
    fill(database)
    with database.write() as session:
        first = session.execute(select(func.min(Article.id))).scalar_one()
        last = session.execute(select(func.max(Article.id))).scalar_one()
        session.execute(
            update(Article)
            .where(Article.id == first)
            .values(
                copy_of=last,
                title="微信支付 🟢 \u202e x",
                fetched_at=NOW + timedelta(microseconds=7),
            )
        )
    return database


def ask(*words: str) -> Result:
    return CliRunner().invoke(app, list(words), obj=Shelf("unused"))


def test_all_arrives_the_same_and_comes_back_the_same(full: Database, other: Database) -> None:
    there = copy(full, other)
    assert {one.table: one.rows for one in there} == counts(full) == counts(other)
    assert sum(one.rows for one in there) > 20
    with other.read() as session:
        assert session.execute(select(Article.copy_of).where(Article.copy_of.is_not(None))).all()  # type: ignore[union-attr,call-overload]
    other.close()


@pytest.mark.postgresql
def test_what_is_found_here_is_found_there(
    sqlite_database: Database, postgresql_database: Database, other: Database
) -> None:
    fill(sqlite_database)
    with sqlite_database.write() as session:
        first = session.get_one(Article, 1)
        index_article(session, 1, first.title, first.text)  # as if it had been revised
    copy(sqlite_database, postgresql_database)
    copy(postgresql_database, other)
    for database in (sqlite_database, postgresql_database, other):
        assert found_articles(database, "淘宝") == [1, 3, 2]
        assert found_events(database, "内测") == [17]
    other.close()


@pytest.mark.postgresql
def test_there_and_back_every_digest_is_the_same(
    sqlite_database: Database, postgresql_database: Database, other: Database
) -> None:
    fill(sqlite_database)
    assert copy(sqlite_database, postgresql_database) == copy(postgresql_database, other)
    other.close()


@pytest.mark.parametrize(
    "kind", [pytest.param(k, marks=getattr(pytest.mark, k)) for k in ("sqlite", "postgresql")]
)
def test_new_rows_are_numbered_after_those_that_were_copied(
    sqlite_database: Database, request: pytest.FixtureRequest, kind: str
) -> None:
    fill(sqlite_database)
    target: Database = request.getfixturevalue(f"{kind}_database")
    if target is sqlite_database:
        target = Database(f"{target.url}.copy")
    copy(sqlite_database, target)
    with target.write() as session:
        last = session.execute(select(func.max(Event.id))).scalar_one()
        old = session.get_one(Event, last).model_dump(exclude={"id"})
        session.add(event := Event(**old))
        session.flush()
        assert event.id == last + 1
    target.close()


def test_what_is_not_empty_is_left_alone(full: Database, other: Database) -> None:
    copy(full, other)
    before = counts(other)
    with pytest.raises(CopyError, match=r"the table event of .*other\.db holds rows"):
        copy(full, other)
    assert counts(other) == before
    other.close()


def test_a_copy_that_differs_is_not_kept(
    full: Database, other: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = copying._write

    def careless(writing, table, page, own) -> None:
        write(writing, table, page[1:] if table.name == "claim" else page, own)

    monkeypatch.setattr(copying, "_write", careless)
    with pytest.raises(CopyError, match="claim is not the same in both places"):
        copy(full, other)
    assert set(counts(other).values()) == {0}
    other.close()


def test_a_store_of_an_older_schema_is_not_copied(tmp_path: Path, other: Database) -> None:
    old = Database(f"sqlite:///{tmp_path / 'old.db'}")
    with pytest.raises(SchemaError, match="db upgrade"):
        copy(old, other)
    old.close()
    other.close()


def test_pages_meet_without_a_gap(
    full: Database, other: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "PAGE", 2)
    told: list[tuple[int, int]] = []
    made = copy(full, other, lambda *one: told.append(one))
    rows = sum(one.rows for one in made)
    assert sum(done for done, _ in told) == 2 * rows
    assert {total for _, total in told} == {2 * rows}
    other.close()


def test_the_command_tells_what_was_compared(full: Database, tmp_path: Path) -> None:
    url = full.url.render_as_string(hide_password=False)
    done = ask("copy", "--from", url, "--to", f"sqlite:///{tmp_path / 'new.db'}", "-o", "json")
    assert done.exit_code == 0, done.output
    rows = json.loads(done.stdout)
    assert {row["table"]: row["rows"] for row in rows} == counts(full)
    assert all(len(row["digest"]) == 16 for row in rows)


def test_the_command_warns_where_a_loop_worked_a_moment_ago(
    full: Database, tmp_path: Path
) -> None:
    with full.write() as session:
        beat(session, "sender", NOW)
    url = full.url.render_as_string(hide_password=False)
    done = ask("copy", "--from", url, "--to", f"sqlite:///{tmp_path / 'new.db'}")
    assert done.exit_code == 0
    assert "sender worked a moment ago" in done.stderr


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("sqlite:///{folder}/none.db", "sqlite:///{folder}/to.db", "there is no file"),
        ("nonsense", "sqlite:///{folder}/to.db", "--from: the address of the database cannot"),
        ("foo://x/y", "sqlite:///{folder}/to.db", "--from: cannot open the database"),
        ("postgresql://a:secret", "x", "--from: the address of the database cannot"),
        ("sqlite:///{file}", "mysql://x/y", "--to: cannot open the database"),
        ("sqlite:///{file}", "postgresql://x:secret@127.0.0.1:1/y", "--to: cannot open"),
        ("sqlite:///{file}", "sqlite:////proc/x/y.db", "cannot make the folder"),
    ],
)
def test_a_wrong_url_is_told_and_makes_nothing(
    sqlite_database: Database, tmp_path: Path, source: str, target: str, said: str
) -> None:
    names = {"folder": tmp_path, "file": sqlite_database.url.database}
    done = ask("copy", "--from", source.format(**names), "--to", target.format(**names))
    assert done.exit_code == 1
    assert said in done.stderr
    assert "secret" not in done.output
    assert not (tmp_path / "to.db").exists()
    assert not (tmp_path / "none.db").exists()
