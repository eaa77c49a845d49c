"""The command for those who write the rules: which alerts readers called wrong."""

import typer

from storage import layouts
from storage.options import (
    After,
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
from storage.surroundings import named, one_page, reading, wanted_of

app = typer.Typer(rich_markup_mode=None)


@command(
    app,
    "reports",
    "reports --since 7d",
    "reports --platform taobao --stage live",
    "reports -o jsonl --fields event,quote,url,reasons",
)
def list_reports(
    ctx: typer.Context,
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
    """List alerts that readers called wrong, the last report first, with what they were made of.

    A chat counts once for an event and stage; `reporter` tells chats apart and leads to none.
    Quote, article and reasons are those of the day of the report. A quote that was misread is
    best turned into an example of a rule: docs/rules.md.
    """
    from storage import reports

    with reading(ctx) as session:
        wanted = wanted_of(
            ctx, session, platform=platform, stage=stage, capability=capability, language=lang,
            source=source, since=since, until=until, limit=limit, after=after,
        )  # fmt: skip
        rows = [reports.record(one) for one in reports.reports(session, wanted)]
    shown, cursor = one_page(rows, limit)
    return Listing(layouts.reports(named(ctx)), shown, cursor=cursor)
