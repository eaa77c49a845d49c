"""The gazetteer: platforms and companies with all their names, read from config/platforms."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher, get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from config.errors import ConfigError, NotFoundError
from config.files import read_document

PACKAGED = Path(__file__).parent / "platforms"

Kind = Literal["company", "service", "network", "standard", "regulator", "device"]
Trait = Literal[
    "pay",  # a way to pay that a customer chooses
    "wallet",  # holds other people's cards
    "card",  # is held in a wallet, or is tapped
    "code",  # a common payment code or a national scheme
    "shop",  # sells, and takes ways to pay
    "superapp",  # runs mini programs
    "chat",
    "social",
    "search",
    "video",
    "device",
    "os",
    "store",  # of apps or games
    "ads",
    "meet",
    "home",  # smart home
    "car",
    "charging",
    "ride",
    "maps",
    "cloud",
    "assistant",
    "music",
    "game",
    "protocol",
    "logistics",
    "bank",
    "share",  # hands files from device to device
]


_NEAR = 0.74
"""How alike a name in Latin letters must be to be offered: one slip in four, two in eight."""
_NEAR_CJK = 0.6
"""The same for names in characters with the same first one, as each tells more: one in three."""
_BESIDE = 0.1
"""By how much less alike another may be to be offered beside the likeliest."""
_BEGUN = 3
"""So many names that go on from what was written are offered, if that is as many characters."""


class Guard(BaseModel):
    """When an ambiguous name is really the platform; for all spellings that fold alike.

    `case: exact` wants the capitals as written, `not_in` lists longer phrases in which it is
    something else, and `needs` words of which one must stand in the sentence or the title.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    case: Literal["exact"] | None = None
    not_in: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


class Platform(BaseModel):
    """A service, its owner, a network, a standard or a regulator, with its names per language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    kind: Kind
    owner: str | None = None
    twin: Annotated[str | None, Field(alias="with")] = None
    """The sister that it acts as one surface with: openings of both are one event."""
    home: str | None = None
    traits: frozenset[Trait] = frozenset()
    terms: tuple[str, ...] = ()
    names: dict[str, tuple[str, ...]]
    garble: tuple[str, ...] = ()
    guards: dict[str, Guard] = {}

    def all_names(self) -> Iterator[str]:
        """Every spelling that stands for it in a text, display names first."""
        for names in self.names.values():
            yield from names
        yield from self.garble


class PlatformFile(BaseModel):
    """What one file of config/platforms holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    platforms: tuple[Platform, ...]


