"""/settings: language, time zone, quiet hours, when alerts come, and a pause.

Everything can be pressed and written. Who may change it has been asked of Telegram before.
"""

import re
from collections.abc import Callable
from html import escape

from alerts.delivery.buttons import button, chosen, grid
from alerts.delivery.commands.asking import Question, Reply, say
from alerts.delivery.commands.following import begin, unknown_filter
from alerts.delivery.commands.naming import UnknownPlatformError
from alerts.delivery.commands.panel import CLOCK, OFF, changed, choices, night, screen, time_in
from alerts.delivery.commands.rhythms import when
from alerts.delivery.commands.wishing import FilterError, Wish, read_wish
from alerts.delivery.commands.zones import ZONES, near_zones, zone_in
from alerts.delivery.text import cut, tame
from alerts.delivery.words import LANGUAGES, words_for
from storage import interests

_QUIET = re.compile(rf"(?P<begin>{CLOCK})\s*(?:[-–—~〜]|\s)\s*(?P<end>{CLOCK})")
_NIGHTS = ("22:00-07:00", "23:00-08:00", "00:00-07:00", "21:00-09:00")


def settings(question: Question) -> Reply:
    """All settings of this chat; or one of them with its choices, or changed."""
    written = question.asked.argument.strip()
    name, _, value = written.partition(" ")
    if not written:
        return screen(question)
    part = _PARTS.get(name.lower())
    if part is None:
        return say(question, "bot-settings-how")
    return part(question, value.strip())


def _language(question: Question, written: str) -> Reply:
    for code in LANGUAGES:
        own = words_for(code)("language-own")
        if written.casefold() in (code.casefold(), own.casefold()):
            interests.change(question.session, begin(question), question.now, language=code)
            return screen(question.in_language(code), done=True)
    known = ", ".join(LANGUAGES)
    if written:
        return say(question, "settings-language-how", known=known)
    now = question.words.language
    options = [
        chosen(words_for(one)("language-own"), f"settings language {one}", ticked=one == now)
        for one in LANGUAGES
    ]
    rows = grid(options, 2)
    return choices(question, "settings-language", rows, "settings-language-how", known=known)


def _zone(question: Question, written: str) -> Reply:
    if written:
        zone = zone_in(written)
        if zone is not None:
            return changed(question, zone=zone)
        near = [button(one, f"settings zone {one}") for one in near_zones(written)]
        shown = tame(cut(written, 64))
        if not near:
            return say(question, "settings-zone-unknown", name=shown)
        text = question.words("settings-zone-unknown", name=shown)
        return Reply(escape(text), buttons=grid(near, 2))
    row = question.subscription()
    now = row.zone if row else ""
    options = [chosen(one, f"settings zone {one}", ticked=one == now) for one in ZONES]
    return choices(question, "settings-zone", grid(options, 2), "settings-zone-how")


def _quiet(question: Question, written: str) -> Reply:
    if written.casefold() == OFF:
        return changed(question, quiet_from=None, quiet_to=None)
    found = _QUIET.fullmatch(written)
    if found is not None and time_in(found["begin"]) != time_in(found["end"]):
        return changed(
            question, quiet_from=time_in(found["begin"]), quiet_to=time_in(found["end"])
        )
    if written:
        return say(question, "settings-quiet-how")
    now = night(question, question.subscription()).replace("–", "-")
    options = [chosen(one, f"settings quiet {one}", ticked=one == now) for one in _NIGHTS]
    off = (button(question.words("settings-none"), "settings quiet off"),)
    rows = (*grid(options, 2), off)
    return choices(question, "settings-quiet", rows, "settings-quiet-how")


def _pause(question: Question, _: str) -> Reply:
    return changed(question, paused=True)


def _resume(question: Question, _: str) -> Reply:
    return changed(question, paused=False)


def _undo(question: Question, _: str) -> Reply:
    row = question.subscription()
    if row is None or not interests.undo(question.session, row, question.now):
        return say(question, "bot-undo-nothing")
    return screen(question.in_language(row.language), done=True)


def _of_all(name: str) -> Callable[[Question, str], Reply]:
    """Change one filter of everything that this chat follows."""

    def change(question: Question, written: str) -> Reply:
        row = question.subscription()
        if row is None:
            return say(question, "bot-follows-nothing")
        try:
            wish: Wish = read_wish(question, f"{name}:{written}")
        except (UnknownPlatformError, FilterError) as error:
            return unknown_filter(question, error.written)
        interests.edit_all(question.session, row, question.now, **wish.filters)
        return screen(question, done=True)

    return change


_PARTS: dict[str, Callable[[Question, str], Reply]] = {
    "language": _language,
    "zone": _zone,
    "quiet": _quiet,
    "digest": when,
    "stage": _of_all("stage"),
    "sources": _of_all("sources"),
    "pause": _pause,
    "resume": _resume,
    "undo": _undo,
}
