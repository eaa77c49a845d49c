"""/latest and /event: what was told last, and one event in full."""

import re
from collections.abc import Iterable
from dataclasses import replace
from html import escape
from typing import Any

from alerts.delivery.buttons import Row, button, keyboard, pager
from alerts.delivery.commands.asking import Question, Reply, fitted, say
from alerts.delivery.commands.naming import stage_in
from alerts.delivery.dates import show_bounds
from alerts.delivery.messages import render, template
from alerts.delivery.parts import badged, headline, shown_quote
from alerts.delivery.text import tame
from config.errors import NotFoundError
from config.words import Stage
from storage import listings
from storage.models import Event
from storage.mutes import is_muted
from storage.views import AlertView, event_view

USUAL, MOST = 5, 10
"""Events of /latest, unless it is told how many, and at most."""

MOST_PAGES = 20
"""So far back can be turned: what is older is searched for."""

_NUMBER = re.compile(r"(?:ev?_?)?([0-9]{1,9})", re.IGNORECASE)


def latest(question: Question) -> Reply:
    """The events that were told last; their number and their stage may be given."""
    count = USUAL
    stage: Stage | None = None
    for word in question.asked.argument.split():
        if word.isascii() and word.isdigit() and 0 < int(word[:4]) <= MOST:
            count = int(word)
        elif (one := stage_in(word)) is not None:
            stage = one
        else:
            return say(question, "bot-latest-how", most=MOST)
    first = min(question.asked.page, MOST_PAGES) * count
    wanted = listings.Wanted(stage=stage, limit=first + count + 1)
    found = listings.events(question.session, wanted)[first:]
    if not found:
        return say(question, "bot-nothing-yet")
    words = question.words
    title = words("bot-latest") + (f" · {badged(stage, words)}" if stage else "")
    said = f"latest {count} {stage.value}" if stage else f"latest {count}"
    ways = pager(words, said, question.asked.page, more=len(found) > count)
    html = fitted(f"🗞 <b>{escape(title)}</b>", items(question, found[:count]), words)
    return Reply(html, buttons=keyboard(ways, _other_stages(question, count, stage)))


def _other_stages(question: Question, count: int, stage: Stage | None) -> Row:
    """The same list of one stage alone, or of all."""
    if stage is not None:
        return (button(f"↺ {question.words('button-all')}", f"latest {count}"),)
    return tuple(
        button(badged(one, question.words), f"latest {count} {one.value}")
        for one in (Stage.LIVE, Stage.ANNOUNCED, Stage.TEST)
    )


def event(question: Question) -> Reply:
    """One event by its id, told as an alert tells it."""
    written = question.asked.argument.strip()
    number = event_in(written)
    if number is None:
        return say(question, "bot-event-how")
    try:
        view = event_view(question.session, number)
    except NotFoundError:
        return say(question, "bot-no-event", id=f"E{number}")
    return told(question, view)


def told(question: Question, view: AlertView) -> Reply:
    """An event as an alert tells it, with the buttons of one."""
    row = question.subscription()
    if row is not None:
        silent = is_muted(question.session, row.id or 0, int(view.event[1:]))
        view = replace(view, muted=silent)
    message = render(view, question.words.language, question.platforms)
    return Reply(message.html, buttons=message.buttons)


def event_in(written: str) -> int | None:
    """The number of an event that is written as 17, E17 or ev_17."""
    found = _NUMBER.fullmatch(written.strip())
    return int(found[1]) if found else None


def items(
    question: Question, found: Iterable[Event], shown: dict[int, str] | None = None
) -> list[str]:
    """A paragraph of HTML for each event; `shown` has what is quoted, by event."""
    macros = template("answers.html.j2").module
    return [
        "\n" + str(macros.item(_item(question, one, shown or {}))).strip()  # type: ignore[attr-defined]
        for one in found
    ]


def _item(question: Question, found: Event, shown: dict[int, str]) -> dict[str, Any]:
    view: AlertView = event_view(question.session, found.id or 0)
    words = question.words
    facts = [words(f"capability-{view.capability.value}")]
    facts += [show_bounds(words, one.first, one.last) for one in view.dates[:1]]
    facts += [words("alert-independent", count=view.sources)] if view.sources else []
    quote = shown_quote(view.quote, words, 200)
    return {
        "headline": headline(view, words, question.platforms.name),
        "stage": badged(view.stage, words),
        "facts": " · ".join(facts),
        "outlet": quote.outlet if quote else None,
        "quote": tame(shown.get(found.id or 0, "")),
        "event": view.event,
    }
