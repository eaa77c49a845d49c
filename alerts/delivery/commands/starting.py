"""/start: from the first word to alerts in three taps: language, what, when.

Nothing is kept between the taps: every button carries what was chosen before it, and platforms,
of which there may be many, are ticks on the buttons of the message itself.
"""

import re
from dataclasses import dataclass
from datetime import time
from html import escape

from alerts.delivery.buttons import Button, Keyboard, Row, button, grid, keyboard
from alerts.delivery.commands.asking import Question, Reply, say
from alerts.delivery.commands.events import told
from alerts.delivery.commands.following import add, begin
from alerts.delivery.commands.interests import described, rhythm_line
from alerts.delivery.commands.picking import pick, picked, tick
from alerts.delivery.commands.zones import HOME
from alerts.delivery.words import LANGUAGES, words_for
from config.words import Capability, Rhythm
from storage import interests, listings
from storage.interests import MOST_INTERESTS, Wanted
from storage.views import event_view

OFTEN_ASKED = (
    Capability.PAYMENT,
    Capability.MESSAGING,
    Capability.LINKS,
    Capability.MINIPROGRAM,
    Capability.TRANSFER,
    Capability.LOGIN,
    Capability.DEVICE,
    Capability.DATA,
)
"""Capabilities that are offered; all others can be written."""

DIGEST_AT = time(9)

_WHEN = {"now": Rhythm.IMMEDIATE, "daily": Rhythm.DAILY}
_STEP = re.compile(
    rf"(?P<language>{'|'.join(LANGUAGES)})(?:\s+(?P<what>[a-z]+)(?:\s+(?P<rest>[a-z0-9-]+))?)?"
)


@dataclass(frozen=True)
class _Step:
    """How far somebody has come."""

    language: str
    what: str
    """`all`, a capability, `platforms`, `with`, `without` or `chosen`; empty at first."""
    rest: str
    """When, or the platform that is ticked or not."""


def finishes(argument: str) -> bool:
    """Whether this is the last tap: the one that changes what the chat gets."""
    step = _step(argument)
    return step is not None and step.rest in _WHEN and _is_whole(step.what)


def _step(argument: str) -> _Step | None:
    found = _STEP.fullmatch(argument.strip())
    return _Step(found["language"], found["what"] or "", found["rest"] or "") if found else None


def _is_whole(what: str) -> bool:
    return what in ("all", "chosen") or what in set(Capability)


def start(question: Question) -> Reply:
    """Say hello, or go on with what has been chosen so far."""
    step = _step(question.asked.argument)
    if step is None:
        return _hello(question)
    question = question.in_language(step.language)
    if step.what in ("platforms", "with", "without"):
        return pick(question, step.language, step.what, step.rest)
    if not _is_whole(step.what):
        return _what(question, step.language)
    if step.rest in _WHEN:
        return _done(question, step)
    return _when(question, step)


def _hello(question: Question) -> Reply:
    words = question.words
    languages = [button(words_for(one)("language-own"), f"start {one}") for one in LANGUAGES]
    lines = [escape(words("bot-start")), ""]
    if question.is_operator:
        lines += [_place(question), ""]
    lines.append(escape(words("start-language")))
    onward: list[Button] = []
    if question.asked.private:
        bot = f"https://t.me/{question.username}"
        group, channel = "?startgroup=new", "?startchannel&admin=post_messages"
        onward.append(Button(f"➕ {words('button-to-group')}", href=bot + group))
        onward.append(Button(f"➕ {words('button-to-channel')}", href=bot + channel))
    return Reply("\n".join(lines), buttons=keyboard(*grid(languages, 2), onward))


def _place(question: Question) -> str:
    """The lines by which the operator names this chat in the configuration."""
    place = [f"- chat: {question.asked.chat}"]
    place += [f"  topic: {question.asked.topic}"] if question.asked.topic else []
    place.append(f"  language: {question.words.language}")
    lines = escape("\n".join(place))
    return f"{escape(question.words('bot-place'))}\n<pre>{lines}</pre>"


def _what(question: Question, language: str) -> Reply:
    words = question.words
    kinds = [
        button(words(f"capability-{one.value}"), f"start {language} {one.value}")
        for one in OFTEN_ASKED
    ]
    rows = keyboard(
        [button(f"🌍 {words('bot-follow-all')}", f"start {language} all")],
        *grid(kinds, 2),
        [button(f"🏢 {words('start-platforms')} …", f"start {language} platforms")],
    )
    return Reply(escape(words("start-what")), buttons=rows)


def _when(question: Question, step: _Step) -> Reply:
    ticked: Keyboard = ()
    if step.what == "chosen":
        kept = picked(question)
        if not kept:
            return say(question, "start-none-picked")
        ticked = grid((tick(question, step.language, one) for one in kept), 2)
    words = question.words
    said = f"start {step.language} {step.what}"
    times: Row = (
        button(f"⚡ {words('settings-now')}", f"{said} now"),
        button(f"🗞 {words('settings-daily', at=f'{DIGEST_AT:%H:%M}')}", f"{said} daily"),
    )
    back = button(f"‹ {words('button-return')}", f"start {step.language}")
    return Reply(escape(words("start-when")), buttons=keyboard(*ticked, times, [back]))


def _done(question: Question, step: _Step) -> Reply:
    given = _given(question, step)
    if not given:
        return say(question, "start-none-picked")
    is_new = question.subscription() is None
    row = begin(question)
    changes: dict[str, object] = {"language": step.language, "rhythm": _WHEN[step.rest]}
    if is_new:
        changes |= {"zone": HOME.get(step.language, row.zone), "digest_at": DIGEST_AT}
    interests.change(question.session, row, question.now, **changes)
    if not add(question, row, given):
        return say(question, "bot-follow-too-many", most=MOST_INTERESTS)
    words = question.words
    lines = [f"• {' · '.join(described(question, one))}" for one in given]
    sample = _sample(question, given)
    lines = [f"✅ {words('start-done')}", *lines, rhythm_line(question, row), ""]
    lines.append(words("start-sample" if sample else "bot-nothing-yet"))
    rows = keyboard(
        [
            button(f"⚙️ {words('button-settings')}", "settings"),
            button(f"📋 {words('button-following')}", "following"),
        ]
    )
    return Reply(escape("\n".join(lines)), buttons=rows, then=sample)


def _given(question: Question, step: _Step) -> list[Wanted]:
    if step.what == "chosen":
        return [Wanted(platform=one) for one in picked(question)]
    return [Wanted() if step.what == "all" else Wanted(capability=step.what)]


def _sample(question: Question, given: list[Wanted]) -> Reply | None:
    """The newest event that would have been told, or else the newest of all, as an alert."""
    for one in (*given, Wanted()):
        asked = listings.Wanted(
            limit=1,
            capability=Capability(one.capability) if one.capability else None,
            parties=_parties(question, one.platform) if one.platform else None,
        )
        for event in listings.events(question.session, asked):
            return told(question, event_view(question.session, event.id or 0))
    return None


def _parties(question: Question, platform: str) -> frozenset[str]:
    return listings.parties(question.session, platform, question.platforms.owner)
