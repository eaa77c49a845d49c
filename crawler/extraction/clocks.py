"""Times of day as outlets write them behind a date: 15:05, 下午3点, 15時05分, 오후 3:05, 3.05 p.m."""

import re
from datetime import time

WEEKDAY = (
    r"(?:[(\[]?\s*(?:[日月火水木金土]曜日?|(?:星期|周|週|礼拜|禮拜)[一二三四五六日天]|[월화수목금토일]요일"
    r"|(?i:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?)\s*[)\]]?"
    r"|[(\[]\s*[日月火水木金土一二三四五六월화수목금토일]\s*[)\]])"
)
_HOUR = r"(?P<hour>[01]?\d|2[0-3])\s*"
_BY_COLON = r":\s*(?P<minute>[0-5]\d)(?!\d)(?:\s*:\s*(?P<second>[0-5]\d))?"
# 3時間 is how long, and 点击 is how often.
_BY_WORD = (
    r"(?:时(?!间)|時(?!間)|시(?!간)|[点點](?![击擊赞讚评評])|h(?=\d))\s*"
    r"(?:(?P<minute2>[0-5]?\d)(?!\d)\s*[分분]?|(?P<midway>半))?"
)
_HALF = r"오전|오후|上午|下午|午前|午後|凌晨|早上|清晨|早晨|中午|傍晚|晚上|晚间|晚間|[AaPp]\.?[Mm]\b\.?"
CLOCK = (
    rf"(?:[\sT,|/·-]*{WEEKDAY}?[\sT,|/·-]*(?:(?:posted\s+)?at\s|um\s|à\s)?\s*"
    rf"(?:(?P<noon>正午)|(?P<half>{_HALF})?\s*{_HOUR}(?:{_BY_COLON}|{_BY_WORD})"
    r"(?:\s*(?P<half2>[AaPp]\.?[Mm]\b))?))?"
)
"""Follows a date in a pattern of re (verbose flags off); nothing of it need be there."""

_AFTERNOON = frozenset(["오후", "下午", "午後", "傍晚", "晚上", "晚间", "晚間", "pm"])
_MORNING = frozenset(["오전", "上午", "午前", "凌晨", "早上", "清晨", "早晨", "am"])


def read_clock(found: re.Match[str]) -> time | None:
    """The time in a match of a pattern with CLOCK (or with groups of its names) in it."""
    stated = found.groupdict()
    if stated.get("noon"):
        return time(12)
    if stated.get("hour") is None:
        return None
    hour = int(stated["hour"])
    half = (stated.get("half") or stated.get("half2") or "").replace(".", "").lower()
    if (half in _AFTERNOON and hour < 12) or (half == "中午" and hour < 3):
        hour += 12
    elif half in _MORNING and hour == 12:
        hour = 0
    minute = stated.get("minute") or stated.get("minute2") or (30 if stated.get("midway") else 0)
    return time(hour, int(minute), int(stated.get("second") or 0))
