"""Rule packs compiled: macros expanded, patterns folded, everything matched by RE2.

RE2 runs in time linear in the sentence whatever a pattern says, so no rule can hang the process.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import re2

from alerts.tagging.folding import fold, fold_accents
from alerts.tagging.masks import Masked, Masks, Slot
from config.platforms import Platforms
from config.rules import Cues, Frame, RulePack

ROLES = ("host", "guest", "both", "any")
_MACRO = re.compile(r"\{(?P<role>host|guest|both|any)(?::(?P<trait>[a-z]+))?\}|\{~(?P<gap>\d+)\}")
_GROUP = re.compile(r"(?<!\\)\((?!\?)")
_WORDS = re.compile(r"<(?P<name>[a-z0-9][a-z0-9-]*)>")


_MEMORY = 32 * 1024 * 1024
"""Of one pattern's automaton; RE2 falls back to a slow one when a long list outgrows it."""


class PatternError(ValueError):
    """A pattern that cannot be compiled; says which and why."""


@dataclass(frozen=True, slots=True)
class FrameHit:
    """A frame found in a sentence: its roles, and its place in the masked text."""

    frame: Frame
    hosts: tuple[str, ...]
    guests: tuple[str, ...]
    masked: Masked
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CompiledCues:
    """Cues as two expressions; None where there are no words."""

    strong: Any
    weak: Any

    def score(self, text: str) -> float:
        """3 for every strong word that occurs, 1 for every weak one, each word once."""
        return 3.0 * len(found(self.strong, text)) + len(found(self.weak, text))


class CompiledPack:
    """One language's rules, ready to match."""

    def __init__(self, pack: RulePack, platforms: Platforms) -> None:
        self.pack = pack
        self.chinese = pack.language == "zh"
        self.latin = pack.language in ("en", "de", "fr", "es")
        self.masks = Masks(platforms, [self._fold(word) for word in pack.lists])
        self.words = {name: f"(?:{'|'.join(words)})" for name, words in pack.words.items()}
        self.frames = [(frame, *self._frame(frame)) for frame in pack.frames]
        self.near = self.cues(pack.near)
        self.capabilities = {word: self.cues(c) for word, c in pack.capabilities.items()}
        self.stages = {word: self.cues(cues) for word, cues in pack.stages.items()}
        self.modes = {
            capability: {mode: self.any_of(words) for mode, words in modes.items()}
            for capability, modes in pack.modes.items()
        }
        self.negations = self.any_of(pack.negations)
        self.background = self.any_of(pack.background)
        self.now = self.any_of(pack.now)
        self.unsure = self.any_of(pack.unsure)
        self.chrome = self.any_of(pack.chrome)
        self.exclusions = [(e, self.any_of(e.words)) for e in pack.exclusions]

    def cues(self, cues: Cues) -> CompiledCues:
        """Both strengths of a set of cues."""
        return CompiledCues(self.any_of(cues.strong), self.any_of(cues.weak))

    def any_of(self, words: tuple[str, ...]) -> Any:
        """One expression that finds any of the words, or None where there are none."""
        if not words:
            return None
        return self._compile("|".join(map(self._bounded, words)), "words")

    def _bounded(self, word: str) -> str:
        """In languages with spaces a word stands alone: `sued` is not in `issued`."""
        if not self.latin:
            return word
        before = r"\b" if word[0].isalnum() or word[0] == "(" else ""
        after = r"\b" if word[-1].isalnum() or word[-1] in "?+*)]" else ""
        return f"{before}(?:{word}){after}"

    def hits(self, masked: Masked) -> Iterator[FrameHit]:
        """Every frame found in a sentence, with its roles; the closest host wins."""
        if not masked.slots:
            return
        named = len(masked.slots)
        for frame, expression, roles in self.frames:
            if len(roles) <= named:  # most sentences name one platform, most frames want two
                yield from _closest(_hits(frame, expression, roles, masked))

    def _frame(self, frame: Frame) -> tuple[Any, dict[str, int]]:
        roles: dict[str, int] = {}
        pattern = self._expand(self._fold(self._expand_words(frame.pattern)), roles)
        if not roles:
            raise PatternError(f"frame {frame.id!r} names no {{host}}, {{guest}} or {{both}}")
        return self._compile(pattern, f"frame {frame.id!r}", raw=True), roles

    def _expand_words(self, pattern: str) -> str:
        def replace(match: re.Match[str]) -> str:
            name = match["name"]
            if name not in self.words:
                raise PatternError(f"<{name}> is not among the pack's words")
            return self.words[name]

        return _WORDS.sub(replace, pattern)

    def _expand(self, pattern: str, roles: dict[str, int]) -> str:
        def replace(match: re.Match[str]) -> str:
            if match["gap"]:
                return f"[^\\n]{{0,{match['gap']}}}?"
            role, trait = match["role"], match["trait"]
            if role == "any":
                return self.masks.character_class(trait)
            if role in roles:
                raise PatternError(f"{{{role}}} stands twice in {pattern!r}")
            roles[role] = len(roles) + 1
            return f"({self.masks.character_class(trait, many=role == 'both')})"

        return _MACRO.sub(replace, pattern)

    def _compile(self, pattern: str, what: str, *, raw: bool = False) -> Any:
        if not raw:
            pattern = self._expand(self._fold(self._expand_words(pattern)), {})
        options = re2.Options()
        options.log_errors = False
        options.max_mem = _MEMORY
        try:
            return re2.compile(pattern, options)
        except re2.error as error:
            raise PatternError(f"{what}: {error}") from error

    def _fold(self, pattern: str) -> str:
        r"""Fold a pattern like the text it will meet, but leave escapes such as \S alone.

        Groups become non-capturing, so that the only captures are the roles.
        """
        pattern = _GROUP.sub("(?:", pattern)
        escapes = re.split(r"(\\.)", pattern)
        folded = [
            part if part.startswith("\\") else fold(part, chinese=self.chinese) for part in escapes
        ]
        return fold_accents("".join(folded)) if self.latin else "".join(folded)


