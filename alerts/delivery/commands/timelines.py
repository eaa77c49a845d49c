"""/timeline: what a platform, or a pair of them, opened step by step."""

from functools import partial
from html import escape

from alerts.delivery.buttons import keyboard, time_pager
from alerts.delivery.commands.asking import File, Question, Reply, paged, say
from alerts.delivery.commands.drawing import naming, picture_button, picture_words
from alerts.delivery.commands.events import event_in
from alerts.delivery.commands.naming import (
    UnknownPlatformError,
    platforms_in,
    unknown_platform,
)
from alerts.delivery.dates import show_open
from alerts.delivery.parts import badged, show_names
from config.errors import NotFoundError
from config.words import ANYONE
from storage import listings
from storage.listings import Wanted
from storage.steps import Step
from storage.timeline import timeline as steps_of
from storage.views import event_view

_MOST_DATES = 3


def timeline(question: Question) -> Reply:
    """The steps of one platform, of what lies between two, or of the two of an event.

    The newest ones stand on the first page; with `png` behind it, it is the picture alone.
    """
    written = question.asked.argument.removesuffix(" png")
    number = event_in(written)
    if number is not None:
        return _of_event(question, number)
    try:
        named = platforms_in(question, written)
    except UnknownPlatformError as error:
        return unknown_platform(question, error.written)
    if len(named) not in (1, 2):
        return say(question, "bot-timeline-how")
    return _told(question, named)


def _of_event(question: Question, number: int) -> Reply:
    """The timeline of who opened to whom in an event."""
    try:
        view = event_view(question.session, number)
    except NotFoundError:
        return say(question, "bot-no-event", id=f"E{number}")
    sides = dict.fromkeys((view.hosts[0], view.guests[0]))
    return _told(question, [one for one in sides if one != ANYONE])


def _told(question: Question, named: list[str]) -> Reply:
    words, asked = question.words, question.asked
    steps = _steps(question, named[0], named[1] if named[1:] else None)
    title = " ↔ ".join(show_names([one], words, question.platforms.name) for one in named)
    if not steps:
        return say(question, "bot-nothing-known", name=title)
    picture = File(partial(_draw, question, steps, title), title)
    if asked.argument.endswith(" png"):
        return Reply(file=picture)
    head, lines = f"📈 <b>{escape(title)}</b>", [_line(question, one) for one in steps]
    text, page, more = paged(head, lines, words, asked.page, newest_last=True)
    said = " ".join(["timeline", *named])
    ways = time_pager(words, said, page, more=more)
    if asked.in_place:  # a picture came with the first answer; another only if it is wanted
        return Reply(text, buttons=keyboard((*ways, picture_button(said))))
    return Reply(text, picture, keyboard(ways))


def _steps(question: Question, party: str, other: str | None) -> list[Step]:
    platforms, session = question.platforms, question.session
    parties = listings.parties(session, party, platforms.owner)
    if other is not None:  # an outlet may have named only the owner
        parties |= {platforms.owner(party)}
    evidence = listings.claims(session, Wanted(parties=parties))
    names = {party, other or party}
    names |= {name for one in evidence for name in (one.edge.host, one.edge.guest)}
    return steps_of(evidence, party, other, companies={one: platforms.owner(one) for one in names})


def _line(question: Question, step: Step) -> str:
    words, name_of = question.words, question.platforms.name
    hosts = show_names([one.host for one in step.openings], words, name_of)
    guests = show_names([one.guest for one in step.openings], words, name_of)
    dates = " ≠ ".join(show_open(words, one.start, one.end) for one in step.dates[:_MOST_DATES])
    if step.planned:
        dates = words("alert-planned", date=dates)
    capability = words(f"capability-{step.openings[0].capability.value}")
    facts = f"{hosts} → {guests} · {capability} · E{step.event_id}"
    return f"{escape(dates)} · {escape(badged(step.stage, words))}\n{escape(facts)}"


def _draw(question: Question, steps: list[Step], title: str) -> bytes:
    from storage.pictures import timeline_picture  # here: Pillow is slow to import

    return timeline_picture(steps, naming(question), picture_words(question.words, title))
