"""Platforms ticked on the buttons of a message, which keeps the ticks until they are taken."""

import re
from html import escape

from alerts.delivery.buttons import Button, button, chosen, grid, keyboard, pager
from alerts.delivery.commands.asking import Question, Reply
from alerts.delivery.commands.naming import platform_named
from config.words import ANYONE
from storage import listings

_SHOWN = 10
"""Platforms of one page."""

_EVENTS = 200
"""The newest events: the platforms that they are about are offered."""

_MOST_PICKED = 12
_PICKED = re.compile(r"start \S+ without (?P<platform>[a-z0-9-]+)")


def pick(question: Question, language: str, what: str, platform: str) -> Reply:
    """Platforms to tick; those that are ticked stay in sight on every page."""
    ticked = picked(question)
    if what == "with":
        ticked = [*ticked, platform][:_MOST_PICKED]
    if what == "without":
        ticked = [one for one in ticked if one != platform]
    ticked = list(dict.fromkeys(ticked))
    offered = [one for one in _offered(question) if one not in ticked]
    first = question.asked.page * _SHOWN
    shown = offered[first : first + _SHOWN]
    words = question.words
    ticks = [tick(question, language, one) for one in ticked]
    others = [button(question.name(one), f"start {language} with {one}") for one in shown]
    more = len(offered) > first + _SHOWN
    ways = pager(words, f"start {language} platforms", question.asked.page, more=more)
    onward = [button(f"{words('button-next')} ▸", f"start {language} chosen")] if ticked else []
    back = button(f"‹ {words('button-return')}", f"start {language}")
    rows = keyboard(*grid(ticks, 2), *grid(others, 2), ways, [back, *onward])
    return Reply(escape(words("start-pick")), buttons=rows)


def tick(question: Question, language: str, platform: str) -> Button:
    """The button of a platform that is ticked: it takes the tick away."""
    said = f"start {language} without {platform}"
    return chosen(question.name(platform), said, ticked=True)


def picked(question: Question) -> list[str]:
    """The platforms that are ticked in the message whose button was pressed."""
    press = question.asked.press
    found = [_PICKED.fullmatch(said) for said in (press.ticked if press else ())]
    named = [platform_named(question, one["platform"]) for one in found if one]
    return [one for one in named if one is not None]


def _offered(question: Question) -> list[str]:
    """The platforms of the newest events, those with most events first."""
    counts: dict[str, int] = {}
    for event in listings.events(question.session, listings.Wanted(limit=_EVENTS)):
        for one in (event.host, event.guest):
            counts[one] = counts.get(one, 0) + 1
    known = [one for one in counts if one != ANYONE and platform_named(question, one) == one]
    return sorted(known, key=lambda one: (-counts[one], one))
