"""What is wrong in a configuration, in words: where it stands, what was found, what is expected.

Everything that reads configuration collects problems and raises them together, so that a file is
mended in one go. What looks like a secret is never repeated.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationError

from config.errors import ConfigError

Location = tuple[str | int, ...]
"""The way from the top of a document to a value: `("feeds", 0, "url")`."""

_SECRETS = re.compile(r"\d{6,}:[\w-]{20,}|(?<=://)[^\s/@]+(?=@)")
_SHOWN = 60


@dataclass(frozen=True)
class Problem:
    """One thing to mend. `quote` is the line of the file with a mark under the place."""

    message: str
    file: Path | None = None
    line: int | None = None
    column: int | None = None
    quote: str = ""

    def __str__(self) -> str:
        where = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        return f"{where}: {self.text}" if where else self.text

    @property
    def text(self) -> str:
        """The message with the quoted line under it, secrets masked."""
        return masked(f"{self.message}\n{self.quote}".rstrip())


def masked(text: str) -> str:
    """A text without what looks like a secret: tokens, and users and passwords in addresses."""
    return _SECRETS.sub("****", text)


def refusal(problems: Sequence[Problem]) -> ConfigError:
    """Make one error of all problems, in the order of their lines; the first gives its place."""
    first, *others = sorted(dict.fromkeys(problems), key=_order)
    text = "\n".join([first.text, *map(str, others)])
    return ConfigError(text, file=first.file, line=first.line, column=first.column)


def _order(problem: Problem) -> tuple[str, int, int]:
    return str(problem.file or "~"), problem.line or 0, problem.column or 0


def dotted(location: Location) -> str:
    """Write a location the way people say it: `feeds[0].url`."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return "".join(parts).removeprefix(".")


def hint(word: str, known: Iterable[str]) -> str:
    """Say which known word was probably meant, or list them all when none is near."""
    words = list(known)
    near = get_close_matches(word, words, n=1, cutoff=0.6)
    listed = f"expected one of {', '.join(words)}" if words else "nothing is expected here"
    return f"did you mean {near[0]!r}?" if near else listed


def explain(error: ValidationError, model: type[BaseModel]) -> Iterator[tuple[Location, str]]:
    """Give every finding of pydantic as the place in the data and a sentence about it."""
    details = error.errors(include_url=False)
    for detail in details:
        location = detail["loc"]
        below = (other["loc"][: len(location)] == location for other in details)
        if detail["type"] == "too_short" and sum(below) > 1:
            continue  # pydantic counts entries that are wrong as absent
        yield location, _sentence(detail, model)


def _sentence(detail: Mapping[str, Any], model: type[BaseModel]) -> str:
    *parents, last = detail["loc"] or ("",)
    if detail["type"] == "extra_forbidden":
        return f"unknown key {last!r}; {hint(str(last), keys_at(model, tuple(parents)))}"
    if detail["type"] == "missing":
        return f"the key {last!r} is missing{f' in {dotted(tuple(parents))}' if parents else ''}"
    place = dotted(_way(model, detail["loc"])) or "the file"
    return f"{place}: {_found(detail, model)}; {_expected(detail)}"


def _expected(detail: Mapping[str, Any]) -> str:
    context = detail.get("ctx", {})
    match detail["type"]:
        case "literal_error" | "enum":
            words = re.findall(r"'([^']*)'", str(context.get("expected", "")))
            asked = f"expected one of {', '.join(words)}"
            return "; ".join(dict.fromkeys([asked, hint(str(detail["input"]), words)]))
        case "value_error" | "assertion_error":
            return str(context.get("error", detail["msg"]))
        case "string_pattern_mismatch":
            return f"expected a text that matches {context['pattern']}"
        case "too_short":
            return f"expected {context['min_length']} or more entries"
        case "model_type" | "dict_type" | "model_attributes_type":
            return "expected a mapping: lines of the form `key: value`"
        case "tuple_type" | "list_type" | "set_type" | "frozen_set_type":
            return "expected a list"
        case "string_type" if isinstance(detail["input"], int | float):
            return "expected a text; put it in quotes"
        case _:
            return str(detail["msg"]).replace("Input should be", "expected", 1)


def _found(detail: Mapping[str, Any], model: type[BaseModel]) -> str:
    value = detail["input"]
    if any(kind is SecretStr for kind in kinds_at(model, detail["loc"])):
        return "found something else"
    if isinstance(value, Mapping):
        return "found a mapping"
    if isinstance(value, list | tuple):
        return "found a list"
    if value is None:
        return "found nothing"
    shown = str(value).lower() if isinstance(value, bool) else repr(value)
    return f"found {shown if len(shown) <= _SHOWN else shown[:_SHOWN] + '…'}"


def keys_at(model: type[BaseModel], location: Location) -> tuple[str, ...]:
    """The keys that a model knows at a place of its data."""
    keys = [
        field.alias or name
        for kind in kinds_at(model, location)
        if isinstance(kind, type) and issubclass(kind, BaseModel)
        for name, field in kind.model_fields.items()
    ]
    return tuple(dict.fromkeys(keys))


def kinds_at(model: type[BaseModel], location: Location) -> list[Any]:
    """The types that a model takes at a place of its data, `X | None` as X alone."""
    kinds: list[Any] = [model]
    for part in _way(model, location):
        kinds = [step for kind in kinds for step in _step(kind, part)]
    return kinds


def _way(model: type[BaseModel], location: Location) -> Location:
    kinds: list[Any] = [model]
    way: list[str | int] = []
    for part in location:
        steps = [step for kind in kinds for step in _step(kind, part)]
        if steps:  # else it is the branch of a union, which pydantic puts into the way
            kinds = steps
            way.append(part)
    return tuple(way)


def _step(kind: Any, part: str | int) -> list[Any]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            if part in (name, field.alias):
                return _branches(field.annotation)
        return []
    inside = [inner for inner in get_args(kind) if inner is not Ellipsis]
    is_mapping = isinstance(get_origin(kind), type) and issubclass(get_origin(kind), Mapping)
    fits = is_mapping or isinstance(part, int)
    return _branches(inside[-1]) if inside and fits else []


def _branches(kind: Any) -> list[Any]:
    origin = get_origin(kind)
    if origin is Annotated:
        return _branches(get_args(kind)[0])
    if origin in (Union, UnionType):
        return [branch for inner in get_args(kind) for branch in _branches(inner)]
    return [] if kind is NoneType else [kind]
