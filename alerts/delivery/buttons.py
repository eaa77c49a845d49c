"""Buttons under a message: what stands on them, and what pressing one says.

Pressing a button is writing a command: it carries the words of the command without the slash, is
read like one, and does nothing that its presser could not have written in the same chat. So there
is nothing in it that could be forged.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from alerts.delivery.text import cut
from alerts.delivery.words import Words
from storage.views import AlertView

MOST_SAID = 64
"""Bytes that a button can carry."""

APART = "+"
"""Before a command: its answer is a message of its own, and that with the button stays."""

TICK = "✓ "
"""Before what has been chosen."""

_LABEL = 48


@dataclass(frozen=True)
class Button:
    """One button; it says something to the bot, or opens a page."""

    label: str
    says: str = ""
    """A command without its slash, perhaps with the number of a page or `+` before it."""
    href: str = ""


Row = tuple[Button, ...]
Keyboard = tuple[Row, ...]


def button(label: str, says: str) -> Button:
    """A button with a label that is cut to a sound length."""
    return Button(cut(label, _LABEL), says)


def fits(says: str) -> bool:
    """Whether a button can carry these words."""
    return len(says.encode()) <= MOST_SAID


def grid(buttons: Iterable[Button], width: int) -> Keyboard:
    """Buttons in rows of so many; those that carry too much are left out."""
    given = [one for one in buttons if fits(one.says)]
    return tuple(tuple(given[at : at + width]) for at in range(0, len(given), width))


def chosen(label: str, says: str, *, ticked: bool) -> Button:
    """One of several choices, with a tick where it is the present one."""
    return button(f"{TICK}{label}" if ticked else label, says)


def pager(words: Words, says: str, page: int, *, more: bool) -> Row:
    """The ways to the page before and the page after; pages are counted from 0."""
    return _ways(
        button(f"‹ {words('button-back')}", f"{page - 1} {says}") if page > 0 else None,
        button(f"{words('button-on')} ›", f"{page + 1} {says}") if more else None,
    )


def time_pager(words: Words, says: str, page: int, *, more: bool) -> Row:
    """The same where the first page is the newest: older is on the left."""
    return _ways(
        button(f"‹ {words('button-older')}", f"{page + 1} {says}") if more else None,
        button(f"{words('button-newer')} ›", f"{page - 1} {says}") if page > 0 else None,
    )


def _ways(*given: Button | None) -> Row:
    ways = tuple(one for one in given if one is not None)
    return ways if all(fits(one.says) for one in ways) else ()


def keyboard(*rows: Sequence[Button]) -> Keyboard:
    """The rows that have buttons."""
    return tuple(tuple(row) for row in rows if row)


def alert_buttons(view: AlertView, words: Words) -> Keyboard:
    """What stands under an alert: read more of the event, hear no more of it, call it wrong."""
    event = view.event
    muting = ("button-unmute", "unmute") if view.muted else ("button-mute", "mute")
    return (
        (
            button(f"{words('button-sources')} {view.articles}", f"{APART}sources {event}"),
            button(f"📈 {words('button-timeline')}", f"{APART}timeline {event}"),
        ),
        (
            button(f"{'🔔' if view.muted else '🔕'} {words(muting[0])}", f"{muting[1]} {event}"),
            button(f"👎 {words('button-wrong')}", f"wrong {event}"),
        ),
    )
