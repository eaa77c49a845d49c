"""The settings of a chat at a glance, and the frame of every single one."""

from datetime import time
from html import escape

from alerts.delivery.buttons import Keyboard, button, keyboard
from alerts.delivery.commands.asking import Question, Reply
from alerts.delivery.commands.following import begin
from alerts.delivery.commands.interests import rhythm_line
from storage import interests
from storage.models import Subscription

CLOCK = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9]"
"""A time of the day as people write it, as a regular expression."""

OFF = "off"


def screen(question: Question, *, done: bool = False) -> Reply:
    """The settings as they are, with a button for each."""
    words = question.words
    row = question.subscription()
    lines = [
        f"{'✅ ' if done else ''}⚙️ <b>{escape(words('bot-settings'))}</b>",
        escape(f"🌐 {words('settings-language')}: {words('language-own')}"),
        escape(f"🕰 {words('settings-zone')}: {row.zone if row else 'UTC'}"),
        escape(f"🌙 {words('settings-quiet')}: {night(question, row)}"),
    ]
    lines += [escape(rhythm_line(question, row))] if row else []
    paused = row is not None and row.paused
    resting = ("▶️", "button-resume", "resume") if paused else ("⏸", "button-pause", "pause")
    rows = keyboard(
        [
            button(f"🌐 {words('settings-language')}", "settings language"),
            button(f"🕰 {words('settings-zone')}", "settings zone"),
        ],
        [
            button(f"🌙 {words('settings-quiet')}", "settings quiet"),
            button(f"🕘 {words('settings-when')}", "settings digest"),
        ],
        [
            button(f"{resting[0]} {words(resting[1])}", f"settings {resting[2]}"),
            button(f"↩ {words('button-undo')}", "settings undo"),
        ],
        [button(f"📋 {words('button-following')}", "following")],
    )
    return Reply("\n".join([*lines, "", escape(words("bot-settings-how"))]), buttons=rows)


def night(question: Question, row: Subscription | None) -> str:
    """The quiet hours as they are written."""
    if row is None or row.quiet_from is None or row.quiet_to is None:
        return question.words("settings-none")
    return f"{clock(row.quiet_from)}–{clock(row.quiet_to)}"


def clock(moment: time) -> str:
    """A time of the day as it is written."""
    return moment.strftime("%H:%M")


def changed(question: Question, **changes: object) -> Reply:
    """Change settings of this chat, and show them all."""
    interests.change(question.session, begin(question), question.now, **changes)
    return screen(question, done=True)


def choices(question: Question, title: str, rows: Keyboard, how: str, **values: object) -> Reply:
    """One setting with what it can be."""
    words = question.words
    back = (button(f"‹ {words('button-settings')}", "settings"),)
    return Reply(
        f"<b>{escape(words(title))}</b>\n\n{escape(words(how, **values))}",
        buttons=keyboard(*rows, back),
    )


def time_in(written: str) -> time:
    """The time of the day that CLOCK has found."""
    hours, _, minutes = written.partition(":")
    return time(int(hours), int(minutes))
