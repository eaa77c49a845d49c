"""Finding every platform in a folded text, whatever the language, in one linear scan.

Names are matched overlapping, bounded by ASCII letters and digits only (kana glued to Latin is
common, so a word boundary would miss most of them), and resolved leftmost-longest. A phrase in
which a name is something else ("公式LINE", "大麦茶") is matched like a name and swallows it. Two
names that touch go before one that would cut the second: 微信支付宝 is 微信 and 支付宝.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind

from alerts.tagging.folding import FoldedText, fold, prepare_name
from config.platforms import Guard, Platform, Platforms

_WORD = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_LEAST_PLURAL = 4


@dataclass(frozen=True, slots=True)
class Mention:
    """A platform found at a place of the clean text."""

    platform: str
    start: int
    end: int
    surface: str


@dataclass(frozen=True, slots=True)
class _Name:
    platform: str
    written: str
    guard: Guard | None
    needs: tuple[str, ...]
    swallows: bool = False
    """True for a phrase in which the platform's names mean something else."""


class Gazetteer:
    """All names of all platforms as two automata: one for Chinese, one for the other languages."""

    def __init__(self, platforms: Platforms) -> None:
        self.platforms = platforms
        self._scans = {chinese: _Scan(platforms, chinese=chinese) for chinese in (True, False)}

    def find(
        self, text: FoldedText, *, chinese: bool, context: Callable[[int], str]
    ) -> list[Mention]:
        """Mentions in order of place. `context` gives the folded words around a place."""
        return self._scans[chinese].find(text, context)


Hit = tuple[int, int, str]
"""Start, end and folded name."""


class _Scan:
    def __init__(self, platforms: Platforms, *, chinese: bool) -> None:
        self._names: dict[str, list[_Name]] = defaultdict(list)
        for platform in platforms:
            self._add(platform, chinese=chinese)
        self._keys = list(self._names)
        self._automaton = AhoCorasick(self._keys, matchkind=MatchKind.Standard)

    def _add(self, platform: Platform, *, chinese: bool) -> None:
        guards = {fold(name, chinese=chinese): g for name, g in platform.guards.items()}
        for written in dict.fromkeys(platform.all_names()):
            guard = platform.guards.get(written)
            if guard is None and guards:
                guard = guards.get(fold(written, chinese=chinese))
            needs = tuple(fold(word, chinese=chinese) for word in guard.needs) if guard else ()
            for key in _spellings(written, chinese=chinese):
                self._names[key].append(_Name(platform.id, written, guard, needs))
            for phrase in guard.not_in if guard else ():
                for key in _spellings(phrase, chinese=chinese):
                    self._names[key].append(_Name(platform.id, phrase, None, (), swallows=True))

    def find(self, text: FoldedText, context: Callable[[int], str]) -> list[Mention]:
        found: list[Mention] = []
        at = 0
        swallowed: dict[str, int] = {}
        hits = self._hits(text.folded)
        for index, (start, end, key) in enumerate(hits):
            names = self._names[key]
            for name in names:
                if name.swallows:
                    swallowed[name.platform] = max(swallowed.get(name.platform, 0), end)
            usable = [n for n in names if not n.swallows and end > swallowed.get(n.platform, 0)]
            if not usable or start < at or self._cuts(index, hits):
                continue
            mention = _choose(usable, text, start, end, context)
            if mention:
                found.append(mention)
                at = end
        return found

    def _cuts(self, index: int, hits: Sequence[Hit]) -> bool:
        """True if a name cuts one that goes on behind it, and a shorter one ends before that."""
        start, end, key = hits[index]
        touching = set()
        for following in range(index + 1, len(hits)):
            first, last, other = hits[following]
            if first >= end:
                break
            if key.startswith(other) and first == start:
                touching.add(last)
            elif first in touching and last > end and not self._swallows(other):
                return True
        return False

    def _swallows(self, key: str) -> bool:
        return all(name.swallows for name in self._names[key])

    def _hits(self, folded: str) -> list[Hit]:
        """Bounded hits, leftmost and longest first."""
        hits = []
        for index, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            key = self._keys[index]
            stop = _bounded(folded, start, end, key)
            if stop:
                hits.append((start, stop, key))
        hits.sort(key=lambda hit: (hit[0], -hit[1]))
        return hits


def _choose(
    names: Sequence[_Name],
    text: FoldedText,
    start: int,
    end: int,
    context: Callable[[int], str],
) -> Mention | None:
    for name in names:
        if _passes(name, text, start, end, context):
            return Mention(name.platform, start, end, text.clean[start:end])
    return None


def _spellings(written: str, *, chinese: bool) -> set[str]:
    """How a name looks in prepared texts with and without spaces between words."""
    return {prepare_name(written, chinese=chinese), fold(written, chinese=chinese)} - {""}


def _bounded(folded: str, start: int, end: int, key: str) -> int:
    """End of the hit, or 0 where an ASCII letter or digit goes on; a plural s belongs to it."""
    if key[0] in _WORD and start and folded[start - 1] in _WORD:
        return 0
    if key[-1] not in _WORD or end == len(folded) or folded[end] not in _WORD:
        return end
    plural = folded[end] == "s" and len(key) >= _LEAST_PLURAL and key[-1].isalpha()
    ends = end + 1 == len(folded) or folded[end + 1] not in _WORD
    return end + 1 if plural and ends else 0


def _passes(
    name: _Name, text: FoldedText, start: int, end: int, context: Callable[[int], str]
) -> bool:
    guard = name.guard
    if guard is None:
        return True
    written = fold_width(text.clean[start:end])
    # With the s of a plural or, in German, of a genitive: "Teslas Ladenetz".
    if guard.case and written not in (name.written, name.written + "s"):
        return False
    if not name.needs:
        return True
    around = context(start)
    return any(_stands_in(word, around) for word in name.needs)


def _stands_in(word: str, text: str) -> bool:
    """True if the word occurs, bounded like a name."""
    at = text.find(word)
    while at >= 0:
        if _bounded(text, at, at + len(word), word):
            return True
        at = text.find(word, at + 1)
    return False


def fold_width(text: str) -> str:
    """Full-width Latin as ASCII, with its case kept: for names that need their capitals."""
    return "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)