class Platforms:
    """All platforms by id, with owners, twins and names in the reader's language."""

    def __init__(self, platforms: Iterable[Platform]) -> None:
        self.by_id = {platform.id: platform for platform in platforms}

    def __iter__(self) -> Iterator[Platform]:
        return iter(self.by_id.values())

    def owner(self, platform: str) -> str:
        """The company at the top of the chain of owners; the platform itself where it has none."""
        seen = {platform}
        while (known := self.by_id.get(platform)) and known.owner and known.owner not in seen:
            platform = known.owner
            seen.add(platform)
        return platform

    def owned(self, company: str) -> Sequence[Platform]:
        """The platforms that name a company as their owner."""
        return self._by_owner.get(company, ())

    @cached_property
    def _by_owner(self) -> dict[str, list[Platform]]:
        found: dict[str, list[Platform]] = {}
        for platform in self:
            if platform.owner:
                found.setdefault(platform.owner, []).append(platform)
        return found

    def surface(self, platform: str) -> str:
        """The platform under which openings of its twin are grouped."""
        known = self.by_id.get(platform)
        return known.twin if known and known.twin else platform

    def traits(self, platform: str) -> frozenset[Trait]:
        """What the platform does, as far as roles in an opening depend on it."""
        known = self.by_id.get(platform)
        return known.traits if known else frozenset()

    def name(self, platform: str, language: str) -> str:
        """The name that readers of `language` know; the id where nothing better is known."""
        known = self.by_id.get(platform)
        if known is None:
            return platform
        for key in (language, "en", *known.names):
            if known.names.get(key):
                return known.names[key][0]
        return platform

    def spellings(self, text: str) -> dict[str, tuple[str, ...]]:
        """The platforms that a text is a name of, each with all its names; script is no matter."""
        return {p.id: tuple(p.all_names()) for p in self._by_key.get(_key(text), ())}

    @cached_property
    def _by_key(self) -> dict[str, list[Platform]]:
        found: dict[str, list[Platform]] = {}
        for platform in self:
            names = "\n".join((*platform.all_names(), platform.id))
            for key in dict.fromkeys(_key(names).split("\n")):
                found.setdefault(key, []).append(platform)
        return found

    def find(self, text: str) -> str:
        """The id behind an id or a name in any language.

        Raises NotFoundError with near matches.
        """
        wanted = text.strip().casefold()
        if wanted in self.by_id:
            return wanted
        if wanted in self._by_name:
            return self._by_name[wanted]
        same = list(self.spellings(text))  # other width, script or signs
        if len(same) == 1:
            return same[0]
        near = same or self.near(text)
        hint = f" Did you mean {', '.join(near)}?" if near else ""
        raise NotFoundError(f"no platform called {text!r}.{hint}")

    def near(self, text: str) -> list[str]:
        """Ids of platforms with a name like this one, the likeliest first; none that is far off."""
        written = text.strip().casefold()
        likeness = {
            name: alike
            for name in get_close_matches(written, self._by_name, 5, _NEAR_CJK)
            if (alike := SequenceMatcher(None, name, written).ratio()) >= _NEAR
            or (not written.isascii() and name[0] == written[0])
        }
        least = max(likeness.values(), default=0.0) - _BESIDE
        begun = [name for name in self._by_name if name.startswith(written)]
        longer = sorted(begun, key=len)[:_BEGUN] if len(written) >= _BEGUN else []
        names = [*longer, *(name for name, alike in likeness.items() if alike > least)]
        return list(dict.fromkeys(self._by_name[name] for name in names))

    @cached_property
    def _by_name(self) -> dict[str, str]:
        return {name.casefold(): p.id for p in self for name in (*p.all_names(), p.id)}


def _key(text: str) -> str:
    """What is the same for all ways of writing a name: no case, width, script, spaces, signs."""
    from config.characters import fold_wholly  # here: numpy takes longer than all names

    return _SIGNS.sub("", fold_wholly(unicodedata.normalize("NFC", text)))


_SIGNS = re.compile(r"[^\w\n]|_")


def load_platforms(folders: Iterable[Path] = (PACKAGED,)) -> Platforms:
    """Read all platform files; a file of the same name in a later folder replaces the earlier.

    Raises ConfigError for an unreadable file, a double id, an owner or a twin that is not there.
    """
    files: dict[str, Path] = {}
    for folder in folders:
        files.update({path.name: path for path in sorted(folder.glob("*.yaml"))})
    origin: dict[str, Path] = {}
    platforms: list[Platform] = []
    for path in files.values():
        for platform in read_document(path, PlatformFile).platforms:
            if platform.id in origin:
                raise ConfigError(
                    f"platform {platform.id!r} is already in {origin[platform.id]}", file=path
                )
            origin[platform.id] = path
            platforms.append(platform)
    for platform in platforms:
        _check(platform, origin)
    return Platforms(platforms)


def _check(platform: Platform, origin: dict[str, Path]) -> None:
    where = origin[platform.id]
    for role, other in (("owner", platform.owner), ("with", platform.twin)):
        if other and other not in origin:
            raise ConfigError(
                f"platform {platform.id!r}: {role} {other!r} is no platform", file=where
            )
    names = {name.casefold() for name in platform.all_names()}
    for guarded in platform.guards:
        if guarded.casefold() not in names:
            raise ConfigError(
                f"platform {platform.id!r}: the guard {guarded!r} is for no listed name",
                file=where,
            )
