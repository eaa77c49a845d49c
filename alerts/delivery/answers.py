"""What the bot answers, in the chat's language: which command is answered by what."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from html import escape

from sqlmodel import Session, col, func, select

from alerts.delivery.commands.asking import Knowledge, Question, Reply, say
from alerts.delivery.commands.events import event, latest
from alerts.delivery.commands.finding import about_link, link_in, search
from alerts.delivery.commands.following import digest, follow, following
from alerts.delivery.commands.matrices import matrix
from alerts.delivery.commands.timelines import timeline
from alerts.delivery.inbound import Asked
from alerts.delivery.words import Words, words_for
from storage import deliveries
from storage.deliveries import TELEGRAM, Address
from storage.interests import subscription_at
from storage.models import Subscription

QUESTIONS: dict[str, Callable[[Question], Reply]] = {
    "latest": latest,
    "search": search,
    "event": event,
    "timeline": timeline,
    "matrix": matrix,
}
"""Commands that only read, each with what answers it."""

WISHES: dict[str, Callable[[Question], Reply]] = {
    "follow": follow,
    "following": following,
    "digest": digest,
}
"""Commands that change what a chat gets when something follows them, and only tell it when not."""

COMMANDS = ("start", *WISHES, *QUESTIONS, "help", "status")
"""In the order of the menu; /status stands only in the operators' own."""

_DEEP_LINKS = {"ev": "event", "tl": "timeline"}
"""What `/start ev_17` and `/start tl_taobao_wechat-pay` ask."""


def changes(asked: Asked) -> bool:
    """Whether this may change what the chat gets: not everybody in a group may do that."""
    return asked.command in WISHES and bool(asked.argument)


def answer(
    session: Session,
    asked: Asked,
    knowledge: Knowledge,
    now: datetime,
    *,
    operators: Collection[int],
    resumed: bool = False,
) -> Reply | None:
    """The answer, or None where silence is better: in groups we are guests.

    `resumed` says that this message let alerts go out to the chat again.
    """
    words = words_for(_language(session, asked))
    question = Question(session, _linked(asked), words, knowledge, now)
    match question.asked.command:
        case str(name) if name in QUESTIONS:
            return _told(QUESTIONS[name](question), words, resumed=resumed)
        case str(name) if name in WISHES:
            return WISHES[name](question)
        case "start":
            return _told(Reply(_start(asked, words)), words, resumed=resumed)
        case "help":
            return Reply(_help(words))
        case "status" if asked.user in operators:
            return Reply(escape(_status(session, words)))
        case "status" if asked.private:
            return say(question, "bot-operators")
        case None if asked.private:
            link = link_in(asked.argument)
            return about_link(question, link) if link else search(question)
        case _:
            return say(question, "bot-unknown") if asked.private else None


def _language(session: Session, asked: Asked) -> str:
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
    if not resumed:
        return reply
    return replace(reply, html=f"{reply.html}\n\n{escape(words('bot-resumed'))}")


def _start(asked: Asked, words: Words) -> str:
    place = [f"- chat: {asked.chat}"]
    place += [f"  topic: {asked.topic}"] if asked.topic else []
    place.append(f"  language: {words.language}")
    lines = "\n".join(place)
    where = f"{escape(words('bot-place'))}\n<pre>{escape(lines)}</pre>"
    return f"{escape(words('bot-start'))}\n\n{where}"


def _help(words: Words) -> str:
    lines = [f"/{name} – {words(f'command-{name}')}" for name in COMMANDS]
    return escape("\n".join([*lines, "", words("bot-help")]))


def _status(session: Session, words: Words) -> str:
    counts = deliveries.count_by_status(session)
    paused = session.exec(
        select(func.count())
        .select_from(Subscription)
        .where(col(Subscription.active).is_(True), col(Subscription.paused_reason).is_not(None))
    ).one()
    return words(
        "bot-status",
        waiting=counts["pending"] + counts["sending"] + counts["uncertain"],
        sent=counts["sent"],
        failed=counts["dead"],
        paused=paused,
    )
