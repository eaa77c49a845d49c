"""The command that hands the store on: whole listings, feeds to subscribe to, a folder of pages."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from config.drafts import draft_of
from config.errors import InteropwatchError
from storage import layouts, options
from storage.options import OfCapability, OfLanguage, OfPlatform, OfSource, OfStage, Since, Until
from storage.output import Format, Listing, lines, write
from storage.surroundings import around, cells_at, named, one_page, reading, wanted_of

if TYPE_CHECKING:
    from sqlmodel import Session

    from storage.listings import Wanted

app = typer.Typer(rich_markup_mode=None)

PAGE = 500
"""Rows that are in memory at once."""

ENTRIES = 200
"""Entries of a feed: the newest."""


class What(StrEnum):
    """What is handed on."""

    ALL = "all"
    EVENTS = "events"
    ARTICLES = "articles"
    CLAIMS = "claims"
    MATRIX = "matrix"
    SOURCES = "sources"


class As(StrEnum):
    """In which form."""

    CSV = "csv"
    JSONL = "jsonl"
    MD = "md"
    ATOM = "atom"
    OPML = "opml"
    HTML = "html"


_LISTED = (As.CSV, As.JSONL, As.MD)
_FORMS = {
    What.EVENTS: (*_LISTED, As.ATOM),
    What.ARTICLES: (*_LISTED, As.ATOM),
    What.CLAIMS: _LISTED,
    What.MATRIX: _LISTED,
    What.SOURCES: (*_LISTED, As.OPML),
    What.ALL: (As.HTML,),
}
_USUAL = {As.OPML: What.SOURCES, As.HTML: What.ALL}
_HEEDED: dict[What, tuple[str, ...]] = {
    What.ALL: (),
    What.SOURCES: ("source",),
    What.ARTICLES: ("platform", "stage", "language", "source", "since", "until"),
}
"""By what they can be narrowed down; the others by everything."""
_HEADS = {As.CSV: 1, As.MD: 2, As.JSONL: 0}
"""Lines above the rows."""

_EXAMPLES = (
    "export --what articles --since 2024-09 --format jsonl",
    "export --what events --platform wechat --format atom --to wechat.xml",
    "export --format html --to pages",
)


@app.command(
    "export",
    epilog="\b\nExamples:\n" + "\n".join(f"  interopwatch {example}" for example in _EXAMPLES),
)
def export(
    ctx: typer.Context,
    form: Annotated[As, typer.Option("--format", help="In which form.")],
    what: Annotated[
        What | None, typer.Option(help="Default: all for html, sources for opml, else events.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option(help="A file, or the folder for html. Default: stdout.")
    ] = None,
    platform: OfPlatform = None,
    stage: OfStage = None,
    capability: OfCapability = None,
    lang: OfLanguage = None,
    source: OfSource = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """Hand on all events, articles, claims, sources or the matrix; or all of it as pages.

    csv, jsonl and md have every row. atom has the newest 200: of events every stage change is an
    entry of its own. html makes one folder of static pages that opens from disk and can be
    published: the matrix, a timeline per platform, every event with its evidence.
    """
    asked = {
        "platform": platform, "stage": stage, "capability": capability, "language": lang,
        "source": source, "since": since, "until": until,
    }  # fmt: skip
    asked = {name: value for name, value in asked.items() if value is not None}
    chosen = what or _USUAL.get(form, What.EVENTS)
    if form not in _FORMS[chosen]:
        known = ", ".join(_FORMS[chosen])
        raise typer.BadParameter(f"{chosen} can be {known}, not {form}", param_hint="--format")
    _refuse_unheeded(chosen, form, asked)
    with options.plainly():
        if form is As.HTML:
            _pages(ctx, to)
        else:
            _deliver(_pieces(ctx, chosen, form, asked), to)


def _refuse_unheeded(what: What, form: As, asked: Iterable[str]) -> None:
    """Nobody is to take for narrowed down what is not."""
    heeded = () if form is As.OPML else _HEEDED.get(what, asked)
    for name in asked:
        if name not in heeded:
            option = "--lang" if name == "language" else f"--{name}"
            kind = form if form in _USUAL else what
            message = (
                f"{kind} is of the whole store"
                if not heeded
                else f"{what} cannot be narrowed down by it"
            )
            raise typer.BadParameter(message, param_hint=option)


def _pages(ctx: typer.Context, to: Path | None) -> None:
    from storage.export_site import write_site

    if to is None:
        raise typer.BadParameter("html needs a folder", param_hint="--to")
    given = around(ctx)
    today = options.day(None, given.clock(), "--at")
    with reading(ctx) as session:
        site = write_site(session, to, named(ctx), given.platforms.owner, today)
    typer.echo(f"{to / 'index.html'}: {site.events} events, {site.timelines} timelines", err=True)


def _pieces(ctx: typer.Context, what: What, form: As, asked: dict[str, Any]) -> Iterable[str]:
    match form:
        case As.OPML:
            from storage.export_feeds import opml

            with reading(ctx) as session:
                return [opml(session, around(ctx).clock())]
        case As.ATOM:
            return [_feed(ctx, what, asked)]
        case _:
            return _rows(ctx, what, form, asked)


def _feed(ctx: typer.Context, what: What, asked: dict[str, Any]) -> str:
    from storage.export_feeds import articles, atom, stage_changes

    title = " ".join(["interopwatch", what, *(f"{k}={v}" for k, v in sorted(asked.items()))])
    with reading(ctx) as session:
        wanted = wanted_of(ctx, session, **asked, limit=ENTRIES - 1)
        if what is What.EVENTS:
            entries = stage_changes(session, named(ctx), wanted)
        else:
            entries = articles(session, wanted)
    return atom(title, entries, around(ctx).clock())


def _rows(ctx: typer.Context, what: What, form: As, asked: dict[str, Any]) -> Iterator[str]:
    """The listing in pieces, a page in memory at a time and no reader kept open between them."""
    head = 0
    for listing in _listings(ctx, what, asked):
        text = "".join(lines(listing, Format(form), ()))
        yield "".join(text.splitlines(keepends=True)[head:])
        head = _HEADS[form]


def _listings(ctx: typer.Context, what: What, asked: dict[str, Any]) -> Iterator[Listing]:
    from storage import listings, records
    from storage.matrix import rows

    if what is What.SOURCES:
        with reading(ctx) as session:
            listings.check_source(session, asked.get("source"))
            health = records.feeds(session, asked.get("source"), around(ctx).clock())
            yield Listing(layouts.feeds(), health)
    elif what is What.MATRIX:
        day = options.day(None, around(ctx).clock(), "--at")
        only = asked.pop("stage", None)
        cells = cells_at(ctx, day, asked.pop("capability", None), **asked)
        shown = rows(cell for cell in cells if only in (None, cell.stage))
        yield Listing(layouts.matrix(named(ctx)), shown, id="event")
    else:
        columns = _COLUMNS[what](named(ctx))
        after = None
        while True:
            with reading(ctx) as session:
                wanted = wanted_of(ctx, session, **asked, limit=PAGE, after=after)
                page, after = one_page(_found(session, what, wanted), PAGE)
            yield Listing(columns, page)
            if after is None:
                return


_COLUMNS = {
    What.EVENTS: layouts.events,
    What.ARTICLES: layouts.articles,
    What.CLAIMS: layouts.claims,
}


def _found(session: "Session", what: What, wanted: "Wanted") -> list[dict[str, Any]]:
    from storage import listings, records

    match what:
        case What.EVENTS:
            return records.events(session, listings.events(session, wanted))
        case What.ARTICLES:
            return records.articles(session, listings.articles(session, wanted))
        case _:
            return [records.claim(one) for one in listings.claims(session, wanted, paged=True)]


def _deliver(pieces: Iterable[str], to: Path | None) -> None:
    """Print, or write a file that is there once it is whole."""
    if to is None:
        write(pieces)
        return
    if to.is_dir():
        raise InteropwatchError(f"{to} is a folder; name a file")
    try:
        with draft_of(to) as draft, draft.open("w", encoding="utf-8", newline="") as file:
            file.writelines(pieces)
    except OSError as error:
        raise InteropwatchError(f"cannot write {to}: {error.strerror}") from error
