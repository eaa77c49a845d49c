"""/follow, /following and /digest: what a chat wants to hear of, and when.

Who may change it is asked of Telegram before any of this is called with something to change.
"""

import re
from collections.abc import Callable
from datetime import time
from html import escape

from alerts.delivery.commands.asking import Question, Reply, fitted, say
from alerts.delivery.commands.naming import (
    UnknownPlatformError,
    capability_in,
    platforms_in,
    unknown_platform,
)
from alerts.delivery.parts import badged, show_names
from config.errors import NotFoundError
from config.words import Rhythm, Stage
from storage import interests
from storage.deliveries import TELEGRAM, Address
from storage.interests import MOST_INTERESTS, ConfiguredError, TooManyError, Wanted
from storage.models import Interest, Subscription

EVERYTHING = "all"
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_RHYTHMS = {"off": Rhythm.IMMEDIATE, "daily": Rhythm.DAILY, "weekly": Rhythm.WEEKLY}
_CHANGE = re.compile(r"(pause|resume|remove)\s+#?([0-9]{1,9})", re.IGNORECASE)


def follow(question: Question) -> Reply:
    """Want to hear of platforms, an opening from one to another, a capability, or everything."""
    written = question.asked.argument.strip()
    if not written:
        return say(question, "bot-follow-how")
    try:
        given = _wanted(question, written)
    except UnknownPlatformError as error:
        return unknown_platform(question, error.written)
    if not given:
        return say(question, "bot-follow-how")
    user = question.asked.user
    row = interests.subscribe(
        question.session,
        _here(question),
        question.asked.topic,
        language=question.words.language,
        owner=None if user is None else str(user),
    )
    try:
        interests.add(question.session, row, given, question.now)
    except TooManyError:
        return say(question, "bot-follow-too-many", most=MOST_INTERESTS)
    return _listing(question, row, done=True)


def _wanted(question: Question, written: str) -> list[Wanted]:
    if written.casefold() == EVERYTHING:
        return [Wanted()]
    capability = capability_in(written)
    if capability is not None:
        return [Wanted(capability=capability.value)]
    sides = re.split(r"[>→]", written)
    parties = [platforms_in(question, side) for side in sides]
    if len(sides) == 1:
        return [Wanted(platform=one) for one in parties[0]]
    if len(sides) != 2 or any(len(side) != 1 for side in parties):
        return []
    return [Wanted(platform=parties[0][0], other=parties[1][0], directed=True)]


def following(question: Question) -> Reply:
    """What this chat follows; or rest, go on with or end one of it, or take the last change back."""
    row = interests.subscription_at(question.session, _here(question), question.asked.topic)
    written = question.asked.argument.strip()
    if row is None or not row.active:
        return say(question, "bot-follows-nothing")
    if not written:
        return _listing(question, row, done=False)
    if written.casefold() == "undo":
        undone = interests.undo(question.session, row, question.now)
        return _listing(question, row, done=True) if undone else say(question, "bot-undo-nothing")
    change = _CHANGE.fullmatch(written)
    if change is None:
        return say(question, "bot-following-how")
    try:
        _changes(question, row, int(change[2]))[change[1].lower()]()
    except NotFoundError:
        return say(question, "bot-follow-unknown", number=change[2])
    except ConfiguredError:
        return say(question, "bot-follow-configured")
    return _listing(question, row, done=True)


def _changes(
    question: Question, row: Subscription, number: int
) -> dict[str, Callable[[], object]]:
    session, now = question.session, question.now
    return {
        "pause": lambda: interests.pause_interest(session, row, number, now, paused=True),
        "resume": lambda: interests.pause_interest(session, row, number, now, paused=False),
        "remove": lambda: interests.remove(session, row, number),
    }


def digest(question: Question) -> Reply:
    """When alerts come: at once, or together every day or week at a time of the day."""
    row = interests.subscription_at(question.session, _here(question), question.asked.topic)
    if row is None or not row.active:
        return say(question, "bot-follows-nothing")
    rhythm, _, at = question.asked.argument.lower().partition(" ")
    clock = _CLOCK.fullmatch(at.strip())
    if rhythm not in _RHYTHMS or (at.strip() and (clock is None or rhythm == "off")):
        return Reply(f"{escape(_rhythm(question, row))}\n{say(question, 'bot-digest-how').html}")
    settings: dict[str, object] = {"rhythm": _RHYTHMS[rhythm]}
    if clock is not None:
        settings["digest_at"] = time(int(clock[1]), int(clock[2]))
    interests.change(question.session, row, question.now, **settings)
    return _listing(question, row, done=True)


def _here(question: Question) -> Address:
    return Address(TELEGRAM, str(question.asked.chat))


def _listing(question: Question, row: Subscription, *, done: bool) -> Reply:
    """All that the chat follows, with the numbers by which it is changed."""
    words = question.words
    held = interests.interests_of(question.session, row)
    if not held:
        return say(question, "bot-follows-nothing")
    head = f"{'✅ ' if done else ''}<b>{escape(words('bot-follows'))}</b>"
    tail = [_rhythm(question, row), words("bot-following-how")]
    lines = [escape(_line(question, one)) for one in held]
    return Reply(fitted(head, [*lines, *("\n" + escape(one) for one in tail)], words))


def _line(question: Question, interest: Interest) -> str:
    words = question.words
    between = " → " if interest.directed else " ↔ "
    names = [
        show_names([one], words, question.platforms.name)
        for one in (interest.platform, interest.other)
        if one
    ]
    facts = [between.join(names)] if names else []
    facts += [words(f"capability-{interest.capability}")] if interest.capability else []
    facts = facts or [words("bot-follow-all")]
    facts += [interest.language] if interest.language else []
    if interest.least_stage is not Stage.RUMOUR:
        facts.append(f"≥ {badged(interest.least_stage, words)}")
    if interest.least_sources > 1:
        facts.append(f"≥ {words('alert-independent', count=interest.least_sources)}")
    facts += ["⏸"] if interest.paused else []
    facts += ["🔒"] if interest.configured else []
    return f"{interest.id}. {' · '.join(facts)}"


def _rhythm(question: Question, row: Subscription) -> str:
    at = row.digest_at.strftime("%H:%M")
    return "🕘 " + question.words(f"rhythm-{row.rhythm.value}", at=at, zone=row.zone)
