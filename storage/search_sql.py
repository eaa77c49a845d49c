"""The search index asked in each database's own language: which entries may have the words.

What comes back is a superset, because a phrase is known to the index by its words alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from storage.search_index import platform_word
from storage.search_query import Query, Term
from storage.search_words import TITLE, Pattern


@dataclass(frozen=True)
class _Language:
    """How a full-text query is written."""

    both: str
    either: str
    but_not: str
    quote: str

    def word(self, needed: str) -> str:
        """One word. Words hold letters and digits only."""
        return f"{self.quote}{needed}{self.quote}"

    def every(self, parts: Sequence[str]) -> str:
        return f"({self.both.join(parts)})"

    def any(self, parts: Sequence[str]) -> str:
        return f"({self.either.join(parts)})"


_SQLITE = _Language(" AND ", " OR ", " NOT ", '"')
_POSTGRESQL = _Language(" & ", " | ", " & !", "'")


def match(dialect: str, query: Query, *, title: bool = False, claims: bool = False) -> str:
    """The full-text query for what may be found; of titles only, or of claims.

    Claims are also found by the platforms that they are about. What is to be left out is left out
    here where the index is sure of it.
    """
    language = _SQLITE if dialect == "sqlite" else _POSTGRESQL
    mark = TITLE if title else ""
    wanted = language.every([_term(language, term, mark, claims) for term in query.terms])
    for term in query.excluded:
        if term.exact:
            wanted = f"({wanted}{language.but_not}{_term(language, term, '', claims)})"
    return wanted


def _term(language: _Language, term: Term, mark: str, claims: bool) -> str:
    spellings = [_pattern(language, one, mark) for one in _fewest(term.patterns)]
    if claims:
        spellings += [language.word(platform_word(one)) for one in sorted(term.platforms)]
    return language.any(list(dict.fromkeys(spellings)))


def _fewest(patterns: Sequence[Pattern]) -> list[Pattern]:
    """Patterns without those that need all that another needs: that one finds them, too."""
    needed = [frozenset(one.needed) for one in patterns]
    return [
        pattern
        for number, pattern in enumerate(patterns)
        if not any(
            other < needed[number] or (other == needed[number] and place < number)
            for place, other in enumerate(needed)
        )
    ]


def _pattern(language: _Language, pattern: Pattern, mark: str) -> str:
    return language.every([language.word(mark + needed) for needed in pattern.needed])
