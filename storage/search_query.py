"""What somebody looks for, read from what they wrote: words, "phrases", -exclusions, platforms."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from config.errors import InteropwatchError
from storage.search_words import Pattern, compiled, pattern

MOST_CHARACTERS = 400
MOST_TERMS = 16
LONGEST_NAME = 6
"""Words at most that are tried as one name of a platform."""

Spellings = Callable[[str], Mapping[str, Sequence[str]]]
"""The platforms that a text is a name of, each with all its names."""

_PIECE = re.compile(r'(-?)(?:["“”„«»「『]([^"“”„«»」』]*)(?:["“”„«»」』]|$)|(\S+))')


class QueryError(InteropwatchError):
    """What was written cannot be looked for."""

    exit_code = 2


@dataclass(frozen=True)
class Term:
    """Something that must stand there, or must not, in any of its spellings."""

    written: str
    patterns: tuple[Pattern, ...]
    platforms: frozenset[str] = frozenset()

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """All spellings as one regular expression over folded text."""
        return compiled(self.patterns)

    @property
    def exact(self) -> bool:
        """Whether the index alone can say that a text has it."""
        return all(one.exact for one in self.patterns)


@dataclass(frozen=True)
class Query:
    """Terms that must all stand there, and terms of which none may."""

    terms: tuple[Term, ...]
    excluded: tuple[Term, ...] = ()

    @cached_property
    def expressions(self) -> tuple[re.Pattern[str], ...]:
        """What is to be shown: a regular expression per term."""
        return tuple(term.expression for term in self.terms)

    @property
    def platforms(self) -> dict[str, frozenset[str]]:
        """What was written for platforms, and which they are."""
        return {term.written: term.platforms for term in self.terms if term.platforms}


@dataclass
class _Reading:
    spellings: Spellings
    terms: list[Term] = field(default_factory=list)
    excluded: list[Term] = field(default_factory=list)

    def add(self, written: str, *, quoted: bool, excluded: bool) -> None:
        """Take in a word, a phrase or the name of a platform; signs alone are nothing."""
        names = {} if quoted else self.spellings(written)
        every = [written, *(name for several in names.values() for name in several)]
        patterns = dict.fromkeys(filter(None, map(pattern, every)))
        if patterns:
            term = Term(written, tuple(patterns), frozenset(names))
            (self.excluded if excluded else self.terms).append(term)


def parse(written: str, spellings: Spellings) -> Query:
    """Read a query. Names of platforms stand for all their names, unless they are quoted.

    Raises QueryError when there is nothing to look for, or too much.
    """
    if len(written) > MOST_CHARACTERS:
        raise QueryError(
            f"{len(written)} characters are too many to look for; write {MOST_CHARACTERS} at most"
        )
    reading = _Reading(spellings)
    words: list[str] = []
    for minus, phrase, word in _pieces(written):
        if word and not minus:
            words.append(word)
            continue
        _take_words(words, reading)
        reading.add(phrase or word, quoted=not word, excluded=bool(minus))
    _take_words(words, reading)
    if not reading.terms:
        only = " besides what is to be left out" if reading.excluded else ""
        raise QueryError(
            f"{written!r} has no word to look for{only}; "
            'write for instance: taobao "mini program" -jd'
        )
    if len(reading.terms) + len(reading.excluded) > MOST_TERMS:
        raise QueryError(f"too many words to look for; write {MOST_TERMS} at most")
    return Query(tuple(reading.terms), tuple(reading.excluded))


def _pieces(written: str) -> Iterator[tuple[str, str, str]]:
    """A minus sign or nothing, then a phrase or a word."""
    for found in _PIECE.finditer(written):
        minus, phrase, word = found.group(1) or "", found.group(2) or "", found.group(3) or ""
        yield minus, phrase, word


def _take_words(words: list[str], reading: _Reading) -> None:
    """Names of several words first: `WeChat Pay` is one platform, not WeChat and pay."""
    at = 0
    while at < len(words):
        end = next(
            (
                end
                for end in range(min(len(words), at + LONGEST_NAME), at + 1, -1)
                if reading.spellings(" ".join(words[at:end]))
            ),
            at + 1,
        )
        reading.add(" ".join(words[at:end]), quoted=False, excluded=False)
        at = end
    words.clear()
