"""What the tests of delivery share: a Bot API, a store, a clock that a test turns."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from storage.database import Database
from tests.fakes.bot_api import BotApi


class Wall:
    """A wall clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2024, 9, 4, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as api:
        yield api


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")
    SQLModel.metadata.create_all(database.engine)
    yield database
    database.close()
