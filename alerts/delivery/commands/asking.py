"""What every command works with, what it gives back, and how much of it fits into a message."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from typing import Protocol

from sqlmodel import Session

from alerts.delivery.buttons import Keyboard
from alerts.delivery.inbound import Asked
from alerts.delivery.markup import MOST_ENTITIES, MOST_UNITS, parse
from alerts.delivery.messages import hashtags
from alerts.delivery.words import Words, words_for
from storage.deliveries import TELEGRAM, Address
from storage.interests import subscription_at
from storage.models import Subscription

_SPARE_UNITS, _SPARE_ENTITIES = 160, 10
"""Kept free for the line that counts what was left out, and for what Telegram makes live itself."""


class Gazetteer(Protocol):
    """The platforms, as far as commands need them."""

    def name(self, platform: str, language: str) -> str:
        """What readers of `language` call the platform."""
        ...

    def find(self, text: str) -> str:
        """The id behind a name. Raises NotFoundError."""
        ...

    def near(self, text: str) -> list[str]:
        """Ids of platforms with names like this one, the likeliest first."""
        ...

    def spellings(self, text: str) -> Mapping[str, Sequence[str]]:
        """The platforms that a text is a name of, each with all its names."""
        ...

    def owner(self, platform: str) -> str:
        """The company that owns a platform; the platform itself where it has none."""
        ...

    def __hash__(self) -> int:
        """A gazetteer does not change while messages are laid out with it."""
        ...


Addresses = Callable[[str], Sequence[str]]
"""The addresses under which the page of a URL may be stored; none for what is no page's."""


@dataclass(frozen=True)
class Knowledge:
    """What the bot knows besides the store."""

    platforms: Callable[[], Gazetteer]
    """The gazetteer as it is now: a reload may bring another one."""
    addresses: Addresses
    trouble: Callable[[], str | None] = lambda: None
    """What is wrong with the configuration as it is, while an older one holds."""


@dataclass(frozen=True)
class Question:
    """One message to the bot with all that is needed to answer it."""

    session: Session
    asked: Asked
    words: Words
    knowledge: Knowledge
    now: datetime
    username: str = ""
    """The bot's own name, for links to it."""
    is_operator: bool = False
    """Whether an operator asks, or nobody has been named as one yet."""

    @property
    def here(self) -> Address:
        """The chat in which it was asked."""
        return Address(TELEGRAM, str(self.asked.chat))

    def subscription(self) -> Subscription | None:
        """That of the chat and topic in which it was asked, where there is one in use."""
        row = subscription_at(self.session, self.here, self.asked.topic)
        return row if row is not None and row.active else None

    def in_language(self, language: str) -> "Question":
        """The same to somebody who reads another language."""
        return replace(self, words=words_for(language))

    def link(self, payload: str) -> str:
        """A link that opens a private chat with the bot and asks it something."""
        return f"https://t.me/{self.username}?start={payload}"

    @property
    def platforms(self) -> Gazetteer:
        """The gazetteer."""
        return self.knowledge.platforms()

    def name(self, platform: str) -> str:
        """What the reader calls a platform."""
        return self.platforms.name(platform, self.words.language)


@dataclass(frozen=True)
class Reply:
    """What the bot answers to a message or a press."""

    html: str = ""
    """The message: a new one, or what the message with the pressed button is to say."""
    picture: Callable[[], bytes] | None = None
    """A picture (PNG) of the same, drawn when it is sent."""
    buttons: Keyboard = ()
    """Under the message; without HTML, those that the pressed message is to have."""
    toast: str = ""
    """Plain words for who pressed, shown to them alone."""
    href: str = ""
    """A link to the bot that is opened for who pressed."""
    then: "Reply | None" = None
    """What follows in a message of its own."""


def say(question: Question, key: str, **values: object) -> Reply:
    """The words for a key and nothing else; foreign text among the values has been tamed.

    Who pressed a button gets them alone, and the message with the button stays as it is.
    """
    text = question.words(key, **values)
    in_place = question.asked.press is not None and not question.asked.press.apart
    return Reply(toast=text) if in_place else Reply(escape(text))


def fitted(head: str, items: Iterable[str], words: Words, *, newest_last: bool = False) -> str:
    """A head and as many items (HTML, a paragraph each) as fit, with the number of those left out.

    With `newest_last` those at the front are left out, and else those at the end.
    """
    given = [item.rstrip() for item in items]
    order = list(reversed(given)) if newest_last else given
    units, entities = parse(head).length, _entities(head)
    kept = 0
    for item in order:
        units, entities = units + parse(item).length + 1, entities + _entities(item)
        if units > MOST_UNITS - _SPARE_UNITS or entities > MOST_ENTITIES - _SPARE_ENTITIES:
            break
        kept += 1
    left = len(given) - kept
    more = [escape(words("alert-more", count=left))] if left else []
    if newest_last:
        return "\n".join([head, *more, *given[left:]])
    return "\n".join([head, *given[:kept], *more])


def _entities(html: str) -> int:
    read = parse(html)
    return len(read.entities) + hashtags(read.text)
