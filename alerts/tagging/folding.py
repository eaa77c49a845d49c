"""Texts made comparable without losing the place of a single character.

A text is first cleaned (entities, tags, glosses, stray spaces; every character keeps its offset
in the original), then folded by the one table of config.characters, which keeps its length. Hits
in the folded text therefore index the clean one, and quotes are cut verbatim from the original.
"""

import re
import unicodedata
from dataclasses import dataclass
from html import unescape

from config.characters import fold, fold_accents

__all__ = ["FoldedText", "fold", "fold_accents", "prepare", "prepare_name"]

_HAN = "\u3400-\u9fff々〆"
_CJK = f"{_HAN}\u3040-\u30ff"

_ENTITY = r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});"
_TAG = r"</?(?:a|b|i|u|p|em|br|div|sup|sub|font|span|strong)\b[^<>\n]{0,200}>"
_GLOSS = r" ?[(（](?i:[ a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü'’]{1,24})[)）]"
_HALF_KANA = "[\uff66-\uff9d][\uff9e\uff9f]"
_COMBINED = "[A-Za-zÀ-ɏ\u3040-\u30ff][\u0300-\u036f\u3099\u309a]{1,3}|[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?"
"""Letters in several characters, as some systems write them: か and its voicing, ᄂ and ᅦ."""

_BLANK = "[ \u00a0]"
"""What goes between characters of a word. A wide space does not: it parts the members of a list."""

_SPACE = f"{_BLANK}(?<=[{_CJK}].)(?=[{_CJK}])"
_EDGE_SPACE = f"{_BLANK}(?:(?<=[{_CJK}].)(?=[A-Za-z0-9])|(?<=[A-Za-z0-9].)(?=[{_CJK}]))"
_SMALL = (
    f"(?P<zero>[\u200b-\u200f\u2060\ufeff\u00ad\ufe00-\ufe0f])|(?P<composed>{_HALF_KANA}|[ﬀ-ﬆ])"
)
_REPLACE = re.compile(
    f"(?P<entity>{_ENTITY})|(?P<tag>{_TAG})|(?P<gloss>(?<=[{_HAN}]){_GLOSS})|{_SMALL}"
)
_REPLACE_MARKED = re.compile(f"{_REPLACE.pattern}|(?P<combined>{_COMBINED})")
_MARKS = re.compile("[\u0300-\u036f\u3099\u309a\u1100-\u1112]")
"""Without one of these nothing is combined, and to look for it doubles the time."""

_SPACES = re.compile(_SPACE)
_EDGES = re.compile(_EDGE_SPACE)
_LONE = re.compile("[\ud800-\udfff]")
_TONES = re.compile("[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoldedText:
    """One text in three forms: as it came, cleaned, and folded (clean and folded align)."""

    original: str
    clean: str
    folded: str
    places: tuple[tuple[int, int], ...] | None
    """Where each clean character stands in the original; None where both are the same."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of a place in the clean text."""
        if self.places is None:
            return start, end
        if start >= end:
            at = self.places[start][0] if start < len(self.places) else len(self.original)
            return at, at
        return self.places[start][0], self.places[end - 1][1]

    def quote(self, start: int, end: int) -> str:
        """The original characters of a place in the clean text."""
        first, last = self.span(start, end)
        return self.original[first:last]


def prepare(text: str, *, chinese: bool, spaces: bool) -> FoldedText:
    """Clean and fold a text. `spaces` says that its language puts spaces between words."""
    clean, places = _clean(_LONE.sub("\ufffd", text), spaces=spaces)
    return FoldedText(text, clean, fold(clean, chinese=chinese), places)


def prepare_name(name: str, *, chinese: bool) -> str:
    """A name as it looks in prepared texts of languages without spaces between words."""
    return fold(
        _EDGES.sub("", _SPACES.sub("", unicodedata.normalize("NFC", name))), chinese=chinese
    )


Places = tuple[tuple[int, int], ...]


def _clean(text: str, *, spaces: bool) -> tuple[str, Places | None]:
    parts: list[str] = []
    places: list[tuple[int, int]] = []
    at = 0
    replaced = _REPLACE_MARKED if _MARKS.search(text) else _REPLACE
    for match in replaced.finditer(text):
        parts.append(text[at : match.start()])
        places.extend((i, i + 1) for i in range(at, match.start()))
        for character in _replacement(match):
            parts.append(character)
            places.append(match.span())
        at = match.end()
    if at:
        parts.append(text[at:])
        places.extend((i, i + 1) for i in range(at, len(text)))
        text = "".join(parts)
    if spaces:
        return text, tuple(places) if at else None
    return _without_spaces(text, places if at else None)


def _replacement(match: re.Match[str]) -> str:
    found = match[0]
    match match.lastgroup:
        case "entity":
            return unescape(found)
        case "gloss":
            return "" if _TONES.search(found) else found
        case "composed" | "combined":
            return unicodedata.normalize("NFKC", found)
        case _:
            return ""


def _without_spaces(text: str, places: list[tuple[int, int]] | None) -> tuple[str, Places | None]:
    title_end = text.find("\n")  # a space between two characters of a headline ends a clause
    dropped = {match.start() for match in _EDGES.finditer(text)}
    dropped |= {match.start() for match in _SPACES.finditer(text, max(title_end, 0))}
    if not dropped:
        return text, tuple(places) if places is not None else None
    kept = [index for index in range(len(text)) if index not in dropped]
    left = [(i, i + 1) if places is None else places[i] for i in kept]
    return "".join(text[index] for index in kept), tuple(left)
