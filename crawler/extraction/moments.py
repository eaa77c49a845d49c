"""Reading moments from strings as outlets write them, in the outlet's own zone.

feedparser and dateutil invent dates for `2024年9月4日 15:00` and take CST for Chicago; here a string
that is not understood yields nothing.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from crawler.extraction.clocks import CLOCK, read_clock

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


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero ene", "february feb februar février févr febrero",
            "march mar märz mars marzo", "april apr avril avr abril abr", "may mai mayo",
            "june jun juni juin junio", "july jul juli juillet juil julio",
            "august aug août aout agosto ago", "september sep sept septembre septiembre",
            "october oct oktober okt octobre octubre", "november nov novembre noviembre",
            "december dec dezember dez décembre déc diciembre dic",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = r"(?P<month>1[0-2]|0?[1-9])"
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_YEAR_FIRST = re.compile(
    rf"(?<!\d){_YEAR}\s*(?:年|년|[-/.])\s*{_MONTH}\s*(?:月|월|[-/.])\s*{_DAY}(?:\s*[日号號일])?\.?{CLOCK}"
)
_DAY_FIRST = re.compile(rf"(?<![\d.]){_DAY}\.\s?{_MONTH}\.\s?{_YEAR}(?!\d){CLOCK}")
_ERA = re.compile(
    r"(?P<era>民國|民国|令和|平成)\s*(?P<year>\d{1,3}|元)\s*(?:年|[-/.])\s*"
    rf"{_MONTH}\s*(?:月|[-/.])\s*{_DAY}\s*日?{CLOCK}"
)
_ERAS = {"民國": 1911, "民国": 1911, "令和": 2018, "平成": 1988, "R": 2018, "H": 1988}
_WRITTEN = re.compile(
    r"(?P<year>[〇零○一二三四五六七八九]{4})年(?P<month>十?[一二三四五六七八九十])月(?P<day>[二三]?十?[一二三四五六七八九十])[日号號]"
)
_DIGITS = {sign: number for number, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}
_NAME = r"[^\W\d_]{3,10}"
_NAMED_MONTH = re.compile(
    rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.)?\s+(?:de\s+)?(?P<name>{_NAME})\.?,?"
    rf"|(?P<name2>{_NAME})\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?)"
    rf"\s+(?:de\s+)?{_YEAR}(?!\d){CLOCK}"
)
_ISO = re.compile(
    r"(?P<stamp>(?:19|20)\d\d-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?\s*"
    r"(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)?(?![\d:])"
)
_RFC_ZONE = re.compile(r"(?:[+-]\d{4}|GMT|UTC?|Z)\s*(?:\([^)]*\))?$")
_RFC_START = re.compile(r"(?:[A-Za-z]{3,9},?\s+)?\d{1,2}\s+[A-Za-z]{3,9}\s+\d{2,4}\s+\d")
_JAVA = re.compile(
    rf"[A-Z][a-z]{{2}}\s+(?P<name2>[A-Z][a-z]{{2}})\s+(?P<day2>\d\d?)\s+{CLOCK}\s+[A-Z]{{2,5}}\s+{_YEAR}"
)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
_COMPACT = re.compile(
    rf"{_YEAR}(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])"
    r"(?:[T ]?(?P<hour>[01]\d|2[0-3]):?(?P<minute>[0-5]\d)(?::?(?P<second>[0-5]\d))?)?"
)
_TWO = r"(?P<{}>\d\d)"
# What only the outlet's country tells: the order of numbers, and the era that they count from.
_LOCAL = {
    "Asia/Taipei": re.compile(
        rf"(?<![\d.])(?P<roc>1[01]\d)(?:年|[-/.]){_MONTH}(?:月|[-/.]){_DAY}(?!\.\d)日?{CLOCK}"
    ),
    "Asia/Tokyo": re.compile(
        rf"(?<![A-Za-z])(?P<era>[RH])(?P<year>\d{{1,2}})\.{_MONTH}\.{_DAY}{CLOCK}"
    ),
    "Asia/Seoul": re.compile(
        rf"(?<![\d.])(?P<short>[12]\d)\.(?P<month>\d\d)\.(?P<day>\d\d)(?![\d.]){CLOCK}"
    ),
    "Europe": re.compile(
        rf"(?<![\d./])(?P<day>\d\d?)[./](?P<month>\d\d?)[./](?:{_YEAR}|(?P<short>[12]\d))(?![\d./]){CLOCK}"
    ),
    "America": re.compile(rf"(?<![\d/])(?P<month>\d\d?)/(?P<day>\d\d?)/{_YEAR}(?!\d){CLOCK}"),
}


def read_moment(text: str | float | None, zone: str | None) -> Moment | None:
    """The first moment that the string states, or None; times without a zone are in `zone` (or UTC)."""
    if text is None or isinstance(text, bool):
        return None
    string = str(int(text)) if isinstance(text, int | float) else text.strip()[:200]
    if not string.isascii():
        string = unicodedata.normalize("NFKC", string)
    for reader in _READERS:
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


def of_day(found: re.Match[str], day: date, zone: str | None) -> Moment:
    """The day with the time that CLOCK found behind it, if it did."""
    clock = read_clock(found)
    if clock is None:
        return Moment(day)
    return Moment(day, datetime.combine(day, clock, _zone(zone)).astimezone(UTC))


def is_plausible(moment: Moment, now: datetime) -> bool:
    """Whether an article may carry the date: not before OLDEST, not over two days ahead."""
    return moment.day.year >= OLDEST and moment.day <= (now + timedelta(days=2)).date()


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


def _numbers(found: re.Match[str] | None, zone: str | None) -> Moment | None:
    if found is None:
        return None
    stated = found.groupdict()
    if stated.get("roc"):
        year = int(stated["roc"]) + _ERAS["民國"]
    elif stated.get("short"):
        year = 2000 + int(stated["short"])
    elif stated.get("era"):
        year = _ERAS[stated["era"]] + (1 if stated["year"] == "元" else int(stated["year"]))
    else:
        year = int(stated["year"])
    return of_day(found, date(year, int(stated["month"]), int(stated["day"])), zone)


def _local(text: str, zone: str | None) -> Moment | None:
    pattern = _LOCAL.get(zone or "") or _LOCAL.get((zone or "").partition("/")[0])
    return _numbers(pattern.search(text), zone) if pattern else None


def _written(text: str, _zone: str | None) -> Moment | None:
    found = _WRITTEN.search(text)
    if found is None:
        return None
    year = int("".join(str(_DIGITS[sign]) for sign in found["year"]))
    return Moment(date(year, _number(found["month"]), _number(found["day"])))


def _number(written: str) -> int:
    """十 → 10, 二十八 → 28."""
    tens, ten, ones = written.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


def _named_month(text: str, zone: str | None) -> Moment | None:
    for pattern in (_NAMED_MONTH, _JAVA):
        for found in pattern.finditer(text):
            stated = found.groupdict()
            month = _MONTHS.get((stated.get("name") or stated["name2"]).lower())
            if month:
                day = date(int(found["year"]), month, int(stated.get("day") or stated["day2"]))
                return of_day(found, day, zone)
    return None


_READERS = (
    _iso,
    _rfc,
    _epoch,
    lambda text, zone: _numbers(_COMPACT.fullmatch(text), zone),
    lambda text, zone: _numbers(_YEAR_FIRST.search(text), zone),
    lambda text, zone: _numbers(_DAY_FIRST.search(text), zone),
    lambda text, zone: _numbers(_ERA.search(text), zone),
    _written,
    _named_month,
    _local,
)
