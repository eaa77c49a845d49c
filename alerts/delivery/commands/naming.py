"""Platforms and capabilities as people write them to the bot, and what they may have meant."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from html import escape
from typing import TypeVar

from alerts.delivery.buttons import button, grid
from alerts.delivery.commands.asking import Question, Reply, say
from alerts.delivery.text import cut, tame
from alerts.delivery.words import LANGUAGES, words_for
from config.errors import NotFoundError
from config.words import Capability, Stage

W = TypeVar("W", bound=StrEnum)

MOST_WRITTEN = 64
"""UTF-16 units of a name that are looked at, and shown again."""

_MOST_NEAR = 3
_BETWEEN = re.compile(r"\s*[>→↔,、，]\s*")


class UnknownPlatformError(Exception):
    """Something that was written is no platform's name."""

    def __init__(self, written: str) -> None:
        super().__init__(written)
        self.written = written


def platforms_in(question: Question, written: str) -> list[str]:
    """The ids of one platform or more, by any names, with spaces or `>` or commas between them.

    Names of several words are taken whole. Raises UnknownPlatformError with the first that is
    none.
    """
    given = [part for part in _BETWEEN.split(written.strip()) if part]
    return [name for part in given for name in _read(question, part)]


def _read(question: Question, written: str) -> list[str]:
    words = written.split()
    found: list[str] = []
    while words:
        for end in range(min(len(words), 6), 0, -1):
            known = platform_named(question, " ".join(words[:end]))
            if known is not None:
                found.append(known)
                words = words[end:]
                break
        else:
            raise UnknownPlatformError(words[0] if found else " ".join(words[:2]))
    return found


def platform_named(question: Question, written: str) -> str | None:
    """The id of the platform that a text is a name of."""
    written = cut(written, MOST_WRITTEN)
    try:
        return question.platforms.find(written)
    except NotFoundError:
        return next(iter(question.platforms.spellings(written)), None)


def unknown_platform(question: Question, written: str) -> Reply:
    """That there is no such platform, and which ones have a name like it."""
    near = question.platforms.near(cut(written, MOST_WRITTEN))
    if not near:  # of two words one may be right
        near = [one for word in written.split() for one in question.platforms.near(word)]
    asked = question.asked
    first = question.words("bot-no-platform", name=tame(cut(written, MOST_WRITTEN)))
    return meant(
        question,
        first,
        {one: f"{asked.command} {asked.argument.replace(written, one, 1)}" for one in near},
    )


def meant(question: Question, first: str, near: Mapping[str, str]) -> Reply:
    """A sentence and the platforms that may have been meant, each with what its button says."""
    shown = {one: _both_names(question, one) for one in list(near)[:_MOST_NEAR]}
    lines = [first]
    if shown:
        lines.append(question.words("bot-did-you-mean", names=", ".join(shown.values())))
    instead = [button(name, near[one]) for one, name in shown.items()]
    return Reply("\n".join(map(escape, lines)), buttons=grid(instead, 1))


def _both_names(question: Question, platform: str) -> str:
    """The reader's name and the one at home: `Taobao 淘宝`."""
    names = (
        question.platforms.name(platform, one) for one in (question.words.language, "zh-Hans")
    )
    return tame(" ".join(dict.fromkeys(names)))


def capability_in(written: str) -> Capability | None:
    """The capability that is meant, by its word in any language of the interface."""
    return _capabilities().get(written.strip().casefold())


def stage_in(written: str) -> Stage | None:
    """The stage that is meant, by its word in any language of the interface."""
    return _stages().get(written.strip().casefold())


@cache
def _capabilities() -> dict[str, Capability]:
    return _by_word(Capability, "capability")


@cache
def _stages() -> dict[str, Stage]:
    return _by_word(Stage, "stage")


def _by_word(kind: type[W], message: str) -> dict[str, W]:
    return {
        word.casefold(): one
        for one in kind
        for word in (one.value, *(words_for(to)(f"{message}-{one.value}") for to in LANGUAGES))
    }


def unknown_capability(question: Question, written: str) -> Reply:
    """That there is no such capability, which one may have been meant, and which there are."""
    words = question.words
    names = {one: words(f"capability-{one.value}") for one in Capability}
    shown = tame(cut(written, MOST_WRITTEN))
    told = words("bot-no-capability", name=shown, known=", ".join(names.values()))
    near = get_close_matches(cut(written, MOST_WRITTEN).casefold(), _capabilities(), _MOST_NEAR)
    likely = dict.fromkeys(_capabilities()[word] for word in near)
    if not likely:
        return say(question, "bot-no-capability", name=shown, known=", ".join(names.values()))
    meant = words("bot-did-you-mean", names=", ".join(names[one] for one in likely))
    asked = question.asked
    instead = (
        button(names[one], f"{asked.command} {asked.argument.replace(written, one.value, 1)}")
        for one in likely
    )
    return Reply(escape(f"{told}\n{meant}"), buttons=grid(instead, 1))
