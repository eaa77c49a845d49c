"""Reading good YAML quickly: libyaml composes, and nothing is explained.

The gazetteer is a third of a megabyte, and a reader that knows every line and column takes
seconds for it. What is refused here, for whatever reason, is read again by config.documents,
which says where the trouble stands.
"""

import math
import re
from typing import Any

import yaml
from yaml._yaml import CParser
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.resolver import BaseResolver

_TAG = "tag:yaml.org,2002:"


class _Refused(Exception):  # noqa: N818 - it is no error: the other reader has its turn
    """Something that wants explaining."""


class _Core(CParser, BaseResolver):
    """libyaml with the scalars of YAML 1.2's core schema: `no`, `on` and `12:30` are texts."""

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        BaseResolver.__init__(self)


for _name, _pattern, _first in (
    ("null", r"(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", list("-+0123456789")),
    (
        "float",
        r"(?:[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$",
        list("-+.0123456789"),
    ),
):
    _Core.add_implicit_resolver(_TAG + _name, re.compile(_pattern), _first)


def quick(text: str) -> dict[str, Any] | None:
    """The mapping that a YAML text holds, or None where the slow reader should have a look."""
    try:
        node = _Core(text).get_single_node()
        data = None if node is None else _build(node)
    except (yaml.YAMLError, _Refused, RecursionError, ValueError, UnicodeError):
        return None
    return data if isinstance(data, dict) else None


def _build(node: Node) -> Any:
    if isinstance(node, MappingNode):
        built: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode) or key.value in built:
                raise _Refused
            built[key.value] = _build(value)
        return built
    if isinstance(node, SequenceNode):
        return [_build(value) for value in node.value]
    return _scalar(node.tag.removeprefix(_TAG), node.value)


def _scalar(kind: str, text: str) -> Any:
    match kind:
        case "str":
            return text
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int":
            return int(text, 10 if text.lstrip("+-").isdigit() else 0)
        case "float" if "n" in text.lower():
            return (
                math.nan
                if text.lower() == ".nan"
                else math.copysign(math.inf, -(text[0] == "-") or 1)
            )
        case "float":
            return float(text)
    raise _Refused
