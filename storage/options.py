"""What the query commands have in common: their options, and how their answers are printed."""

import difflib
import inspect
import os
import re
import sys
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import wraps
from typing import Annotated, Any

import typer

from config.errors import InteropwatchError
from config.words import Capability, Stage
from storage.completion import LANGUAGES
from storage.mistakes import Command
from storage.output import Format, Listing, Printed, lines, preferred, write
from storage.zones import ZONE, in_zone


class By(StrEnum):
    """What the store is counted by."""

    SOURCE = "source"
    LANG = "lang"
    STAGE = "stage"
    CAPABILITY = "capability"


EMPTY = 3
"""Exit code of --fail-empty when nothing was found."""
PARTLY = 6
"""Exit code when some of what was asked for could be done and some could not."""
MOST_IDS = 10_000
"""Ids that one command takes."""

Since = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="From this time on: 12h, 7d, 4w, or a day, month or year."),
]
Until = Annotated[
    str | None, typer.Option(metavar="TIME", help="Up to the end of this day, month or year.")
]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="Rows at most.")]
After = Annotated[
    str | None, typer.Option(metavar="CURSOR", help="Go on after this id; stderr names the next.")
]
OfPlatform = Annotated[
    str | None,
    typer.Option("--platform", metavar="PLATFORM", help="Of this platform, by id or any name."),
]
OfStage = Annotated[Stage | None, typer.Option("--stage", help="Of this stage.")]
OfLanguage = Annotated[
    str | None,
    typer.Option("--lang", metavar="LANG", help="Told in this language: zh-Hans, ja, en …"),
]
OfSource = Annotated[
    str | None,
    typer.Option("--source", metavar="SOURCE", help="Told by this source (its slug)."),
]
At = Annotated[
    str | None, typer.Option(metavar="DATE", help="As of the end of this day, month or year.")
]
Events = Annotated[
    list[str] | None,
    typer.Argument(metavar="[EVENT]…", help="Only these (E17 or 17); - reads ids from stdin."),
]
Ids = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ID]…", help="Only these; - reads ids from stdin."),
]
OfCapability = Annotated[Capability | None, typer.Option("--capability", help="Of this kind.")]

_OUTPUT = {
    "output": (
        Annotated[
            Format | None,
            typer.Option("-o", "--output", help="Default: table on a terminal, else tsv."),
        ],
        None,
    ),
    "fields": (
        Annotated[
            str | None, typer.Option(metavar="A,B", help="Only these fields, in this order.")
        ],
        None,
    ),
    "tz": (
        Annotated[
            str | None,
            typer.Option(
                metavar="ZONE", help="For days asked for and times in tables.  [default: UTC]"
            ),
        ],
        None,
    ),
    "fail_empty": (
        Annotated[bool, typer.Option("--fail-empty", help="Exit with 3 if nothing is found.")],
        False,
    ),
}


def examples_of(*calls: str) -> str:
    """How a command is called, for the end of its help; a call may be part of a pipe."""
    lines = (
        call if "interopwatch" in call.split() else f"interopwatch {call}"
        for call in calls
    )  # fmt: skip
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def command(
    app: typer.Typer, name: str, *examples: str, cls: type[Command] = Command
) -> Callable[[Callable[..., Printed]], Callable[..., Printed]]:
    """Make a function that answers with rows a command of `app` that prints them.

    It gets -o, --fields and --fail-empty; its help ends with the examples.
    """

    def register(function: Callable[..., Printed]) -> Callable[..., Printed]:
        app.command(name, cls=cls, epilog=examples_of(*examples))(_printing(function))
        return function

    return register


def _printing(function: Callable[..., Printed]) -> Callable[..., None]:
    @wraps(function)
    def run(
        *,
        output: Format | None,
        fields: str | None,
        tz: str | None,
        fail_empty: bool,
        **arguments: Any,
    ) -> None:
        with in_zone(tz):
            with plainly():
                printed = function(**arguments)
            chosen = _known(printed.lead, fields)
            form = output or preferred()
            write(lines(printed, form, chosen))
        if form is Format.TABLE and not printed.lead.rows:  # heads alone look like a fault
            typer.echo("nothing was found", err=True)
        if printed.lead.cursor:
            typer.echo(f"there is more: --after {printed.lead.cursor}", err=True)
        if fail_empty and not printed.lead.rows:
            raise typer.Exit(EMPTY)
        if printed.lead.exit_code:
            raise typer.Exit(printed.lead.exit_code)

    signature = inspect.signature(function)
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)
        for name, (kind, default) in _OUTPUT.items()
    ]
    parameters = [*signature.parameters.values(), *added]
    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run


def _known(listing: Listing, fields: str | None) -> list[str]:
    """The fields asked for; an unknown one is a mistake in usage."""
    asked = [name.strip() for name in (fields or "").split(",") if name.strip()]
    known = [column.name for column in listing.columns]
    for name in asked:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}."
            raise typer.BadParameter(f"no field {name!r}; {hint}", param_hint="--fields")
    return asked


