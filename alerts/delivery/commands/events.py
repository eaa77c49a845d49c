"""/latest and /event: what was told last, and one event in full."""

import re
from collections.abc import Iterable
from dataclasses import replace
from html import escape
from typing import Any

from alerts.delivery.commands.asking import Question, Reply, fitted, say
from alerts.delivery.dates import show_bounds
from alerts.delivery.messages import render, template
from alerts.delivery.parts import badged, headline, shown_quote
from alerts.delivery.text import tame
from config.errors import NotFoundError
from storage import listings
from storage.models import Event
from storage.mutes import is_muted
from storage.views import AlertView, event_view

USUAL, MOST = 5, 10
"""Events of /latest, unless it is told how many, and at most."""

_NUMBER = re.compile(r"(?:ev?_?)?([0-9]{1,9})", re.IGNORECASE)


def latest(question: Question) -> Reply:
    """The events that were told last; the number of them may be given."""
    written = question.asked.argument.strip()
    if written and not (written.isascii() and written.isdigit() and 0 < int(written[:4]) <= MOST):
        return say(question, "bot-latest-how", most=MOST)
    wanted = listings.Wanted(limit=int(written or USUAL))
    found = listings.events(question.session, wanted)
    if not found:
        return say(question, "bot-nothing-yet")
    head = f"🗞 <b>{escape(question.words('bot-latest'))}</b>"
    return Reply(fitted(head, items(question, found), question.words))


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
