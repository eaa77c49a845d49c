"""Settings from INTEROPWATCH_* variables: every key of the model has one, every secret two.

The second, with _FILE at its end, names a file that holds the secret, as Docker mounts it. An
empty variable counts as unset, because compose files write `${NAME:-}`. A variable that is not
known is an error: a misspelt one would otherwise do nothing, without a word.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_origin

from pydantic import BaseModel, SecretStr

from config.problems import Location, Problem, hint, kinds_at
from config.settings import Settings

PREFIX = "INTEROPWATCH_"


@dataclass(frozen=True)
class Variable:
    """One variable: where its value goes, and whether it is JSON or has a twin for a file."""

    name: str
    location: tuple[str, ...]
    is_json: bool
    is_secret: bool


@dataclass
class Overlay:
    """What the variables say: values and the names of their variables, by place."""

    values: dict[tuple[str, ...], Any] = field(default_factory=dict)
    origins: dict[Location, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def variables(
    model: type[BaseModel] = Settings, above: tuple[str, ...] = ()
) -> Iterator[Variable]:
    """All variables that the model's keys make, in the model's order."""
    for name in model.model_fields:
        (kind, *_) = kinds_at(model, (name,))
        location = (*above, name)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from variables(kind, location)
            continue
        full = PREFIX + "_".join(map(str, location)).upper()
        yield Variable(
            full, location, is_json=get_origin(kind) is not None, is_secret=kind is SecretStr
        )


def read_variables(environ: Mapping[str, str]) -> Overlay:
    """Take all settings from the environment; what is wrong is collected, not raised."""
    overlay = Overlay()
    given = {name: text for name, text in environ.items() if name.startswith(PREFIX) and text}
    for variable in variables():
        text = given.pop(variable.name, None)
        file = given.pop(f"{variable.name}_FILE", None) if variable.is_secret else None
        if text is not None and file is not None:
            message = f"{variable.name}: is set, and so is {variable.name}_FILE; keep one of them"
            overlay.problems.append(Problem(message))
        elif file is not None:
            _take_secret(overlay, variable, Path(file))
        elif text is not None:
            _take(overlay, variable, text)
    overlay.problems += [_unknown(name) for name in given]
    return overlay


def _take(overlay: Overlay, variable: Variable, text: str) -> None:
    value: Any = text
    if variable.is_json:
        try:
            value = json.loads(text)
        except ValueError as error:
            message = f'{variable.name}: is no JSON ({error}); expected a list such as ["a", "b"]'
            overlay.problems.append(Problem(message))
            return
    overlay.values[variable.location] = value
    overlay.origins[variable.location] = variable.name


def _take_secret(overlay: Overlay, variable: Variable, file: Path) -> None:
    name = f"{variable.name}_FILE"
    try:
        secret = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        overlay.problems.append(Problem(f"{name}: cannot read {file}: {reason}"))
        return
    if not secret:
        overlay.problems.append(Problem(f"{name}: {file} is empty; write the secret into it"))
        return
    overlay.values[variable.location] = secret
    overlay.origins[variable.location] = f"{file} ({name})"


def _unknown(name: str) -> Problem:
    known = [variable.name for variable in variables()]
    known += [f"{variable.name}_FILE" for variable in variables() if variable.is_secret]
    return Problem(f"{name}: unknown variable; {hint(name, known)}")
