"""The commands that look over the whole store: contradictions, slippage, statistics."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from config.words import Capability
from storage import layouts, options
from storage.options import (
    At,
    By,
    OfCapability,
    OfLanguage,
    OfPlatform,
    OfSource,
    Since,
    Until,
    command,
)
from storage.output import Listing
from storage.surroundings import around, cells_at, named, reading, wanted_of

if TYPE_CHECKING:
    from storage.matrix import Cell

app = typer.Typer(rich_markup_mode=None)


def _cells(
    ctx: typer.Context, at: str | None, capability: Capability | None, **asked: str | None
) -> "tuple[date, Iterator[Cell]]":
    """The day that is asked for, today if none is, and the matrix as of its end."""
    day = options.day(at, around(ctx).clock(), "--at")
    return day, cells_at(ctx, day, capability, **asked)


@command(
    app,
    "contradictions",
    "contradictions",
    "contradictions --platform tencent -o md",
    "contradictions --at 2024 --capability payment -o jsonl",
)
def list_contradictions(
    ctx: typer.Context,
    at: At = None,
    platform: OfPlatform = None,
    capability: OfCapability = None,
    lang: OfLanguage = None,
    source: OfSource = None,
) -> Listing:
    """List what cannot all be right: dates of one step, stages of one opening, and who said which.

    Nothing is decided: every date or stage stands beside the outlets that gave it.
    """
    from storage import contradictions

    _, cells = _cells(ctx, at, capability, platform=platform, language=lang, source=source)
    return Listing(layouts.contradictions(named(ctx)), contradictions.rows(cells), id="event")


@command(
    app,
    "slippage",
    "slippage",
    "slippage --platform taobao",
    "slippage --at 2024-12-31 --fields event,planned,days_late",
)
def list_slippage(
    ctx: typer.Context,
    at: At = None,
    platform: OfPlatform = None,
    capability: OfCapability = None,
    lang: OfLanguage = None,
    source: OfSource = None,
) -> Listing:
    """List planned dates that passed without a report of the launch, the longest overdue first.

    Of several dates the last one counts. A launch in another mode (scan, direct …) does not
    settle a plan; a withdrawal that came after the plan does.
    """
    from storage import slippage

    day, cells = _cells(ctx, at, capability, platform=platform, language=lang, source=source)
    found = slippage.rows(slippage.slips(cells, day))
    return Listing(layouts.slippage(named(ctx)), found, id="event")


@command(
    app,
    "stats",
    "stats",
    "stats --by lang --since 30d",
    "stats --by capability --source 36kr -o csv",
)
def show_stats(
    ctx: typer.Context,
    by: Annotated[By, typer.Option("--by", help="What is counted by.")] = By.SOURCE,
    lang: OfLanguage = None,
    source: OfSource = None,
    since: Since = None,
    until: Until = None,
) -> Listing:
    """Count articles, claims and events by source, language, stage or capability.

    By stage and by capability only articles count that make such a claim.
    """
    from storage.counts import counted

    with reading(ctx) as session:
        wanted = wanted_of(ctx, session, language=lang, source=source, since=since, until=until)
        rows = counted(session, by, wanted)
    return Listing(layouts.stats(by), rows, id=by.value)
