"""Commands for people who write rules: classify articles, check and try rules."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from config.errors import InteropwatchError
from storage.options import examples_of

if TYPE_CHECKING:
    from alerts.tagging.reading import Reader, Reading
    from config.platforms import Platforms
    from storage.database import Database

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, add_completion=False)
rules = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Check and try the rule packs.",
    epilog=examples_of("rules check", "rules test --text 淘宝新增微信支付", "rules explain E17"),
)
app.add_typer(rules, name="rules")


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

    def database(self) -> "Database":
        """The store, open and of the right schema."""
        ...

    def folders(self, name: str) -> tuple[Path, ...]:
        """Where data files of a kind are."""
        ...

    def detect_language(self, text: str) -> str:
        """The language of a text."""
        ...

    def read_page(self, url: str) -> "ReadPage":
        """The article of a page, fetched and extracted."""
        ...


class ReadPage(Protocol):
    """What an extraction gives."""

    @property
    def title(self) -> str:
        """Its headline."""
        ...

    @property
    def text(self) -> str:
        """Its paragraphs, a line each."""
        ...

    @property
    def language(self) -> str:
        """Its language."""
        ...

    @property
    def published_on(self) -> date | None:
        """The day of publication in the outlet's zone, if it is known."""
        ...


@app.command(
    epilog=examples_of(
        "classify articles.jsonl",
        "interopwatch classify - < articles.jsonl",
        "interopwatch classify articles.jsonl > predictions.jsonl",
    )
)
def classify(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="Articles, one JSON object a line; - for stdin.")],
) -> None:
    """Say of every article in a file what it is about, one JSON object a line.

    A line holds id, text and, where known, url, title, published and lang. Articles count as
    arriving in the order of the file; each is judged by itself and the ones before it.
    """
    from alerts.classify import classify as predict

    given: Surroundings = ctx.obj
    for prediction in predict(lines_of(file), given.reader, given.detect_language, str(file)):
        sys.stdout.write(json.dumps(prediction, ensure_ascii=False) + "\n")


@rules.command(
    epilog=examples_of(
        "rules check",
        "interopwatch --config-dir . rules check",
        "interopwatch rules check && interopwatch db retag --dry-run",
    )
)
def check(ctx: typer.Context) -> None:
    """Check all rule packs and their examples; names file, line and column of what is wrong."""
    from alerts.tagging.checking import check_pack
    from config.problems import refusal
    from config.rules import load_rules

    given: Surroundings = ctx.obj
    problems = []
    for path, pack in load_rules(given.folders("rules")).values():
        problems += check_pack(path, pack, given.platforms)
        examples = sum(len(f.match) + len(f.differ) for f in pack.frames)
        typer.echo(f"{pack.language}: {len(pack.frames)} frames, {examples} examples", err=True)
    if problems:
        raise refusal(problems)
    typer.echo("all rules are well-formed and read their examples as stated", err=True)


@rules.command(
    name="test",
    epilog=examples_of(
        "rules test --text 淘宝新增微信支付",
        "echo 'JD adds Alipay' | interopwatch rules test --file -",
        "rules test --url https://example.com/a --published 2024-09-04",
    ),
)
def try_rules(
    ctx: typer.Context,
    text: Annotated[str | None, typer.Option(help="The text to read.")] = None,
    file: Annotated[Path | None, typer.Option(help="A file with the text; - for stdin.")] = None,
    title: Annotated[str, typer.Option(help="Its title.")] = "",
    published: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="The day of publication, from which dates are counted."
        ),
    ] = None,
    lang: Annotated[str | None, typer.Option(help="zh-Hans, zh-Hant, ja, ko, en …")] = None,
    article: Annotated[int | None, typer.Option(help="The id of a stored article.")] = None,
    url: Annotated[str | None, typer.Option(help="A page to fetch and extract.")] = None,
) -> None:
    """Show what the rules read in a text: mentions, frames, and why it is relevant or not.

    Title, day and language that are given go before those of the page or the article.
    """
    if sum(one is not None for one in (text, file, article, url)) != 1:
        raise typer.BadParameter("give one of --text, --file, --article and --url")
    given: Surroundings = ctx.obj
    page = _page(given, article, url)
    day = published.date() if published else None
    if page is not None:
        title, body = title or page.title, page.text
        language, day = lang or page.language, day or page.published_on
    else:
        body = text if text is not None else "".join(lines_of(file or Path("-"))).rstrip("\n")
        if not title and "\n" not in body:
            title, body = body, ""
        language = lang or given.detect_language(f"{title}\n{body}")
    _show(given.reader.read(title, body, language, day), language)


def _page(given: Surroundings, article: int | None, url: str | None) -> "ReadPage | None":
    """What is read if it is no plain text: a stored article or a page that is fetched."""
    if url is not None:
        return given.read_page(url)
    if article is None:
        return None
    from storage.revisions import stored_article

    with given.database().read() as session:
        return stored_article(session, article)


def _show(reading: "Reading", language: str) -> None:
    typer.echo(f"language  {language}")
    for mention in reading.mentions:
        typer.echo(f"mention   {mention.platform}  {mention.surface!r} at {mention.start}")
    for reason in reading.reasons:
        typer.echo(f"reason    {reason}")
    for claim in reading.claims:
        kind = "leading" if claim.leading else "background" if claim.background else "further"
        when = f"{claim.first}..{claim.last} ({claim.how})" if claim.first else "undated"
        if claim.planned_first:
            when += f", planned {claim.planned_first}..{claim.planned_last}"
        typer.echo(
            f"{kind:9} {claim.host} > {claim.guest} {claim.capability} {claim.stage} {when}"
            f"  [{'; '.join(claim.reasons)}]"
        )
    typer.echo(f"relevant  {'yes' if reading.relevant else 'no'}")


def lines_of(file: Path) -> Iterator[str]:
    """Lines of a file, or of standard input for `-`. Raises InteropwatchError if unreadable."""
    if str(file) == "-":
        yield from _decoded(sys.stdin.buffer, file)
        return
    try:
        stream = file.open("rb")
    except OSError as error:
        raise InteropwatchError(f"cannot read {file}: {error.strerror}") from error
    with stream:
        yield from _decoded(stream, file)


def _decoded(stream: Iterable[bytes], file: Path) -> Iterator[str]:
    for number, line in enumerate(stream, 1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            raise InteropwatchError(
                f"{file}:{number}: found the byte 0x{line[error.start]:02x}; expected UTF-8"
            ) from error
