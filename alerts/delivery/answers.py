"""What the bot answers, in the chat's language: which command is answered by what."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches
from html import escape

from sqlmodel import Session

from alerts.delivery.buttons import button, grid
from alerts.delivery.commands.acting import mute, sources, unmute, wrong
from alerts.delivery.commands.asking import Knowledge, Question, Reply, say
from alerts.delivery.commands.events import event, latest
from alerts.delivery.commands.finding import about_link, link_in, search
from alerts.delivery.commands.following import follow, following
from alerts.delivery.commands.forgetting import forget
from alerts.delivery.commands.matrices import matrix
from alerts.delivery.commands.rhythms import digest
from alerts.delivery.commands.settings import settings
from alerts.delivery.commands.sharing import offered
from alerts.delivery.commands.starting import finishes, start
from alerts.delivery.commands.status import status
from alerts.delivery.commands.timelines import timeline
from alerts.delivery.inbound import Asked
from alerts.delivery.words import Words, words_for
from storage.deliveries import TELEGRAM, Address
from storage.interests import subscription_at

QUESTIONS: dict[str, Callable[[Question], Reply]] = {
    "latest": latest,
    "event": event,
    "search": search,
    "matrix": matrix,
    "timeline": timeline,
}
"""Commands that only read, each with what answers it."""

ASIDE: dict[str, Callable[[Question], Reply]] = {"sources": sources, "shared": offered}
"""What only reads and stands in no menu: buttons and links ask it."""

WISHES: dict[str, Callable[[Question], Reply]] = {
    "start": start,
    "follow": follow,
    "following": following,
    "digest": digest,
    "settings": settings,
    "forget": forget,
}
"""Commands that change what a chat gets when something follows them, and only tell it when not."""

ACTIONS: dict[str, Callable[[Question], Reply]] = {
    "mute": mute,
    "unmute": unmute,
    "wrong": wrong,
}
"""What is done about one event: the buttons of an alert, which can be written as well."""

COMMANDS = ("start", "follow", "following", *QUESTIONS, "digest", "settings", "help", "status")
"""In the order of the menu; /status stands only in the operators' own."""

_HANDLERS = QUESTIONS | ASIDE | WISHES | ACTIONS

_DEEP_LINKS = {"ev": "event", "src": "sources", "sub": "shared", "tl": "timeline"}
"""What `/start ev_17`, `/start src_17`, `/start sub_<code>` and `/start tl_taobao` ask."""

_IN_PRIVATE = {"sources": "src", "timeline": "tl"}
"""What is answered in private when somebody presses it in a group: the group did not ask."""


def writes(asked: Asked) -> bool:
    """Whether the answer may change something in the store."""
    if asked.command == "start":
        return finishes(asked.argument)
    changing = asked.command in WISHES or asked.command == "status"
    return asked.command in ACTIONS or (changing and bool(asked.argument))


def needs_rights(asked: Asked) -> bool:
    """Whether not everybody in a group may do this: change what it gets, or turn its messages.

    What operators do is no matter of the group that they do it in.
    """
    if asked.command in ("wrong", "status"):
        return False
    return writes(asked) or (asked.press is not None and asked.command in WISHES)


def answer(
    session: Session,
    asked: Asked,
    knowledge: Knowledge,
    now: datetime,
    *,
    operators: Collection[int],
    username: str = "",
    resumed: bool = False,
) -> Reply | None:
    """The answer, or None where silence is better: in groups we are guests.

    `resumed` says that this message let alerts go out to the chat again.
    """
    words = words_for(language_of(session, asked))
    is_operator = not operators or asked.user in operators
    question = Question(session, _linked(asked), words, knowledge, now, username, is_operator)
    if _is_for_one(asked):
        payload = f"{_IN_PRIVATE[str(asked.command)]}_{asked.argument}".replace(" ", "_")
        return Reply(href=question.link(payload))
    match question.asked.command:
        case str(name) if name in _HANDLERS:
            return _told(_HANDLERS[name](question), words, resumed=resumed)
        case "help":
            return Reply(_help(words))
        case "status" if asked.user in operators:
            return status(question)
        case "status" if asked.private:
            return say(question, "bot-operators")
        case None if asked.private:
            link = link_in(asked.argument)
            return about_link(question, link) if link else search(question)
        case _:
            meant = asked.private or asked.press is not None
            return _unknown(question) if meant else None


def _unknown(question: Question) -> Reply:
    """That there is no such command, and which one was probably meant."""
    asked, words = question.asked, question.words
    known = (*COMMANDS, *ACTIONS, "sources", "forget")
    near = get_close_matches(asked.command or "", known, 1, 0.7)
    if not near or asked.press is not None:
        return say(question, "bot-unknown")
    meant = words("bot-did-you-mean", names=f"/{near[0]}")
    instead = button(f"/{near[0]}", f"{near[0]} {asked.argument}".strip())
    html = escape(f"{words('bot-unknown')}\n{meant}")
    return Reply(html, buttons=grid([instead], 1))


def _is_for_one(asked: Asked) -> bool:
    apart = asked.press is not None and asked.press.apart
    return apart and not asked.private and asked.command in _IN_PRIVATE


def language_of(session: Session, asked: Asked) -> str:
    """The chat's language where it has one, else that of who asks."""
    row = subscription_at(session, Address(TELEGRAM, str(asked.chat)), asked.topic)
    return row.language if row is not None and row.active else asked.language


def _linked(asked: Asked) -> Asked:
    """The question behind a deep link; the message itself where it is none."""
    kind, _, rest = asked.argument.partition("_")
    if asked.command != "start" or kind not in _DEEP_LINKS or not rest:
        return asked
    return replace(asked, command=_DEEP_LINKS[kind], argument=rest.replace("_", " "))


def _told(reply: Reply, words: Words, *, resumed: bool) -> Reply:
    if not resumed or not reply.html:
        return reply
    return replace(reply, html=f"{reply.html}\n\n{escape(words('bot-resumed'))}")


def _help(words: Words) -> str:
    lines = [f"/{name} – {words(f'command-{name}')}" for name in COMMANDS]
    return escape("\n".join([*lines, "", words("bot-help")]))
