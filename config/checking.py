"""Checks across files: what one file names must be in another."""

from collections.abc import Iterable
from typing import Any, Protocol

from config.errors import ConfigError, InteropwatchError
from config.findings import Finding, Health
from config.load import Loaded
from config.platforms import Platforms
from config.problems import hint
from config.settings import Filters


def check_filters(loaded: Loaded, platforms: Platforms) -> None:
    """Raises ConfigError where a chat or a webhook asks for a platform that is not there.

    Such a filter would let nothing pass, without a word.
    """
    settings = loaded.settings
    filters: dict[str, Iterable[Filters]] = {
        "telegram.chats": settings.telegram.chats,
        "webhooks.targets": settings.webhooks.targets,
    }
    wrong = [
        f"{loaded.origins[key]}: {key}[{number}].platforms: found {name!r}, which is no platform; "
        f"{_near(name, platforms)}"
        for key, places in filters.items()
        for number, one in enumerate(places)
        for name in one.platforms
        if name not in platforms.by_id
    ]
    if wrong:
        raise ConfigError("\n".join(wrong))


def _near(name: str, platforms: Platforms) -> str:
    said = hint(name, platforms.by_id)
    return said if said.startswith("did") else "`interopwatch timeline NAME` knows the names"


class Configured(Protocol):
    """What holds all parts of a configuration; each is read when it is asked for."""

    @property
    def loaded(self) -> Loaded:
        """Settings with the origin of every value; raises ConfigError."""
        ...

    @property
    def sources(self) -> Iterable[Any]:
        """All sources; raises ConfigError."""
        ...

    @property
    def platforms(self) -> Platforms:
        """The gazetteer; raises ConfigError."""
        ...

    @property
    def reader(self) -> Any:
        """Rules and names, ready to read articles; raises ConfigError."""
        ...


def examine_files(configured: Configured) -> list[Finding]:
    """Read everything but the settings, which are read already; one finding per kind of file."""
    found = []
    for kind in ("platforms", "sources", "rules"):
        try:
            count = _read(configured, kind)
            found.append(Finding(kind, Health.OK, f"{count} read"))
        except InteropwatchError as error:
            found.append(Finding(kind, Health.FAIL, str(error), HINT))
    return found


HINT = "mend the file; until then a daemon that runs keeps the last good configuration"


def _read(configured: Configured, kind: str) -> int:
    if kind == "platforms":
        check_filters(configured.loaded, configured.platforms)
        return len(configured.platforms.by_id)
    if kind == "sources":
        return len(list(configured.sources))
    return len(configured.reader.packs)
