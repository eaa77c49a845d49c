"""A Bot API that fails at random, in ways that have no effect: whatever failed is owed once more."""

import random
from collections import Counter
from typing import get_args

from tests.fakes.bot_api import BotApi, Fault, Kind, Limits

FAULTS = {"flood": 0.01, "server_error": 0.01, "reset": 0.005, "forbidden": 0.001, "hang": 0.0005}
"""How often a request ends so."""


class Unruly(BotApi):
    """Fails by chance, but never three times for one message, which would be a dead letter."""

    def __init__(self, limits: Limits | None, *, often: float = 1.0, seed: int = 7) -> None:
        super().__init__(limits=limits)
        self.kinds: Counter[str] = Counter()
        self._often = often
        self._chance = random.Random(seed)
        self._failed: Counter[tuple[int | None, int]] = Counter()

    def take_fault(self, method: str, chat: int | None) -> Fault | None:
        """A failure that is drawn, not planned."""
        key = (chat, len(self.messages(chat or 0)))
        with self.changed:
            draw = self._chance.random()
            for kind in get_args(Kind):
                draw -= FAULTS.get(kind, 0.0) * self._often
                if draw < 0 and self._failed[key] < 2:
                    self._failed[key] += 1
                    self.kinds[kind] += 1
                    return Fault(kind, retry_after=0)
        return None

    def copies(self) -> Counter[int]:
        """How many messages arrived once, twice and so on."""
        texts = Counter(
            (chat, one.text) for chat in list(self.sent) for one in self.messages(chat)
        )
        return Counter(texts.values())
