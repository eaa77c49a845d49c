"""Rule packs: how a language says that one platform opens to another, as data.

A pack is one file of config/rules. All its words and patterns are RE2 expressions over folded
text (see docs/rules.md), which match in linear time whatever they say. Every frame carries
examples that must and must not match; they are checked when rules are checked, and in the tests.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from config.errors import ConfigError
from config.files import read_document
from config.words import Capability, Stage

PACKAGED = Path(__file__).parent / "rules"

Words = tuple[str, ...]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Cues(_Part):
    """Words that speak for something: a strong one alone decides, weak ones add up."""

    strong: Words = ()
    weak: Words = ()


class Example(_Part):
    """A sentence with what a frame must read out of it (platform ids)."""

    text: str
    host: str | None = None
    guest: str | None = None


class Frame(_Part):
    """Who opens what to whom, as one pattern.

    `{host}` and `{guest}` stand for a platform or a list of them, `{both}` for a list of at
    least two that open to each other, `{any}` for a platform without a role, `{~N}` for a gap of
    at most N characters, `<name>` for the words of that name. `{host:pay}` asks for a trait.
    A frame without a guest is an opening to anyone.
    """

    id: Identifier
    pattern: str
    strength: Annotated[float, Field(gt=0, le=5)] = 2
    polarity: Literal["open", "close"] = "open"
    mutual: bool = False
    capability: Capability | None = None
    stage: Stage | None = None
    match: tuple[Example, ...] = ()
    differ: Words = ()
    """Sentences that must not match."""


class Exclusion(_Part):
    """Signs that an article that names platforms is about something else (results, a lawsuit …)."""

    id: Identifier
    words: Words
    weight: Annotated[float, Field(gt=0, le=10)] = 2
    zone: Literal["title", "lead", "any"] = "lead"


class RulePack(_Part):
    """All rules of one language (`zh` serves Simplified and Traditional)."""

    language: Literal["zh", "ja", "ko", "en", "de", "fr", "es"]
    words: dict[Identifier, Words] = {}
    frames: tuple[Frame, ...]
    near: Cues = Cues()
    able: Words = ()
    """Words of being able, moving and showing: they speak only beside what is plainly opened."""
    """Words that, beside two platforms in one sentence, speak for an opening without a frame."""
    capabilities: dict[Capability, Cues]
    modes: dict[Capability, dict[Identifier, Words]] = {}
    stages: dict[Stage, Cues]
    negations: Words = ()
    background: Words = ()
    """Words that put a sentence into the past."""
    now: Words = ()
    """Words that bring the text back to the news."""
    unsure: Words = ()
    """Speculation: what such a sentence says is never a claim by itself."""
    aside: Words = ()
    """Comparisons (`unlike {any}`, `without {any}`): the platform in them is no party."""
    exclusions: tuple[Exclusion, ...] = ()
    chrome: Words = ()
    lists: Words = ()
    """What stands between the members of a list of platforms."""


def load_rules(folders: Iterable[Path] = (PACKAGED,)) -> dict[str, tuple[Path, RulePack]]:
    """Rule packs by language with their files; a later folder's file of the same name replaces.

    Raises ConfigError for an unreadable pack and for two packs of one language.
    """
    files: dict[str, Path] = {}
    for folder in folders:
        files.update({path.name: path for path in sorted(folder.glob("*.yaml"))})
    packs: dict[str, tuple[Path, RulePack]] = {}
    for path in files.values():
        pack = read_document(path, RulePack)
        if pack.language in packs:
            raise ConfigError(
                f"language {pack.language!r} is already in {packs[pack.language][0]}", file=path
            )
        packs[pack.language] = (path, pack)
    return packs
