"""From what was read to days: bounds of a date, resolved against the anchor and the story."""

import calendar
from dataclasses import dataclass, replace
from datetime import date, timedelta

from alerts.tagging.dates.candidates import Lean, chosen
from alerts.tagging.dates.grammar import A_FEW, Fields, Sign, Unit
from alerts.tagging.dates.spans import (
    Bounds,
    days_numbered,
    days_of_years,
    monday,
    month_bounds,
    shift_month,
    span,
    year_bounds,
)

RECENT = 45
"""A day without a year that lies at most so many days back is news, whatever year the paragraph
is about; farther back the paragraph's year is the better reading."""

_FRESH = 10
"""The same for a day without a month beside a month named just before."""

_LAST_MONTH, _THIS_WEEK = 20, 7
"""So far back one says "last month" as well: a day without a month is then the one that comes
so soon."""


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
        first = monday(anchor, fields["wk"])
        return first, first + timedelta(6)
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
    days = [day for day in days_numbered(guess, fields["bd"], 2) if month in (None, day.month)]
    if month is not None:
        days = days_of_years(guess, month, fields["bd"])
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
        following = shift_month(first, 1)
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
    way = -1 if sign == Sign.AGO else 1
    base = context.anchor
    if sign == Sign.LATER:
        if context.near is None and context.year is not None and count != A_FEW:
            return _after_year(context.year, count * (1 + ("over" in fields)), count, unit)
        base = context.near or context.anchor
    if base is None:
        return None
    if count == A_FEW:
        ends = (_stepped(base, way * 2, unit)[0], _stepped(base, way * 9, unit)[1])
        return min(ends), max(ends)
    if "over" in fields:
        least, most = _stepped(base, way * count, unit), _stepped(base, way * 2 * count, unit)
        return min(least, most)[0], max(least, most)[1]
    return _stepped(base, way * count, unit)


def _after_year(year: int, most: int, least: int, unit: int) -> Bounds:
    """So much later than something of which only the year is known."""
    first, last = year_bounds(year)
    return _stepped(first, least, unit)[0], _stepped(last, most, unit)[1]


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
            return year_bounds(base.year + steps)
        case _:
            day = shift_month(base, steps * (6 if unit == Unit.HALF_YEAR else 1))
            return month_bounds(day.year, day.month)


def _weekday(fields: Fields, anchor: date, context: Context) -> date:
    weekday = fields["wd"]
    if "rw" in fields:
        return monday(anchor, fields["rw"]) + timedelta(weekday)
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
            return span(fields, year)
        return _yearless(fields, context)
    if "d" in fields:
        return _bare_day(fields["d"], _looking(fields, context))
    if year is None and "part" in fields:
        return _yearless(fields, context)
    return span(fields, year) if year is not None else None


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
    month = shift_month(base, fields.get("rm", fields.get("cm", 0)))
    return span(fields | {"m": month.month}, month.year)


def _yearless(fields: Fields, context: Context) -> Bounds | None:
    """A month, a day of a month or a season: the year is found by looking back, or ahead."""
    anchor = context.anchor
    if anchor is None:
        return span(fields, context.year) if context.year is not None else None
    found = chosen(fields, anchor, context.lean)
    if context.year is None or context.year >= anchor.year or context.lean is not Lean.BACK:
        return found
    if "past" in fields or (found and "d" in fields and (anchor - found[0]).days <= RECENT):
        return found
    return span(fields, context.year)


def _looking(fields: Fields, context: Context) -> Context:
    """The way that the expression itself says to look: 오는 18일 is to come."""
    return replace(context, lean=Lean.AHEAD) if "ahead" in fields else context


def _bare_day(number: int, context: Context) -> Bounds | None:
    """A day without a month: that of the anchor, or of the date named just before."""
    anchor, near = context.anchor, context.near
    beside = None
    if near is not None and number <= calendar.monthrange(near.year, near.month)[1]:
        beside = near.replace(day=number)
    if anchor is None:
        return (beside, beside) if beside and near and beside >= near else None
    days = days_numbered(anchor, number, 2)
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
