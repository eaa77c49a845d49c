"""A sentence with every platform replaced by one character, so that patterns can name roles.

The character says what the platform can do: all platforms with the same traits share one from
the private use area. A list of platforms ("A, B and C") becomes a single character, followed in
the pattern language by `{host}`, `{guest}` or `{both}`.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

import re2

from alerts.tagging.gazetteer import Mention
from alerts.tagging.sentences import Sentence
from config.platforms import Platforms

_SINGLE = 0xE000
_LIST = 0xE800
_ASIDE = "\uf000"
"""Outside of both blocks: no pattern takes it for a platform."""


class PatternError(ValueError):
    """A pattern that cannot be compiled; says which and why."""


def visible(text: str) -> str:
    """Words of a masked text for people: a platform is a dot there, not a square."""
    return _UNSEEN.sub("·", text)


_UNSEEN = re.compile("[\ue000-\uf8ff]")


def said_by(error: Exception) -> str:
    """What RE2 says of a pattern, which comes as bytes."""
    return " ".join(
        part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part)
        for part in error.args
    )


@dataclass(frozen=True, slots=True)
class Slot:
    """One mask character: the platforms behind it and their place in the clean text."""

    platforms: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Masked:
    """A masked sentence. `slots` is keyed by the place of the mask character in `text`."""

    sentence: Sentence
    text: str
    slots: dict[int, Slot]

    def place(self, masked: int) -> int:
        """The place in the clean text of a place in the masked text."""
        at = self.sentence.start + masked
        for position, slot in self.slots.items():
            if position < masked:
                at += slot.end - slot.start - 1
        return at

    def without(self, aside: Any) -> "Masked":
        """The same without the platforms that an expression finds, words around them included."""
        if aside is None or not self.slots:
            return self
        found = (range(match.start(), match.end()) for match in aside.finditer(self.text))
        return self.without_places(place for places in found for place in places)

    def without_places(self, places: Iterable[int]) -> "Masked":
        """The same without the platforms at some places; they stay where they are, unnamed."""
        text, slots = self.text, dict(self.slots)
        for place in places:
            if place in slots:
                slots[place] = replace(slots[place], platforms=())
                text = f"{text[:place]}{_ASIDE}{text[place + 1 :]}"
        return Masked(self.sentence, text, slots)


class Masks:
    """Chooses mask characters and builds the character classes that patterns use for them."""

    def __init__(self, platforms: Platforms, lists: Iterable[str]) -> None:
        self._platforms = platforms
        sets = sorted({platform.traits for platform in platforms}, key=sorted)
        self._codes = {traits: index for index, traits in enumerate(sets)}
        between = "|".join(lists) or r"\x00"
        options = re2.Options()
        options.log_errors = False
        one, many = _block(_SINGLE), _block(_LIST)
        gloss = f"(?: ?[(（][^()（）{one}]{{1,20}}[)）])?"
        try:
            self._list = re2.compile(f"[{one}](?:{gloss}(?:{between})?[{one}])+", options)
        except re2.error as error:
            raise PatternError(f"lists: {said_by(error)}") from error
        self._any = f"{one}{many}"

    def character_class(self, trait: str | None = None, *, many: bool = False) -> str:
        """The RE2 class of mask characters, of one trait or of lists only."""
        if trait is None:
            return f"[{_block(_LIST)}]" if many else f"[{self._any}]"
        codes = [code for traits, code in self._codes.items() if trait in traits]
        singles = "" if many else "".join(chr(_SINGLE + code) for code in codes)
        lists = "".join(chr(_LIST + code) for code in codes)
        return f"[{singles}{lists}]" if codes else "[^\\x00-\\x{10FFFF}]"

    def mask(self, sentence: Sentence, mentions: Sequence[Mention]) -> Masked:
        """Replace the mentions that stand in the sentence; `mentions` are in order of place."""
        first = bisect_left(mentions, sentence.start, key=_start)
        last = bisect_left(mentions, sentence.end, key=_start)
        inside = [m for m in mentions[first:last] if m.end <= sentence.end]
        parts: list[str] = []
        slots: list[Slot] = []
        at = sentence.start
        for mention in inside:
            parts.append(sentence.folded[at - sentence.start : mention.start - sentence.start])
            parts.append(chr(_SINGLE + self._code(mention.platform)))
            slots.append(Slot((mention.platform,), mention.start, mention.end))
            at = mention.end
        parts.append(sentence.folded[at - sentence.start :])
        return self._joined(sentence, _unquoted("".join(parts)), slots)

    def without_carriers(self, masked: Masked) -> Masked:
        """The same without lists of systems ("for Android and iPhone") that carry something else.

        They are parties only where nobody else's platform stands in the sentence.
        """
        carrying = [p for p, slot in masked.slots.items() if self._are_systems(slot.platforms)]
        if not carrying:
            return masked
        owners = {
            self._platforms.owner(platform)
            for place in carrying
            for platform in masked.slots[place].platforms
        }
        others = {
            self._platforms.owner(platform)
            for place, slot in masked.slots.items()
            if place not in carrying
            for platform in slot.platforms
        }
        return masked.without_places(carrying) if others - owners else masked

    def _are_systems(self, platforms: tuple[str, ...]) -> bool:
        """True for a list with a system in it, beside systems and makers of devices only."""
        known = [p for platform in platforms if (p := self._platforms.by_id.get(platform))]
        systems = [p for p in known if "os" in p.traits and p.kind != "company"]
        return len(known) > 1 and bool(systems) and all(p.traits & {"os", "device"} for p in known)

    def _code(self, platform: str) -> int:
        return self._codes.get(self._platforms.traits(platform), 0)

    def _joined(self, sentence: Sentence, text: str, singles: list[Slot]) -> Masked:
        """Fold lists of platforms into one mask character each."""
        if not singles:
            return Masked(sentence, text, {})
        places = [match.start() for match in _MASKED.finditer(text)]
        by_place = dict(zip(places, singles, strict=True))
        out: list[str] = []
        slots: dict[int, Slot] = {}
        at = length = 0
        for match in self._list.finditer(text):
            length = self._copy(text, at, match.start(), by_place, out, slots, length)
            slot, mark = _merged(match, by_place)
            slots[length] = slot
            out.append(mark)
            length += 1
            at = match.end()
        self._copy(text, at, len(text), by_place, out, slots, length)
        return Masked(sentence, "".join(out), slots)

    @staticmethod
    def _copy(
        text: str,
        start: int,
        end: int,
        by_place: dict[int, Slot],
        out: list[str],
        slots: dict[int, Slot],
        length: int,
    ) -> int:
        out.append(text[start:end])
        for place in range(start, end):
            if place in by_place:
                slots[length + place - start] = by_place[place]
        return length + end - start


_MASKED = re.compile(f"[{chr(_SINGLE)}-{chr(_LIST - 1)}]")
_start = attrgetter("start")

_QUOTED = re.compile(
    "「([^「」\ue000-\uefff]{1,10})」|『([^『』\ue000-\uefff]{1,10})』"
    "|«\\s?([^«»\ue000-\uefff]{1,24}?)\\s?»"
    "|(?<![a-z\ue000-\uefff])[\"']([^\"'\\s\ue000-\uefff]{1,10})[\"'](?![a-z])"
)


def _unquoted(text: str) -> str:
    """The same without the quotes around a few words: headlines put their verbs into them."""
    return _QUOTED.sub(lambda match: next(filter(None, match.groups()), ""), text)


def _merged(match: Any, by_place: dict[int, Slot]) -> tuple[Slot, str]:
    """One slot for a list of platforms, or for one platform that is named twice."""
    inside = [by_place[p] for p in range(match.start(), match.end()) if p in by_place]
    platforms = tuple(dict.fromkeys(p for slot in inside for p in slot.platforms))
    first = ord(match.group(0)[0])
    if len(platforms) == 1:
        return Slot(platforms, inside[0].start, inside[-1].end), chr(first)
    return Slot(platforms, inside[0].start, inside[-1].end), chr(first - _SINGLE + _LIST)


def _block(first: int) -> str:
    return f"{chr(first)}-{chr(first + 0x7FF)}"
