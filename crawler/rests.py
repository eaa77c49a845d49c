"""Hosts that asked to be left alone: nothing more is asked of them until the time has passed.

A feed's own Retry-After is kept with the feed. This is for everything else on its host: the pages
that the run has yet to fetch, and other feeds.
"""

from collections import OrderedDict
from datetime import UTC, datetime
from time import monotonic

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.politeness import retry_after_seconds

UNTOLD = 60.0
"""Seconds of rest after a 429 that does not say how long."""

_MAX_HOSTS = 5_000


class Resting(IgnoreRequest):
    """The host has asked for a rest that lasts for `seconds` yet."""

    def __init__(self, host: str, seconds: float) -> None:
        super().__init__(f"{host} asked to be left alone for {seconds:.0f} s more")
        self.seconds = seconds


class Rests:
    """Until when each host is to be left alone."""

    def __init__(self) -> None:
        self._until: OrderedDict[str, float] = OrderedDict()

    def check(self, host: str) -> None:
        """Raises Resting if the host is to be left alone yet."""
        left = self._until.get(host, 0.0) - monotonic()
        if left > 0:
            raise Resting(host, left)

    def note(self, host: str, response: Response) -> None:
        """Begin a rest if the answer asks for one: any 429 does, and a 503 that says how long."""
        if response.status in {429, 503}:
            asked = retry_after_seconds(response.headers, datetime.now(UTC))
            seconds = asked or (UNTOLD if response.status == 429 else 0.0)
            if seconds:
                self.begin(host, seconds)

    def begin(self, host: str, seconds: float) -> None:
        """Leave the host alone from now on; a shorter rest does not end a longer one."""
        until = max(monotonic() + seconds, self._until.pop(host, 0.0))
        self._until[host] = until
        while len(self._until) > _MAX_HOSTS:
            self._until.popitem(last=False)

    def clear(self) -> None:
        """Forget everything (for tests)."""
        self._until.clear()


RESTS = Rests()
"""Shared by all crawls of the process."""
