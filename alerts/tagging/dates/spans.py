"""Bounds on the calendar: of months, parts of years, and days that carry a number."""

import calendar
from datetime import date, timedelta

from alerts.tagging.dates.grammar import Fields, Part

Bounds = tuple[date, date]


def days_numbered(around: date, number: int, months: int) -> list[date]:
    """The days with that number in the months around a day."""
    found = []
    for shift in range(-months, months + 1):
        index = around.year * 12 + around.month - 1 + shift
        year, month = divmod(index, 12)
        if 1 <= year <= 9999 and 1 <= number <= calendar.monthrange(year, month + 1)[1]:
            found.append(date(year, month + 1, number))
    return found


def days_of_years(around: date, month: int, number: int) -> list[date]:
    """That day of that month in the years around a day."""
    years = range(max(around.year - 1, 1), min(around.year + 1, 9999) + 1)
    return [
        date(year, month, number)
        for year in years
        if 1 <= month <= 12 and 1 <= number <= calendar.monthrange(year, month)[1]
    ]


def monday(day: date, weeks: int) -> date:
    """The Monday of the week that lies so many weeks after that of a day."""
    return day + timedelta(7 * weeks - day.weekday())


def shift_month(day: date, months: int) -> date:
    """The first of the month that lies so many months after that of a day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def month_bounds(year: int, month: int) -> Bounds:
    """The first and last day of a month."""
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def year_bounds(year: int) -> Bounds:
    """The first and last day of a year."""
    return date(year, 1, 1), date(year, 12, 31)


def span(fields: Fields, year: int) -> Bounds:
    """The bounds of the fields within a known year."""
    month, part = fields.get("m"), fields.get("part")
    if month is None:
        return _part_of_year(year, part)
    if "d" in fields:
        day = date(year, month, fields["d"])
        return day, day
    first, last = month_bounds(year, month)
    match part:
        case Part.EARLY:
            return first, first.replace(day=10)
        case Part.MID:
            return first.replace(day=11), first.replace(day=20)
        case Part.LATE:
            return first.replace(day=21), last
        case Part.FIRST_HALF:
            return first, first.replace(day=15)
        case Part.SECOND_HALF:
            return first.replace(day=16), last
        case _:
            return first, last


_MONTHS = {
    Part.EARLY: (1, 3),
    Part.MID: (5, 8),
    Part.LATE: (10, 12),
    Part.FIRST_HALF: (1, 6),
    Part.SECOND_HALF: (7, 12),
    Part.Q1: (1, 3),
    Part.Q2: (4, 6),
    Part.Q3: (7, 9),
    Part.Q4: (10, 12),
    Part.SPRING: (3, 5),
    Part.SUMMER: (6, 8),
    Part.AUTUMN: (9, 11),
}

_SALES = {
    # with the warm-up that belongs to them
    Part.MIDYEAR_SALE: ((5, 20), (6, 20)),
    Part.DOUBLE_ELEVEN: ((10, 14), (11, 12)),
    Part.DOUBLE_TWELVE: ((12, 1), (12, 12)),
}


def _part_of_year(year: int, part: int | None) -> Bounds:
    if part is None:
        return year_bounds(year)
    piece = Part(part)
    if piece in _SALES:
        (month, day), (last_month, last_day) = _SALES[piece]
        return date(year, month, day), date(year, last_month, last_day)
    if piece is Part.WINTER:
        return date(year, 12, 1), month_bounds(year + 1, 2)[1]
    first_month, last_month = _MONTHS[piece]
    return date(year, first_month, 1), month_bounds(year, last_month)[1]
