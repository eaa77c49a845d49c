"""What the query commands are given by the composition root, and what they all begin with."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

import typer

from config.errors import NotFoundError
from config.words import Capability
from storage import options
from storage.layouts import Naming

if TYPE_CHECKING:
    from sqlmodel import Session

    from storage.database import Database
    from storage.listings import Wanted
    from storage.matrix import Cell
    from storage.models import Article, Claim, Event


class Platforms(Protocol):
    """What the commands need of the gazetteer."""

    def name(self, platform: str, language: str, /) -> str:
        """The name that readers of a language know."""
        ...

    def find(self, text: str, /) -> str:
        """The id behind a name; raises NotFoundError with near matches."""
        ...

    def spellings(self, text: str, /) -> Mapping[str, Sequence[str]]:
        """The platforms that a text is a name of, each with all its names."""
        ...

    def owner(self, platform: str, /) -> str:
        """The company that owns a platform; the platform itself where it has none."""
        ...


class Surroundings(Protocol):
    """What the composition root hands to the commands as `ctx.obj`."""

    @property
    def platforms(self) -> Platforms:
        """The gazetteer."""
        ...

    def database(self) -> "Database":
        """The store, open and of the right schema; called when a command runs, not before."""
        ...

    def clock(self) -> datetime:
        """The present moment, with a zone."""
        ...


@contextmanager
def reading(ctx: typer.Context) -> "Iterator[Session]":
    """A short reading transaction in the store."""
    database = around(ctx).database()
    with database.read() as session:
        yield session


def around(ctx: typer.Context) -> Surroundings:
    """What the composition root put into the context."""
    given: Surroundings = ctx.obj
    return given


def named(ctx: typer.Context) -> Naming:
    """How the reader calls platforms."""
    language = options.reader_language()
    given = around(ctx)  # names are read when one is shown: machine formats need none
    return lambda platform: given.platforms.name(platform, language)


def asked_event(session: "Session", written: str) -> "Event":
    """The event of an id as it is written; where it was merged into another, says so and goes on.

    Raises NotFoundError with the nearest numbers.
    """
    from storage import listings

    found = listings.event(session, options.number(written, "ID"))
    while found.merged_into is not None:
        typer.echo(f"E{found.id} was merged into E{found.merged_into}", err=True)
        found = listings.event(session, found.merged_into)
    return found


def asked_events(session: "Session", written: list[str]) -> tuple[list["Event"], int]:
    """The events of ids as they are written, each once, and the exit code that says if all were.

    Raises NotFoundError when none is there; with some the others are told on stderr.
    """
    found: dict[int, Event] = {}
    failures: list[NotFoundError] = []
    for number in options.numbers(written, of_events=True):
        try:
            event = asked_event(session, str(number))
            found[event.id or 0] = event
        except NotFoundError as error:
            failures.append(error)
    if failures and not found:
        raise NotFoundError("\n".join(map(str, failures)))
    return list(found.values()), options.outcome(len(found), list(map(str, failures)))


def asked_rows(
    session: "Session", kind: "type[Article | Claim]", written: list[str]
) -> tuple[frozenset[int], int]:
    """The ids of articles or claims, with the exit code that says if all are in the store."""
    from storage import listings

    asked = options.numbers(written)
    known = listings.known(session, kind, asked)
    missing = [f"no {kind.__name__.lower()} {one}" for one in asked if one not in known]
    return frozenset(known), options.outcome(len(known), missing)


def wanted_of(ctx: typer.Context, session: "Session", **asked: Any) -> "Wanted":
    """What the options ask for. `after` is an id as it is written, `platform` any name."""
    from storage import listings

    given = around(ctx)
    listings.check_source(session, asked.get("source"))
    if (platform := asked.pop("platform", None)) is not None:
        known = given.platforms.find(platform)
        asked["parties"] = listings.parties(session, known, given.platforms.owner)
    if (after := asked.pop("after", None)) is not None:
        asked["after"] = options.number(after, "--after")
    asked["language"] = options.language(asked.get("language"))
    asked["since"], asked["until"] = options.span(
        asked.get("since"), asked.get("until"), given.clock()
    )
    if "limit" in asked:
        asked["limit"] += 1  # one more tells whether there is a next page
    return listings.Wanted(**asked)


def cells_at(
    ctx: typer.Context, day: date, capability: Capability | None, **asked: Any
) -> "Iterator[Cell]":
    """The matrix as of the end of a day, cell after cell: who keeps them all keeps all claims."""
    for (cells,) in matrices(ctx, [day], capability, **asked):
        yield from cells


def matrices(
    ctx: typer.Context, days: Sequence[date], capability: Capability | None, **asked: Any
) -> "Iterator[list[list[Cell]]]":
    """The matrix as of the end of each of the days, a few openings at a time."""
    from storage.batches import by_openings
    from storage.matrix import matrix

    with reading(ctx) as session:
        wanted = wanted_of(ctx, session, capability=capability, **asked)
        for evidence in by_openings(session, wanted):
            yield [matrix(evidence, day) for day in days]


def one_page(rows: list[dict[str, Any]], limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """At most `limit` rows, and where the next page begins if one more was found."""
    more = len(rows) > limit
    return rows[:limit], str(rows[limit - 1]["id"]) if more else None
