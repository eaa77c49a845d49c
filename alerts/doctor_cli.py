"""`interopwatch doctor`: everything that must be right, examined without changing anything."""

import asyncio
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from config.errors import ConfigError, InteropwatchError
from storage.options import command
from storage.output import Column, Document, Format, Listing, lines, write

if TYPE_CHECKING:
    from datetime import datetime

    from alerts.tagging.reading import Reader
    from config.findings import Finding
    from config.load import Loaded
    from config.platforms import Platforms
    from config.settings import Settings
    from config.sources import SourceSpec
    from storage.database import Database

app = typer.Typer(rich_markup_mode=None, add_completion=False)


class Surroundings(Protocol):
    """What the composition root hands to this command as `ctx.obj`."""

    @property
    def loaded(self) -> "Loaded":
        """Settings as read, with the origin of every value."""
        ...

    @property
    def settings(self) -> "Settings":
        """All settings."""
        ...

    @property
    def sources(self) -> "Iterable[SourceSpec]":
        """All sources."""
        ...

    @property
    def platforms(self) -> "Platforms":
        """The gazetteer."""
        ...

    @property
    def reader(self) -> "Reader":
        """Rules and names, ready to read articles."""
        ...

    @property
    def database_url(self) -> str:
        """Where the store is."""
        ...

    def any_database(self) -> "Database":
        """The store, whatever its schema."""
        ...

    def clock(self) -> "datetime":
        """The present moment, with a zone."""
        ...


@command(app, "doctor", "doctor", "doctor --json", "doctor --fields check,status,detail")
def doctor(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="The same as -o json.")] = False,
) -> Document:
    """Examine what must be right: configuration, store, disk, clock, names, chats, other ways out.

    Exits with 1 if something fails, with 4 if it is the configuration. Also shows every setting
    with its origin. Nothing is sent and nothing is changed.
    """
    from config.findings import Health
    from config.showing import shown

    given: Surroundings = ctx.obj
    findings, code = examine(given)
    settings = [] if code == ConfigError.exit_code else shown(given.loaded)
    columns = [Column("check"), Column("status", style=HEALTH_STYLES)]
    columns += [Column("detail", wide=True), Column("hint", wide=True)]
    failed = any(finding.status is Health.FAIL for finding in findings)
    code = code or int(failed)
    rows = [asdict(finding) for finding in findings]
    checks = Listing(columns, rows, id="check", title="checks", exit_code=code)
    keys = [Column("key"), Column("value", wide=True), Column("origin", wide=True)]
    parts = [checks, Listing(keys, settings, id="key", title="settings")]
    document = Document(None, parts, lead=checks)
    if as_json:
        write(lines(document, Format.JSON, ()))
        raise typer.Exit(code)
    return document


HEALTH_STYLES = {"ok": "green", "warn": "yellow", "fail": "red", "skipped": "dim"}


def examine(given: Surroundings) -> "tuple[list[Finding], int]":
    """All findings, and the exit code of a wrong configuration (0 if it is right)."""
    from config.checking import examine_files
    from config.findings import Finding, Health

    try:
        settings = given.settings
    except ConfigError as error:
        hint = "mend this first; nothing else can be examined without the settings"
        return [Finding("settings", Health.FAIL, str(error), hint)], error.exit_code
    files = examine_files(given)
    wrong = any(finding.status is Health.FAIL for finding in files)
    places = {(chat.chat, chat.topic) for chat in settings.telegram.chats}
    store, subscribed, paused = _examine_store(given)
    hosts = []
    if all(finding.status is Health.OK for finding in files):
        hosts = [one.homepage.host or "" for one in given.sources if one.enabled][:1]
    ways = _examine_ways(given, places | subscribed, paused, hosts)
    return [*files, *store, *ways], ConfigError.exit_code if wrong else 0


def _examine_store(
    given: Surroundings,
) -> "tuple[list[Finding], set[tuple[int, int]], dict[str, str]]":
    """What is to be said of the store; the chats that are subscribed; the webhooks at rest."""
    from config.findings import Finding, Health
    from storage.examination import examine, missing
    from storage.subscriptions import paused_webhooks, telegram_places

    absent = missing(given.database_url)
    try:
        found = [absent] if absent else examine(given.any_database(), given.clock())
        if found[0].status is not Health.OK:
            return found, set(), {}
        with given.any_database().read() as session:
            return found, telegram_places(session), paused_webhooks(session)
    except InteropwatchError as error:
        return [Finding("database", Health.FAIL, str(error))], set(), {}


def _examine_ways(
    given: Surroundings,
    places: set[tuple[int, int]],
    paused: dict[str, str],
    hosts: list[str],
) -> "list[Finding]":
    from alerts.delivery.examination import examine
    from alerts.delivery.examination_ways import examine_publish, examine_webhooks

    settings = given.settings
    found = list(asyncio.run(examine(settings.telegram, places, given.clock(), hosts)))
    found += asyncio.run(examine_webhooks(settings.webhooks, paused))
    return [*found, *examine_publish(settings.publish)]
