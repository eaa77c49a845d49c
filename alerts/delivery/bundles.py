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
from alerts.delivery.parts import NameOf, badged, headline, moved_on, shown_quote
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
    head = _shown_head(bundle, words)
    read = parse(head)
    units, entities = read.length, len(read.entities)
    said: list[tuple[Item, str]] = []
    for item in bundle.items:
        shown = _shown(_item(item, bundle, words, names.name))
        read = parse(shown)
        units, entities = units + read.length + 2, entities + len(read.entities)
        if said and (units > MOST_UNITS or entities > MOST_ENTITIES):
            break
        said.append((item, shown))
    return Gathered(
        _joined(bundle, head, said),
        frozenset(number for item, _ in said for number in item.deliveries),
    )


def render_bundle_again(bundle: Bundle, language: str, names: Names) -> Message | None:
    """All items as they stand by now, in a message that was sent; None where they do not fit.

    Nothing that was told is taken back: where there is more to say than room, quotes and outlets go.
    """
    words = words_for(language)
    head = _shown_head(bundle, words)
    for dropped in ((), ("quote",), ("quote", "outlet")):
        bare = dict.fromkeys(dropped)
        items = ((one, _item(one, bundle, words, names.name) | bare) for one in bundle.items)
        message = _joined(bundle, head, [(one, _shown(filled)) for one, filled in items])
        if message.length <= MOST_UNITS and message.entities <= MOST_ENTITIES:
            return message
    return None


def _shown_head(bundle: Bundle, words: Words) -> str:
    macros = template("bundle.html.j2").module
    return str(macros.head(_head(bundle, words))).strip()  # type: ignore[attr-defined]


def _shown(filled: dict[str, Any]) -> str:
    return str(template("bundle.html.j2").module.item(filled)).strip()  # type: ignore[attr-defined]


def _joined(bundle: Bundle, head: str, said: list[tuple[Item, str]]) -> Message:
    """One message, with what matters most first."""
    ordered = sorted(said, key=lambda one: _ORDER.index(one[0].path[-1]))
    loud = bundle.rhythm is Rhythm.IMMEDIATE and any(
        item.path[-1] is not Stage.RUMOUR for item, _ in said
    )
    return assemble("\n\n".join([head, *(shown for _, shown in ordered)]), silent=not loud)


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
        "stage": " · ".join(
            filter(
                None, (" → ".join(badged(one, words) for one in item.path), moved_on(view, words))
            )
        ),
        "facts": " · ".join(facts),
        "outlet": quote.outlet if quote else None,
        "quote": quote.text if quote and bundle.rhythm is Rhythm.IMMEDIATE else "",
        "event": view.event,
    }
