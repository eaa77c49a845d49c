"""Every database comes to the shape that the models state, from wherever it stands."""

import logging
import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from config.errors import InteropwatchError, SchemaError
from storage import schema
from storage.database import Database
from storage.models import Article, Heartbeat
from storage.search_index import is_ours

HEAD = schema.revisions()[-1]


@pytest.fixture(
    params=[
        pytest.param(kind, marks=getattr(pytest.mark, kind)) for kind in ("sqlite", "postgresql")
    ]
)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of each kind without any tables."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        url = request.getfixturevalue("empty_postgresql_url")
    database = Database(url)
    yield database
    database.close()


def differences(database: Database) -> list[object]:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": is_ours}
        )
        return list(compare_metadata(context, Article.metadata))


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


def set_revision(database: Database, revision: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})


def test_the_revisions_make_what_the_models_state(empty: Database) -> None:
    before = schema.upgrade(empty)
    assert before == schema.SchemaStatus(None, HEAD, schema.revisions())
    assert schema.status(empty) == schema.SchemaStatus(HEAD, HEAD, ())
    assert differences(empty) == []


def test_every_revision_can_be_taken_back_and_applied_again(empty: Database) -> None:
    schema.upgrade(empty)
    schema.run(empty, lambda command, config: command.downgrade(config, "base"))
    assert tables(empty) == {"alembic_version"}
    assert schema.status(empty).pending == schema.revisions()
    schema.upgrade(empty)
    assert differences(empty) == []


def test_a_database_at_the_newest_revision_is_left_alone(sqlite_database: Database) -> None:
    file = Path(str(sqlite_database.url.database))
    assert schema.upgrade(sqlite_database).pending == ()
    schema.require_current(sqlite_database)
    assert not list(file.parent.glob("*.before-*"))


def test_a_newer_database_is_refused(database: Database) -> None:
    set_revision(database, "9999")
    for refused in (schema.status, schema.upgrade, schema.require_current):
        with pytest.raises(SchemaError, match=r"is at revision 9999.*a newer interopwatch wrote"):
            refused(database)


def test_an_older_database_is_refused_until_it_is_upgraded(empty: Database) -> None:
    with pytest.raises(SchemaError, match=r"revision none.*run `interopwatch db upgrade`"):
        schema.require_current(empty)
    schema.upgrade(empty)
    schema.require_current(empty)


def test_foreign_tables_are_not_taken_for_ours(empty: Database) -> None:
    Article.metadata.create_all(empty.engine)
    with pytest.raises(SchemaError, match="holds tables but no revision"):
        schema.upgrade(empty)


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["CREATE TABLE notes (a)", "CREATE TABLE bills (a)"], r"other tables \(bills, notes\)"),
        (
            [
                "CREATE TABLE alembic_version (version_num)",
                "INSERT INTO alembic_version VALUES ('ae1027a6acf')",
            ],
            "revision ae1027a6acf, which is none of ours",
        ),
    ],
)
def test_the_file_of_another_program_is_left_as_it_is(
    statements: list[str], found: str, tmp_path: Path
) -> None:
    file = tmp_path / "theirs.db"
    with closing(sqlite3.connect(file)) as theirs:
        for statement in statements:
            theirs.execute(statement)
        theirs.commit()
    with closing(Database(f"sqlite:///{file}")) as database:
        before = tables(database)
        for refused in (schema.status, schema.upgrade, schema.require_current):
            with pytest.raises(SchemaError, match=rf"{found}; it was not made by interopwatch"):
                refused(database)
        assert tables(database) == before


REBUILD = f"""\
import sqlalchemy as sa
from alembic import op

revision, down_revision = "9000", "{HEAD}"


def upgrade():
    sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("source", recreate="always" if sqlite else "never") as batch:
        batch.add_column(sa.Column("motto", sa.Text()))


def downgrade():
    pass
"""


