"""Time zones as people write them: Asia/Tokyo, tokyo, and what they may have meant."""

from difflib import get_close_matches
from functools import cache

from storage.timetable import zones

ZONES = (
    "Asia/Shanghai",
    "Asia/Taipei",
    "Asia/Hong_Kong",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Asia/Singapore",
    "Asia/Kolkata",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
    "UTC",
)
"""Those that stand on buttons."""

HOME = {
    "zh-Hans": "Asia/Shanghai",
    "zh-Hant": "Asia/Taipei",
    "ja": "Asia/Tokyo",
    "ko": "Asia/Seoul",
}
"""Where most readers of a language are: a first guess, until they say better."""

_CITIES = {
    "Asia/Shanghai": ("北京", "上海", "beijing", "shenzhen", "베이징", "상하이"),
    "Asia/Taipei": ("台北", "臺北", "타이베이"),
    "Asia/Hong_Kong": ("香港", "홍콩"),
    "Asia/Tokyo": ("東京", "东京", "도쿄"),
    "Asia/Seoul": ("ソウル", "首尔", "首爾", "서울"),
    "Asia/Singapore": ("シンガポール", "新加坡", "싱가포르"),
}
"""What readers call the cities whose zone has another name, or a name in another script."""

_MOST_WRITTEN = 40


def zone_in(written: str) -> str | None:
    """The zone that is meant, by its IANA name or its city."""
    return _by_name().get(_key(written))


def near_zones(written: str) -> list[str]:
    """Zones with a name like this one, the likeliest first."""
    close = get_close_matches(_key(written[:_MOST_WRITTEN]), _by_name(), 4, 0.6)
    return list(dict.fromkeys(_by_name()[one] for one in close))


def _key(written: str) -> str:
    return written.strip().casefold().replace(" ", "_")


@cache
def _by_name() -> dict[str, str]:
    cities = {_key(zone.rpartition("/")[2]): zone for zone in sorted(zones()) if "/" in zone}
    known = {_key(name): zone for zone, names in _CITIES.items() for name in names}
    return cities | known | {_key(zone): zone for zone in zones()}
