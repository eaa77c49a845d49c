"""The commands that put claims together: timeline and matrix."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from config.errors import InteropwatchError
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
from storage.surroundings import around, cells_at, matrices, named, reading, wanted_of

if TYPE_CHECKING:
    from storage.pictures import Words

app = typer.Typer(rich_markup_mode=None)

Png = Annotated[
    Path | None, typer.Option("--png", metavar="FILE", help="Draw it as a picture, too.")
]


def _draw(file: Path, title: str, drawn: "Callable[[Words], bytes]") -> None:
    """Write a picture. Raises InteropwatchError where that cannot be."""
    from storage.pictures import english

    picture = drawn(english(title))
    try:
        file.write_bytes(picture)
    except OSError as error:
        raise InteropwatchError(f"cannot write {file}: {error.strerror}") from error


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
    png: Png = None,
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
    start, end = options.span(since, until, around(ctx).clock())
    first = _seen(after)
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
    last = first + limit
    cursor = str(last) if len(found) > last else None
    shown = found[first:last]
    if png is not None:
        from storage.pictures import timeline_picture

        title = " ↔ ".join(named(ctx)(one) for one in (party, counterpart) if one)
        _draw(png, title, lambda words: timeline_picture(shown, named(ctx), words))
    return Listing(layouts.timeline(named(ctx)), rows(shown), id="event", cursor=cursor)


def _seen(after: str | None) -> int:
    """How many steps were on the pages before."""
    if after is None or after.strip().isdecimal():
        return int(after or 0)
    message = f"{after!r} is no number of steps: take the one that stderr named"
    raise typer.BadParameter(message, param_hint="--after")


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
    png: Png = None,
) -> Listing:
    """Show who opened what to whom: stage, since when, by how many independent sources.

    Contradicting dates or stages are marked; `timeline` tells who says what.
    """
    from storage import differences
    from storage.matrix import rows

    now = around(ctx).clock()
    if diff and (at or png):
        other = "--at" if at else "--png"
        raise typer.BadParameter(f"give either {other} or --diff", param_hint="--diff")
    asked = {"platform": platform, "language": lang, "source": source}
    if diff:
        days = [options.day(one, now, "--diff") for one in diff]
        changed = [
            row
            for before, after in matrices(ctx, days, capability, **asked)
            for row in differences.rows(before, after)
            if stage in (None, row["stage"], row["stage_before"])
        ]
        return Listing(layouts.differences(named(ctx)), changed, id="event")
    found, cells = [], []
    day = options.day(at, now, "--at")
    for cell in cells_at(ctx, day, capability, **asked):
        if stage in (None, cell.stage):
            found += rows([cell])
            cells.append(cell.bare)
    if png is not None:
        from storage.pictures import matrix_picture

        title = f"interopwatch · {day}"
        _draw(png, title, lambda words: matrix_picture(cells, named(ctx), words))
    return Listing(layouts.matrix(named(ctx)), found, id="event")
