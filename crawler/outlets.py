"""What can be told of an outlet by its address alone: a slug, a country, a time zone."""

import re
from collections.abc import Collection
from typing import get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from config.sources import SourceSpec

_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "go", "gov", "ne", "net", "or", "org"})
_FRONTS = frozenset({"www", "m", "rss", "feed", "feeds", "blog", "news"})
_PLACES = {
    "at": "AT Europe/Vienna", "au": "AU Australia/Sydney", "be": "BE Europe/Brussels",
    "br": "BR America/Sao_Paulo", "ch": "CH Europe/Zurich", "cn": "CN Asia/Shanghai",
    "de": "DE Europe/Berlin", "es": "ES Europe/Madrid", "eu": "BE Europe/Brussels",
    "fr": "FR Europe/Paris", "hk": "HK Asia/Hong_Kong", "id": "ID Asia/Jakarta",
    "ie": "IE Europe/Dublin", "in": "IN Asia/Kolkata", "it": "IT Europe/Rome",
    "jp": "JP Asia/Tokyo", "kr": "KR Asia/Seoul", "mo": "MO Asia/Macau",
    "my": "MY Asia/Kuala_Lumpur", "nl": "NL Europe/Amsterdam", "ph": "PH Asia/Manila",
    "sg": "SG Asia/Singapore", "th": "TH Asia/Bangkok", "tw": "TW Asia/Taipei",
    "uk": "GB Europe/London", "vn": "VN Asia/Ho_Chi_Minh",
}  # fmt: skip
_BY_LANGUAGE = {
    "de": "DE Europe/Berlin", "es": "ES Europe/Madrid", "fr": "FR Europe/Paris",
    "ja": "JP Asia/Tokyo", "ko": "KR Asia/Seoul", "zh-Hans": "CN Asia/Shanghai",
    "zh-Hant": "TW Asia/Taipei",
}  # fmt: skip
_CHINESE = re.compile(r"zh(?:-(?P<script>hans|hant))?(?:-(?P<region>[a-z]{2}))?$")


def slug_of(url: str, taken: Collection[str] = ()) -> str:
    """A slug for the outlet at an address that no other one has: `www.example.co.jp` → example."""
    host = (urlsplit(url).hostname or "source").lower()
    labels = [re.sub(r"[^a-z0-9-]", "-", label).strip("-") for label in host.split(".")]
    if not all(label.isdigit() for label in labels) and len(labels) > 1:
        labels = labels[:-1]
        if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
            labels = labels[:-1]
        while len(labels) > 1 and labels[0] in _FRONTS:
            labels = labels[1:]
    name = "-".join(reversed(labels)) if len(labels) < 3 else "-".join(labels)
    return unused(name.strip("-") or "source", taken)


def unused(slug: str, taken: Collection[str]) -> str:
    """The slug, with a number if somebody has it."""
    number, wanted = 1, slug
    while wanted in taken:
        number += 1
        wanted = f"{slug}-{number}"
    return wanted


def place_of(url: str, language: str | None) -> tuple[str | None, str]:
    """Country and time zone by the end of the host's name, else by the language, else UTC."""
    ending = (urlsplit(url).hostname or "").rpartition(".")[2].lower()
    known = _PLACES.get(ending) or _BY_LANGUAGE.get(language or "")
    country, _, zone = known.partition(" ") if known else (None, "", "UTC")
    return country, zone


def language_of(stated: str) -> str | None:
    """One of the languages of sources that a code such as zh-TW, ja-JP or en_US stands for."""
    code = stated.strip().lower().replace("_", "-")
    if found := _CHINESE.match(code):
        traditional = found["script"] == "hant" or found["region"] in {"tw", "hk", "mo"}
        return "zh-Hant" if traditional and found["script"] != "hans" else "zh-Hans"
    plain = code.partition("-")[0]
    return plain if plain in LANGUAGES else None


def zone_of(stated: str) -> str | None:
    """The time zone if there is one of this name."""
    try:
        return ZoneInfo(stated).key
    except (KeyError, ValueError, OSError):
        return None


def _languages() -> frozenset[str]:
    stated = SourceSpec.model_fields["language"].annotation
    return frozenset(word for part in get_args(stated) for word in get_args(part))


LANGUAGES = _languages()
"""The languages that a source can have."""
