"""Many events in one message: a digest, or what came together while a chat had quiet hours.

A bundle is split between its items and never inside of one: what does not fit is named, and goes
out in a message of its own.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from alerts.delivery.dates import show_bounds, show_day
from alerts.delivery.markup import MOST_ENTITIES, MOST_UNITS, parse
from alerts.delivery.messages import Message, Names, assemble, template
from alerts.delivery.parts import NameOf, badged, headline, shown_quote
from alerts.delivery.words import Words, words_for
from config.words import Rhythm, Stage
from storage.deliveries import Bundle, Counts, Item

_QUOTE = 200
_TITLES = {Rhythm.IMMEDIATE: "quiet", Rhythm.DAILY: "daily", Rhythm.WEEKLY: "weekly"}


_ORDER = (Stage.LIVE, Stage.WITHDRAWN, Stage.ANNOUNCED, Stage.TEST, Stage.RUMOUR)
"""What matters most stands first."""


@dataclass(frozen=True)
class Gathered:
    """A message and the deliveries that it says all of."""

    message: Message
    deliveries: frozenset[int]


def render_bundle(bundle: Bundle, language: str, names: Names) -> Gathered:
    """As many items as fit into one message, at least one; always within Telegram's limits."""
    words = words_for(language)
    macros = template("bundle.html.j2").module
    head = str(macros.head(_head(bundle, words))).strip()  # type: ignore[attr-defined]
    read = parse(head)
    units, entities = read.length, len(read.entities)
    said: list[tuple[Item, str]] = []
    for item in bundle.items:
        shown = str(macros.item(_item(item, bundle, words, names.name))).strip()  # type: ignore[attr-defined]
        read = parse(shown)
        units, entities = units + read.length + 2, entities + len(read.entities)
        if said and (units > MOST_UNITS or entities > MOST_ENTITIES):
            break
        said.append((item, shown))
    said.sort(key=lambda one: _ORDER.index(one[0].path[-1]))
    loud = bundle.rhythm is Rhythm.IMMEDIATE and any(
        item.path[-1] is not Stage.RUMOUR for item, _ in said
    )
    return Gathered(
        assemble("\n\n".join([head, *(shown for _, shown in said)]), silent=not loud),
        frozenset(number for item, _ in said for number in item.deliveries),
    )


def _head(bundle: Bundle, words: Words) -> dict[str, str]:
    digest = bundle.rhythm is not Rhythm.IMMEDIATE
    extra = ""
    if bundle.part > 1:
        extra = words("bundle-part", part=bundle.part)
    elif digest and bundle.since:
        extra = words("bundle-since", date=show_day(words, _local(bundle.since, bundle)))
    return {
        "badge": "🗞" if digest else "🌙",
        "title": words(f"bundle-{_TITLES[bundle.rhythm]}"),
        "extra": extra,
        "counts": _counts(bundle.counts, words) if bundle.part == 1 else "",
    }


def _local(moment: datetime, bundle: Bundle) -> Any:
    return moment.astimezone(ZoneInfo(bundle.zone)).date()


def _counts(counts: Counts, words: Words) -> str:
    counted = {
        "bundle-new": counts.new,
        "bundle-changes": counts.changes,
        "alert-articles": counts.articles,
        "bundle-languages": counts.languages,
    }
    return " · ".join(words(key, count=number) for key, number in counted.items() if number)


def _item(item: Item, bundle: Bundle, words: Words, name_of: NameOf) -> dict[str, Any]:
    view = item.alert
    facts = [words(f"capability-{view.capability.value}")]
    facts += [show_bounds(words, one.first, one.last) for one in view.dates[:1]]
    facts += [words("alert-independent", count=view.sources)] if view.sources else []
    quote = shown_quote(view.quote, words, _QUOTE)
    return {
        "headline": headline(view, words, name_of),
        "is_new": item.is_new,
        "stage": " → ".join(badged(stage, words) for stage in item.path),
        "facts": " · ".join(facts),
        "outlet": quote.outlet if quote else None,
        "quote": quote.text if quote and bundle.rhythm is Rhythm.IMMEDIATE else "",
        "event": view.event,
    }
