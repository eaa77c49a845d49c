"""The commands that bring outlets into the catalogue and out of it: add, import, export."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from config.errors import InteropwatchError
from crawler.surroundings import All, Slugs, Surroundings, chosen
from storage.options import command, examples_of, plainly
from storage.output import Column, Listing, write

app = typer.Typer(rich_markup_mode=None)


@command(
    app,
    "add",
    "sources add https://example.com/",
    "sources add https://example.com/feed.xml --slug example --zone Asia/Tokyo",
    "sources add https://example.com/ --dry-run -o json",
)
def add(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="A page or a feed of the outlet.")],
    slug: Annotated[str | None, typer.Option(help="Default: from the host's name.")] = None,
    name: Annotated[str | None, typer.Option(help="Default: as the page calls itself.")] = None,
    language: Annotated[str | None, typer.Option(help="Default: that of an article.")] = None,
    zone: Annotated[
        str | None, typer.Option(help="Time zone. Default: by the host's name or language.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing.")] = False,
) -> Listing:
    """Find the feeds and sitemaps of an outlet, try them, and write a file for the best.

    Lists what was tried; stderr says what was done.
    """
    from config.catalogue import own_folder
    from crawler.adding import Wishes, add_outlet

    given: Surroundings = ctx.obj
    folder = None if dry_run else own_folder(given.settings)
    address = url if "://" in url else f"https://{url}"
    wishes = Wishes(slug=slug, name=name, language=language, zone=zone)
    tried, said = asyncio.run(
        add_outlet(address, wishes, given.sources, given.settings.crawl, given.clock(), folder)
    )
    typer.echo(said, err=True)
    columns = [
        Column("chosen"), Column("found_by"), Column("kind"), Column("ok"), Column("entries"),
        Column("dated"), Column("newest"), Column("title", wide=True),
        Column("error", wide=True), Column("url", wide=True),
    ]  # fmt: skip
    return Listing(columns, tried, id="url")


@command(
    app,
    "import",
    "sources import feeds.opml",
    "sources import - -o json < feeds.opml",
    "sources import feeds.opml --dry-run",
)
def import_list(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="OPML, of any feed reader.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing.")] = False,
) -> Listing:
    """Write a source file for every feed of a list that is not read yet. Nothing is fetched."""
    from config.catalogue import own_folder
    from crawler.adding import import_outlines
    from crawler.opml import read_opml

    given: Surroundings = ctx.obj
    folder = None if dry_run else own_folder(given.settings)
    rows = import_outlines(read_opml(_bytes(file)), given.sources, folder)
    columns = [
        Column("source"), Column("name", wide=True), Column("outcome"), Column("url", wide=True),
    ]  # fmt: skip
    return Listing(columns, rows, id="source")


@app.command(
    "export",
    epilog=examples_of(
        "sources export > feeds.opml", "sources export 36kr ifanr", "sources export --all"
    ),
)
def export_list(
    ctx: typer.Context,
    slugs: Slugs = None,
    everything: All = False,
) -> None:
    """Write the RSS and Atom feeds as OPML 2.0, for any feed reader, to stdout."""
    from crawler.opml import exported, write_opml

    with plainly():
        given: Surroundings = ctx.obj
        wanted = chosen(given.sources, slugs, everything=everything)
    write([write_opml(wanted, "interopwatch")])
    left = sum(len(one.feeds) - len(exported(one)) for one in wanted)
    if left:
        typer.echo(f"left out: {left} sitemaps, listings and APIs, which are no feeds", err=True)


def _bytes(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise InteropwatchError(f"cannot read {file}: {error.strerror}") from error
