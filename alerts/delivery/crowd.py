"""How much of what people write and press is answered."""

import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Literal

from alerts.delivery.inbound import Asked

Verdict = Literal["answer", "notice", "silence"]


class Crowd:
    """Limits what is answered: per sender, per chat and over all, in a sliding minute."""

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        sender: int = 30,
        chat: int = 60,
        overall: int = 300,
    ) -> None:
        self._now = monotonic
        self._limits = {"sender": sender, "chat": chat, "overall": overall}
        self._seen: defaultdict[tuple[str, int], deque[float]] = defaultdict(deque)
        self._warned: dict[int, float] = {}

    def judge(self, asked: Asked) -> Verdict:
        """Answer it; or give one notice a minute to who asks too much, and then be silent."""
        now = self._now()
        keys = [("sender", asked.sender), ("chat", asked.chat), ("overall", 0)]
        for key in keys:
            times = self._seen[key]
            while times and times[0] <= now - 60:
                times.popleft()
        if all(len(self._seen[key]) < self._limits[key[0]] for key in keys):
            for key in keys:
                self._seen[key].append(now)
            self._tidy()
            return "answer"
        if now - self._warned.get(asked.sender, -60.0) < 60:
            return "silence"
        self._warned[asked.sender] = now
        return "notice"

    def _tidy(self) -> None:
        """Forget who has been quiet, so that strangers cannot fill the memory."""
        if len(self._seen) <= 10_000:
            return
        now = self._now()
        self._seen = defaultdict(
            deque,
            {key: times for key, times in self._seen.items() if times and times[-1] > now - 60},
        )
        self._warned = {one: at for one, at in self._warned.items() if now - at < 60}
