"""What the query commands are given by the composition root, and what they all begin with."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

import typer

from storage import options
from storage.layouts import Naming

if TYPE_CHECKING:
    from sqlmodel import Session

    from storage.database import Database
    from storage.listings import Wanted
    from storage.models import Event


class Platforms(Protocol):
    """What the commands need of the gazetteer."""

    def name(self, platform: str, language: str, /) -> str:
        """The name that readers of a language know."""
        ...

    def find(self, text: str, /) -> str:
        """The id behind a name; raises NotFoundError with near matches."""
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
    platforms = around(ctx).platforms
    return lambda platform: platforms.name(platform, language)


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
    asked["since"] = options.since(asked.get("since"), given.clock())
    asked["until"] = options.until(asked.get("until"))
    if "limit" in asked:
        asked["limit"] += 1  # one more tells whether there is a next page
    return listings.Wanted(**asked)


def one_page(rows: list[dict[str, Any]], limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """At most `limit` rows, and where the next page begins if one more was found."""
    more = len(rows) > limit
    return rows[:limit], str(rows[limit - 1]["id"]) if more else None
