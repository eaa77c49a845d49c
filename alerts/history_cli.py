"""Commands about what the rules made of the stored history: why, and what they would make now."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from alerts.cli import rules
from config.errors import InteropwatchError
from storage import options
from storage.options import command
from storage.output import Column, Document, Listing
from storage.surroundings import asked_event, named, reading

if TYPE_CHECKING:
    from datetime import datetime

    from alerts.history import Summary
    from alerts.tagging.reading import Reader
    from config.platforms import Platforms
    from config.settings import Settings
    from storage.database import Database
    from storage.ledger import Ledger
    from storage.revisions import Recorded

app = typer.Typer(rich_markup_mode=None, add_completion=False)
"""What `interopwatch db` gets from here."""


class Surroundings(Protocol):
    """What the composition root hands to these commands as `ctx.obj`."""

    @property
    def platforms(self) -> "Platforms":
        """The gazetteer."""
        ...

    @property
    def reader(self) -> "Reader":
        """Rules and names, ready to read articles."""
        ...

    @property
    def settings(self) -> "Settings":
        """All settings."""
        ...

    def database(self) -> "Database":
        """The store, open and of the right schema."""
        ...

    def clock(self) -> "datetime":
        """The present moment, with a zone."""
        ...


@command(
    rules,
    "explain",
    "rules explain E17",
    "rules explain 17 -o json",
    "rules explain E17 --fields article,because",
)
def explain(
    ctx: typer.Context,
    event_id: Annotated[str, typer.Argument(metavar="EVENT", help="E17 or 17.")],
) -> Document:
    """Say why each article is on an event, and why its openings are one event.

    For every claim: the article, the opening, the words that decided capability, stage and date,
    and what made the article relevant. Flat formats (tsv, csv, ids) and --fields print the claims.
    """
    from alerts import explanations
    from storage import layouts, records

    given: Surroundings = ctx.obj
    naming = named(ctx)
    with reading(ctx) as session:
        found = asked_event(session, event_id)
        facts = records.events(session, [found])
        claims = explanations.claims(session, found.id or 0, given.platforms)
        ties = explanations.ties(session, found.id or 0, given.platforms)
        verdicts = explanations.verdicts(session, {row["article"] for row in claims})
    wide = ("title", "because", "quote")
    hidden = ("url", "claim", "edge", "quote")
    columns = [Column(name, shown=name not in hidden, wide=name in wide) for name in _CLAIMS]
    lead = Listing(columns, claims, id="article", title="claims")
    parts = [
        lead,
        Listing([Column(n, wide=n == "because") for n in _VERDICTS], verdicts, title="articles"),
        Listing([Column(n, wide=n == "because") for n in _TIES], ties, title="together"),
    ]
    heads = [column for column in layouts.events(naming) if column.name != "openings"]
    return Document(Listing(heads, facts), parts, lead=lead)


_CLAIMS = (
    "article", "source", "language", "published", "title", "opening", "kind", "stage", "date",
    "date_how", "because", "quote", "url", "claim", "edge",
)  # fmt: skip
_VERDICTS = ("article", "relevant", "copy_of", "because")
_TIES = ("one", "two", "because")


@command(
    app,
    "retag",
    "db retag --dry-run --diff",
    "db retag --since 90d",
    "db retag --dry-run --diff -o jsonl",
)
def retag(
    ctx: typer.Context,
    since: Annotated[
        str | None,
        typer.Option(
            help="Only articles published from this time on: 90d, or a day, month, year."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change a copy that is gone afterwards.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show every change, not only how many there are.")
    ] = False,
    alert: Annotated[
        bool, typer.Option("--alert", help="Tell subscribers what is still news after all.")
    ] = False,
) -> Listing:
    """Apply the rules and platforms of now to the stored articles. Alerts nobody by itself.

    The daemon may run meanwhile, but it reads with the rules that it was started with: restart it
    first. What was interrupted is finished by running it again.
    """
    from contextlib import nullcontext

    from alerts import history
    from storage.ledger import Ledger
    from storage.revisions import scratch

    given: Surroundings = ctx.obj
    moment = options.since(since, given.clock())
    alerting = _alerting(given) if alert else None
    again = history.Again(given.reader, given.settings.alerts.max_age_days, alerting)
    ledger = Ledger()
    database = given.database()
    with scratch(database) if dry_run else nullcontext(database) as store:
        try:
            summary = history.retag(store, again, ledger, moment, _progress)
        except KeyboardInterrupt:
            raise InteropwatchError(
                "interrupted; what is done is done, and running it again does the rest"
            ) from None
    typer.echo(_told(summary, dry_run=dry_run), err=True)
    return _changes(ledger) if diff else _counts(summary)


def _alerting(given: Surroundings) -> Any:
    from functools import partial

    from alerts.history import Alerting
    from storage.owed import queue, touch

    owner = given.platforms.owner
    return Alerting(partial(queue, owner=owner), partial(touch, owner=owner), given.clock())


def _progress(articles: "Iterable[Recorded]", total: int) -> "Iterable[Recorded]":
    from rich.console import Console
    from rich.progress import track

    errors = Console(stderr=True)
    return track(
        articles, "articles", total=total, console=errors, transient=True,
        disable=not errors.is_terminal,
    )  # fmt: skip


def _told(summary: "Summary", *, dry_run: bool) -> str:
    changes = ", ".join(f"{number} {what}" for what, number in sorted(summary.kinds.items()))
    would = "would be " if dry_run else ""
    return (
        f"{summary.articles} articles read, {summary.rewritten} {would}recorded anew; "
        f"{changes or 'nothing that a reader would notice'}; "
        f"{summary.queued} alerts {would}queued"
    )


def _counts(summary: "Summary") -> Listing:
    rows = [{"what": what, "count": number} for what, number in sorted(summary.kinds.items())]
    return Listing([Column("what"), Column("count")], rows, id="what")


_SHOWN = (
    "what", "article", "event", "host", "guest", "capability", "stage", "from", "to", "leading",
    "before", "after", "title", "because",
)  # fmt: skip
_MORE = (
    "source", "language", "mode", "planned_from", "planned_to", "background", "quote", "url",
)  # fmt: skip


def _changes(ledger: "Ledger") -> Listing:
    wide = ("title", "because", "after")
    shown = [Column(name, wide=name in wide) for name in _SHOWN]
    return Listing([*shown, *(Column(name, shown=False) for name in _MORE)], ledger, id="what")
