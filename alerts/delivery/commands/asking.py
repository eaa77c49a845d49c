"""What every command works with, what it gives back, and how much of it fits into a message."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from html import escape
from typing import Any, Protocol

from sqlmodel import Session

from alerts.delivery.buttons import Button, Keyboard
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
class File:
    """A picture (PNG) or a document that is made when it is sent."""

    make: Callable[[], bytes]
    caption: str
    """What it shows, in plain words."""
    name: str = ""
    """Of a document; a picture has none."""


@dataclass(frozen=True)
class Reply:
    """What the bot answers to a message or a press."""

    html: str = ""
    """The message: a new one, or what the message with the pressed button is to say."""
    file: File | None = None
    """A picture of the same, or else a document."""
    buttons: Keyboard = ()
    """Under the message; without HTML, those that the pressed message is to have."""
    toast: str = ""
    """Plain words for who pressed, shown to them alone."""
    href: str = ""
    """A link to the bot that is opened for who pressed."""
    then: "Reply | None" = None
    """What follows in a message of its own."""

    def kept(self) -> dict[str, Any]:
        """All of it as plain values, for `again`; a reply with a file has none."""
        if self.file is not None:
            raise ValueError("what changes something is answered in words")
        return asdict(self)

    @classmethod
    def again(cls, kept: Mapping[str, Any]) -> "Reply":
        """The reply that was kept."""
        then = kept["then"]
        return cls(
            html=kept["html"],
            buttons=tuple(tuple(Button(**one) for one in row) for row in kept["buttons"]),
            toast=kept["toast"],
            href=kept["href"],
            then=None if then is None else cls.again(then),
        )


def say(question: Question, key: str, **values: object) -> Reply:
    """The words for a key and nothing else; foreign text among the values has been tamed.

    Who pressed a button gets them alone, and the message with the button stays as it is.
    """
    text = question.words(key, **values)
    return Reply(toast=text) if question.asked.in_place else Reply(escape(text))


def fitted(head: str, items: Iterable[str], words: Words) -> str:
    """A head and as many items (HTML, a paragraph each) as fit, with the number of those left out."""
    return paged(head, items, words, 0)[0]


def paged(
    head: str, items: Iterable[str], words: Words, page: int, *, newest_last: bool = False
) -> tuple[str, int, bool]:
    """One page of items, each page as many as fit; the page that it is, and whether one follows.

    Pages count from 0; a page too far is the last. With `newest_last` the first page has the
    items at the end. What follows is counted, where the page after it would stand.
    """
    given = [item.rstrip() for item in items]
    pages = _pages(head, list(reversed(given)) if newest_last else given)
    page = min(page, len(pages) - 1)
    left = sum(map(len, pages[page + 1 :]))
    more = [escape(words("alert-more", count=left))] if left else []
    lines = [*more, *reversed(pages[page])] if newest_last else [*pages[page], *more]
    return "\n".join([head, *lines]), page, bool(left)


def _pages(head: str, items: Iterable[str]) -> list[list[str]]:
    most_units, most_entities = MOST_UNITS - _SPARE_UNITS, MOST_ENTITIES - _SPARE_ENTITIES
    used = free = (most_units - parse(head).length, most_entities - _entities(head))
    pages: list[list[str]] = [[]]
    for item in items:
        used = (used[0] - parse(item).length - 1, used[1] - _entities(item))
        if min(used) < 0 and pages[-1]:
            pages.append([])
            used = (free[0] - parse(item).length - 1, free[1] - _entities(item))
        pages[-1].append(item)
    return pages


def _entities(html: str) -> int:
    read = parse(html)
    return len(read.entities) + hashtags(read.text)
