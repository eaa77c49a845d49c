"""What the tests of delivery share: a Bot API, a clock that a test turns."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

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
