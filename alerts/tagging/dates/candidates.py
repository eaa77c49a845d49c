"""A date without its year fits many years: which one is meant."""

import calendar
from datetime import date
from enum import Enum

from alerts.tagging.dates.grammar import Fields
from alerts.tagging.dates.spans import Bounds, span

_LONG_AGO, _SOON = 300, 60
"""A day or month that was so long ago is named with its year: without one and without any cue,
the one that comes so soon is meant."""


class Lean(Enum):
    """Which of several fitting days is meant."""

    BACK = "the newest that is not after the anchor"
    NEAREST = "the nearest to the anchor"
    AHEAD = "the oldest that is not before the anchor"


def _candidates(fields: Fields, anchor: date) -> list[Bounds]:
    leap_day = fields.get("m") == 2 and fields.get("d") == 29
    reach = 8 if leap_day else 2
    years = range(max(anchor.year - reach, 1), min(anchor.year + reach, 9998) + 1)
    return [span(fields, year) for year in years if not leap_day or calendar.isleap(year)]


def chosen(fields: Fields, anchor: date, lean: Lean) -> Bounds | None:
    """The bounds of a month, a day of a month or a season in the year that is most likely."""
    candidates = _candidates(fields, anchor)
    if "past" in fields:
        return max((one for one in candidates if one[1] < anchor), default=None)
    if "ahead" in fields:
        # next spring in May is next year's, but the coming 14th may be today
        return min(
            (one for one in candidates if one[0] > anchor or one == (anchor, anchor)), default=None
        )
    if lean is Lean.NEAREST:
        return min(candidates, key=lambda one: _distance(one, anchor), default=None)
    if lean is Lean.AHEAD:
        return min((one for one in candidates if one[1] >= anchor), default=None)
    # mid-December on the fifth is this December's: a part of a month goes by its month
    start = _month_of(anchor) if "part" in fields and "m" in fields else None
    back = max(
        (one for one in candidates if one[0] <= anchor or _month_of(one[0]) == start),
        default=None,
    )
    ahead = min((one for one in candidates if one[0] > anchor), default=None)
    if back and ahead and (anchor - back[1]).days > _LONG_AGO:
        return ahead if (ahead[0] - anchor).days <= _SOON else back
    return back


def _month_of(day: date) -> tuple[int, int]:
    return day.year, day.month


def _distance(bounds: Bounds, anchor: date) -> int:
    first, last = bounds
    return max((first - anchor).days, (anchor - last).days, 0)
