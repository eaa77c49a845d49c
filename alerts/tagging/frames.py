"""The frames of a rule pack, found in masked sentences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from alerts.tagging.folding import FoldedText, prepare
from alerts.tagging.gazetteer import Mention
from alerts.tagging.masks import Masked, Masks, PatternError, Slot
from alerts.tagging.patterns import CompiledFrame, FrameSieve, PatternCompiler
from alerts.tagging.sentences import Sentence
from config.platforms import Platforms
from config.rules import Cues, Frame, RulePack

__all__ = ["CompiledCues", "CompiledPack", "FrameHit", "PatternError", "compile_packs", "found"]


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
        patterns = PatternCompiler(pack.language, {}, Masks(platforms, ()))
        self.chinese, self.latin = patterns.chinese, patterns.latin
        self.masks = Masks(platforms, [patterns.fold(word) for word in pack.lists])
        self._patterns = PatternCompiler(pack.language, pack.words, self.masks)
        self.frames = [self.frame(frame) for frame in pack.frames]
        self._sieve = FrameSieve(self.frames)
        self.near = self.cues(pack.near)
        self.able = self.any_of(pack.able)
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
        self._aside = self.any_of(pack.aside)
        self.chrome = self.any_of(pack.chrome)
        self.exclusions = [(e, self.any_of(e.words)) for e in pack.exclusions]

    def prepare(self, text: str) -> FoldedText:
        """A text of this language, cleaned and folded as names and rules want it."""
        return prepare(text, chinese=self.chinese, spaces=self.pack.language not in ("zh", "ja"))

    def mask(self, sentence: Sentence, mentions: Sequence[Mention]) -> Masked:
        """A sentence with its platforms masked, but for those that it only names in passing."""
        masked = self.masks.mask(sentence, mentions).without(self._aside)
        return self.masks.without_carriers(masked)

    def cues(self, cues: Cues) -> CompiledCues:
        """Both strengths of a set of cues."""
        return CompiledCues(self.any_of(cues.strong), self.any_of(cues.weak))

    def any_of(self, words: tuple[str, ...]) -> Any:
        """One expression that finds any of the words, or None where there are none."""
        return self._patterns.any_of(words)

    def frame(self, frame: Frame) -> CompiledFrame:
        """A frame compiled with the words of this pack. Raises PatternError."""
        return self._patterns.frame(frame.pattern, frame.id)

    def frames_in(self, text: str) -> list[int]:
        """The numbers of the frames that may occur in a masked text, in order."""
        return self._sieve.find(text)

    def hits(self, masked: Masked) -> Iterator[FrameHit]:
        """Every frame found in a sentence, with its roles; the closest host wins."""
        if not masked.slots:
            return
        for number in self.frames_in(masked.text):
            compiled = self.frames[number]
            found = _hits(self.pack.frames[number], compiled.expression, compiled.roles, masked)
            yield from _closest(found)


def compile_packs(packs: Mapping[str, RulePack], platforms: Platforms) -> dict[str, CompiledPack]:
    """All packs by language."""
    return {language: CompiledPack(pack, platforms) for language, pack in packs.items()}


def found(expression: Any, text: str) -> set[str]:
    """The different words that an expression finds in a text."""
    return set() if expression is None else {m.group(0) for m in expression.finditer(text)}


def may_occur(expression: Any, whole: str) -> bool:
    """False where an expression finds nothing in any line of a text: one look instead of many."""
    if expression is None:
        return False
    return _minds_ends(expression) or expression.search(whole) is not None


@cache
def _minds_ends(expression: Any) -> bool:
    """Whether a line by itself may have what it has not among others."""
    return any(sign in expression.pattern for sign in ("^", "$", r"\A", r"\z"))


def _hits(frame: Frame, expression: Any, roles: dict[str, int], masked: Masked) -> list[FrameHit]:
    hits = []
    at = 0
    while match := expression.search(masked.text, at):
        places = {role: match.start(group) for role, group in roles.items()}
        sides = {role: masked.slots[place] for role, place in places.items() if place >= 0}
        if not sides:  # a pattern in which every role may be absent, and is
            break
        hits.append(_hit(frame, sides, masked, match.start(), match.end()))
        at = min(place for place in places.values() if place >= 0) + 1
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