def compile_packs(packs: Mapping[str, RulePack], platforms: Platforms) -> dict[str, CompiledPack]:
    """All packs by language."""
    return {language: CompiledPack(pack, platforms) for language, pack in packs.items()}


def found(expression: Any, text: str) -> set[str]:
    """The different words that an expression finds in a text."""
    return set() if expression is None else {m.group(0) for m in expression.finditer(text)}


def _hits(frame: Frame, expression: Any, roles: dict[str, int], masked: Masked) -> list[FrameHit]:
    hits = []
    at = 0
    while match := expression.search(masked.text, at):
        sides = {role: masked.slots[match.start(group)] for role, group in roles.items()}
        hits.append(_hit(frame, sides, masked, match.start(), match.end()))
        at = min(match.start(group) for group in roles.values()) + 1
    return hits


def _hit(frame: Frame, sides: dict[str, Slot], masked: Masked, start: int, end: int) -> FrameHit:
    if "both" in sides:
        members = sides["both"].platforms
        return FrameHit(frame, members, members, masked, start, end)
    hosts = sides["host"].platforms if "host" in sides else ()
    guests = sides["guest"].platforms if "guest" in sides else ()
    return FrameHit(frame, hosts, guests, masked, start, end)


def _closest(hits: list[FrameHit]) -> Iterator[FrameHit]:
    """Of hits that end at the same place, the one that begins last and names two sides."""
    best: dict[int, FrameHit] = {}
    for hit in hits:
        if hit.hosts == hit.guests and "{both" not in hit.frame.pattern:
            continue
        known = best.get(hit.end)
        if known is None or hit.start >= known.start:
            best[hit.end] = hit
    yield from best.values()
