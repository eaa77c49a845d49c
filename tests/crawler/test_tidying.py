from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.tidying import EVERY, Tidying

NOW = datetime(2024, 9, 28, 12, tzinfo=UTC)


class Store:
    """Says which feeds there are and how much of each is old; notes what it is asked."""

    def __init__(self, old: dict[int, int]) -> None:
        self.old = old
        self.asked: list[int] = []

    async def ask(self, _work: Any) -> list[int]:
        return list(self.old)

    async def run(self, _work: Any, feed_id: int, _now: datetime) -> int:
        self.asked.append(feed_id)
        done = min(self.old[feed_id], 1000)
        self.old[feed_id] -= done
        return done


@pytest.mark.parametrize("back", [EVERY, -timedelta(days=400)])
async def test_every_feed_has_its_turn_once_a_day(back: timedelta) -> None:
    store = Store({1: 0, 2: 2500, 3: 10})
    tidying = Tidying(store)  # type: ignore[arg-type]
    for minute in range(10):
        await tidying.tick(NOW + timedelta(minutes=minute))
    assert store.asked == [1, 2, 2, 2, 3]
    await tidying.tick(NOW + back)  # a day later, or the clock was set back
    assert store.asked[5:] == [1]
