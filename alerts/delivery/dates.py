"""Dates and their bounds in the reader's language, no more precise than they are known."""

from calendar import monthrange
from datetime import date, datetime, timedelta

from alerts.delivery.words import Words


def show_day(words: Words, day: date) -> str:
    """One day, like `27 Sep 2024` or `2024年9月27日`."""
    return words("date-day", day=str(day.day), month=_month(words, day), year=str(day.year))


def show_moment(words: Words, moment: datetime) -> str:
    """A moment in its own zone, like `4 Sep 2024, 15:00 (UTC+8)`."""
    minutes = int((moment.utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    offset = f"{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")
    return words(
        "date-time",
        date=show_day(words, moment.date()),
        time=f"{moment:%H:%M}",
        zone=f"UTC{offset}" if minutes else "UTC",
    )


def show_bounds(words: Words, first: date, last: date) -> str:
    """A day, a month, a year, or the range from the one bound to the other."""
    if first == last:
        return show_day(words, first)
    if (first.year, first.month) == (last.year, last.month) and _is_whole_month(first, last):
        return words("date-month", month=_month(words, first), year=str(first.year))
    if first.year == last.year and (first.month, first.day, last.month, last.day) == (
        1,
        1,
        12,
        31,
    ):
        return words("date-year", year=str(first.year))
    return words("date-range", first=show_day(words, first), last=show_day(words, last))


def show_open(words: Words, first: date | None, last: date | None) -> str:
    """Bounds of which either side may not be known."""
    if first is not None and last is not None:
        return show_bounds(words, first, last)
    if last is not None:
        return words("date-by", date=show_day(words, last))
    if first is not None:
        return words("date-from", date=show_day(words, first))
    return words("alert-undated")


def _is_whole_month(first: date, last: date) -> bool:
    return first.day == 1 and last.day == monthrange(last.year, last.month)[1]


def _month(words: Words, day: date) -> str:
    return words("date-months").split()[day.month - 1]
