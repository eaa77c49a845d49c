"""Words as the search index knows them, and the same words looked for in a text.

Chinese, Japanese and Korean put no reliable spaces between words, so a run of their characters is
indexed as its characters and its overlapping pairs; everything else as whole words. A pair may stand across a line
break or a space, and so may what is looked for. The index can therefore only find too much, never
too little; whether a text really has the words is then said by a `Pattern` on the text itself.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from config.characters import fold_wholly

_CJK = (
    "\u3005-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\u1100-\u11ff\u3130-\u318f\uac00-\ud7af\U00020000-\U0003ffff"
)
_GAP = r"[\s\u00b7\u30fb\u200b-\u200d\u2060\ufeff]{0,3}"
"""What may stand inside a word of such characters: a line break, a space, a middle dot."""

_LETTER = rf"[^\W_{_CJK}]"
_RUN = re.compile(rf"[{_CJK}](?:{_GAP}[{_CJK}])*|{_LETTER}+")
_NOT_CJK = re.compile(f"[^{_CJK}]+")

LONGEST = 40
"""Characters of a word that the index tells apart; the text itself is asked about the rest."""

LONGEST_TEXT = 120_000
"""Characters of a text that are searched; of a longer one the beginning."""

TITLE = "\u00b6"
"""Marks a word of a title: no word of a text has such a sign in it."""


def clean(text: str) -> str:
    """A text as it is indexed and looked at: composed, without what no database can hold."""
    text = text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
    return (text if text.isascii() else unicodedata.normalize("NFC", text))[:LONGEST_TEXT]


def folded(text: str) -> str:
    """A clean text without differences of case, width, accents and script; as long as before."""
    return fold_wholly(text)


def _runs(text: str) -> list[tuple[str, bool]]:
    """Runs of a folded text without the gaps in them, and whether each is of CJK characters."""
    found = []
    for run in _RUN.findall(text):
        cjk = not _LETTER_FIRST.match(run)
        found.append((_NOT_CJK.sub("", run) if cjk else run, cjk))
    return found


_LETTER_FIRST = re.compile(_LETTER)


def words(text: str) -> set[str]:
    """All words of a text as the index keeps them."""
    found: set[str] = set()
    for run, cjk in _runs(folded(clean(text))):
        if cjk:
            found.update(run, map("".join, pairwise(run)))
        else:
            found.add(run[:LONGEST])
    return found


def marked(found: set[str]) -> set[str]:
    """Words of a title, told apart from those of a text."""
    return {TITLE + word for word in found}


def key(name: str) -> str:
    """What is the same for all spellings of a name: no case, width, accents, spaces or signs."""
    return "".join(run for run, _ in _runs(folded(clean(name))))


@dataclass(frozen=True)
class Pattern:
    """One spelling of what is looked for: its runs in this order, nothing between them."""

    runs: tuple[tuple[str, bool], ...]

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """Words that the index has for every text with the pattern."""
        found: dict[str, None] = {}
        for run, cjk in self.runs:
            if not cjk:
                found[run[:LONGEST]] = None
            elif len(run) == 1:
                found[run] = None
            else:
                found.update(dict.fromkeys(map("".join, pairwise(run))))
        return tuple(found)

    @property
    def exact(self) -> bool:
        """Whether a text has the pattern wherever the index has its one word."""
        [run, *more] = self.runs
        cjk = run[1]
        return not more and (len(run[0]) <= 2 if cjk else len(run[0]) < LONGEST)

    @cached_property
    def expression(self) -> str:
        """The pattern as a regular expression over folded text."""
        first, last = self.runs[0], self.runs[-1]
        parts = ["" if first[1] else f"(?<!{_LETTER})"]
        for number, (run, cjk) in enumerate(self.runs):
            if number:
                before = self.runs[number - 1][1]
                parts.append(_GAP if cjk or before else r"[\W_]{1,3}")
            parts.append(_GAP.join(run) if cjk else re.escape(run))
        parts.append("" if last[1] else f"(?!{_LETTER})")
        return "".join(parts)


def pattern(written: str) -> Pattern | None:
    """What is looked for when somebody writes this; None when there is no word in it."""
    runs = tuple(_runs(folded(clean(written))))
    return Pattern(runs) if runs else None


def compiled(patterns: Sequence[Pattern]) -> re.Pattern[str]:
    """Any of several patterns, the longest first, so that a hit is as long as it can be."""
    longest = sorted(patterns, key=lambda one: -len(one.expression))
    return re.compile("|".join(one.expression for one in longest))
