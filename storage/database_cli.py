"""`interopwatch db`: the shape of the store, and moving it to another database."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from config.errors import ConfigError, InteropwatchError
from storage import backups_cli
from storage.backups_cli import facts
from storage.options import command, examples_of
from storage.output import Column, Listing

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Database

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The database: schema, copies, room.",
    epilog=examples_of("db status", "db backup", "db retag --dry-run --diff"),
)


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


@command(app, "upgrade", "db upgrade", "db upgrade -o json", "db upgrade --fields before,now")
def upgrade_database(ctx: typer.Context) -> Listing:
    """Bring the database to the schema of this version, after a copy of it was made.

    The copy lies beside it; everything that is stored stays. The daemon does this by itself when
    it starts.
    """
    from storage.schema import upgrade

    found = upgrade(_given(ctx).any_database())
    return facts(before=found.current, now=found.head, applied=list(found.pending))


@command(app, "status", "db status", "db status -o json", "db status --fields schema,pending")
def database_status(ctx: typer.Context) -> Listing:
    """Say which schema the database has, what is pending, and how large it is.

    Exits with 5 when a newer version or another program wrote the database.
    """
    from storage.backups import size
    from storage.database import absent, sqlite_version
    from storage.schema import database_name, status, unmade

    if file := absent(_given(ctx).database_url):  # which asking must not make
        name, found, taken, is_file = str(file), unmade(), 0, True
    else:
        database = _given(ctx).any_database()
        name, found, taken = database_name(database), status(database), size(database)
        is_file = database.engine.dialect.name == "sqlite"
    return facts(
        database=name,
        schema=found.current,
        newest=found.head,
        pending=list(found.pending),
        bytes=taken,
        engine=f"SQLite {sqlite_version()}" if is_file else "PostgreSQL",
    )


@command(
    app,
    "copy",
    "db copy --from sqlite:///data/interopwatch.db --to postgresql://iw@db/iw",
    "db copy --from postgresql://iw@db/iw --to sqlite:///back.db",
    "db copy --from sqlite:///old.db --to sqlite:///new.db -o json",
)
def copy_database(
    ctx: typer.Context,
    source_url: Annotated[str, typer.Option("--from", metavar="URL", help="What is copied.")],
    target_url: Annotated[
        str, typer.Option("--to", metavar="URL", help="Where to; it must be empty.")
    ],
) -> Listing:
    """Copy the whole store into an empty database, and compare every table, row for row.

    An URL is `sqlite:///file` or `postgresql://user:password@host/name`. Stop the daemon first:
    what it does meanwhile would not be in the copy.
    """
    from storage import copying

    with closing(_opened(source_url, "--from")) as source:
        if beating := copying.beating(source, _given(ctx).clock()):
            typer.echo(
                f"interopwatch: {', '.join(beating)} worked a moment ago. If the daemon still runs, "
                "stop it and copy again: what it does meanwhile is not in the copy",
                err=True,
            )
        with closing(_opened(target_url, "--to")) as target, _bar() as bar:
            compared = copying.copy(source, target, bar)
    columns = [Column("table"), Column("rows"), Column("digest")]
    return Listing(columns, [asdict(one) for one in compared], id="table")


def _opened(url: str, option: str) -> "Database":
    """The database behind a URL; a file that is copied must be there. Raises InteropwatchError."""
    from sqlalchemy.exc import SQLAlchemyError

    from storage.database import Database, absent

    try:
        if option == "--from" and (file := absent(url)):
            raise InteropwatchError(f"{option}: there is no file {file}")
        database = Database(url)
        with database.engine.connect():
            return database
    except ConfigError as error:
        raise InteropwatchError(f"{option}: {error}") from error
    except (SQLAlchemyError, ImportError) as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise InteropwatchError(
            f"{option}: cannot open the database: {reason}. "
            "Write sqlite:///file or postgresql://user:password@host/name"
        ) from error


@contextmanager
def _bar() -> "Iterator[Callable[[int, int], None]]":
    """A bar on a terminal, told how many rows are done and how many there are."""
    from rich.console import Console
    from rich.progress import Progress

    errors = Console(stderr=True)
    with Progress(console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task("copied and compared", total=None)
        yield lambda done, total: progress.update(task, advance=done, total=total)


def _given(ctx: typer.Context) -> Surroundings:
    given: Surroundings = ctx.obj
    return given


app.add_typer(backups_cli.app)
