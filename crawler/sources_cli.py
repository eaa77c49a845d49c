"""The commands for the catalogue: list, check, enable, disable; and all others of the group."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from config.errors import SchemaError
from crawler.adding_cli import app as adding_commands
from crawler.surroundings import All, Slugs, Surroundings, chosen, named
from storage.options import OfLanguage, command, examples_of, plainly
from storage.output import Column, Format, Listing, lines, preferred, write
from storage.upkeep import sources as health_commands

if TYPE_CHECKING:
    from config.sources import SourceSpec
    from crawler.checking import Check

FAILED = 6
"""Exit code of `sources check` when a source did not lead to an article."""

app = typer.Typer(rich_markup_mode=None)
sources = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The outlets that are read.",
    epilog=examples_of("sources list", "sources check 36kr", "sources health --fail-empty"),
)
for commands in (adding_commands, health_commands):
    sources.add_typer(commands)
app.add_typer(sources, name="sources")

Named = Annotated[list[str], typer.Argument(metavar="SOURCE…", help="Slugs.")]


@command(
    sources,
    "list",
    "sources list",
    "sources list --lang ja --fields source,name,enabled",
    "sources list -o json",
)
def list_sources(ctx: typer.Context, lang: OfLanguage = None) -> Listing:
    """List all outlets of the catalogue and of your own folder, with how they are doing.

    Health comes from the store; it is empty for what was never read.
    """
    from crawler.source_rows import listed

    given: Surroundings = ctx.obj
    try:
        database = given.database()
    except SchemaError:  # nothing was ever run here; the files can be listed all the same
        database = None
    wanted = [
        one for one in given.sources if lang is None or (one.language or "").startswith(lang)
    ]
    columns = [
        Column("source"), Column("name", wide=True), Column("language"), Column("country"),
        Column("timezone", shown=False), Column("enabled"), Column("feeds"), Column("kinds"),
        Column("status", style={"failed": "red", "ok": "green"}), Column("last_success"),
        Column("newest_entry"), Column("articles"), Column("notices", wide=True),
        Column("homepage", shown=False), Column("urls", shown=False, nested=True),
    ]  # fmt: skip
    return Listing(columns, listed(wanted, database, given.clock()), id="source")


@sources.command(
    epilog=examples_of("sources check", "sources check 36kr ifanr", "sources check --all -o json")
)
def check(
    ctx: typer.Context,
    slugs: Slugs = None,
    everything: All = False,
    output: Annotated[
        Format | None,
        typer.Option("-o", "--output", help="Default: table on a terminal, else tsv."),
    ] = None,
) -> None:
    """Try sources without storing anything: answer, entries, robots.txt, and one article each.

    Ends with 6 if a feed did not lead to an article.
    """
    with plainly():
        given: Surroundings = ctx.obj
        wanted = chosen(given.sources, slugs, everything=everything)
        checks = asyncio.run(_check(given, wanted))
    write(lines(_checked(checks), output or preferred(), ()))
    failed = sum(not one.ok for one in checks)
    if failed:
        typer.echo(f"{failed} of {len(checks)} feeds did not lead to an article", err=True)
        raise typer.Exit(FAILED)


async def _check(given: Surroundings, wanted: "Sequence[SourceSpec]") -> "list[Check]":
    from rich.console import Console
    from rich.progress import Progress

    from crawler.checking import check_all
    from crawler.extraction.pool import ExtractionPool
    from crawler.visiting import Visitor

    settings = given.settings.crawl
    pool = ExtractionPool(settings.extraction_processes)
    errors = Console(stderr=True)
    with Progress(console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task("feeds", total=sum(len(one.feeds) for one in wanted))
        try:
            async with Visitor(settings) as visitor:
                return await check_all(
                    wanted, visitor, pool, given.clock(), lambda _: progress.advance(task)
                )
        finally:
            await pool.close()


def _checked(checks: "Sequence[Check]") -> Listing:
    columns = [
        Column("source"), Column("kind"), Column("enabled", shown=False),
        Column("result", style={"ok": "green", "failed": "red"}),
        Column("ok", shown=False), Column("status"), Column("robots"),
        Column("entries"), Column("dated"), Column("newest"), Column("characters"),
        Column("language"), Column("title", wide=True), Column("article", shown=False),
        Column("published", shown=False), Column("error", wide=True), Column("url", wide=True),
    ]  # fmt: skip
    rows = [
        {**asdict(one), "ok": one.ok, "result": "ok" if one.ok else "failed"} for one in checks
    ]
    return Listing(columns, rows, id="source")


@command(
    sources,
    "enable",
    "sources enable 36kr",
    "sources enable 36kr ifanr",
    "sources enable golem -o json",
)
def enable(ctx: typer.Context, slugs: Named) -> Listing:
    """Turn sources on, by a file in your own folder. The daemon takes it over when it starts."""
    return _turn(ctx.obj, slugs, enabled=True)


@command(
    sources,
    "disable",
    "sources disable heise",
    "sources disable heise golem",
    "sources disable heise -o json",
)
def disable(ctx: typer.Context, slugs: Named) -> Listing:
    """Turn sources off, by a file in your own folder. The daemon takes it over when it starts."""
    return _turn(ctx.obj, slugs, enabled=False)


def _turn(given: Surroundings, slugs: Sequence[str], *, enabled: bool) -> Listing:
    from config.catalogue import own_folder, set_enabled

    folder = own_folder(given.settings)
    chosen = named(given.sources, slugs)
    rows = [
        {
            "source": spec.slug,
            "enabled": enabled,
            "changed": spec.enabled is not enabled,
            "file": str(set_enabled(folder, spec.slug, enabled=enabled))
            if spec.enabled is not enabled
            else None,
        }
        for spec in chosen
    ]
    columns = [Column("source"), Column("enabled"), Column("changed"), Column("file", wide=True)]
    return Listing(columns, rows, id="source")
