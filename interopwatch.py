"""interopwatch: the entry point, and the one place that puts the parts together.

Everything heavy is imported inside the commands, so that help and completion come at once.
"""

import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from config.errors import InteropwatchError
from storage.cli import app as queries

if TYPE_CHECKING:
    from alerts.tagging.reading import Reader
    from config.load import Loaded
    from config.platforms import Platforms
    from config.settings import Settings
    from storage.database import Database

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Watch the news for one platform opening to another.",
)
app.add_typer(queries)


class Installation:
    """What every command starts from: settings, gazetteer, rules and the store, each on demand."""

    def __init__(self, config_dir: Path | None) -> None:
        self._config_dir = config_dir

    @cached_property
    def loaded(self) -> "Loaded":
        """Settings with the origin of every value."""
        from config.load import read_settings

        return read_settings(self._config_dir, os.environ)

    @property
    def settings(self) -> "Settings":
        """All settings."""
        return self.loaded.settings

    def folders(self, name: str) -> tuple[Path, ...]:
        """Where data files of a kind are: the packaged ones, then the operator's own."""
        packaged = Path(__file__).parent / "config" / name
        own = self.settings.config_dir
        return (packaged, own / name) if own and (own / name).is_dir() else (packaged,)

    @cached_property
    def platforms(self) -> "Platforms":
        """The gazetteer."""
        from config.platforms import load_platforms

        return load_platforms(self.folders("platforms"))

    @cached_property
    def reader(self) -> "Reader":
        """Rules and names, ready to read articles."""
        from alerts.tagging.frames import PatternError, compile_packs
        from alerts.tagging.reading import Reader
        from config.errors import ConfigError
        from config.rules import load_rules

        packs = {language: pack for language, (_, pack) in load_rules(self.folders("rules")).items()}
        try:
            compiled = compile_packs(packs, self.platforms)
        except PatternError as error:
            raise ConfigError(f"{error}; `interopwatch rules check` says where") from error
        return Reader(self.platforms, compiled, self.settings.alerts.fresh_days)

    def database(self) -> "Database":
        """The store, of the right schema. Raises SchemaError otherwise."""
        from storage.schema import require_current

        database = self.open_database()
        require_current(database)
        return database

    def open_database(self) -> "Database":
        """The store, whatever its schema."""
        from storage.database import Database

        return Database(self.settings.database_url.get_secret_value())

    def clock(self) -> datetime:
        """Now, in UTC."""
        return datetime.now(UTC)


ConfigDir = Annotated[
    Path | None,
    typer.Option(
        "--config-dir",
        envvar="INTEROPWATCH_CONFIG_DIR",
        help="Folder with interopwatch.yaml, sources/, platforms/ and rules/.",
    ),
]


@app.callback()
def _begin(ctx: typer.Context, config_dir: ConfigDir = None) -> None:
    ctx.obj = Installation(config_dir)


@app.command()
def run(ctx: typer.Context) -> None:
    """Watch until told to stop: crawl, follow, send. Without a Telegram token alerts go here."""
    from daemon import serve  # type: ignore[import-not-found]

    serve(ctx.obj)


@app.command()
def classify(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="Articles, one JSON object a line; - for stdin.")],
) -> None:
    """Say of every article in a file what it is about, one JSON object a line."""
    from alerts.classify import classify as predict
    from crawler.extraction.language import detect_language

    for prediction in predict(_lines(file), ctx.obj.reader, detect_language, str(file)):
        typer.echo(json.dumps(prediction, ensure_ascii=False))


def _lines(file: Path) -> Iterator[str]:
    if str(file) == "-":
        yield from sys.stdin
        return
    try:
        with file.open(encoding="utf-8") as stream:
            yield from stream
    except (OSError, UnicodeDecodeError) as error:
        raise InteropwatchError(f"cannot read {file}: {error}") from error


def main() -> None:
    """Run the command line; an error that a person can mend is said in one line."""
    try:
        app()
    except InteropwatchError as error:
        typer.echo(f"interopwatch: {error}", err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
