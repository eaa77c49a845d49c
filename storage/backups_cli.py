"""The commands below `interopwatch db` that keep copies of a SQLite store and give back room."""

from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from storage.options import command
from storage.output import Column, Listing

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Database

app = typer.Typer(rich_markup_mode=None)


class Surroundings(Protocol):
    """What the composition root hands to these commands as `ctx.obj`."""

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


@command(
    app,
    "backup",
    "db backup",
    "db backup backups/monday.db",
    "db backup -o json --fields file,bytes",
)
def back_up_database(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="Default: beside the database, by the moment."),
    ] = None,
) -> Listing:
    """Copy a SQLite store as it is at this moment; the daemon may go on meanwhile.

    The copy is one file. It is verified, and safely on the disk, before it gets its name.
    """
    from storage import backups, schema

    given = _given(ctx)
    schema.require_present(given.database_url)
    database = given.any_database()
    source = backups.file_of(database.url, "backup")
    target = file or backups.backup_name(source, given.clock().astimezone(UTC))
    revision = backups.back_up(database, target)
    return facts(file=str(target), schema=revision, bytes=target.stat().st_size)


@command(
    app,
    "restore",
    "db restore backups/monday.db",
    "db restore backups/monday.db -o json",
    "db restore backups/monday.db --fields kept",
)
def restore_database(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A copy that `db backup` made.")],
) -> Listing:
    """Put a copy in the place of the SQLite store, which nobody may use meanwhile.

    The copy is verified first, and the store that was there is kept beside it. A copy of an older
    schema is upgraded by `db upgrade`, or by the daemon at its start.
    """
    from storage import backups

    given = _given(ctx)
    now = given.clock().astimezone(UTC)
    revision, kept = backups.restore(given.database_url, file, now)
    return facts(file=str(file), schema=revision, kept=str(kept) if kept else None)


@command(app, "vacuum", "db vacuum", "db vacuum -o json", "db vacuum --fields bytes_after")
def vacuum_database(ctx: typer.Context) -> Listing:
    """Give room that is no longer used back to the disk.

    Needs a moment without writers, and on the disk as much room again as the database takes.
    """
    from storage import backups, schema

    given = _given(ctx)
    schema.require_present(given.database_url)
    before, after = backups.vacuum(given.any_database())
    return facts(bytes_before=before, bytes_after=after)


def _given(ctx: typer.Context) -> Surroundings:
    given: Surroundings = ctx.obj
    return given


def facts(**found: Any) -> Listing:
    """One row of named values."""
    return Listing([Column(name) for name in found], [found], id=next(iter(found)))
