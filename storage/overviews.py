"""The commands that put claims together: timeline and matrix."""

from dataclasses import replace
from typing import Annotated

import typer

from storage import layouts, options
from storage.options import (
    After,
    At,
    Limit,
    OfCapability,
    OfLanguage,
    OfPlatform,
    OfSource,
    OfStage,
    Since,
    Until,
    command,
)
from storage.output import Listing
from storage.surroundings import around, cells_at, named, reading, wanted_of

app = typer.Typer(rich_markup_mode=None)


@command(
    app,
    "timeline",
    "timeline taobao",
    "timeline taobao wechat-pay -o md",
    "timeline tencent --since 2024 --stage live -o jsonl",
)
def show_timeline(
    ctx: typer.Context,
    platform: Annotated[str, typer.Argument(metavar="A", help="A platform, by id or any name.")],
    other: Annotated[
        str | None, typer.Argument(metavar="[B]", help="Only what lies between A and B.")
    ] = None,
    stage: OfStage = None,
    capability: OfCapability = None,
    lang: OfLanguage = None,
    source: OfSource = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 10_000,
    after: After = None,
) -> Listing:
    """Tell what a platform opened, and what was opened to it, step by step with the evidence.

    Dates that contradict each other stand side by side with who gave them. An owner stands for
    all its platforms. --since and --until are about the steps, not about the articles;
    --after takes the number of steps already seen.
    """
    from storage import listings
    from storage.timeline import rows, timeline, within

    platforms = around(ctx).platforms
    party = platforms.find(platform)
    counterpart = None if other is None else platforms.find(other)
    start, end = options.since(since, around(ctx).clock()), options.until(until)
    with reading(ctx) as session:
        wanted = wanted_of(
            ctx, session, platform=party, capability=capability, language=lang, source=source
        )
        if counterpart is not None:  # an outlet may have named only the owner
            parties = (wanted.parties or frozenset()) | {platforms.owner(party)}
            wanted = replace(wanted, parties=parties)
        evidence = listings.claims(session, wanted)
    edges = [one.edge for one in evidence]
    names = {party, counterpart or party, *(edge.host for edge in edges)}
    names |= {edge.guest for edge in edges}
    companies = {name: platforms.owner(name) for name in names}
    steps = timeline(evidence, party, counterpart, companies=companies)
    found = [
        step
        for step in steps
        if stage in (None, step.stage)
        and within(step, start.date() if start else None, end.date() if end else None)
    ]
    first = 0 if after is None else options.number(after, "--after")
    last = first + limit
    cursor = str(last) if len(found) > last else None
    shown = rows(found[first:last])
    return Listing(layouts.timeline(named(ctx)), shown, id="event", cursor=cursor)


@command(
    app,
    "matrix",
    "matrix",
    "matrix --at 2023 --capability payment -o csv",
    "matrix --diff 2023 2024-09-30 --platform tencent",
)
def show_matrix(
    ctx: typer.Context,
    at: At = None,
    diff: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="DATE1 DATE2", help="What changed between the ends of two days."),
    ] = None,
    capability: OfCapability = None,
    platform: OfPlatform = None,
    stage: OfStage = None,
    lang: OfLanguage = None,
    source: OfSource = None,
) -> Listing:
    """Show who opened what to whom: stage, since when, by how many independent sources.

    Contradicting dates or stages are marked; `timeline` tells who says what.
    """
    from storage import differences
    from storage.matrix import rows

    now = around(ctx).clock()
    if diff and at:
        raise typer.BadParameter("give either --at or --diff", param_hint="--diff")
    days = [options.day(one, now, "--diff") for one in diff or ()]
    days = days or [options.day(at, now, "--at")]
    found = [
        [cell for cell in cells if stage in (None, cell.stage)]
        for cells in cells_at(
            ctx, days, capability, platform=platform, language=lang, source=source
        )
    ]
    if diff:
        changed = differences.rows(found[0], found[1])
        return Listing(layouts.differences(named(ctx)), changed, id="event")
    return Listing(layouts.matrix(named(ctx)), rows(found[0]), id="event")
