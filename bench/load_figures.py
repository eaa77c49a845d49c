"""Figures of the load: rates in sliding windows, time spent in the store, processors."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.request import urlopen

import psutil
from prometheus_client.parser import text_string_to_metric_families

SPANS = "interopwatch_store_seconds"


def most_within(times: Iterable[float], seconds: float) -> int:
    """The most of these moments that lie in any half-open window of so many seconds."""
    most, first = 0, 0
    ordered = sorted(times)
    for last, at in enumerate(ordered):
        while at - ordered[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


@dataclass(frozen=True)
class Histogram:
    """How many works took up to how many seconds; the last bound is infinity."""

    bounds: Sequence[tuple[float, float]]

    @property
    def count(self) -> int:
        """All of them."""
        return int(self.bounds[-1][1]) if self.bounds else 0

    def minus(self, other: "Histogram") -> "Histogram":
        """Those that are not in an earlier one."""
        before = dict(other.bounds)
        return Histogram([(bound, n - before.get(bound, 0)) for bound, n in self.bounds])

    def within(self, seconds: float) -> float:
        """The share that took at most so long; one of the bounds."""
        return next(n for bound, n in self.bounds if bound >= seconds) / max(1, self.count)

    def quantile(self, share: float) -> float:
        """Seconds within which this share came to an end, as if even inside its bounds."""
        wanted = share * self.count
        for (low, before), (high, upto) in pairwise([(0.0, 0.0), *self.bounds]):
            if upto >= wanted and upto > before:
                if high == float("inf"):
                    return high
                return low + (high - low) * (wanted - before) / (upto - before)
        return 0.0


def spans(port: int) -> dict[str, Histogram]:
    """What the daemon tells of its works on the store, by their names."""
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        page = answer.read().decode()
    found: dict[str, list[tuple[float, float]]] = {}
    for family in text_string_to_metric_families(page):
        for one in family.samples:
            if one.name == f"{SPANS}_bucket":
                bounds = found.setdefault(one.labels["work"], [])
                bounds.append((float(one.labels["le"]), one.value))
    return {work: Histogram(sorted(bounds)) for work, bounds in found.items()}


def processors(named: Mapping[str, psutil.Process]) -> Counter[str]:
    """Seconds of a processor so far by what spent them; children of the daemon read pages."""
    spent: Counter[str] = Counter()
    for name, one in named.items():
        for each, told in _with_children(name, one):
            try:
                times = each.cpu_times()
            except psutil.NoSuchProcess:
                continue
            spent[told] += times.user + times.system
    return spent


def _with_children(name: str, one: psutil.Process) -> Iterator[tuple[psutil.Process, str]]:
    yield one, name
    if name == "daemon":
        yield from ((child, "extraction") for child in one.children(recursive=True))
