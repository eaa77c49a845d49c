"""/digest: alerts at once, or together every day or week at a time of the day."""

import re
from html import escape

from alerts.delivery.buttons import button, chosen, grid, keyboard
from alerts.delivery.commands.asking import Question, Reply, say
from alerts.delivery.commands.interests import rhythm_line
from alerts.delivery.commands.panel import CLOCK, OFF, changed, clock, time_in
from alerts.delivery.words import LANGUAGES, words_for
from config.words import Rhythm
from storage.models import Subscription

_DIGEST = re.compile(
    rf"(?P<rhythm>off|daily|weekly)(?:\s+(?P<day>[^\s\d]+))?(?:\s+(?P<at>{CLOCK}))?",
    re.IGNORECASE,
)
_RHYTHMS = {"off": Rhythm.IMMEDIATE, "daily": Rhythm.DAILY, "weekly": Rhythm.WEEKLY}
_TIMES = ("07:00", "09:00", "12:00", "18:00", "21:00")


def digest(question: Question) -> Reply:
    """When alerts come: at once, or together every day or week at a time of the day."""
    return when(question, question.asked.argument.strip())


def when(question: Question, written: str) -> Reply:
    """Change it, or show what it can be."""
    row = question.subscription()
    if row is None:
        return say(question, "bot-follows-nothing")
    found = _DIGEST.fullmatch(written)
    changes = _rhythm(found["rhythm"].lower(), found["day"], found["at"]) if found else None
    if changes is not None:
        return changed(question, **changes)
    if written and question.asked.press is None and question.asked.command == "settings":
        return say(question, "bot-digest-how")
    return _rhythms(question, row)


def _rhythm(rhythm: str, day: str | None, at: str | None) -> dict[str, object] | None:
    """What to change; None for words that mean nothing."""
    if (rhythm != "weekly" and day) or (rhythm == OFF and at):
        return None
    changes: dict[str, object] = {"rhythm": _RHYTHMS[rhythm]}
    if at:
        changes["digest_at"] = time_in(at)
    if day:
        weekday = _weekday(day)
        if weekday is None:
            return None
        changes["digest_weekday"] = weekday
    return changes


def _weekday(written: str) -> int | None:
    for language in LANGUAGES:
        for number, name in enumerate(words_for(language)("weekdays").split()):
            if written.casefold() == name.casefold():
                return number
    return None


def _rhythms(question: Question, row: Subscription) -> Reply:
    words = question.words
    at = clock(row.digest_at)
    daily = [
        chosen(
            words("settings-daily", at=one),
            f"settings digest daily {one}",
            ticked=row.rhythm is Rhythm.DAILY and at == one,
        )
        for one in _TIMES
    ]
    days = [
        chosen(
            words("settings-weekly", day=name),
            f"settings digest weekly {code} {at}",
            ticked=row.rhythm is Rhythm.WEEKLY and row.digest_weekday == number,
        )
        for number, (name, code) in enumerate(
            zip(words("weekdays").split(), words_for("en")("weekdays").split(), strict=True)
        )
    ]
    now = row.rhythm is Rhythm.IMMEDIATE
    at_once = chosen(f"⚡ {words('settings-now')}", "settings digest off", ticked=now)
    rows = keyboard((at_once,), *grid(daily, 3), *grid(days, 3))
    back = (button(f"‹ {words('button-settings')}", "settings"),)
    text = f"{escape(rhythm_line(question, row))}\n{escape(words('bot-digest-how'))}"
    return Reply(text, buttons=keyboard(*rows, back))
