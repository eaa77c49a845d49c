"""The parts of an alert in the reader's words, before any markup."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from alerts.delivery.dates import show_bounds, show_day, show_moment
from alerts.delivery.text import break_links, clean, cut, isolate
from alerts.delivery.words import Words, words_for
from config.words import ANYONE, Stage
from storage.deliveries import AlertView, Coverage, Dated, Outlet, Quote

BADGES = {
    Stage.RUMOUR: "⚪",
    Stage.TEST: "🧪",
    Stage.ANNOUNCED: "🟡",
    Stage.LIVE: "🟢",
    Stage.WITHDRAWN: "⛔",
}

HOW_SURE = {
    "vague": "vague",
    **dict.fromkeys(("absolute", "month-day", "range", "month", "year", "season"), "stated"),
    **dict.fromkeys(
        (
            "day-of-month",
            "weekday",
            "counted",
            "relative-day",
            "relative-week",
            "relative-month",
            "relative-year",
        ),
        "relative",
    ),
}
"""How a date was read, in the three grades that readers are told."""

_NAME = 48
_PARTIES = 4
_DISPUTES = 3
_TAGS = 8
_LANGUAGES = 12
_HREF = 512


@dataclass(frozen=True)
class Layout:
    """How much of what there is to tell is told."""

    quote: int
    """UTF-16 units of the quote."""
    outlets: int
    """Outlets named in the coverage."""
    links: int
    """Outlets that are links; each costs one of the 100 entities."""


@dataclass(frozen=True)
class ShownOutlet:
    """An outlet's name made safe, with its link if it may have one."""

    name: str
    href: str | None


@dataclass(frozen=True)
class ShownQuote:
    """A quote and where it comes from."""

    text: str
    outlet: ShownOutlet
    origin: str


@dataclass(frozen=True)
class ShownCoverage:
    """One language's line of the coverage."""

    language: str
    outlets: list[ShownOutlet]
    more: str


NameOf = Callable[[str, str], str]


def parts(view: AlertView, language: str, name_of: NameOf, layout: Layout) -> dict[str, Any]:
    """Everything that the template fills in."""
    words = words_for(language)
    return {
        "badge": _badge(view),
        "headline": headline(view, words, name_of),
        "stage": _stage(view, words),
        "verdict": _verdict(view, words),
        "capability": words(f"capability-{view.capability.value}"),
        "dates": _dates(view, words),
        "quote": shown_quote(view.quote, words, layout.quote),
        "counts": _counts(view, words),
        "coverage_title": f"{words('alert-coverage')} {view.articles}",
        "coverage": _coverage(view.coverage, words, layout),
        "tags": _tags(view),
    }


def _badge(view: AlertView) -> str:
    if view.asked_for:
        return "🔎"
    return "🔁" if view.known else "🆕"


def headline(view: AlertView, words: Words, name_of: NameOf) -> str:
    """Who opens to whom, as readers call them."""
    hosts, guests = (show_names(ids, words, name_of) for ids in (view.hosts, view.guests))
    return f"{hosts} → {guests}"


def show_names(ids: Iterable[str], words: Words, name_of: NameOf) -> str:
    """Platforms as the reader calls them, each once, and no more than a few."""
    given = list(dict.fromkeys(ids))
    names = [
        words("alert-anyone") if one == ANYONE else name_of(one, words.language)
        for one in given[:_PARTIES]
    ]
    shown = words("alert-comma").join(map(_safe, names))
    left = len(given) - _PARTIES
    return f"{shown} {words('alert-more', count=left)}" if left > 0 else shown


def _safe(text: str, most: int = _NAME) -> str:
    return isolate(break_links(cut(clean(text), most)))


def badged(stage: Stage, words: Words) -> str:
    """A stage with its sign."""
    return f"{BADGES[stage]} {words(f'stage-{stage.value}')}"


def _stage(view: AlertView, words: Words) -> str:
    own = badged(view.stage, words)
    return own if view.previous is None else f"{badged(view.previous, words)} → {own}"


def _verdict(view: AlertView, words: Words) -> str:
    """What has become of it: for an older message, and for a reopening."""
    reopened = words("alert-reopened") if view.previous is Stage.WITHDRAWN else ""
    return moved_on(view, words) or reopened


