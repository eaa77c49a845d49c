"""The query commands: everything that the store knows, from the shell.

The composition root adds `app` to its own and sets `ctx.obj` to its `Surroundings`. Nothing heavy
is imported before a command runs, so that help and completion come at once.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from storage import export_cli, layouts, overviews, reports_cli, reviews, search_cli, upkeep
from storage.options import (
    After,
    Events,
    Ids,
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
from storage.output import Document, Listing, Printed, Series
from storage.surroundings import (
    Surroundings,
    asked_events,
    asked_rows,
    named,
    one_page,
    reading,
    wanted_of,
)

if TYPE_CHECKING:
    from sqlmodel import Session

    from storage.models import Event

__all__ = ["Surroundings", "app"]

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, add_completion=False)


@command(
    app,
    "events",
    "events --since 7d",
    "events --platform taobao --stage live -o json",
    "events --lang ja --limit 5 --fields id,stage,host,guest",
)
def list_events(
    ctx: typer.Context,
    ids: Events = None,
    platform: OfPlatform = None,
    stage: OfStage = None,
    capability: OfCapability = None,
    lang: OfLanguage = None,
    source: OfSource = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 50,
    after: After = None,
) -> Listing:
    """List events, the most recently told first: one opening each, across all languages."""
    from storage import listings, records

    with reading(ctx) as session:
        wanted = wanted_of(
            ctx, session, platform=platform, stage=stage, capability=capability, language=lang,
            source=source, since=since, until=until, limit=limit, after=after,
        )  # fmt: skip
        code = 0
        if ids:
            asked, code = asked_events(session, ids)
            wanted = replace(wanted, ids=frozenset(event.id or 0 for event in asked))
        rows = records.events(session, listings.events(session, wanted))
    shown, after = one_page(rows, limit)
    return Listing(layouts.events(named(ctx)), shown, cursor=after, exit_code=code)


@command(app, "event", "event E17", "event E17 E18 -o json", "event E17 --fields source,quote,url")
def show_event(
    ctx: typer.Context,
    ids: Annotated[
        list[str], typer.Argument(metavar="EVENT…", help="E17 or 17; - reads ids from stdin.")
    ],
) -> Printed:
    """Show an event: its openings, stages, who told of it, every claim with quote and reasons.

    Flat formats (tsv, csv, ids) and --fields print the claims.
    """
    naming = named(ctx)
    with reading(ctx) as session:
        found, code = asked_events(session, ids)
        documents = [_document(session, event, naming) for event in found]
    if not documents:  # nothing came through the pipe
        return Listing(layouts.claims(naming), [])
    if len(documents) == 1 and not code and ids != ["-"]:
        return documents[0]
    return Series(documents, code)


def _document(session: "Session", event: "Event", naming: layouts.Naming) -> Document:
    from storage import listings, records

    number = event.id or 0
    evidence = listings.claims(session, listings.Wanted(), of_event=number)
    facts = records.events(session, [event])
    claims = Listing(
        layouts.claims(naming), [records.claim(one) for one in evidence], title="claims"
    )
    heads = [column for column in layouts.events(naming) if column.name != "openings"]
    parts = [
        Listing(layouts.openings(naming), facts[0]["openings"], title="openings"),
        Listing(layouts.stages(), records.stages(session, number), title="stages"),
        Listing(layouts.sources(), records.sources(evidence), title="told_by", id="source"),
        claims,
    ]
    return Document(Listing(heads, facts), parts, lead=claims)


@command(
    app,
    "articles",
    "articles --since 7d --platform taobao",
    "articles --source 36kr -o jsonl --fields id,url,title",
    "articles --lang ja --stage test --limit 20",
)
def list_articles(
    ctx: typer.Context,
    ids: Ids = None,
    platform: OfPlatform = None,
    stage: OfStage = None,
    lang: OfLanguage = None,
    source: OfSource = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 50,
    after: After = None,
) -> Listing:
    """List articles, the last stored first: what was read, and what came of it."""
    from storage import listings, records
    from storage.models import Article

    with reading(ctx) as session:
        wanted = wanted_of(
            ctx, session, platform=platform, stage=stage, language=lang, source=source,
            since=since, until=until, limit=limit, after=after,
        )  # fmt: skip
        code = 0
        if ids:
            found, code = asked_rows(session, Article, ids)
            wanted = replace(wanted, ids=found)
        rows = records.articles(session, listings.articles(session, wanted))
    shown, after = one_page(rows, limit)
    return Listing(layouts.articles(named(ctx)), shown, cursor=after, exit_code=code)


@command(
    app,
    "claims",
    "claims --since 30d --stage live",
    "claims --platform wechat-pay -o jsonl",
    "claims --source 36kr --fields id,event,date,quote",
)
def list_claims(
    ctx: typer.Context,
    ids: Ids = None,
    platform: OfPlatform = None,
    stage: OfStage = None,
    capability: OfCapability = None,
    lang: OfLanguage = None,
    source: OfSource = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 50,
    after: After = None,
) -> Listing:
    """List claims, the newest first: what each article says of an opening, with its quote."""
    from storage import listings, records
    from storage.models import Claim

    with reading(ctx) as session:
        wanted = wanted_of(
            ctx, session, platform=platform, stage=stage, capability=capability, language=lang,
            source=source, since=since, until=until, limit=limit, after=after,
        )  # fmt: skip
        code = 0
        if ids:
            found, code = asked_rows(session, Claim, ids)
            wanted = replace(wanted, ids=found)
        evidence = listings.claims(session, wanted, paged=True)
    rows = [records.claim(one) for one in evidence]
    shown, after = one_page(rows, limit)
    return Listing(layouts.claims(named(ctx)), shown, cursor=after, exit_code=code)


app.add_typer(search_cli.app)
app.add_typer(overviews.app)
app.add_typer(reviews.app)
app.add_typer(reports_cli.app)
app.add_typer(export_cli.app)
app.add_typer(upkeep.app)
