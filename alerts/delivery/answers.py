"""What the bot answers to commands, in the asker's language."""

from collections.abc import Collection
from html import escape

from sqlmodel import Session, col, func, select

from alerts.delivery.inbound import Asked
from alerts.delivery.words import Words, words_for
from storage import deliveries
from storage.deliveries import TELEGRAM, Address
from storage.models import Subscription

COMMANDS = ("start", "help", "status")
"""In the order of the menu; /status stands only in the operators' own."""


def answer(session: Session, asked: Asked, operators: Collection[int]) -> str | None:
    """The answer as HTML, or None where silence is better: in groups we are guests."""
    words = words_for(asked.language)
    match asked.command:
        case "start":
            return _start(session, asked, words)
        case "help":
            return escape(words("bot-help"))
        case "status" if asked.user in operators:
            return escape(_status(session, words))
        case "status" if asked.private:
            return escape(words("bot-operators"))
        case _:
            return escape(words("bot-unknown")) if asked.private else None


def _start(session: Session, asked: Asked, words: Words) -> str:
    parts = [escape(words("bot-start"))]
    if deliveries.resume(session, Address(TELEGRAM, str(asked.chat))):
        parts.append(escape(words("bot-resumed")))
    place = [f"- chat: {asked.chat}"]
    place += [f"  topic: {asked.topic}"] if asked.topic else []
    place.append(f"  language: {asked.language}")
    lines = "\n".join(place)
    parts.append(f"{escape(words('bot-place'))}\n<pre>{escape(lines)}</pre>")
    return "\n\n".join(parts)


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
