"""Commands for people who add sources: what the extraction makes of one page."""

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol
from zoneinfo import ZoneInfo

import typer

from config.errors import InteropwatchError
from storage.options import examples_of

if TYPE_CHECKING:
    from config.settings import Settings
    from crawler.extraction.page import Page

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, add_completion=False)


class Surroundings(Protocol):
    """What the composition root hands to these commands as `ctx.obj`."""

    @property
    def settings(self) -> "Settings":
        """All settings."""
        ...


@app.command(
    epilog=examples_of(
        "extract page.html --url https://example.com/a",
        "extract https://example.com/a -o json",
        "interopwatch extract - < page.html",
    )
)
def extract(
    ctx: typer.Context,
    page: Annotated[str, typer.Argument(metavar="FILE|URL|-", help="The page to read.")],
    url: Annotated[str, typer.Option(help="The address that the file came from.")] = "",
    zone: Annotated[str, typer.Option(help="Time zone of the outlet.")] = "UTC",
    output: Annotated[str, typer.Option("-o", "--output", metavar="json|text")] = "text",
) -> None:
    """Show title, text, language and date that are read out of one page."""
    if output not in ("json", "text"):
        raise typer.BadParameter(f"{output!r} is no format; write json or text", param_hint="-o")
    if not is_zone(zone):
        message = f"{zone!r} is no time zone; write one such as Asia/Shanghai"
        raise typer.BadParameter(message, param_hint="--zone")
    given: Surroundings = ctx.obj
    found = asyncio.run(extract_page(page, url, zone, given))
    if output == "json":
        sys.stdout.write(json.dumps(asdict(found), ensure_ascii=False, default=str) + "\n")
        return
    typer.echo(f"title      {found.title}\nurl        {found.canonical_url}")
    typer.echo(f"language   {found.language}")
    typer.echo(f"published  {found.published_at or 'unknown'} ({found.published_how or '-'})\n")
    typer.echo(found.text)


def is_zone(name: str) -> bool:
    """True for the name of a time zone that this system knows."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


async def extract_page(page: str, url: str, zone: str, given: Surroundings) -> "Page":
    """The article of a file, of an address or of standard input (`-`)."""
    from crawler.extraction.page import extract as read

    if page.startswith(("http://", "https://")):
        from crawler.failures import is_text
        from crawler.visiting import Visitor

        async with Visitor(given.settings.crawl) as visitor:
            answer = await visitor.get(page)
        if not answer.ok:
            raise InteropwatchError(f"{page} cannot be fetched: {answer.problem}")
        kind = answer.content_type
        if not is_text(kind):
            raise InteropwatchError(f"{page} is no page: it was sent as {kind}")
        return read(answer.body, url or answer.url, content_type=kind, zone=zone)
    return read(_bytes(page), url or "https://page.invalid/", zone=zone)


def _bytes(page: str) -> bytes:
    if page == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(page).read_bytes()
    except OSError as error:
        raise InteropwatchError(f"cannot read {page}: {error.strerror}") from error
