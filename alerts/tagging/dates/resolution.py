"""From what was read to days: bounds of a date, resolved against the anchor and the story."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from alerts.tagging.dates.grammar import A_FEW, Fields, Part, Sign, Unit

Bounds = tuple[date, date]

RECENT = 45
"""A day without a year that lies at most so many days back is news, whatever year the paragraph
is about; farther back the paragraph's year is the better reading."""

_FRESH = 10
"""The same for a day without a month beside a month named just before."""

_LONG_AGO, _SOON = 300, 60
"""A day or month that was so long ago is named with its year: without one and without any cue,
the one that comes so soon is meant."""

_LAST_MONTH, _THIS_WEEK = 20, 7
"""The same for days without a month: so far back one says "last month" as well."""


class Lean(Enum):
    """Which of several fitting days is meant."""

    BACK = "the newest that is not after the anchor"
    NEAREST = "the nearest to the anchor"
    AHEAD = "the oldest that is not before the anchor"


@dataclass(frozen=True, slots=True)
class Context:
    """What the reader of an expression knows already."""

    anchor: date | None
    year: int | None = None
    """The absolute year that stands shortly before, in the same paragraph."""
    story_year: int | None = None
    """The year of the last date named at all: 同年 is this one."""
    day: date | None = None
    """The last known day that is not a plan: 이날 is this one."""
    near: date | None = None
    """The last day or month named in the same paragraph, plans included."""
    lean: Lean = Lean.BACK


def resolve(fields: Fields, context: Context) -> Bounds | None:
    """The bounds of an expression, or None where it cannot be resolved."""
    try:
        bounds = _resolve(fields, context)
    except (OverflowError, ValueError):
        return None  # 31 April, or a day beyond the calendar's ends
    if bounds is None or bounds[0] > bounds[1]:
        return None
    return bounds


def _resolve(fields: Fields, context: Context) -> Bounds | None:
    if "d2" in fields:
        return _range(fields, context)
    if "cd" in fields:
        return _story_day(fields["cd"], context)
    if "u" in fields:
        return _counted(fields, context)
    if not fields.keys() & {"rd", "wd", "wk", "fuzz"}:
        return _calendar(fields, context)
    anchor = context.anchor
    if anchor is None:
        return _confirmed_alone(fields)
    if "fuzz" in fields:
        days = (anchor, anchor + timedelta(fields["fuzz"]))
        return min(days), max(days)
    if "wk" in fields:
        monday = _monday(anchor, fields["wk"])
        return monday, monday + timedelta(6)
    guess = (
        anchor + timedelta(fields["rd"]) if "rd" in fields else _weekday(fields, anchor, context)
    )
    day = _confirmed(guess, fields)
    return day, day


def _confirmed_alone(fields: Fields) -> Bounds | None:
    """A bracket with a full date needs no anchor."""
    if {"y", "bm", "bd"} <= fields.keys():
        day = date(fields["y"], fields["bm"], fields["bd"])
        return day, day
    return None


def _confirmed(guess: date, fields: Fields) -> date:
    """The day of the bracket that is nearest to the guess: the bracket is the firmer word."""
    if "bd" not in fields:
        return guess
    month = fields.get("bm")
    days = [day for day in _days(guess, fields["bd"], 2) if month in (None, day.month)]
    if month is not None:
        days = _days_of_years(guess, month, fields["bd"])
    return min(days, key=lambda day: abs(day - guess), default=guess)


def _range(fields: Fields, context: Context) -> Bounds | None:
    start = _resolve({k: v for k, v in fields.items() if k[-1] != "2"}, context)
    if start is None:
        return None
    first = start[0]
    month = fields.get("m2", first.month)
    year = fields.get("y2", first.year + (month < first.month))
    last = date(year, month, fields["d2"])
    if last < first and "m2" not in fields:
        following = _shift_month(first, 1)
        last = following.replace(day=fields["d2"])
    return first, last


def _story_day(shift: int, context: Context) -> Bounds | None:
    base = context.day
    if base is None and shift < 0:
        base = context.anchor  # "the day before" without any day named counts from the page
    if base is None:
        return None
    day = base + timedelta(shift)
    return day, day


def _counted(fields: Fields, context: Context) -> Bounds | None:
    count, unit, sign = fields.get("n", 1), fields["u"], fields["sign"]
    base = context.anchor
    if sign == Sign.LATER:
        base = context.near or context.anchor
    if base is None:
        return None
    way = -1 if sign == Sign.AGO else 1
    if count == A_FEW:
        ends = (_stepped(base, way * 2, unit)[0], _stepped(base, way * 9, unit)[1])
        return min(ends), max(ends)
    return _stepped(base, way * count, unit)


def _stepped(base: date, steps: int, unit: int) -> Bounds:
    """The bounds that lie so many units from a day, as sharp as the unit is."""
    match unit:
        case Unit.DAY:
            day = base + timedelta(steps)
            return day, day
        case Unit.WEEK | Unit.HALF_MONTH:
            day = base + timedelta(steps * (7 if unit == Unit.WEEK else 15))
            return day - timedelta(3), day + timedelta(3)
        case Unit.YEAR:
            return _year_bounds(base.year + steps)
        case _:
            day = _shift_month(base, steps * (6 if unit == Unit.HALF_YEAR else 1))
            return _month_bounds(day.year, day.month)


