"""What somebody wants to hear of, read from their words: parties and filters in any order.

`taobao`, `taobao > wechat pay`, `taobao <> tencent`, `payment live`, `all stage:live sources:2`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from alerts.delivery.commands.asking import Question
from alerts.delivery.commands.naming import (
    UnknownPlatformError,
    capability_in,
    platform_named,
    stage_in,
)
from alerts.delivery.words import LANGUAGES, words_for
from config.words import Stage
from storage.interests import Wanted

EVERYTHING = "all"
NO_MATTER = "any"
"""The value that takes a filter away."""

MOST_SOURCES = 20

EVIDENCE = ("en", "zh", "zh-Hans", "zh-Hant", "ja", "ko", "de", "fr", "es")
"""The languages that articles are read in, as somebody can ask for them."""

_WORDS = 6
"""Of the longest name that is looked for."""

_SIDES = re.compile(r"\s*(<->|<>|↔|⇄|->|=>|→|>)\s*")
_BOTH_WAYS = ("<->", "<>", "↔", "⇄")
_PARTS = re.compile(r"\s*[,、，;；]\s*")
_FILTER = re.compile(r"(?P<key>[^\W\d_]+)\s*[:：=]\s*(?P<value>[\w-]+)")


class FilterError(Exception):
    """A filter that there is not, or a value that it cannot have."""

    def __init__(self, written: str) -> None:
        super().__init__(written)
        self.written = written


@dataclass
class Wish:
    """What was written, taken apart."""

    sides: list[list[str]] = field(default_factory=list)
    both_ways: bool = False
    filters: dict[str, Any] = field(default_factory=dict)
    everything: bool = False

    def wanted(self) -> list[Wanted]:
        """The interests that are meant; none where the words make no whole."""
        if len(self.sides) == 2:
            if any(len(side) != 1 for side in self.sides):
                return []
            (host,), (guest,) = self.sides
            one = Wanted(platform=host, other=guest, directed=not self.both_ways, **self.filters)
            return [one]
        if len(self.sides) != 1:
            return []
        if self.sides[0]:
            return [Wanted(platform=one, **self.filters) for one in self.sides[0]]
        return [Wanted(**self.filters)] if self.everything or self.filters else []


def read_wish(question: Question, written: str) -> Wish:
    """Take apart what was written. Raises UnknownPlatformError and FilterError."""
    wish = Wish()

    def taken(found: re.Match[str]) -> str:
        wish.filters.update(_filter(found["key"], found["value"]))
        return " "

    rest = _FILTER.sub(taken, written)
    rest = _counted().sub(lambda found: _put(wish, sources_in(found["count"])), rest)
    pieces = _SIDES.split(rest.strip())
    wish.both_ways = any(piece in _BOTH_WAYS for piece in pieces[1::2])
    wish.sides = [list(_side(question, wish, side)) for side in pieces[::2]]
    return wish


def _put(wish: Wish, filters: dict[str, Any]) -> str:
    wish.filters.update(filters)
    return " "


def _side(question: Question, wish: Wish, written: str) -> Iterator[str]:
    """The platforms of one side; filters among them go into the wish."""
    for part in _PARTS.split(written):
        words = part.split()
        while words:
            for end in range(min(len(words), _WORDS), 0, -1):
                text = " ".join(words[:end])
                if text.casefold() == EVERYTHING:
                    wish.everything = True
                elif (filters := _bare(text)) is not None:
                    wish.filters.update(filters)
                elif (platform := platform_named(question, text)) is not None:
                    yield platform
                else:
                    continue
                words = words[end:]
                break
            else:
                raise UnknownPlatformError(" ".join(words[:2]))


def _bare(text: str) -> dict[str, Any] | None:
    """A filter that is told by its value alone: a capability or a stage."""
    capability = capability_in(text)
    if capability is not None:
        return {"capability": capability.value}
    stage = stage_in(text)
    return None if stage in (None, Stage.WITHDRAWN) else {"least_stage": stage}


def _filter(key: str, value: str) -> dict[str, Any]:
    reader = _keys().get(key.casefold())
    if reader is None:
        raise FilterError(key)
    return reader(value)


def _of_stage(value: str) -> dict[str, Any]:
    stage = Stage.RUMOUR if value.casefold() == NO_MATTER else stage_in(value)
    if stage in (None, Stage.WITHDRAWN):
        raise FilterError(value)
    return {"least_stage": stage}


def sources_in(value: str) -> dict[str, Any]:
    """A least number of independent sources. Raises FilterError."""
    if value.casefold() == NO_MATTER:
        return {"least_sources": 1}
    if not (value.isascii() and value.isdigit() and 1 <= int(value[:3]) <= MOST_SOURCES):
        raise FilterError(value)
    return {"least_sources": int(value)}


def _of_language(value: str) -> dict[str, Any]:
    if value.casefold() == NO_MATTER:
        return {"language": ""}
    for code in EVIDENCE:
        names = {words_for(one)(f"language-{code}").casefold() for one in LANGUAGES}
        if value.casefold() in names | {code.casefold()}:
            return {"language": code}
    raise FilterError(value)


def _of_capability(value: str) -> dict[str, Any]:
    if value.casefold() == NO_MATTER:
        return {"capability": ""}
    capability = capability_in(value)
    if capability is None:
        raise FilterError(value)
    return {"capability": capability.value}


_READERS: dict[str, Callable[[str], dict[str, Any]]] = {
    "stage": _of_stage,
    "sources": sources_in,
    "language": _of_language,
    "capability": _of_capability,
}


@cache
def _keys() -> dict[str, Callable[[str], dict[str, Any]]]:
    """The filters by their names in every language."""
    return {
        word.casefold(): reader
        for name, reader in _READERS.items()
        for word in (name, *(words_for(one)(f"filter-{name}") for one in LANGUAGES))
    }


@cache
def _counted() -> re.Pattern[str]:
    """`2 sources`, in every language."""
    words = {"sources", "source", *(words_for(one)("filter-sources") for one in LANGUAGES)}
    listed = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return re.compile(rf"(?<!\S)(?P<count>[0-9]{{1,3}})\s*(?:{listed})(?!\S)", re.IGNORECASE)
