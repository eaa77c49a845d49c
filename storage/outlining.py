"""Making the outline of all commands: the slow half, which imports them all."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from typer.main import get_command

from config.errors import InteropwatchError
from storage import outline
from storage.entry import WIDTH
from storage.recent import store_of

MARGIN = 2
"""Columns that Typer leaves free at the right."""
KINDS = {
    "A": "platform",
    "B": "platform",
    "PLATFORM": "platform",
    "EVENT": "event",
    "SOURCE": "source",
    "LANG": "language",
}
"""What the help calls by these words is completed by their kind, in every command."""


def write_down(house: Any) -> dict[str, Any]:
    """Make the outline of the composition root's commands and keep it for the next time."""
    root = typer.Context(
        get_command(house.app), info_name="interopwatch", terminal_width=WIDTH - MARGIN
    )
    names, database, read = _configured(house)
    found: dict[str, Any] = {
        "commands": outlined(root),
        "names": names,
        "database": database,
        "sources": [str(Path(__file__).parents[1] / "config" / "sources")],
        "made_of": {},
    }
    if outline.config_dir():
        found["sources"].append(str(Path(outline.config_dir()) / "sources"))
    found["made_of"] = outline.stamps([*_modules(), *read])
    outline.save(found)
    return found


def outlined(root: typer.Context) -> dict[str, dict[str, Any]]:
    """Every command below a root with what is to be known of it, by its words."""
    return dict(_walk((), root))


def _walk(path: tuple[str, ...], context: typer.Context) -> Iterator[tuple[str, dict[str, Any]]]:
    command: Any = context.command
    yield " ".join(path), _outlined(command, context)
    for name, child in getattr(command, "commands", {}).items():
        below = typer.Context(child, info_name=name, parent=context)
        yield from _walk((*path, name), below)


def _outlined(command: Any, context: typer.Context) -> dict[str, Any]:
    below = getattr(command, "commands", {})
    parameters = [_parameter(one, context) for one in command.get_params(context)]
    return {
        "help": command.get_help(context) + "\n",
        "below": {name: child.get_short_help_str(WIDTH) for name, child in below.items()},
        "options": [one for one in parameters if one["names"]],
        "arguments": [one for one in parameters if not one["names"]],
    }


def _parameter(parameter: Any, context: typer.Context) -> dict[str, Any]:
    is_option = parameter.param_type_name == "option"
    usage, _ = parameter.get_help_record(context) or ("", "")
    shown = (parameter.metavar or usage.rpartition(" ")[2]).strip("<>[]{}… ")
    is_choice = "|" in shown and shown == shown.lower()
    return {
        "names": [*parameter.opts, *parameter.secondary_opts] if is_option else [],
        "takes": 0 if getattr(parameter, "is_flag", False) else parameter.nargs,
        "again": bool(parameter.multiple) if is_option else parameter.nargs == -1,
        "kind": KINDS.get(shown.strip("[]{}…"), ""),
        "choices": shown.split("|") if is_choice else [],
        "help": getattr(parameter, "help", None) or "",
    }


def _modules() -> list[str]:
    """Our own modules that are imported by now, and what they were declared with."""
    root = str(Path(__file__).parents[1])
    ours = ("alerts", "config", "crawler", "storage", "interopwatch", "__main__")
    named = [one for name, one in list(sys.modules.items()) if name.partition(".")[0] in ours]
    files = [getattr(module, "__file__", None) for module in (*named, typer)]
    return sorted(
        {file for file in files if file and (file.startswith(root) or typer.__file__ == file)}
    )


def _configured(house: Any) -> tuple[str, str | None, list[str]]:
    """Names of platforms with their ids, the store, and all that was read for it.

    A wrong configuration is not told here: who asks for help may be about to mend it.
    """
    folder = outline.config_dir()
    installation = house.Installation(Path(folder) if folder else None)
    own = [str(Path(folder) / "interopwatch.yaml"), str(Path(folder) / "platforms")]
    read = own if folder else []
    database: str | None = None
    names: list[str] = []
    try:
        url = installation.settings.database_url.get_secret_value()
        database = store_of(url)  # without the password
        for place in installation.folders("platforms"):
            read += [str(place), *map(str, sorted(place.glob("*.yaml")))]
        for platform in installation.platforms:
            others = (name for name in platform.all_names() if name != platform.id)
            names += [platform.id, *(f"{name}\t{platform.id}" for name in others)]
    except InteropwatchError:
        pass
    return "\n".join(names), database, read