def _weekday(fields: Fields, anchor: date, context: Context) -> date:
    weekday = fields["wd"]
    if "rw" in fields:
        return _monday(anchor, fields["rw"]) + timedelta(weekday)
    back = (anchor.weekday() - weekday) % 7
    if "past" in fields:
        return anchor - timedelta(back or 7)
    if "ahead" in fields:
        return anchor + timedelta(7 - back)
    if context.lean is Lean.BACK:
        return anchor - timedelta(back)
    return anchor + timedelta(-back % 7)


def _calendar(fields: Fields, context: Context) -> Bounds | None:
    year = _year(fields, context)
    named = fields.keys() & {"y", "roc", "reiwa", "heisei", "ry", "cy"}
    if named and year is None:
        return None
    if "rm" in fields or "cm" in fields:
        return _relative_month(fields, context)
    if "m" in fields:
        if year is not None:
            return _span(fields, year)
        return _yearless(fields, context)
    if "d" in fields:
        return _bare_day(fields["d"], context)
    if year is None and "part" in fields:
        return _yearless(fields, context)
    return _span(fields, year) if year is not None else None


def _year(fields: Fields, context: Context) -> int | None:
    for name, before in (("y", 0), ("roc", 1911), ("reiwa", 2018), ("heisei", 1988)):
        if name in fields:
            return fields[name] + before
    if "ry" in fields and context.anchor is not None:
        return context.anchor.year + fields["ry"]
    if "cy" in fields and context.story_year is not None:
        return context.story_year + fields["cy"]
    return None


def _relative_month(fields: Fields, context: Context) -> Bounds | None:
    base = context.anchor if "rm" in fields else context.near or context.day
    if base is None:
        return None
    month = _shift_month(base, fields.get("rm", fields.get("cm", 0)))
    return _span(fields | {"m": month.month}, month.year)


def _yearless(fields: Fields, context: Context) -> Bounds | None:
    """A month, a day of a month or a season: the year is found by looking back, or ahead."""
    anchor = context.anchor
    if anchor is None:
        return _span(fields, context.year) if context.year is not None else None
    found = _chosen(_candidates(fields, anchor), fields, anchor, context.lean)
    if context.year is None or context.year >= anchor.year or context.lean is not Lean.BACK:
        return found
    if "past" in fields or (found and "d" in fields and (anchor - found[0]).days <= RECENT):
        return found
    return _span(fields, context.year)


def _candidates(fields: Fields, anchor: date) -> list[Bounds]:
    leap_day = fields.get("m") == 2 and fields.get("d") == 29
    reach = 8 if leap_day else 2
    years = range(max(anchor.year - reach, 1), min(anchor.year + reach, 9998) + 1)
    return [_span(fields, year) for year in years if not leap_day or calendar.isleap(year)]


def _chosen(candidates: list[Bounds], fields: Fields, anchor: date, lean: Lean) -> Bounds | None:
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


def _bare_day(number: int, context: Context) -> Bounds | None:
    """A day without a month: that of the anchor, or of the date named just before."""
    anchor, near = context.anchor, context.near
    beside = None
    if near is not None and number <= calendar.monthrange(near.year, near.month)[1]:
        beside = near.replace(day=number)
    if anchor is None:
        return (beside, beside) if beside and near and beside >= near else None
    days = _days(anchor, number, 2)
    if context.lean is Lean.BACK:
        day = max((one for one in days if one <= anchor), default=None)
        ahead = min((one for one in days if one > anchor), default=None)
        if day and ahead and (anchor - day).days > _LAST_MONTH:
            day = ahead if (ahead - anchor).days <= _THIS_WEEK else day
    elif context.lean is Lean.AHEAD:
        day = min((one for one in days if one >= anchor), default=None)
    else:
        day = min(days, key=lambda one: abs(one - anchor), default=None)
    if beside and near and beside > near:
        history = (anchor - near).days > RECENT
        if history or day is None or (anchor - day).days > _FRESH:
            day = beside
    return (day, day) if day else None


def _days(around: date, number: int, months: int) -> list[date]:
    """The days with that number in the months around a day."""
    found = []
    for shift in range(-months, months + 1):
        index = around.year * 12 + around.month - 1 + shift
        year, month = divmod(index, 12)
        if 1 <= year <= 9999 and 1 <= number <= calendar.monthrange(year, month + 1)[1]:
            found.append(date(year, month + 1, number))
    return found


def _days_of_years(around: date, month: int, number: int) -> list[date]:
    years = range(max(around.year - 1, 1), min(around.year + 1, 9999) + 1)
    return [
        date(year, month, number)
        for year in years
        if 1 <= month <= 12 and 1 <= number <= calendar.monthrange(year, month)[1]
    ]


def _monday(day: date, weeks: int) -> date:
    return day + timedelta(7 * weeks - day.weekday())


def _shift_month(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _month_bounds(year: int, month: int) -> Bounds:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _year_bounds(year: int) -> Bounds:
    return date(year, 1, 1), date(year, 12, 31)


def _span(fields: Fields, year: int) -> Bounds:
    """The bounds of the fields within a known year."""
    month, part = fields.get("m"), fields.get("part")
    if month is None:
        return _part_of_year(year, part)
    if "d" in fields:
        day = date(year, month, fields["d"])
        return day, day
    first, last = _month_bounds(year, month)
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
        return _year_bounds(year)
    piece = Part(part)
    if piece in _SALES:
        (month, day), (last_month, last_day) = _SALES[piece]
        return date(year, month, day), date(year, last_month, last_day)
    if piece is Part.WINTER:
        return date(year, 12, 1), _month_bounds(year + 1, 2)[1]
    first_month, last_month = _MONTHS[piece]
    return date(year, first_month, 1), _month_bounds(year, last_month)[1]
