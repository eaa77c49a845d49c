"""/follow and /following: what a chat wants to hear of, and how that is changed.

Who may change it is asked of Telegram before any of this is called with something to change.
"""

import re
from collections.abc import Callable
from html import escape

from alerts.delivery.buttons import Keyboard, button, keyboard, pager
from alerts.delivery.commands.asking import Question, Reply, fitted, say
from alerts.delivery.commands.interests import (
    described,
    follow_line,
    interest_screen,
    rhythm_line,
)
from alerts.delivery.commands.naming import UnknownPlatformError, unknown_platform
from alerts.delivery.commands.sharing import code_in, share
from alerts.delivery.commands.silence import muted_list, unmute_here
from alerts.delivery.commands.wishing import NO_MATTER, FilterError, read_wish
from alerts.delivery.text import tame, units
from config.errors import NotFoundError
from storage import interests
from storage.interests import MOST_INTERESTS, ConfiguredError, TooManyError, Wanted, wanted
from storage.models import Interest, Subscription

MOST_WRITTEN = 300
"""UTF-16 units of a wish that are read."""

SHOWN = 8
"""Interests of one page."""

_ONE = re.compile(
    r"(?P<verb>pause|resume|remove|show|edit|unmute)\s+[#E]?(?P<number>[0-9]{1,9})(?:\s+(?P<rest>.+))?",
    re.IGNORECASE,
)


def follow(question: Question) -> Reply:
    """Want to hear of platforms, an opening from one to another, a capability, or everything."""
    written = question.asked.argument.strip()
    if not written or units(written) > MOST_WRITTEN:
        return say(question, "bot-follow-how")
    try:
        code = code_in(written)
        given = (
            read_wish(question, written).wanted()
            if code is None
            else interests.shared(question.session, code)
        )
    except UnknownPlatformError as error:
        return unknown_platform(question, error.written)
    except FilterError as error:
        return unknown_filter(question, error.written)
    except NotFoundError:
        return say(question, "bot-share-unknown")
    if not given:
        return say(question, "bot-follow-how")
    row = begin(question)
    if not add(question, row, given):
        return say(question, "bot-follow-too-many", most=MOST_INTERESTS)
    return listing(question, row, done=True)


def begin(question: Question) -> Subscription:
    """The subscription of this chat and topic, made when it is new."""
    owner = question.asked.owner
    return interests.subscribe(
        question.session,
        question.here,
        question.asked.topic,
        language=question.words.language,
        owner=None if owner is None else str(owner),
    )


def add(question: Question, row: Subscription, given: list[Wanted]) -> bool:
    """Want these too; False where that would be too many."""
    try:
        interests.add(question.session, row, given, question.now)
    except TooManyError:
        return False
    return True


def unknown_filter(question: Question, written: str) -> Reply:
    """That there is no such filter or value, and how filters are written."""
    return say(question, "bot-no-filter", name=tame(written[:40]), any=NO_MATTER)


def following(question: Question) -> Reply:
    """What this chat follows; or a change of one of it, all of it, or of the last change."""
    row = question.subscription()
    written = question.asked.argument.strip()
    if row is None:
        return say(question, "bot-follows-nothing")
    if not written:
        return listing(question, row, done=False)
    whole = _WHOLE.get(written.casefold())
    if whole is not None:
        return whole(question, row)
    one = _ONE.fullmatch(written)
    if one is None:
        return say(question, "bot-following-how")
    number = int(one["number"])
    try:
        return _of_one(question, row, one["verb"].lower(), number, one["rest"] or "")
    except NotFoundError:
        return say(question, "bot-follow-unknown", number=number)
    except ConfiguredError:
        return say(question, "bot-follow-configured")


def _of_one(question: Question, row: Subscription, verb: str, number: int, rest: str) -> Reply:
    session, now = question.session, question.now
    if verb == "unmute":
        return unmute_here(question, row, number)
    if verb == "edit":
        return _edit(question, row, number, rest)
    if verb == "show":
        return interest_screen(question, interests.interest(session, row, number))
    if verb == "remove":
        interests.remove(session, row, number)
        return listing(question, row, done=True)
    changed = interests.pause_interest(session, row, number, now, paused=verb == "pause")
    return _changed(question, row, changed)


def _edit(question: Question, row: Subscription, number: int, written: str) -> Reply:
    """Change the filters of an interest; whom it is about stays."""
    if not written or units(written) > MOST_WRITTEN:
        return say(question, "bot-edit-how", number=number)
    try:
        wish = read_wish(question, written)
    except (UnknownPlatformError, FilterError) as error:
        return unknown_filter(question, error.written)
    if not wish.filters or len(wish.sides) > 1 or wish.sides[0]:
        return say(question, "bot-edit-how", number=number)
    return _changed(
        question,
        row,
        interests.edit(question.session, row, number, question.now, **wish.filters),
    )


def _changed(question: Question, row: Subscription, interest: Interest) -> Reply:
    """Who pressed a button sees the one again, who wrote sees all."""
    if question.asked.press is not None:
        return interest_screen(question, interest)
    return listing(question, row, done=True)


def undo(question: Question, row: Subscription) -> Reply:
    """Take the last change of what is followed, or of the settings, back."""
    if not interests.undo(question.session, row, question.now):
        return say(question, "bot-undo-nothing")
    return listing(question, row, done=True)


def _clear(question: Question, row: Subscription) -> Reply:
    interests.remove_all(question.session, row)
    return listing(question, row, done=True)


_WHOLE: dict[str, Callable[[Question, Subscription], Reply]] = {
    "undo": undo,
    "remove all": _clear,
    "share": share,
    "muted": muted_list,
}


def listing(question: Question, row: Subscription, *, done: bool) -> Reply:
    """What the chat follows, a page of it, with the numbers and buttons by which it is changed."""
    words = question.words
    held = interests.interests_of(question.session, row)
    undoing = button(f"↩ {words('button-undo')}", "following undo")
    if not held:
        back = keyboard([undoing] if row.before is not None else [])
        return Reply(escape(words("bot-follows-nothing")), buttons=back)
    first = min(question.asked.page * SHOWN, (len(held) - 1) // SHOWN * SHOWN)
    shown = held[first : first + SHOWN]
    title = words("bot-follows") if len(held) <= SHOWN else f"{words('bot-follows')} ({len(held)})"
    head = f"{'✅ ' if done else ''}<b>{escape(title)}</b>"
    tail = [rhythm_line(question, row), words("bot-following-how")]
    lines = [escape(follow_line(question, one)) for one in shown]
    body = fitted(head, [*lines, *("\n" + escape(one) for one in tail)], words)
    more = len(held) > first + SHOWN
    return Reply(body, buttons=_buttons(question, shown, first // SHOWN, more=more))


def _buttons(question: Question, shown: list[Interest], page: int, *, more: bool) -> Keyboard:
    words = question.words
    ones = [
        button(f"{one.id}. {described(question, wanted(one))[0]}", f"following show {one.id}")
        for one in shown
    ]
    return keyboard(
        *(ones[at : at + 2] for at in range(0, len(ones), 2)),
        pager(words, "following", page, more=more),
        [
            button(f"↩ {words('button-undo')}", "following undo"),
            button(f"🔗 {words('button-share')}", "following share"),
        ],
        [
            button(f"🔕 {words('button-muted')}", "following muted"),
            button(f"⚙️ {words('button-settings')}", "settings"),
        ],
    )
