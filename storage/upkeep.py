"""The commands for the operator: what was sent, and how the sources are doing."""

from typing import Annotated

import typer

from storage import layouts
from storage.options import (
    Limit,
    OfSource,
    command,
)
from storage.output import Document, Listing
from storage.surroundings import around, reading

REJECTIONS_SHOWN = 10
"""Rejected pages below the feeds; `sources rejections` lists the others."""

app = typer.Typer(rich_markup_mode=None)
sources = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The outlets that are read."
)
app.add_typer(sources, name="sources")


@command(
    app,
    "deliveries",
    "deliveries --failed",
    "deliveries -o jsonl --limit 200",
    "deliveries --failed --limit 5 -o ids",
)
def list_deliveries(
    ctx: typer.Context,
    failed: Annotated[
        bool, typer.Option("--failed", help="Only those given up, with the error.")
    ] = False,
    retry: Annotated[
        int | None, typer.Option(metavar="ID", help="Send this one after all; lists what is owed.")
    ] = None,
    limit: Limit = 50,
) -> Listing:
    """List alerts as they were sent, the newest first, or those that could not be sent."""
    from storage import deliveries

    if retry is not None:
        given = around(ctx)
        with given.database().write() as session:
            deliveries.retry(session, retry, given.clock())
            owed = deliveries.pending(session, limit)
        return Listing(layouts.deliveries(), [vars(row) for row in owed])
    with reading(ctx) as session:
        found = deliveries.failed(session, limit) if failed else deliveries.listed(session, limit)
    return Listing(layouts.deliveries(), [vars(row) for row in found])


@command(
    sources,
    "health",
    "sources health",
    "sources health --source 36kr -o json",
    "sources health --fields source,failures,last_error",
)
def show_health(ctx: typer.Context, source: OfSource = None) -> Document:
    """Show how each feed is doing: last success, failures, newest entry, rejected pages.

    Tables and JSON also show the last pages that were rejected, with the reason.
    """
    from storage import listings, records

    with reading(ctx) as session:
        listings.check_source(session, source)
        feeds = Listing(layouts.feeds(), records.feeds(session, source), title="feeds")
        rejected = records.rejected(session, source, REJECTIONS_SHOWN)
    parts = [feeds, Listing(layouts.rejections(), rejected, title="rejections")]
    return Document(None, parts, lead=feeds)


@command(
    sources,
    "rejections",
    "sources rejections",
    "sources rejections --source 36kr -o csv",
    "sources rejections --fields reason,url",
)
def list_rejections(ctx: typer.Context, source: OfSource = None, limit: Limit = 50) -> Listing:
    """List pages that became no article, the newest first, with the reason."""
    from storage import listings, records

    with reading(ctx) as session:
        listings.check_source(session, source)
        rows = records.rejected(session, source, limit)
    return Listing(layouts.rejections(), rows)
