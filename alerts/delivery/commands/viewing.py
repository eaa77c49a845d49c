"""What part of the matrix is asked for, in words or by buttons, and the choices there are."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from alerts.delivery.buttons import Keyboard, chosen, grid
from alerts.delivery.commands.asking import Question
from alerts.delivery.commands.naming import capability_in
from config.words import Capability

SPANS = (30, 90, 365)
"""Days that a button offers to look back."""

_SINCE = re.compile(
    r"(?P<days>[0-9]{1,4})d|(?P<year>[0-9]{4})-(?P<month>[0-9]{2})(-(?P<day>[0-9]{2}))?"
)


@dataclass(frozen=True)
class View:
    """What part of the matrix is asked for, and in which form."""

    capability: Capability | None = None
    since: str = ""
    """As it was written: `30d`, `2024-09` or `2024-09-04`."""
    start: date | None = None
    form: str = ""
    """`csv`, `png`, or a choice to be made: `areas`, `times`."""

    @property
    def said(self) -> str:
        """The command for it, whatever the form."""
        area = self.capability.value if self.capability else ""
        return " ".join(filter(None, ("matrix", area, self.since)))


def read_view(question: Question) -> tuple[View, str]:
    """What is asked for, and what of it is no capability."""
    view, left = View(), list[str]()
    for word in question.asked.argument.split():
        said = word.casefold()
        if said in ("areas", "times", "csv", "png"):
            view = replace(view, form=said)
        elif (start := _start(said, question.now.date())) is not None:
            view = replace(view, since=said, start=start)
        else:
            left.append(word)
    written = " ".join(left)
    capability = capability_in(written) if written else None
    return replace(view, capability=capability), "" if capability else written


def _start(word: str, today: date) -> date | None:
    """The day from which on is looked at; None for what says none."""
    found = _SINCE.fullmatch(word)
    if found is None:
        return None
    try:
        if found["days"]:
            return today - timedelta(days=int(found["days"]))
        return date(int(found["year"]), int(found["month"]), int(found["day"] or 1))
    except ValueError:
        return None


def areas(question: Question, view: View) -> Keyboard:
    """The same part of every capability, or of all."""
    words = question.words
    options: list[tuple[str, Capability | None]] = [(words("button-every-area"), None)]
    options += [(words(f"capability-{one.value}"), one) for one in Capability]
    return grid(
        (
            chosen(label, replace(view, capability=one).said, ticked=one is view.capability)
            for label, one in options
        ),
        2,
    )


def times(question: Question, view: View) -> Keyboard:
    """The same capability, as far back as a button offers."""
    words = question.words
    options = [(words("button-always"), "")]
    options += [(words("button-days", count=days), f"{days}d") for days in SPANS]
    return grid(
        (
            chosen(label, replace(view, since=since).said, ticked=since == view.since)
            for label, since in options
        ),
        2,
    )
