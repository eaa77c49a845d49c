"""Whether a figure that was sampled over hours is flat: one rule for all of them.

The first third of the samples is warm-up. The rest is cut into two halves, and the median of the
later half may be above that of the earlier one by an allowance and no more. Medians, because a
single sample may come in the middle of a large page; halves, because a slope of every sample makes
a verdict of one step up at the end.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

WARM_UP = 1 / 3
"""Share of the samples in which caches fill, allocators settle and the queue gets its depth."""

MOST_PAIRS = 300
"""Samples that a slope is made of at most: every pair of them is looked at."""


@dataclass(frozen=True)
class Allowance:
    """How much more the later half may have: the larger of a number and a share of the earlier."""

    more: float
    share: float = 0.0


@dataclass(frozen=True)
class Verdict:
    """What became of one figure; `slope` is its growth in an hour (the median of all pairs)."""

    flat: bool
    earlier: float
    later: float
    most: float
    slope: float


def judge(times: Sequence[float], values: Sequence[float], allowance: Allowance) -> Verdict:
    """The verdict over samples at these seconds. Raises ValueError if there are fewer than six."""
    if len(values) < 6 or len(times) != len(values):
        raise ValueError(f"six samples are the least that can be judged, not {len(values)}")
    first = int(len(values) * WARM_UP)
    warm = list(zip(times, values, strict=True))[first:]
    middle = len(warm) // 2
    earlier = statistics.median(value for _, value in warm[:middle])
    later = statistics.median(value for _, value in warm[middle:])
    allowed = earlier + max(allowance.more, earlier * allowance.share)
    return Verdict(later <= allowed, earlier, later, max(values), _slope(warm))


def _slope(samples: Sequence[tuple[float, float]]) -> float:
    thin = samples[:: max(1, len(samples) // MOST_PAIRS)]
    pairs = combinations(thin, 2)
    return 3600 * statistics.median((b[1] - a[1]) / (b[0] - a[0]) for a, b in pairs)
