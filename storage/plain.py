"""Values as text: for programs without loss, for terminals and spreadsheets without danger."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from config.steering import OVERRIDES, escaped, escaped_json, written_out
from storage.zones import ZONE

_UNSAFE_IN_CSV = re.compile(f"[\x00-\x08\x0b-\x1f{OVERRIDES}]")
_FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")


def plain(value: Any) -> Any:
    """A value as JSON knows it: moments in UTC ending in Z, days as YYYY-MM-DD."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def flat(value: Any) -> str:
    """A value in one cell: nothing for None, lists joined by a semicolon."""
    value = plain(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and not any(isinstance(one, dict) for one in value):
        return "; ".join(flat(one) for one in value)
    return as_json(value).rstrip("\n") if isinstance(value, list | dict) else str(value)


def cell(value: Any) -> str:
    """A value in a cell of a spreadsheet: no formula, no controls but line ends and tabs."""
    text = _UNSAFE_IN_CSV.sub(written_out, flat(value))
    return f"'{text}" if not isinstance(value, int | float) and _FORMULA.match(text) else text


def seen(value: Any, show: Callable[[Any], str] | None = None) -> str:
    """A value as people see it, safe for a terminal; `show` may break it into lines."""
    if value is None or value is False:
        return ""
    if show is not None:
        return "\n".join(escaped(line) for line in show(value).split("\n"))
    if value is True:
        return "yes"
    if isinstance(value, datetime):
        return value.astimezone(ZONE.get()).strftime("%Y-%m-%d %H:%M")
    return escaped(flat(value))


def as_json(value: Any, indent: int | None = None) -> str:
    """A value as JSON text that is safe for a terminal and still says the same."""
    text = json.dumps(plain(value), ensure_ascii=False, indent=indent)
    return escaped_json(text) + "\n"
