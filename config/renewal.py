"""Taking over changed files while a process runs; where one is wrong, the last good ones stay.

Whoever can mend it must hear of it: the log says so, and so do the operators' chat and /status.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, Self

from config.errors import InteropwatchError
from config.sources import SourceSpec

log = logging.getLogger(__name__)

Sources = tuple[SourceSpec, ...]


class Renewable(Protocol):
    """What has files that can change."""

    @property
    def outdated(self) -> bool:
        """Whether the settings in force are no longer those of the files."""
        ...

    def renewed(self) -> Self:
        """The same with its files not read yet."""
        ...

    def read_all(self) -> Sources:
        """Read every file that can be taken over. Raises InteropwatchError."""
        ...

    def take_over(self, fresh: Self, /) -> None:
        """Let what was read be what another one has read."""
        ...


class Renewal:
    """Reads everything anew when asked to, and has the process use it.

    `use` is awaited with the sources when all of it is good; `tell` hears what operators must know.
    """

    def __init__(self, held: Renewable, use: Callable[[Sources], Awaitable[None]]) -> None:
        self._held = held
        self._use = use
        self.tell: Callable[[str], None] = lambda _: None
        self.edition = 0
        """How often something was taken over."""
        self.refusal: str | None = None
        """What is wrong with the files as they are, while the last good ones hold."""

    async def renew(self, names: Sequence[str]) -> None:
        """Take over the files as they are now; if one is wrong, none of them."""
        what = ", ".join(names) or "asked to"
        fresh = self._held.renewed()
        try:
            sources = await asyncio.to_thread(fresh.read_all)
        except InteropwatchError as error:
            log.error(  # noqa: TRY400 - the message says where; a traceback says nothing more
                "configuration not taken over (%s), the last good one stays: %s", what, error
            )
            self._refuse(_without_quotes(str(error)))
            return
        self._held.take_over(fresh)
        self.edition += 1
        await self._use(sources)
        enabled = sum(source.enabled for source in sources)
        log.info("configuration taken over (%s): %d sources", what, enabled)
        if fresh.outdated:
            log.warning("settings in interopwatch.yaml have changed: restart for them to hold")
        self._refuse(None)

    def _refuse(self, reason: str | None) -> None:
        before, self.refusal = self.refusal, reason
        if reason is not None and reason != before:
            self.tell(f"⚠️ configuration not taken over, the last good one stays: {reason}")
        elif reason is None and before is not None:
            self.tell("✅ configuration taken over")


def _without_quotes(error: str) -> str:
    """What is wrong without the lines of the files: they are not for every chat to see."""
    return "\n".join(line for line in error.splitlines() if not line.startswith(" "))
