"""Settings as people may see them: every key with its value and its origin, secrets masked."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, SecretStr

from config.environment import variables
from config.load import Loaded
from config.problems import dotted, masked

MASK = "****"


def shown(loaded: Loaded) -> list[dict[str, Any]]:
    """A row for every key: value, where it comes from, and the variable that can set it."""
    return list(_rows(loaded))


def _rows(loaded: Loaded) -> Iterator[dict[str, Any]]:
    for variable in variables():
        value: Any = loaded.settings
        for part in variable.location:
            value = getattr(value, part)
        yield {
            "key": dotted(variable.location),
            "value": _plain(value),
            "origin": loaded.origins[dotted(variable.location)],
            "variable": variable.name,
        }


def _plain(value: Any) -> Any:
    if isinstance(value, SecretStr):
        # an address is told without its password; anything else that is secret not at all
        text = value.get_secret_value()
        return masked(text) if "://" in text else MASK
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_defaults=True)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return None if value is None or value == "" else masked(str(value))
