"""Reading moments from strings as outlets write them, in the outlet's own zone.

feedparser and dateutil invent dates for `2024年9月4日 15:00` and take CST for Chicago; here a string
that is not understood yields nothing.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

OLDEST = 1990
"""Dates before this year are mistakes of a template (1970 is a zero)."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A day in the outlet's zone, and the exact time if that was stated (aware, UTC)."""

    day: date
    at: datetime | None = None

    def started(self, zone: str | None) -> datetime:
        """The stated time, or the first instant of the day in the zone; in UTC."""
        if self.at is not None:
            return self.at
        return datetime.combine(self.day, time(), _zone(zone)).astimezone(UTC)


_CLOCK = (
    r"(?:[\sT日,\uff0c]*(?:\(?[日月火水木金土一二三四五六天월화수목금토일]\)?|[(\uff08].[)\uff09])?[\sT]*"
    r"(?P<half>오전|오후|上午|下午|午前|午後|凌晨|晚上|[AaPp]\.?[Mm]\.?)?\s*"
    r"(?P<hour>[01]?\d|2[0-3])\s*(?:[:\uff1a]|时|時|시)\s*(?P<minute>[0-5]\d)(?:分|분)?"
    r"(?:[:\uff1a](?P<second>[0-5]\d))?(?:\s*(?P<half2>[AaPp]\.?[Mm]\.?))?)?"
)
_YEAR_FIRST = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)\s*(?:年|년|[-/.])\s*(?P<month>1[0-2]|0?[1-9])\s*"
    r"(?:月|월|[-/.])\s*(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)(?:\s*[日号號일])?\.?" + _CLOCK
)
_ERA = re.compile(
    r"(?P<era>民國|民国|令和|平成)\s*(?P<year>\d{1,3}|元)\s*年\s*(?P<month>1[0-2]|0?[1-9])\s*月\s*"
    r"(?P<day>3[01]|[12]\d|0?[1-9])\s*日" + _CLOCK
)
_ERAS = {"民國": 1911, "民国": 1911, "令和": 2018, "平成": 1988}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier", "february feb februar", "march mar märz",
            "april apr", "may mai", "june jun juni", "july jul juli", "august aug",
            "september sep sept", "october oct oktober", "november nov", "december dec dezember",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_NAMED_MONTH = re.compile(
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?\s+(?P<name>[A-Za-zä]{3,9})\.?,?"
    r"|(?P<name2>[A-Za-z]{3,9})\.?\s+(?P<day2>\d{1,2})(?:st|nd|rd|th)?,?)"
    r"\s+(?P<year>(?:19|20)\d\d)(?!\d)(?:,|\s+at|\s+-|\s+um)?" + _CLOCK
)
_ISO = re.compile(
    r"(?P<stamp>(?:19|20)\d\d-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?\s*"
    r"(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)?(?![\d:])"
)
_RFC_ZONE = re.compile(r"(?:[+-]\d{4}|GMT|UTC?|Z)\s*(?:\([^)]*\))?$")
_RFC_START = re.compile(r"(?:[A-Za-z]{3,9},?\s+)?\d{1,2}\s+[A-Za-z]{3,9}\s+\d{2,4}\s+\d")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")


def read_moment(text: str | float | None, zone: str | None) -> Moment | None:
    """The first moment that the string states, or None; times without a zone are in `zone` (or UTC)."""
    if text is None or isinstance(text, bool):
        return None
    string = str(int(text)) if isinstance(text, int | float) else text.strip()[:200]
    for reader in (_iso, _rfc, _epoch, _year_first, _era, _named_month):
        try:
            moment = reader(string, zone)
        except (ValueError, OverflowError):
            continue
        if moment is not None and moment.day.year >= OLDEST:
            return moment
    return None


def of_datetime(at: datetime, zone: str | None) -> Moment:
    """The moment of an aware datetime; without a zone, the day is the one that was written."""
    local = at.astimezone(ZoneInfo(zone)) if zone else at
    return Moment(local.date(), at.astimezone(UTC))


def _zone(zone: str | None) -> ZoneInfo:
    return ZoneInfo(zone or "UTC")


def _iso(text: str, zone: str | None) -> Moment | None:
    found = _ISO.search(text)
    if found is None:
        return None
    at = datetime.fromisoformat(found["stamp"])
    offset = found["zone"]
    if offset is None:
        return of_datetime(at.replace(tzinfo=_zone(zone)), zone)
    if offset in {"Z", "UTC", "GMT"}:
        return of_datetime(at.replace(tzinfo=UTC), zone)
    return of_datetime(datetime.fromisoformat(at.isoformat() + offset), zone)


def _rfc(text: str, zone: str | None) -> Moment | None:
    if _RFC_START.match(text) is None:
        return None
    if _RFC_ZONE.search(text):
        at = parsedate_to_datetime(text)
        return of_datetime(at if at.tzinfo else at.replace(tzinfo=UTC), zone)
    # A named zone (CST is four of them) or none: the outlet's own is the best reading.
    at = parsedate_to_datetime(re.sub(r"\s+[A-Z]{2,5}$", "", text))
    return of_datetime(at.replace(tzinfo=_zone(zone)), zone)


def _epoch(text: str, zone: str | None) -> Moment | None:
    if _EPOCH.fullmatch(text) is None:
        return None
    return of_datetime(datetime.fromtimestamp(int(text[:10]), UTC), zone)


def _year_first(text: str, zone: str | None) -> Moment | None:
    found = _YEAR_FIRST.search(text)
    return found and _numbers(found, int(found["year"]), zone)


def _era(text: str, zone: str | None) -> Moment | None:
    found = _ERA.search(text)
    if found is None:
        return None
    year = 1 if found["year"] == "元" else int(found["year"])
    return _numbers(found, _ERAS[found["era"]] + year, zone)


def _named_month(text: str, zone: str | None) -> Moment | None:
    for found in _NAMED_MONTH.finditer(text):
        month = _MONTHS.get((found["name"] or found["name2"]).lower())
        if month:
            day = date(int(found["year"]), month, int(found["day"] or found["day2"]))
            return _with_clock(found, day, zone)
    return None


def _numbers(found: re.Match[str], year: int, zone: str | None) -> Moment:
    return _with_clock(found, date(year, int(found["month"]), int(found["day"])), zone)


def _with_clock(found: re.Match[str], day: date, zone: str | None) -> Moment:
    if found["hour"] is None:
        return Moment(day)
    hour = int(found["hour"])
    half = (found["half"] or found["half2"] or "").replace(".", "").lower()
    if half in {"오후", "下午", "午後", "晚上", "pm"} and hour < 12:
        hour += 12
    elif half in {"오전", "上午", "午前", "凌晨", "am"} and hour == 12:
        hour = 0
    clock = time(hour, int(found["minute"]), int(found["second"] or 0))
    at = datetime.combine(day, clock, _zone(zone)).astimezone(UTC)
    return Moment(day, at)


def is_plausible(moment: Moment, now: datetime) -> bool:
    """Whether an article may carry the date: not before OLDEST, not over two days ahead."""
    return moment.day.year >= OLDEST and moment.day <= (now + timedelta(days=2)).date()
