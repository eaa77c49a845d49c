"""Texts made comparable without losing the place of a single character.

A text is first cleaned (entities, tags, glosses, stray spaces; every character keeps its offset
in the original), then folded by ONE table that maps UTF-16 code units one to one: case, width
and, for Chinese, Traditional to Simplified. Hits in the folded text therefore index the clean
one, and quotes are cut verbatim from the original.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from html import unescape
from importlib import resources

import numpy as np
from numpy.typing import NDArray

_HAN = "\u3400-\u9fff々〆"
_CJK = f"{_HAN}\u3040-\u30ff"

_ENTITY = r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});"
_TAG = r"</?(?:a|b|i|u|p|em|br|div|sup|sub|font|span|strong)\b[^<>\n]{0,200}>"
_GLOSS = r"[(（][ a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{1,24}[)）]"
_HALF_KANA = "[\uff66-\uff9d][\uff9e\uff9f]"
_SPACE = f"(?<=[{_CJK}]) (?=[{_CJK}])"
_EDGE_SPACE = f"(?<=[{_CJK}]) (?=[A-Za-z0-9])|(?<=[A-Za-z0-9]) (?=[{_CJK}])"
_REPLACE = re.compile(
    f"(?P<entity>{_ENTITY})|(?P<tag>{_TAG})|(?P<gloss>(?<=[{_HAN}]){_GLOSS})"
    f"|(?P<kana>{_HALF_KANA})|(?P<zero>[\u200b-\u200f\u2060\ufeff\u00ad])"
)
_SPACES = re.compile(_SPACE)
_EDGES = re.compile(_EDGE_SPACE)
_LONE = re.compile("[\ud800-\udfff]")
_TONES = re.compile("[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]")


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


def fold(text: str, *, chinese: bool) -> str:
    """Fold case and width, and Traditional to Simplified where `chinese`; length is kept."""
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype="<u2")
    folded: bytes = _table(chinese)[units].tobytes()
    return folded.decode("utf-16-le", "surrogatepass")


def fold_accents(text: str) -> str:
    """Latin letters without their accents, one for one: rules are written without them."""
    return text if text.isascii() else text.translate(_accents())


@cache
def _accents() -> dict[int, str]:
    letters = (chr(unit) for unit in range(0xC0, 0x250))
    bases = {ord(c): unicodedata.normalize("NFD", c)[0] for c in letters}
    return {unit: base for unit, base in bases.items() if base.isascii()}


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
    for match in _REPLACE.finditer(text):
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
        case "kana":
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


@cache
def _table(chinese: bool) -> NDArray[np.uint16]:
    """The folding table over all UTF-16 code units (128 kB each)."""
    table = np.arange(0x10000, dtype="<u2")
    simplified = _simplified() if chinese else {}
    for unit in range(0x10000):
        if 0xD800 <= unit <= 0xDFFF:
            continue
        character = unicodedata.normalize("NFKC", chr(unit)).lower()
        if len(character) != 1 or ord(character) > 0xFFFF:
            character = chr(unit).lower() if len(chr(unit).lower()) == 1 else chr(unit)
        table[unit] = ord(simplified.get(character, character))
    table[0xE000:0xF900] = ord(" ")  # icons of web fonts; masks use these places
    for quote in "‘’‛′":
        table[ord(quote)] = ord("'")
    for quote in "“”„″":
        table[ord(quote)] = ord('"')
    for space in "\u00a0\u3000\t":
        table[ord(space)] = ord(" ")
    for dash in "‐‑‒":
        table[ord(dash)] = ord("-")
    return table


def _simplified() -> dict[str, str]:
    """OpenCC's table of Traditional characters (Apache License 2.0), one to one."""
    lines = resources.files("opencc").joinpath("dictionary/TSCharacters.txt").read_text("utf-8")
    pairs = (line.split("\t") for line in lines.splitlines() if "\t" in line)
    return {
        old: new.split(" ")[0]
        for old, new in pairs
        if len(old) == len(new.split(" ")[0]) == 1 and max(old, new.split(" ")[0]) <= "\uffff"
    }
