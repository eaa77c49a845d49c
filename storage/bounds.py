"""Dates as outlets give them: a pair of bounds, equal when the day is known.

"2021-09" is the whole month, "by 2024-09-04" has no early bound. Nothing here averages or guesses.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

NEAR_DAYS = 45
"""Two dates for one step may lie this far apart: outlets round to months and count from memory."""


@dataclass(frozen=True)
class Bounds:
    """The first and the last day that a date can mean; None where that side is not known."""

    start: date | None
    end: date | None

    @property
    def span_days(self) -> int | None:
        """Days between the bounds, 0 for a known day; None when a side is open."""
        return None if self.start is None or self.end is None else (self.end - self.start).days

    @property
    def order(self) -> tuple[date, date]:
        """Key to sort by: what is undated comes last, "by a day" stands at that day."""
        known = self.start or self.end or date.max
        return known, self.end or date.max

    def gap_days(self, other: "Bounds") -> int:
        """Days from the end of the earlier to the start of the later; 0 or less if they meet."""
        one_after = _first(self.start) - _last(other.end)
        other_after = _first(other.start) - _last(self.end)
        return max(one_after, other_after)

    def near(self, other: "Bounds") -> bool:
        """Whether both can mean one step: they meet, or NEAR_DAYS at most lie between them."""
        return self.gap_days(other) <= NEAR_DAYS

    def __str__(self) -> str:
        if self.start is None or self.end is None:
            return _open(self.start, self.end)
        if self.start == self.end:
            return self.start.isoformat()
        whole_months = self.start.day == 1 and self.end.day == _last_day(self.end)
        first, last = self.start.isoformat(), self.end.isoformat()
        if whole_months:
            whole_years = self.start.month == 1 and self.end.month == 12
            cut = 4 if whole_years else 7
            first, last = first[:cut], last[:cut]
        return first if first == last else f"{first}..{last}"


def hull(parts: list[Bounds]) -> Bounds:
    """The narrowest bounds that contain all parts."""
    starts = [part.start for part in parts if part.start is not None]
    ends = [part.end for part in parts if part.end is not None]
    return Bounds(
        min(starts) if len(starts) == len(parts) else None,
        max(ends) if len(ends) == len(parts) else None,
    )


def narrowest(parts: list[Bounds]) -> tuple[Bounds, ...]:
    """The dates that say most, in order: those that merely contain another one are left out."""
    kept: list[Bounds] = []
    earliest_end = date.max.toordinal() + 1
    for part in sorted(set(parts), key=lambda part: (-_first(part.start), _last(part.end))):
        # all that begin later, or as late and end sooner, have been seen: does one lie within?
        if _last(part.end) < earliest_end:
            kept.append(part)
            earliest_end = _last(part.end)
    return tuple(sorted(kept, key=lambda part: part.order))


def disagree(parts: tuple[Bounds, ...]) -> bool:
    """Whether two of the dates cannot both be right."""
    latest_start = max(_first(part.start) for part in parts)
    return latest_start > min(_last(part.end) for part in parts)


def _open(start: date | None, end: date | None) -> str:
    if end is not None:
        return f"by {end.isoformat()}"
    return "undated" if start is None else f"from {start.isoformat()}"


def _first(day: date | None) -> int:
    return (day or date.min).toordinal()


def _last(day: date | None) -> int:
    return (day or date.max).toordinal()


def _last_day(day: date) -> int:
    return monthrange(day.year, day.month)[1]
