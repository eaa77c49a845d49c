"""What the search index is asked: the words that an entry must have, and may not have.

What comes back is a superset, because a phrase is known to the index by its words alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from storage.search_index import platform_word
from storage.search_query import Query, Term
from storage.search_words import TITLE, Pattern

Choice = tuple[tuple[str, ...], ...]
"""Ways to write something, each the words that it needs, all of them."""


@dataclass(frozen=True)
class Needs:
    """Of each that is wanted one way must stand there, of each that is unwanted none."""

    wanted: tuple[Choice, ...]
    unwanted: tuple[Choice, ...]


def needs_of(query: Query, *, title: bool = False, claims: bool = False) -> Needs:
    """What is needed of what may be found; of titles only, or of claims.

    Claims are also found by the platforms that they are about. What is to be left out is left out
    here where the index is sure of it.
    """
    mark = TITLE if title else ""
    unwanted = [_choice(term, "", claims) for term in query.excluded if term.exact]
    return Needs(tuple(_choice(term, mark, claims) for term in query.terms), tuple(unwanted))


def _choice(term: Term, mark: str, claims: bool) -> Choice:
    ways = [tuple(mark + word for word in one.needed) for one in _fewest(term.patterns)]
    if claims:
        ways += [(platform_word(one),) for one in sorted(term.platforms)]
    return tuple(dict.fromkeys(ways))


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


def match(needs: Needs) -> str:
    """The same as SQLite's full-text tables are asked. Words hold letters and digits only."""
    wanted = f"({' AND '.join(map(_any, needs.wanted))})"
    for choice in needs.unwanted:
        wanted = f"({wanted} NOT {_any(choice)})"
    return wanted


def _any(choice: Choice) -> str:
    ways = (" AND ".join(f'"{word}"' for word in way) for way in choice)
    return f"({' OR '.join(f'({way})' for way in ways)})"