@contextmanager
def plainly() -> Iterator[None]:
    """Tell an error that a person can mend in one line on stderr, and end with its exit code."""
    try:
        yield
    except InteropwatchError as error:
        typer.echo(f"interopwatch: {error}", err=True)
        raise typer.Exit(error.exit_code) from error


_SPAN = re.compile(r"(\d{1,5})([hdw])")
_HOURS = {"h": 1, "d": 24, "w": 24 * 7}
_LONGEST = 24 * 365 * 100
_DAY = re.compile(r"([0-2]\d{3})(?:-(\d{2})(?:-(\d{2}))?)?")


def since(text: str | None, now: datetime) -> datetime | None:
    """The moment from which on something is asked for. Raises BadParameter."""
    if text is None:
        return None
    if found := _SPAN.fullmatch(text.strip()):
        hours = min(int(found[1]) * _HOURS[found[2]], _LONGEST)
        return now - timedelta(hours=hours)
    return datetime.combine(_days(text, "--since")[0], time(), ZONE.get())


def until(text: str | None) -> datetime | None:
    """The moment before which something is asked for: the end of a day. Raises BadParameter."""
    if text is None:
        return None
    return datetime.combine(_days(text, "--until")[1] + timedelta(days=1), time(), ZONE.get())


def span(
    begin: str | None, end: str | None, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """The moments between which something is asked for. Raises BadParameter if nothing can be."""
    first, last = since(begin, now), until(end)
    if first is not None and last is not None and last <= first:
        message = f"{end!r} is over before --since {begin} begins"
        raise typer.BadParameter(message, param_hint="--until")
    return first, last


def day(text: str | None, now: datetime, option: str) -> date:
    """The last day of a day, month or year that is asked for; today when none is."""
    return now.astimezone(ZONE.get()).date() if text is None else _days(text, option)[1]


def _days(text: str, option: str) -> tuple[date, date]:
    """The first and the last day of a day, month or year."""
    found = _DAY.fullmatch(text.strip())
    year, month, of_month = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    try:
        first = date(year, month or 1, of_month or 1)
        last_month = month or 12
        last = of_month or monthrange(year, last_month)[1]
        return first, date(year, last_month, last)
    except ValueError as error:
        spans = " 12h, 7d, 4w or" if option == "--since" else ""
        message = f"{text!r} is no time: write{spans} 2024-09-01, 2024-09 or 2024"
        raise typer.BadParameter(message, param_hint=option) from error


def language(text: str | None) -> str | None:
    """The language of articles that is asked for. Raises BadParameter for one that none has."""
    if text is None:
        return None
    known = {one.casefold(): one for one in LANGUAGES}
    if text.strip().casefold() not in known:
        message = f"articles are in no language {text!r}; there are {', '.join(LANGUAGES)}"
        raise typer.BadParameter(message, param_hint="--lang")
    return known[text.strip().casefold()]


def number(text: str, option: str) -> int:
    """The number in an id such as E17 or 17. Raises BadParameter."""
    found = re.fullmatch(r"[Ee]?(\d{1,18})", text.strip())
    if found is None:
        raise typer.BadParameter(f"{text!r} is no id: write E17 or 17", param_hint=option)
    return int(found[1])


def numbers(written: Iterable[str], option: str = "ID", *, of_events: bool = False) -> list[int]:
    """The numbers in ids as they are written; `-` stands for those on stdin. Raises BadParameter.

    Those of events may begin with an E, and only they: E17 is not the article 17.
    What `-o ids` prints is what is read, so that one command can be piped into another.
    """
    found: dict[int, None] = {}
    for word in written:
        for one in sys.stdin.read().split() if word == "-" else [word]:
            if not of_events and one[:1] in {"E", "e"} and one[1:].isdecimal():
                message = f"{one} is an event; a number alone is asked for"
                raise typer.BadParameter(message, param_hint=option)
            found[number(one, option)] = None
    if len(found) > MOST_IDS:
        raise typer.BadParameter(f"{len(found)} ids; {MOST_IDS} at most", param_hint=option)
    return list(found)


def outcome(done: int, failures: Sequence[str]) -> int:
    """Tell what failed, a line each on stderr; gives back the exit code for all of it."""
    for failure in failures:
        typer.echo(f"interopwatch: {failure}", err=True)
    return (PARTLY if done else InteropwatchError.exit_code) if failures else 0


def reader_language() -> str:
    """The language in which tables name platforms, from LC_ALL, LC_MESSAGES or LANG."""
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    name = next((name for name in names if name), "").replace("_", "-")
    if name.startswith("zh"):
        return "zh-Hant" if re.search(r"TW|HK|MO|Hant", name) else "zh-Hans"
    return name[:2] if name[:2] in {"ja", "ko"} else "en"