def moved_on(view: AlertView, words: Words) -> str:
    """Where the event stands by now, for a message about an earlier step; else nothing."""
    if view.now is None or view.now is view.stage:
        return ""
    return f"{words('alert-now')} {badged(view.now, words)}"


def _dates(view: AlertView, words: Words) -> list[str]:
    lines = []
    if view.dates:
        best = view.dates[0]
        since = show_bounds(words, best.first, best.last)
        if view.stage in (Stage.TEST, Stage.LIVE):
            since = words("alert-since", date=since)
        sure = HOW_SURE.get(best.how or "")
        lines.append(f"📅 {since}" + (f" ({words(f'how-{sure}')})" if sure else ""))
        lines += [f"≠ {_disputed(one, words)}" for one in view.dates[1 : _DISPUTES + 1]]
    else:
        lines.append(f"📅 {words('alert-undated')}")
    if view.planned:
        planned = show_bounds(words, view.planned.first, view.planned.last)
        lines.append(f"🗓 {words('alert-planned', date=planned)}")
    return lines


def _disputed(other: Dated, words: Words) -> str:
    who = words("alert-comma").join(_safe(outlet) for outlet in other.outlets[:3])
    return words("alert-disputed", outlet=who, date=show_bounds(words, other.first, other.last))


def shown_quote(quote: Quote | None, words: Words, most: int) -> ShownQuote | None:
    """A quote cut to so many UTF-16 units, with outlet, language and time; None without one."""
    if quote is None or not clean(quote.text):
        return None
    day = quote.published_on or (quote.published_at and quote.published_at.date())
    origin = f" · {show_language(quote.language, words)}"
    if quote.published_local:
        origin += f" · {show_moment(words, quote.published_local)}"
    elif day:
        origin += f" · {show_day(words, day)}"
    outlet = outlet_of(quote.outlet)
    return ShownQuote(_safe(quote.text, most), outlet, origin)


def outlet_of(outlet: Outlet, most: int = _NAME) -> ShownOutlet:
    """A name cut to so many UTF-16 units, with its link where that is sound."""
    return ShownOutlet(_safe(outlet.name, most), _href(outlet.url))


def show_language(code: str, words: Words) -> str:
    """A language as readers call it; its tag where there is no word."""
    return words(f"language-{code}") if f"language-{code}" in words else _safe(code)


def _counts(view: AlertView, words: Words) -> str:
    independent = words("alert-independent", count=view.sources)
    return f"{independent} · {words('alert-articles', count=view.articles)}"


def _coverage(coverage: tuple[Coverage, ...], words: Words, layout: Layout) -> list[ShownCoverage]:
    """Outlets by language, each language with a fair share of what the layout allows."""
    lines = []
    if not layout.outlets:
        return []
    shown = coverage[:_LANGUAGES]
    share = max(1, layout.outlets // max(1, len(shown)))
    links = layout.links
    for line in shown:
        outlets = [
            _outlet(outlet, with_link=links > place)
            for place, outlet in enumerate(line.outlets[:share])
        ]
        links -= len(outlets)
        left = len(line.outlets) - len(outlets)
        more = words("alert-more", count=left) if left > 0 else ""
        lines.append(ShownCoverage(show_language(line.language, words), outlets, more))
    return lines


def _outlet(outlet: Outlet, *, with_link: bool) -> ShownOutlet:
    return ShownOutlet(_safe(outlet.name), _href(outlet.url) if with_link else None)


def _href(url: str) -> str | None:
    """The address if it is a plain link to the web and short enough for Telegram's markup."""
    try:
        split = urlsplit(url)
        sound = split.scheme in ("http", "https") and bool(split.hostname)
    except ValueError:
        return None
    sound = sound and "@" not in split.netloc and clean(url) == url and " " not in url
    return url if sound and len(url) <= _HREF else None


def _tags(view: AlertView) -> str:
    """Hashtags that find all alerts of a platform or a capability, then the event's id."""
    words = dict.fromkeys(
        "".join(char for char in one.lower() if char.isalnum())
        for one in (*view.hosts[:3], *view.guests[:3], view.capability.value)
    )
    tags = [f"#{word}" for word in words if word and not word.isdigit()][:_TAGS]
    return f"{' '.join(tags)} · {view.event}"
