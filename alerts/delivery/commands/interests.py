"""One thing that a chat follows, in words, and the buttons by which it is changed."""

from html import escape

from alerts.delivery.buttons import Button, Keyboard, button, chosen, grid, keyboard
from alerts.delivery.commands.asking import Question, Reply
from alerts.delivery.commands.wishing import NO_MATTER
from alerts.delivery.parts import badged, show_language, show_names
from config.words import Capability, Stage
from storage.interests import Wanted, wanted
from storage.models import Interest, Subscription

_SOURCES = (1, 2, 3, 5)
_LANGUAGES = ("", "zh", "ja", "en", "ko")


def described(question: Question, one: Wanted) -> list[str]:
    """Whom it is about, what is opened, and what else it asks for."""
    words = question.words
    facts = [_parties(question, one)]
    facts += [words(f"capability-{one.capability}")] if one.capability else []
    facts = [fact for fact in facts if fact] or [words("bot-follow-all")]
    facts += [show_language(one.language, words)] if one.language else []
    if one.least_stage is not Stage.RUMOUR:
        facts.append(f"≥ {badged(one.least_stage, words)}")
    if one.least_sources > 1:
        facts.append(f"≥ {words('alert-independent', count=one.least_sources)}")
    return facts


def _parties(question: Question, one: Wanted) -> str:
    between = " → " if one.directed else " ↔ "
    words, name_of = question.words, question.platforms.name
    given = [name for name in (one.platform, one.other) if name]
    return between.join(show_names([name], words, name_of) for name in given)


def follow_line(question: Question, interest: Interest) -> str:
    """All of it in a line, with the number by which it is changed."""
    facts = described(question, wanted(interest))
    facts += ["⏸"] if interest.paused else []
    facts += ["🔒"] if interest.configured else []
    return f"{interest.id}. {' · '.join(facts)}"


def rhythm_line(question: Question, row: Subscription) -> str:
    """When alerts come to this chat."""
    words = question.words
    if row.paused:
        return f"⏸ {words('bot-paused')}"
    at = row.digest_at.strftime("%H:%M")
    day = words("weekdays").split()[row.digest_weekday]
    return "🕘 " + words(f"rhythm-{row.rhythm.value}", at=at, zone=row.zone, day=day)


def interest_screen(question: Question, interest: Interest) -> Reply:
    """One interest with a button for everything that can be changed about it."""
    words = question.words
    line = f"<b>{escape(follow_line(question, interest))}</b>"
    back = (button(f"‹ {words('button-following')}", "following"),)
    if interest.configured:
        return Reply(f"{line}\n{escape(words('bot-follow-configured'))}", buttons=(back,))
    number = interest.id
    resting = (
        ("▶️", "button-resume", "resume") if interest.paused else ("⏸", "button-pause", "pause")
    )
    first = (
        button(f"{resting[0]} {words(resting[1])}", f"following {resting[2]} {number}"),
        button(f"🗑 {words('button-remove')}", f"following remove {number}"),
    )
    undoing = (button(f"↩ {words('button-undo')}", "following undo"),)
    rows = keyboard(first, *_choices(question, interest), undoing + back)
    return Reply(f"{line}\n\n{escape(words('bot-edit-how', number=str(number)))}", buttons=rows)


def _choices(question: Question, interest: Interest) -> Keyboard:
    words = question.words

    def option(label: str, said: str, *, ticked: bool) -> Button:
        return chosen(label, f"following edit {interest.id} {said}", ticked=ticked)

    stages = [
        option(badged(one, words), f"stage:{one.value}", ticked=interest.least_stage is one)
        for one in Stage
        if one is not Stage.WITHDRAWN
    ]
    sources = [
        option(f"⚖️ {one}+", f"sources:{one}", ticked=interest.least_sources == one)
        for one in _SOURCES
    ]
    languages = [
        option(
            show_language(one, words) if one else f"🌐 {words('button-any')}",
            f"language:{one or NO_MATTER}",
            ticked=interest.language == one,
        )
        for one in _LANGUAGES
    ]
    capabilities = [
        option(
            words(f"capability-{one}") if one else f"▦ {words('button-any')}",
            f"capability:{one or NO_MATTER}",
            ticked=interest.capability == one,
        )
        for one in ("", *(capability.value for capability in Capability))
    ]
    return (
        *grid(stages, 2),
        tuple(sources),
        *grid(languages, 3),
        *grid(capabilities, 3),
    )
