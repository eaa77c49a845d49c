"""`interopwatch health`: what a container's health check asks, twice a minute."""

from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from config.errors import InteropwatchError
from config.words import Role
from storage.options import examples_of

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Database

app = typer.Typer(rich_markup_mode=None, add_completion=False)


class Surroundings(Protocol):
    """What the composition root hands to this command as `ctx.obj`."""

    @property
    def database_url(self) -> str:
        """Where the store is."""
        ...

    def any_database(self) -> "Database":
        """The store, whatever its schema."""
        ...

    def clock(self) -> "datetime":
        """The present moment, with a zone."""
        ...


@app.command(
    epilog=examples_of(
        "health", "health --role crawler", "interopwatch health || interopwatch doctor"
    )
)
def health(
    ctx: typer.Context,
    role: Annotated[
        Role, typer.Option(help="Ask for this part as it runs on this machine.")
    ] = Role.ALL,
) -> None:
    """Say whether the daemon works: exit code 0 if every loop has worked lately, else 1."""
    from storage.heartbeats import stale_at, worker_name

    given: Surroundings = ctx.obj
    own = None if role is Role.ALL else worker_name(role)
    late = stale_at(given.database_url, given.clock(), given.any_database, own)
    if late:
        raise InteropwatchError(f"unhealthy: {', '.join(late)}")
    typer.echo("healthy")
