"""The commands for the operator: what was sent, and how the sources are doing."""

from typing import Annotated

import typer

from config.errors import NotFoundError
from storage import layouts, options
from storage.options import (
    After,
    Limit,
    OfSource,
    command,
    examples_of,
)
from storage.output import Document, Listing
from storage.surroundings import Surroundings, around, one_page, reading

REJECTIONS_SHOWN = 10
"""Rejected pages below the feeds; `sources rejections` lists the others."""

app = typer.Typer(rich_markup_mode=None)
sources = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The outlets that are read.",
    epilog=examples_of("sources list", "sources check 36kr", "sources health --fail-empty"),
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
        list[str] | None,
        typer.Option(
            metavar="ID", help="Send this one after all, - those on stdin; lists what is owed."
        ),
    ] = None,
    limit: Limit = 50,
    after: After = None,
) -> Listing:
    """List alerts as they were sent, the newest first, or those that could not be sent.

    --retry 17 sends one again; --failed -o ids into --retry - sends all of them.
    """
    from storage import deliveries

    if retry:
        return _retried(around(ctx), options.numbers(retry, "--retry"), limit)
    last = None if after is None else options.number(after, "--after")
    with reading(ctx) as session:
        listed = deliveries.failed if failed else deliveries.listed
        found = [vars(row) for row in listed(session, limit + 1, last)]
    shown, cursor = one_page(found, limit)
    return Listing(layouts.deliveries(), shown, cursor=cursor)


def _retried(given: Surroundings, asked: list[int], limit: int) -> Listing:
    from storage import deliveries

    failures = []
    with given.database().write() as session:
        for number in asked:
            try:
                deliveries.retry(session, number, given.clock())
            except NotFoundError as error:
                failures.append(str(error))
        owed = deliveries.pending(session, limit)
    done = len(asked) - len(failures)
    if failures and not done:
        raise NotFoundError("\n".join(failures))
    code = options.outcome(done, failures)
    return Listing(layouts.deliveries(), [vars(row) for row in owed], exit_code=code)


@command(
    sources,
    "health",
    "sources health",
    "sources health --source 36kr -o json",
    "sources health --fields source,failures,last_error",
)
def show_health(ctx: typer.Context, source: OfSource = None) -> Document:
    """Show how each feed is doing: last success, failures, newest entry, articles, notices.

    `per_day` counts the articles of the last seven days. Notices are what the operators are told.
    Tables and JSON also show the last pages that were rejected, with the reason.
    """
    from storage import listings, records

    with reading(ctx) as session:
        listings.check_source(session, source)
        feeds = Listing(
            layouts.feeds(), records.feeds(session, source, around(ctx).clock()), title="feeds"
        )
        rejected = records.rejected(session, source, REJECTIONS_SHOWN)
    parts = [feeds, Listing(layouts.rejections(), rejected, title="rejections")]
    return Document(None, parts, lead=feeds)


@command(
    sources,
    "rejections",
    "sources rejections",
    "sources rejections --source 36kr -o csv",
    "sources rejections --skipped --fields url",
)
def list_rejections(
    ctx: typer.Context,
    source: OfSource = None,
    skipped: Annotated[
        bool, typer.Option("--skipped", help="Instead those that name no platforms.")
    ] = False,
    limit: Limit = 50,
    after: After = None,
) -> Listing:
    """List pages that became no article, the newest first, with the reason."""
    from storage import listings, records

    with reading(ctx) as session:
        listings.check_source(session, source)
        last = None if after is None else options.number(after, "--after")
        rows = records.rejected(session, source, limit + 1, last, skipped=skipped)
    shown, cursor = one_page(rows, limit)
    return Listing(layouts.rejections(), shown, cursor=cursor)
