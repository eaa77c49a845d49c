"""Which entries have the words, on PostgreSQL: the newest segments first, a few at a time."""

from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from storage.search_blocks import BITS, SEGMENT, Postings, number_of, places, unpack
from storage.search_parts import NEWEST, for_each
from storage.search_sql import Choice, Needs

MOST_SEGMENTS = 64
"""Segments that are asked for at once when the newest ones had too little."""

Mask = NDArray[np.bool_]
"""Of each entry of a segment, whether it has something."""


Numbers = list[list[list[int]]]
"""Of each that is wanted or unwanted the ways to write it, each the numbers of its words."""


def candidates(
    connection: Connection, table: str, needs: Needs, before: int | None = None
) -> Iterator[list[int]]:
    """Ids of entries that have what is needed, the newest first, those of a segment at a time."""
    wanted, unwanted = _numbered(needs.wanted), _numbered(needs.unwanted)
    numbers = sorted({n for choice in wanted + unwanted for way in choice for n in way})
    if before is None:
        before = ((connection.execute(NEWEST[table]).scalar() or 0) + 1) << BITS
    high, size = (before - 1) >> BITS, 1
    while high >= 0:
        low = max(0, high - size + 1)
        asked = {"low": low, "high": high, "numbers": numbers}
        rows = connection.execute(_HAVING[table], asked).all()
        for segment, blocks in groupby(rows, lambda row: row[0]):
            postings = np.sort(unpack([(first, packed) for _, first, packed in blocks]))
            entries = _having(_Segment(postings, numbers), wanted, unwanted) + (segment << BITS)
            if found := entries[entries < before][::-1].tolist():
                yield found
        high, size = low - 1, min(size * 4, MOST_SEGMENTS)


def _numbered(choices: Iterable[Choice]) -> Numbers:
    return [[list(map(number_of, way)) for way in choice] for choice in choices]


class _Segment:
    """Which entries of a segment have which of some words."""

    def __init__(self, postings: Postings, numbers: list[int]) -> None:
        begins = np.array(numbers, dtype=np.int64) << BITS
        bounds = np.searchsorted(postings, [begins, begins + SEGMENT])
        self._at = dict(zip(numbers, bounds.T.tolist(), strict=True))
        self._places = places(postings)

    def with_word(self, number: int) -> Mask:
        begin, end = self._at[number]
        mask = np.zeros(SEGMENT, dtype=np.bool_)
        mask[self._places[begin:end]] = True
        return mask

    def with_any(self, choice: list[list[int]]) -> Mask:
        """Those that have all words of one way to write something."""
        found = np.zeros(SEGMENT, dtype=np.bool_)
        for way in choice:
            if all(begin < end for begin, end in map(self._at.__getitem__, way)):
                found |= reduce(np.logical_and, map(self.with_word, way))
        return found


def _having(segment: _Segment, wanted: Numbers, unwanted: Numbers) -> Postings:
    """The places of entries that have everything that is wanted and nothing that is not."""
    mask = np.ones(SEGMENT, dtype=np.bool_)
    for choice in wanted:
        mask &= segment.with_any(choice)
        if not mask.any():
            break
    else:
        for choice in unwanted:
            mask &= ~segment.with_any(choice)
    return np.flatnonzero(mask)


# A limit of one keeps each look at the index a look at the index, whatever the planner guesses.
_HAVING = for_each(
    "SELECT segment, first, postings FROM ("
    "SELECT DISTINCT segment, part_id, first FROM $_parts AS part"
    " CROSS JOIN unnest(CAST(:numbers AS bigint[])) AS number"
    " CROSS JOIN LATERAL (SELECT part_id, first FROM $_blocks"
    " WHERE part_id = part.id AND first <= number ORDER BY first DESC LIMIT 1) AS block"
    " WHERE segment BETWEEN :low AND :high) AS wanted"
    " CROSS JOIN LATERAL (SELECT postings FROM $_blocks AS block"
    " WHERE block.part_id = wanted.part_id AND block.first = wanted.first LIMIT 1) AS block"
    " ORDER BY segment DESC"
)
