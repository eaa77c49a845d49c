"""`interopwatch crawl`: read feeds once, now, and say what came of each."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from config.errors import InteropwatchError
from storage.options import command, outcome
from storage.output import Column, Listing

if TYPE_CHECKING:
    from crawler.polls import RunReport

app = typer.Typer(rich_markup_mode=None, add_completion=False)


class Surroundings(Protocol):
    """What the composition root hands to this command as `ctx.obj`."""

    def crawl(
        self, slugs: Sequence[str], told: Callable[[set[str]], None], *, dry_run: bool
    ) -> "Sequence[RunReport]":
        """Read the feeds of these sources (of all, if none is named) and follow what is new.

        `told` is called with the slugs of what will be read, before it is.
        """
        ...


@command(app, "crawl", "crawl", "crawl technode heise", "crawl heise --dry-run -o json")
def crawl(
    ctx: typer.Context,
    slugs: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE]…")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Store nothing.")] = False,
) -> Listing:
    """Read feeds once, now: store and follow what is new. The daemon sends what that owes."""
    given: Surroundings = ctx.obj
    named = slugs or []
    reports = given.crawl(named, lambda read: tell_of_those_off(named, read), dry_run=dry_run)
    rows = [_row(report) for report in reports]
    columns = [Column(name, wide=name in ("feed", "error")) for name in _NAMES]
    columns.append(Column("pages", shown=False, nested=True))
    failed = [f"{row['feed']}: {row['error']}" for row in rows if row["status"] == "failed"]
    code = outcome(len(rows) - len(failed), failed)
    return Listing(columns, rows, id="feed", exit_code=code)


_NAMES = ("source", "feed", "status", "seen", "stored", "skipped", "rejected", "left", "error")


def _row(report: "RunReport") -> dict[str, Any]:
    return {
        "source": report.source,
        "feed": report.feed,
        "left": report.left,
        **{name: getattr(report.result, name) for name in _NAMES[2:7]},
        "error": report.result.error,
        "pages": [asdict(page) for page in report.pages],
    }


def tell_of_those_off(slugs: Sequence[str], read: set[str]) -> None:
    """Say which of the named sources are off. Raises InteropwatchError if nothing is left to read."""
    off = [slug for slug in dict.fromkeys(slugs) if slug not in read]
    if not off:
        return
    verb = "is" if len(off) == 1 else "are"
    said = f"{', '.join(off)} {verb} off; turn on: interopwatch sources enable {' '.join(off)}"
    if not read:
        raise InteropwatchError(said)
    typer.echo(f"interopwatch: {said}", err=True)
