"""Characters that count as the same wherever names and texts are compared.

ONE table maps UTF-16 code units one to one: case, width and, for Chinese, Traditional to
Simplified. The length of a text never changes, so what is found in the folded text stands at the
same place of the text itself.
"""

import unicodedata
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray


def fold(text: str, *, chinese: bool) -> str:
    """Fold case and width, and Traditional to Simplified where `chinese`; length is kept."""
    return _mapped(text, _table(chinese))


def fold_wholly(text: str) -> str:
    """Fold all of it, accents too, whatever the language; length is kept."""
    return _mapped(text, _whole_table())


def _mapped(text: str, table: NDArray[np.uint16]) -> str:
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype="<u2")
    folded: bytes = table[units].tobytes()
    return folded.decode("utf-16-le", "surrogatepass")


def fold_accents(text: str) -> str:
    """Latin letters without their accents, one for one: rules are written without them."""
    return text if text.isascii() else text.translate(_accents())


@cache
def _accents() -> dict[int, str]:
    letters = (chr(unit) for unit in range(0xC0, 0x250))
    bases = {ord(c): unicodedata.normalize("NFD", c)[0] for c in letters}
    return {unit: base for unit, base in bases.items() if base.isascii()}


@cache
def _whole_table() -> NDArray[np.uint16]:
    accents = np.arange(0x10000, dtype="<u2")
    for unit, base in _accents().items():
        accents[unit] = ord(base)
    return accents[_table(chinese=True)]


_LOOSE = ((0x2460, 0x24FF), (0xB2, 0xB3), (0xB9, 0xB9), (0x2070, 0x2079), (0x2080, 0x2089))
"""Numbers and letters in circles and brackets, raised and lowered ones: they count what stands
beside them (①LINE, WhatsApp²) and are no part of it."""


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
    for first, last in _LOOSE:
        table[first : last + 1] = ord(" ")
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
