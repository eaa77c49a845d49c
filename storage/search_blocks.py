"""Words of the search index as numbers, and blocks of them that take little room; for PostgreSQL.

A posting says that an entry has a word. It is one number: the number of the word, and behind it
the place of the entry in its segment. A block holds postings in their order, each as the distance
from the one before it, seven bits a byte: one or two bytes where a word is common, four or five
where another word begins.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from storage.search_words import TITLE

Postings = NDArray[np.int64]
Bytes = NDArray[np.uint8]

BITS = 12
SEGMENT = 1 << BITS
"""Entries of a segment: those whose ids differ in these bits only."""

BLOCK = 1980
"""Bytes of a block, unless one word takes more; larger rows PostgreSQL would cut into pieces."""

AT_ONCE = 250_000
"""Postings that are packed at once; it takes a hundred bytes each."""

_IN_TITLE = 1 << 50
_LONG = 1 << 49


def number_of(word: str) -> int:
    """The number of a word. No two words of one or two characters have the same.

    Longer ones have 49 bits of a digest, which two of millions hardly ever share.
    """
    bare = word.removeprefix(TITLE)
    mark = _IN_TITLE if len(bare) < len(word) else 0
    if len(bare) <= 2:
        return mark | ord(bare[0]) << 21 | (ord(bare[1]) if len(bare) == 2 else 0)
    digest = blake2b(bare.encode(), digest_size=7).digest()
    return mark | _LONG | (int.from_bytes(digest, "big") & (_LONG - 1))


def postings_of(entry: int, words: Iterable[str]) -> Postings:
    """The postings of one entry, in no order."""
    numbers = np.fromiter(map(number_of, words), dtype=np.int64)
    return numbers << BITS | (entry & (SEGMENT - 1))


def places(postings: Postings) -> Postings:
    """Where in their segment the entries of postings are."""
    return postings & (SEGMENT - 1)


def pack(postings: Postings) -> Iterator[tuple[int, bytes]]:
    """Blocks of sorted postings: the number of the first word of each, and its bytes.

    A word is in one block only: the last that begins with it or before it.
    """
    begin = 0
    while begin < len(postings):
        end = begin + AT_ONCE
        if end < len(postings):  # not within a word
            word = postings[end] >> BITS
            end = int(np.searchsorted(postings, (word + 1) << BITS))
        yield from _packed(postings[begin:end])
        begin = end


def _packed(postings: Postings) -> Iterator[tuple[int, bytes]]:
    distances = np.diff(postings, prepend=0)
    words = np.flatnonzero(np.diff(postings >> BITS, prepend=-1))
    before = np.concatenate([[0], np.cumsum(_sizes(distances))])
    starts = _cut(words, before[np.append(words, len(postings))])
    distances[starts] = places(postings[starts])
    ends = np.cumsum(_sizes(distances))[np.append(starts[1:], len(postings)) - 1].tolist()
    packed = _to_bytes(distances)
    firsts = (postings[starts] >> BITS).tolist()
    for first, begin, end in zip(firsts, [0, *ends], ends, strict=False):
        yield first, packed[begin:end].tobytes()


def _cut(words: Postings, before: Postings) -> Postings:
    """The words that blocks begin with; `before` says what is before each word and after all."""
    starts, at = [], 0
    while at < len(words):
        starts.append(at)
        full = int(np.searchsorted(before, before[at] + BLOCK, side="right")) - 1
        at = max(full, at + 1)
    return words[starts]


def unpack(blocks: Sequence[tuple[int, bytes]]) -> Postings:
    """The postings of blocks, one after the other; of each block its first word and its bytes."""
    if not blocks:
        return np.empty(0, dtype=np.int64)
    firsts, packed = zip(*blocks, strict=True)
    read = np.frombuffer(b"".join(packed), dtype=np.uint8)
    ends = np.flatnonzero(read < 0x80)
    starts = np.concatenate([[0], ends[:-1] + 1])
    shifts = 7 * (np.arange(len(read)) - np.repeat(starts, ends - starts + 1))
    distances = np.add.reduceat((read & 0x7F).astype(np.int64) << shifts, starts)
    summed: Postings = np.cumsum(distances)
    begins = np.searchsorted(starts, np.cumsum([0, *map(len, packed)]))
    before = summed[begins[:-1]] - distances[begins[:-1]]
    words = np.array(firsts, dtype=np.int64) << BITS
    summed += np.repeat(words - before, np.diff(begins))
    return summed


def merge(blocks: Sequence[tuple[int, bytes]], kept: NDArray[np.bool_]) -> Iterator[Postings]:
    """The postings of blocks that are sorted by their first words: sorted, a part at a time.

    Only entries at places that are `kept` are in them.
    """
    left = np.empty(0, dtype=np.int64)
    for start in range(0, len(blocks), _BLOCKS):
        some = unpack(blocks[start : start + _BLOCKS])
        left = np.sort(np.concatenate([left, some]))
        left = left[kept[places(left)]]
        if start + _BLOCKS < len(blocks):  # words from here on may have more in the next
            ready = int(np.searchsorted(left, blocks[start + _BLOCKS][0] << BITS))
            yield left[:ready]
            left = left[ready:]
    yield left


_BLOCKS = 200
"""Blocks that are unpacked at once."""


def _sizes(numbers: Postings) -> Postings:
    """Bytes that each number takes."""
    return np.searchsorted(_LIMITS, numbers, side="right") + 1


_LIMITS = np.array([1 << bits for bits in range(7, 63, 7)], dtype=np.int64)


def _to_bytes(numbers: Postings) -> Bytes:
    """Seven bits a byte, the lowest first; all but the last of a number have the eighth bit."""
    sizes = _sizes(numbers)
    at = np.cumsum(sizes) - sizes
    packed = np.empty(int(sizes.sum()), dtype=np.uint8)
    while len(numbers):
        packed[at] = (numbers & 0x7F) | np.where(numbers > 0x7F, 0x80, 0)
        more = numbers > 0x7F
        numbers, at = numbers[more] >> 7, at[more] + 1
    return packed
