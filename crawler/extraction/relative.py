"""Moments that count from now, and days without a year: what pages say while they are young.

Only for a page that was fetched just now: of one that lay in a file it would be invented.
"""

import re
import unicodedata
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crawler.extraction.clocks import CLOCK, read_clock
from crawler.extraction.moments import Moment, of_datetime, of_day

LATELY = timedelta(days=31)
"""A day without a year is believed if it was so long ago at most: later, pages state the year."""

_UNITS = {
    "seconds": "秒|초|秒钟|secs?|seconds?|Sekunden?",
    "minutes": "分|分钟|分鐘|분|mins?|minutes?|Minuten?",
    "hours": "小时|小時|个小时|個小時|時間|시간|hrs?|hours?|Stunden?",
    "days": "天|日|일|days?|Tag(?:en)?",
}
_AGO = {
    unit: re.compile(
        rf"(?<![\d.])(\d{{1,3}})\s*(?:{words})\s?(?:前|전|ago\b)|\bvor (\d{{1,3}}) (?:{words})\b"
    )
    for unit, words in _UNITS.items()
}
_DAYS = (
    "今天|今日|本日|오늘|today|heute",
    "昨天|昨日|어제|yesterday|gestern",
    "前天|一昨日|그제|그저께|vorgestern",
)
_DAY = [re.compile(rf"(?:{words}){CLOCK}", re.IGNORECASE) for words in _DAYS]
_YEARLESS = re.compile(
    r"(?<![\d年년/.-])(?P<month>1[0-2]|0?[1-9])(?:\s*[月월]\s*|[-/.])(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)(?:\s*[日日일号號])?"
    + CLOCK
)


def read_relative(text: str, zone: str | None, now: datetime) -> Moment | None:
    """The moment that a byline states as seen from now; words for days need a time of day."""
    text = unicodedata.normalize("NFKC", text)
    here = now.astimezone(ZoneInfo(zone or "UTC"))
    for unit, pattern in _AGO.items():
        if found := pattern.search(text):
            at = now - timedelta(**{unit: int(found[1] or found[2])})
            return Moment(of_datetime(at, zone).day) if unit == "days" else of_datetime(at, zone)
    for back, pattern in enumerate(_DAY):
        found = pattern.search(text)
        if found and read_clock(found):
            return of_day(found, (here - timedelta(days=back)).date(), zone)
    return _yearless(text, zone, here)


def _yearless(text: str, zone: str | None, here: datetime) -> Moment | None:
    found = _YEARLESS.search(text) if (zone or "").startswith("Asia/") else None
    if found is None or read_clock(found) is None:
        return None
    for year in (here.year, here.year - 1):
        try:
            day = here.date().replace(year=year, month=int(found["month"]), day=int(found["day"]))
        except ValueError:
            continue
        if here.date() - LATELY <= day <= here.date():
            return of_day(found, day, zone)
    return None
