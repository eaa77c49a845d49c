"""Questions about many values at once, in parts that both databases take."""

from collections.abc import Hashable, Iterable, Iterator
from typing import TypeVar

CHUNK = 500
"""Parameters of one IN list: far below the limits of both databases."""

T = TypeVar("T", bound=Hashable)


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """The distinct values in lists that are short enough for one question."""
    left = list(dict.fromkeys(values))
    for start in range(0, len(left), CHUNK):
        yield left[start : start + CHUNK]