@pytest.fixture
def next_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the revisions with one more, which rebuilds a table that others refer to."""
    folder = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    revision = folder / "versions" / "9000_rebuild_the_sources.py"
    revision.write_text(REBUILD, encoding="utf-8")
    monkeypatch.setattr(schema, "MIGRATIONS", folder)
    return revision


def add_source_with_feed(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO source (slug, name, homepage, timezone, enabled)"
                " VALUES ('a', 'A', 'https://a.example', 'UTC', true)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO feed (source_slug, url, kind, enabled, interval_seconds, failures)"
                " VALUES ('a', 'https://a.example/feed', 'rss', true, 900, 0)"
            )
        )


def test_an_upgrade_keeps_rows_and_a_copy_from_before(
    sqlite_database: Database, next_revision: Path, caplog: pytest.LogCaptureFixture
) -> None:
    add_source_with_feed(sqlite_database)
    with caplog.at_level(logging.INFO):
        schema.upgrade(sqlite_database)
    with sqlite_database.engine.connect() as connection:
        assert connection.execute(text("SELECT motto FROM source")).all() == [(None,)]
        assert connection.execute(text("SELECT count(*) FROM feed")).scalar() == 1
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1

    file = Path(str(sqlite_database.url.database))
    copy = file.with_name(f"{file.name}.before-9000")
    kept = sqlite3.connect(copy)
    assert kept.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
    assert kept.execute("SELECT slug FROM source").fetchall() == [("a",)]
    assert kept.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    kept.close()
    assert [record.getMessage() for record in caplog.records] == [
        f"database {file} upgraded from revision {HEAD} to 9000; copy in {copy}"
    ]


@pytest.mark.postgresql
def test_an_upgrade_on_a_server_keeps_rows(
    postgresql_database: Database, next_revision: Path
) -> None:
    add_source_with_feed(postgresql_database)
    schema.upgrade(postgresql_database)
    with postgresql_database.engine.connect() as connection:
        assert connection.execute(text("SELECT motto FROM source")).all() == [(None,)]


def test_a_revision_that_fails_changes_nothing(
    sqlite_database: Database, next_revision: Path
) -> None:
    add_source_with_feed(sqlite_database)
    broken = next_revision.read_text(encoding="utf-8").replace(
        "\n\n\ndef downgrade", "\n    op.execute('DELETE FROM source')\n\n\ndef downgrade"
    )
    next_revision.write_text(broken, encoding="utf-8")
    with pytest.raises(SchemaError, match="a row of feed that refers to nothing in source"):
        schema.upgrade(sqlite_database)
    assert schema.status(sqlite_database).current == HEAD
    assert "motto" not in [
        column["name"] for column in inspect(sqlite_database.engine).get_columns("source")
    ]


def test_without_room_for_the_copy_nothing_is_upgraded(
    sqlite_database: Database, next_revision: Path
) -> None:
    file = Path(str(sqlite_database.url.database))
    draft = file.with_name(f".{file.name}.before-9000.part")
    draft.mkdir()
    with pytest.raises(InteropwatchError, match=r"cannot copy .* before its upgrade"):
        schema.upgrade(sqlite_database)
    assert schema.status(sqlite_database).current == HEAD


def test_two_that_upgrade_at_once_do_it_once(empty: Database) -> None:
    others = [Database(empty.url.render_as_string(hide_password=False)) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(schema.upgrade, others))
    for other in others:
        assert schema.status(other).pending == ()
        other.close()


def test_a_fresh_database_takes_rows(database: Database) -> None:
    from datetime import UTC, datetime

    with database.write() as session:
        session.add(Heartbeat(loop="crawl", at=datetime(2024, 9, 4, tzinfo=UTC)))
    with database.read() as session:
        assert session.get(Heartbeat, "crawl") is not None


def test_a_new_store_says_that_it_is_new_and_loudly_where_there_was_one(tmp_path, caplog) -> None:
    caplog.set_level("INFO", "storage.schema")
    file = tmp_path / "watch.db"
    for _ in range(2):  # the second time it was there
        database = Database(f"sqlite:///{file}")
        schema.upgrade(database)
        database.close()
    assert [(one.levelname, one.getMessage()) for one in caplog.records] == [
        ("INFO", f"a new store was made: {file}")
    ]
    caplog.clear()
    file.rename(tmp_path / "watch.20240930T120000Z.backup.db")
    database = Database(f"sqlite:///{file}")
    schema.upgrade(database)
    database.close()
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert f"there was no store {file}, and a NEW, EMPTY one was made" in record.getMessage()
    assert "(watch.20240930T120000Z.backup.db)" in record.getMessage()
