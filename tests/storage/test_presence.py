"""A store whose file is removed while it is open: nothing is written to what is no longer there."""

import os
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from storage.database import Database
from storage.faults import is_trouble
from storage.models import Source, Subscription
from storage.presence import Presence
from tests.fakes.rows import make_article, subscribe


@pytest.fixture
def file(sqlite_database: Database) -> Path:
    with sqlite_database.write() as session:
        subscribe(session, "1")
    return Path(str(sqlite_database.url.database))


def refused(database: Database, said: str) -> None:
    with pytest.raises(OperationalError, match=said) as found, database.write() as session:
        make_article(session, 1, "kr36")
    assert is_trouble(found.value)


def add(session: Session) -> None:
    subscribe(session, "2")


async def test_nothing_is_written_to_a_file_that_is_gone_until_it_is_back(
    sqlite_database: Database, file: Path
):
    folder = file.parent.rename(file.parent.with_name("elsewhere"))
    refused(sqlite_database, "is gone, and what is written now would be lost")
    with pytest.raises(OperationalError, match="restore a backup and start again"):
        await sqlite_database.run(add)
    with pytest.raises(OperationalError, match="is gone"):
        await sqlite_database.join(add)
    assert not file.parent.exists()
    folder.rename(file.parent)
    with sqlite_database.write() as session:
        subscribe(session, "3")
        assert session.exec(select(Subscription.address)).all() == ["1", "3"]
        assert session.exec(select(Source)).all() == []


def test_another_file_in_its_place_is_not_taken_for_it(sqlite_database: Database, file: Path):
    """Of a backup that was restored beside a process that has the old file open, say."""
    kept = file.rename(file.with_name("kept.db"))
    refused(sqlite_database, "is gone")
    file.write_bytes(kept.read_bytes())
    refused(sqlite_database, "is another one than was opened")
    kept.replace(file)
    with sqlite_database.write() as session:
        make_article(session, 1, "kr36")


def test_what_cannot_be_looked_at_is_for_sqlite_to_tell_of(
    sqlite_database: Database, file: Path, monkeypatch: pytest.MonkeyPatch
):
    def shut(_: object) -> os.stat_result:
        raise PermissionError(13, "Permission denied")

    presence = Presence(file)
    with monkeypatch.context() as patched:
        patched.setattr(os, "stat", shut)
        assert presence.lack() is None


def test_what_is_in_no_file_is_always_there():
    assert Presence(None).lack() is None
