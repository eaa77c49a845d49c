"""YAML files as plain data that knows where everything stands, for saying what is wrong with it.

Files are read as YAML 1.2: `no`, `on` and `12:30` are texts, and so are dates. Keys are always
texts. A key that stands twice is refused: YAML readers that keep the last one lose data silently.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from config.errors import ConfigError
from config.files import decoded
from config.problems import Location, Problem, explain, refusal

M = TypeVar("M", bound=BaseModel)

_TAG = "tag:yaml.org,2002:"
_NUMBERS = {".inf": math.inf, "+.inf": math.inf, "-.inf": -math.inf, ".nan": math.nan}


@dataclass(frozen=True)
class Document:
    """A YAML file: its data, and the line and column of each part of it."""

    path: Path
    data: dict[str, Any]
    text: str
    node: MappingNode | None

    def position(self, location: Location) -> tuple[int, int]:
        """Line and column, from 1, of the value at a location.

        Where the location leads out of the data, that of the last part that exists: the value
        that lacks something, or the key nearest to the trouble.
        """
        node: Node | None = self.node
        place: Node | None = self.node
        for part in location:
            key, below = _step(node, part)
            if below is not None:
                node, place = below, key if _is_absent(below) else below
        return _place(place) if place else (1, 1)

    def key_position(self, location: Location) -> tuple[int, int]:
        """Line and column of the key, for what is wrong with the key itself."""
        node: Node | None = self.node
        for part in location[:-1]:
            node = _step(node, part)[1] or node
        key = _step(node, location[-1])[0] if location else None
        return _place(key) if key else self.position(location)

    def problem(self, location: Location, message: str, *, key: bool = False) -> Problem:
        """Something wrong at a location (or with the key there), with its line quoted."""
        place = self.key_position(location) if key else self.position(location)
        return _problem(self.path, self.text, *place, message)

    def finding(self, location: Location, message: str) -> Problem:
        """Something that `explain` found, at the key when it is the key that is wrong."""
        return self.problem(location, message, key=message.startswith("unknown key"))

    def refuse(self, problems: Iterable[tuple[Location, str]]) -> ConfigError:
        """Make the error that names all problems of this file, in the order of its lines."""
        return refusal([self.finding(location, message) for location, message in problems])

    def holds(self, location: Location) -> bool:
        """Tell whether the file itself says something at a location."""
        node: Node | None = self.node
        for part in location:
            node = _step(node, part)[1]
        return node is not None

    def validate(self, model: type[M]) -> M:
        """Make a model of the data. Raises ConfigError with everything that is wrong."""
        try:
            return model.model_validate(self.data)
        except ValidationError as error:
            raise self.refuse(explain(error, model)) from error


def read_mapping(path: Path, *, may_be_empty: bool = False) -> Document:
    """Read a YAML file whose top level is a mapping, for checks of the caller's own.

    Raises ConfigError for a file that cannot be read, is no YAML, holds a key twice, or has
    something else at its top.
    """
    text = decoded(path)
    node = _compose(path, text)
    if node is None and may_be_empty:
        return Document(path, {}, text, None)
    if not isinstance(node, MappingNode):
        kind = "list" if isinstance(node, SequenceNode) else "single value"
        found = "an empty file" if node is None else f"a {kind} at the top"
        message = f"found {found}; expected a mapping: lines of the form `key: value`"
        raise refusal([_problem(path, text, 1, 1, message)])
    problems = [_problem(path, text, *place) for place in _faults(node, set())]
    if problems:
        raise refusal(problems)
    return Document(path, _build(node), text, node)


def _compose(path: Path, text: str) -> Node | None:
    try:
        node: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise refusal([_problem(path, text, line, column, _syntax(error, text, line))]) from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - text.rfind("\n", 0, error.position)
        message = f"found the control character U+{ord(text[error.position]):04X}; remove it"
        raise refusal([_problem(path, "", line, column, message)]) from error
    except RecursionError as error:
        raise ConfigError("is nested too deeply", file=path) from error
    return None if node is not None and node.tag == f"{_TAG}null" else node


def _syntax(error: MarkedYAMLError, text: str, line: int) -> str:
    lines = text.splitlines() or [""]
    around = lines[min(line, len(lines)) - 1]
    if "\t" in around[: len(around) - len(around.lstrip())] or "'\\t'" in str(error.problem):
        return "found a tab; expected spaces: YAML is indented with spaces only"
    said = str(error.problem or error.context or "cannot be read")
    return (
        f"is no valid YAML: {error.context}, {said}"
        if said[:4] == "but "
        else f"is no valid YAML: {said}"
    )


def _problem(path: Path, text: str, line: int, column: int, message: str) -> Problem:
    lines = text.splitlines()
    quote = ""
    if line <= len(lines):
        quote = f"    {lines[line - 1].expandtabs(1)}\n    {' ' * (column - 1)}^"
    return Problem(message, path, line, column, quote)


def _step(node: Node | None, part: str | int) -> tuple[Node | None, Node | None]:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return key, value
    if isinstance(node, SequenceNode) and isinstance(part, int) and 0 <= part < len(node.value):
        return node.value[part], node.value[part]
    return None, None


def _place(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _is_absent(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.tag == f"{_TAG}null" and not node.value


def _faults(node: Node, above: set[int]) -> Iterator[tuple[int, int, str]]:
    if id(node) in above:
        yield *_place(node), "contains itself through an alias"
        return
    if not str(node.tag).startswith(_TAG):
        yield *_place(node), f"found the tag {node.tag}; tags are not used here"
    if isinstance(node, SequenceNode):
        for value in node.value:
            yield from _faults(value, above | {id(node)})
    if isinstance(node, MappingNode):
        yield from _key_faults(node)
        for _, value in node.value:
            yield from _faults(value, above | {id(node)})


def _key_faults(node: MappingNode) -> Iterator[tuple[int, int, str]]:
    seen: dict[str, int] = {}
    for key, _ in node.value:
        if not isinstance(key, ScalarNode):
            yield *_place(key), "found braces or brackets as a key; put them in quotes"
        elif key.value in seen:
            message = f"the key {key.value!r} stands already in line {seen[key.value]}"
            yield *_place(key), message
        else:
            seen[key.value] = _place(key)[0]


def _build(node: Node) -> Any:
    if isinstance(node, MappingNode):
        return {key.value: _build(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [_build(value) for value in node.value]
    text: str = node.value
    match str(node.tag).removeprefix(_TAG):
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int":
            return int(text.replace("_", ""), 10 if text.lstrip("+-").isdigit() else 0)
        case "float":
            return _NUMBERS[text.lower()] if text.lower() in _NUMBERS else float(text)
    return text
