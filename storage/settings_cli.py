"""The commands below `interopwatch config`: what holds and where it comes from, checks, schemas."""

from typing import Annotated

import typer

from config.errors import ConfigError
from storage.options import command, examples_of, plainly
from storage.output import Column, Listing

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The configuration: what holds and why, checks, schemas for editors.",
    epilog=examples_of("config show", "config check", "config schema source > source.json"),
)


@command(app, "show", "config show", "config show -o json", "config show --fields key,origin")
def show(ctx: typer.Context) -> Listing:
    """Show every setting with its value and where it comes from: file and line, or variable.

    Secrets are masked.
    """
    from config.showing import shown

    columns = [Column("key"), Column("value", wide=True), Column("origin", wide=True)]
    return Listing([*columns, Column("variable", shown=False)], shown(ctx.obj.loaded), id="key")


@command(app, "check", "config check", "config check -o json", "config check --fields kind,read")
def check(ctx: typer.Context) -> Listing:
    """Read all of the configuration and say what is wrong in it, with file, line and column.

    Exits with 4 if anything is. All mistakes of all files are told at once.
    """
    from config.checking import examine_files
    from config.findings import Health

    folder = ctx.obj.loaded.settings.config_dir  # without the settings nobody knows where
    found = examine_files(ctx.obj)
    wrong = [finding.detail for finding in found if finding.status is Health.FAIL]
    if wrong:
        raise ConfigError("\n".join(dict.fromkeys(wrong)))
    rows = [
        {"kind": one.check, "read": one.detail, "folder": str(folder) if folder else None}
        for one in found
    ]
    return Listing([Column("kind"), Column("read"), Column("folder")], rows, id="kind")


@app.command(
    epilog=examples_of("config schema", "config schema source", "config schema rules > rules.json")
)
def schema(
    kind: Annotated[
        str, typer.Argument(metavar="settings|source|platforms|rules", help="Of which file.")
    ] = "settings",
) -> None:
    """Print the JSON Schema of a kind of file, for editors.

    An editor with YAML support takes it from the file's first line:
    `# yaml-language-server: $schema=settings.schema.json`.
    """
    from config.schemas import FileKind
    from config.schemas import schema as schema_of
    from storage.plain import as_json

    with plainly():
        try:
            wanted = FileKind(kind)
        except ValueError:
            words = ", ".join(FileKind)
            message = f"{kind!r} is no kind of file; there are {words}"
            raise typer.BadParameter(message, param_hint="KIND") from None
        typer.echo(as_json(schema_of(wanted), indent=2), nl=False)
