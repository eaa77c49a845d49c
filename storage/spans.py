"""How long each kind of work on the store takes from being asked for to its end, waiting included."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Any

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds: what took at most so long is counted together."""


class Spans:
    """Counts of what took how long, by the name of the work; to be used from one thread."""

    def __init__(self) -> None:
        self._counts: dict[str, list[int]] = {}
        self._sums: dict[str, float] = {}

    def note(self, work: Callable[..., Any], seconds: float) -> None:
        """Count one work that has come to its end, good or bad."""
        name = getattr(work, "__name__", type(work).__name__).strip("_")
        counts = self._counts.setdefault(name, [0] * (len(BOUNDS) + 1))
        counts[bisect_left(BOUNDS, seconds)] += 1
        self._sums[name] = self._sums.get(name, 0.0) + seconds

    def each(self) -> Iterator[tuple[str, list[tuple[str, float]], float]]:
        """Per work: its name, how many took up to each bound (the last: all), and all seconds.

        Another thread may ask: what is being counted meanwhile is in it or not.
        """
        bounds = [*map(str, BOUNDS), "+Inf"]
        for name, counts in list(self._counts.items()):
            yield (
                name,
                list(zip(bounds, accumulate(counts), strict=True)),
                self._sums.get(name, 0.0),
            )
