"""Which company is behind a platform, and which platforms are a company's."""

from collections.abc import Iterable
from typing import Protocol

from config.platforms import Platforms
from config.words import ANYONE


class Pair(Protocol):
    """Whatever has a host and a guest."""

    @property
    def host(self) -> str:
        """Who opens."""

    @property
    def guest(self) -> str:
        """Who is let in."""


class Families:
    """The companies behind the surfaces under which openings are grouped."""

    def __init__(self, platforms: Platforms) -> None:
        self._platforms = platforms
        self._members: dict[str, set[str]] = {}
        for platform in platforms:
            self._members.setdefault(self._house(platform.id), set()).add(platform.id)

    def _house(self, platform: str) -> str:
        """The company behind the surface under which a platform's openings are grouped."""
        return self._platforms.owner(self._platforms.surface(platform))

    def companies(self, host: str, guest: str) -> frozenset[str]:
        """The companies behind a pair; one where both are of one house or one side is anyone."""
        return frozenset(self._house(side) for side in (host, guest) if side != ANYONE)

    def bucket(self, pairs: Iterable[Pair]) -> str:
        """All companies behind some edges, in alphabetical order."""
        return "|".join(sorted({c for e in pairs for c in self.companies(e.host, e.guest)}))

    def members(self, companies: Iterable[str]) -> set[str]:
        """The platforms of some companies, themselves among them."""
        return {p for company in companies for p in self._members.get(company, {company})}
