"""The configuration of an installation: settings, sources and platforms, each read on demand."""

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

if TYPE_CHECKING:
    from config.load import Loaded
    from config.platforms import Platforms
    from config.settings import Settings
    from config.sources import SourceSpec


class Configuration:
    """Everything that is read from files and variables. Each part raises ConfigError if wrong."""

    PARTS: ClassVar[tuple[str, ...]] = ("sources", "platforms")
    """What can be taken over from files that have changed."""

    def __init__(self, config_dir: Path | None = None, settings: "Settings | None" = None) -> None:
        self._config_dir = config_dir
        self._settings = settings
        self.outdated = False

    @cached_property
    def loaded(self) -> "Loaded":
        """Settings as read, with the origin of every value."""
        from config.load import read_settings

        return read_settings(self._config_dir, os.environ)

    @property
    def settings(self) -> "Settings":
        """All settings."""
        return self._settings or self.loaded.settings

    @property
    def database_url(self) -> str:
        """Where the store is. A variable says so without reading the rest, for the health check."""
        named = os.environ.get("INTEROPWATCH_DATABASE_URL")
        if named and self._settings is None:
            return named
        return self.settings.database_url.get_secret_value()

    def folders(self, name: str) -> tuple[Path, ...]:
        """Where the files of a kind are: the packaged ones, then the operator's own."""
        packaged = Path(__file__).parent / name
        own = self.settings.config_dir
        return (packaged, own / name) if own and (own / name).is_dir() else (packaged,)

    @cached_property
    def sources(self) -> "tuple[SourceSpec, ...]":
        """All sources."""
        from config.load import load_sources, source_dirs

        return load_sources(source_dirs(self.settings))

    @cached_property
    def platforms(self) -> "Platforms":
        """The gazetteer."""
        from config.platforms import load_platforms

        return load_platforms(self.folders("platforms"))

    def read_all(self) -> "tuple[SourceSpec, ...]":
        """Read everything that can change while the daemon runs. Raises ConfigError."""
        self.outdated = self._settings is not None and self._reread() != self._settings
        for part in self.PARTS:
            getattr(self, part)
        return self.sources

    def _reread(self) -> "Settings":
        from config.load import read_settings

        return read_settings(self._config_dir, os.environ).settings

    def renewed(self) -> Self:
        """The same with its files not read yet, under the settings that hold."""
        return type(self)(self._config_dir, self.settings)

    def take_over(self, fresh: Self) -> None:
        """Let what was read be that of another one."""
        for part in self.PARTS:
            self.__dict__[part] = fresh.__dict__[part]
