"""interopwatch: the entry point, and the one place that puts the parts together.

Everything heavy is imported inside the functions, so that help and completion come at once.
"""

import asyncio
import inspect
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alerts.cli import app as rule_commands
from alerts.history_cli import app as history_commands
from config.errors import ConfigError, InteropwatchError
from config.stopping import end_while_starting, stop_signal
from config.words import Role
from crawler.cli import app as page_commands
from crawler.sources_cli import app as source_commands
from storage.cli import app as query_commands
from storage.database_cli import app as database_commands
from storage.options import command, examples_of, outcome
from storage.output import Column, Document, Format, Listing, lines, write
from storage.settings_cli import app as settings_commands

if TYPE_CHECKING:
    from alerts.delivery.channels import Channel
    from alerts.delivery.commands.asking import Knowledge
    from alerts.delivery.pacing import Pace
    from alerts.delivery.reporter import Reporter
    from alerts.flow import Follower
    from alerts.tagging.frames import CompiledPack
    from alerts.tagging.reading import Reader
    from config.findings import Finding
    from config.load import Loaded
    from config.platforms import Platforms
    from config.renewal import Renewal
    from config.settings import Settings
    from config.sources import SourceSpec
    from config.watching import Watch
    from crawler.demo.site import NewsSite
    from crawler.extraction.page import Page
    from crawler.gate import Gate
    from crawler.polls import RunReport
    from storage.database import Database

log = logging.getLogger("interopwatch")

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    epilog=examples_of("demo", "events --since 7d", "timeline taobao wechat-pay"),
)
for commands in (query_commands, rule_commands, page_commands, source_commands):
    app.add_typer(commands)
database_commands.add_typer(history_commands)
app.add_typer(database_commands, name="db")
app.add_typer(settings_commands, name="config")

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


class Installation:
    """What every command starts from: settings, gazetteer, rules and store, each on demand."""

    def __init__(self, config_dir: Path | None = None, settings: "Settings | None" = None) -> None:
        self._config_dir = config_dir
        self._settings = settings
        self._database: Database | None = None
        self.outdated = False
        self.clock: Clock = now

    @cached_property
    def loaded(self) -> "Loaded":
        """Settings as read, with the origin of every value."""
        from config.load import read_settings

        return read_settings(self._config_dir, os.environ)

    @property
    def settings(self) -> "Settings":
        """All settings."""
        return self._settings or self.loaded.settings

    @property
    def database_url(self) -> str:
        """Where the store is. A variable says so without reading the rest, for the health check."""
        named = os.environ.get("INTEROPWATCH_DATABASE_URL")
        if named and self._settings is None:
            return named
        return self.settings.database_url.get_secret_value()

    def folders(self, name: str) -> tuple[Path, ...]:
        """Where the files of a kind are: the packaged ones, then the operator's own."""
        packaged = Path(__file__).parent / "config" / name
        own = self.settings.config_dir
        return (packaged, own / name) if own and (own / name).is_dir() else (packaged,)

    @cached_property
    def sources(self) -> "tuple[SourceSpec, ...]":
        """All sources."""
        from config.load import load_sources, source_dirs

        return load_sources(source_dirs(self.settings))

    @cached_property
    def platforms(self) -> "Platforms":
        """The gazetteer."""
        from config.platforms import load_platforms

        return load_platforms(self.folders("platforms"))

    @cached_property
    def reader(self) -> "Reader":
        """Rules and names, ready to read articles."""
        from alerts.tagging.checking import check_pack
        from alerts.tagging.frames import PatternError, compile_packs
        from alerts.tagging.reading import Reader
        from config.problems import refusal
        from config.rules import load_rules

        compiled: dict[str, CompiledPack] = {}
        for key, (path, pack) in load_rules(self.folders("rules")).items():
            try:
                compiled |= compile_packs({key: pack}, self.platforms)
            except PatternError as error:
                raise refusal(check_pack(path, pack, self.platforms)) from error
        return Reader(self.platforms, compiled, self.settings.alerts.fresh_days)

    def name(self, platform: str, language: str) -> str:
        """What readers of a language call a platform, as known by now."""
        return self.platforms.name(platform, language)

    def read_all(self) -> "tuple[SourceSpec, ...]":
        """Read everything that can change while the daemon runs. Raises ConfigError."""
        self.outdated = self._settings is not None and self._reread() != self._settings
        return self.sources if self.reader else ()

    def _reread(self) -> "Settings":
        from config.load import read_settings

        return read_settings(self._config_dir, os.environ).settings

    def renewed(self) -> "Installation":
        """The same installation with its files not read yet, under the settings that hold."""
        fresh = Installation(self._config_dir, self.settings)
        fresh.clock = self.clock
        return fresh

    def take_over(self, fresh: "Installation") -> None:
        """Let sources, platforms and rules be those of another one."""
        for part in ("sources", "platforms", "reader"):
            self.__dict__[part] = fresh.__dict__[part]

    @staticmethod
    def detect_language(text: str) -> str:
        """The language of a text."""
        from crawler.extraction.language import detect_language

        return detect_language(text)

    def read_page(self, url: str) -> "Page":
        """The article of a page, fetched with the crawler's manners and extracted."""
        from crawler.cli import extract_page

        return asyncio.run(extract_page(url, "", "UTC", self))

    def database(self) -> "Database":
        """The store, which must be of the right schema. Raises SchemaError otherwise."""
        from storage.recent import remember
        from storage.schema import require_current

        database = self.any_database()
        require_current(database)
        if database.engine.dialect.name == "postgresql":
            with database.read() as session:
                remember(session, self.settings.database_url.get_secret_value())
        return database

    def any_database(self) -> "Database":
        """The store, whatever its schema."""
        from storage.database import Database

        if self._database is None:
            self._database = Database(self.settings.database_url.get_secret_value())
        return self._database

    def close(self) -> None:
        """Let go of the store."""
        if self._database is not None:
            self._database.close()
            self._database = None


class Daemon:
    """The loops that watch: schedule and crawler, follower, sender, bot; and their one way out."""

    def __init__(self, installation: Installation, channels: "dict[str, Channel]") -> None:
        from alerts.delivery.pacing import Pace
        from alerts.delivery.sender import Sender
        from alerts.follow_loop import FollowLoop
        from config.renewal import Renewal
        from crawler.crawl import Crawler
        from crawler.schedule import Schedule

        self.installation = installation
        self.settings, self.clock = installation.settings, installation.clock
        self.database = installation.any_database()
        self.channels = channels
        self.renewal = Renewal(installation, self.use)
        self.pace = Pace()
        self.sender = Sender(
            self.database, channels, installation, clock=self.clock, pace=self.pace, alone=True
        )
        self.follower = FollowLoop(
            self.database, follower_of(installation), self.clock, on_change=self.sender.wake
        )
        self.crawler = Crawler(
            self.database,
            self.settings.crawl,
            self.clock,
            self.follower.wake,
            gate=gate_of(installation),
        )
        self.schedule = Schedule(
            self.database, self.crawler, self.settings.crawl, self.clock, on_tick=self._beat
        )

    async def use(self, sources: "tuple[SourceSpec, ...]") -> None:
        """Work with other sources, platforms and rules from now on."""
        self.follower.use(follower_of(self.installation))
        self.crawler.gate = gate_of(self.installation, self.renewal.edition)
        await self.schedule.take_over(sources)

    async def _beat(self) -> None:
        from storage.heartbeats import beat

        await self.database.run(beat, "schedule", self.clock())

    async def serve(self, sources: "Iterable[SourceSpec]") -> None:
        """Watch until SIGTERM or SIGINT, or until a loop ends by itself."""
        from crawler.reactor import install_reactor
        from storage.heartbeats import begin

        stop = stop_signal()
        watch = watch_of(self.settings, self.renewal)
        install_reactor(self.settings.crawl.allow_networks)
        bot, reporter = (
            self._bot(),
            reporter_of(self.settings, self.database, self.channels, self.clock, self.pace),
        )
        names = ["schedule", "follower", "sender", *(["bot"] if bot else [])]
        await self.database.run(begin, names, self.clock())
        loops = [asyncio.create_task(self.follower.run(), name="follower")]
        loops.append(asyncio.create_task(self.sender.run(), name="sender"))
        if bot is not None:
            loops.append(asyncio.create_task(bot.run(), name="bot"))
        if reporter is not None:
            self.renewal.tell = reporter.say
            loops.append(asyncio.create_task(reporter.run(), name="reporter"))
        specs = tuple(sources)
        await self.schedule.start(specs)
        loops.append(asyncio.create_task(watch.run(), name="configuration"))
        enabled = sum(source.enabled for source in specs)
        log.info("ready: %d sources, alerts to %s", enabled, ", ".join(self.channels))
        ended = await first_end(loops, stop)
        log.info("stopping")
        watch.stop()
        self.schedule.pause()
        if bot is not None:
            await bot.stop()
        if reporter is not None:
            reporter.stop()
        await self.close()
        await asyncio.wait(loops, timeout=5)
        for task in ended:
            task.result()

    async def close(self) -> None:
        """Stop in the order in which work flows, so that nothing under way is lost."""
        await self.schedule.stop()
        self.follower.stop()
        await self.sender.stop()
        for channel in self.channels.values():
            await channel.close()

    def _bot(self) -> Any:
        from alerts.delivery.bot import TelegramBot

        if self.settings.telegram.token is None:
            return None
        return TelegramBot(
            self.database, self.settings.telegram,
            knowledge_of(self.installation, lambda: self.renewal.refusal), clock=self.clock,
            pace=self.pace,
        )  # fmt: skip


class Worker:
    """One part of the daemon in a process of its own, beside others on one PostgreSQL."""

    def __init__(self, installation: Installation, role: Role) -> None:
        from config.renewal import Renewal

        self.installation, self.role = installation, role
        self.settings, self.clock = installation.settings, installation.clock
        self.database = installation.any_database()
        self.name = f"{role.value}@{socket.gethostname()}"
        self.channels: dict[str, Channel] = {}
        self.renewal = Renewal(installation, self.use)
        self.on_renewal: Callable[[tuple[SourceSpec, ...]], Awaitable[None] | None] = lambda _: (
            None
        )

    async def use(self, sources: "tuple[SourceSpec, ...]") -> None:
        """Do this part with other sources, platforms and rules from now on."""
        used = self.on_renewal(sources)
        if used is not None:
            await used

    async def serve(self, sources: "Iterable[SourceSpec]") -> None:
        """Do this part's work until SIGTERM or SIGINT, or until it ends by itself."""
        from crawler.reactor import install_reactor

        stop = stop_signal()
        watch = watch_of(self.settings, self.renewal)
        install_reactor(self.settings.crawl.allow_networks)
        await self.beat()
        parts = [*await getattr(self, f"_{self.role.value}")(tuple(sources)), watch]
        loops = [asyncio.create_task(part.run(), name=type(part).__name__) for part in parts]
        log.info("ready: %s", self.name)
        ended = await first_end(loops, stop)
        log.info("stopping")
        for part in parts:
            stopped = part.stop()
            if inspect.isawaitable(stopped):
                await stopped
        await asyncio.wait(loops, timeout=5)
        for channel in self.channels.values():
            await channel.close()
        for task in ended:
            task.result()

    async def beat(self) -> None:
        """Give a sign of life."""
        from storage.heartbeats import beat

        await self.database.run(beat, self.name, self.clock())

    async def _scheduler(self, sources: "tuple[SourceSpec, ...]") -> Any:
        from crawler.dispatch import Dispatcher
        from storage.heartbeats import begin_cluster
        from storage.jobs import Jobs

        await self.database.run(begin_cluster, self.clock())
        jobs, crawl = Jobs(self.database), self.settings.crawl
        dispatcher = Dispatcher(self.database, jobs, crawl, self.clock, on_tick=self.beat)
        await dispatcher.begin(sources)
        self.on_renewal = dispatcher.take_over
        return [dispatcher]

    async def _crawler(self, sources: "tuple[SourceSpec, ...]") -> Any:
        from crawler.crawl import Crawler, pool_for
        from crawler.crew import RUNS_AT_ONCE, Crew
        from crawler.turns import HostTurns
        from storage.jobs import Jobs

        gate = gate_of(self.installation)
        shared: dict[str, Any] = {
            "gate": gate,
            "sources": sources,
            "pool": pool_for(self.settings.crawl, gate),
            "turns": HostTurns(self.database),
        }
        crawlers = [
            Crawler(self.database, self.settings.crawl, self.clock, **shared)
            for _ in range(RUNS_AT_ONCE)
        ]
        crew = Crew(self.database, Jobs(self.database), self.clock, crawlers, on_tick=self.beat)

        def use(sources: "tuple[SourceSpec, ...]") -> None:
            for crawler in crawlers:
                crawler.use_sources(sources)
                crawler.gate = gate_of(self.installation, self.renewal.edition)

        self.on_renewal = use
        return [crew]

    async def _follower(self, _: object) -> Any:
        from alerts.follow_loop import FollowLoop

        follower = follower_of(self.installation)
        loop = FollowLoop(
            self.database, follower, self.clock, on_change=lambda: None,
            loop=self.name, sweep=LOOK_SECONDS,
        )  # fmt: skip
        self.on_renewal = lambda _: loop.use(follower_of(self.installation))
        return [loop]

    async def _sender(self, _: object) -> Any:
        from alerts.delivery.sender import Sender
        from alerts.delivery.shared_pacing import SharedPace

        self.channels = channels_of(self.installation)
        sender = Sender(
            self.database, self.channels, self.installation, clock=self.clock,
            pace=SharedPace(self.database), loop=self.name, idle=LOOK_SECONDS,
        )  # fmt: skip
        return [sender]

    async def _bot(self, _: object) -> Any:
        from alerts.delivery.bot import TelegramBot
        from alerts.delivery.pacing import Pace

        telegram = self.settings.telegram
        self.channels = channels_of(self.installation)
        knowledge = knowledge_of(self.installation, lambda: self.renewal.refusal)
        bot = TelegramBot(self.database, telegram, knowledge, clock=self.clock, loop=self.name)
        reporter = reporter_of(self.settings, self.database, self.channels, self.clock, Pace())
        if reporter is None:
            return [bot]
        self.renewal.tell = reporter.say
        return [bot, reporter]


LOOK_SECONDS = 1.0
"""How often a worker looks for what others left for it: nobody can wake it."""


def gate_of(installation: Installation, edition: int = 0) -> "Gate":
    """What says which pages are worth reading, by the platforms as they are in this edition."""
    from alerts.tagging.gate import PlatformGate

    return PlatformGate(installation.folders("platforms"), edition)


def watch_of(settings: "Settings", renewal: "Renewal") -> "Watch":
    """What has changed files taken over, and all of them at SIGHUP."""
    from config.watching import Watch

    watch = Watch(settings.config_dir, renewal.renew)
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, watch.ask)
    return watch


async def first_end(
    loops: "Iterable[asyncio.Task[None]]", stop: asyncio.Event
) -> "set[asyncio.Task[None]]":
    """Wait until we are told to stop, or a loop ends by itself: these are given back."""
    stopping = asyncio.ensure_future(stop.wait())
    ended, _ = await asyncio.wait([*loops, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    return {task for task in loops if task in ended}


def reporter_of(
    settings: "Settings",
    database: "Database",
    channels: "dict[str, Channel]",
    clock: Clock,
    pace: "Pace",
) -> "Reporter | None":
    """What tells the operators' chat of notices, if there is such a chat."""
    from alerts.delivery.reporter import Reporter
    from storage.subscriptions import TELEGRAM, Address

    chat = settings.telegram.operators_chat
    if chat is None or TELEGRAM not in channels:
        return None
    return Reporter(database, channels[TELEGRAM], Address(TELEGRAM, str(chat)), clock, pace)


def follower_of(installation: Installation) -> "Follower":
    """What turns articles into events, with the rules and the outbox of this installation."""
    from alerts.flow import Follower
    from storage.owed import queue, touch

    owner = installation.platforms.owner
    return Follower(
        installation.reader,
        installation.settings.alerts.max_age_days,
        partial(queue, owner=owner),
        partial(touch, owner=owner),
    )


def knowledge_of(installation: Installation, trouble: Callable[[], str | None]) -> "Knowledge":
    """What the bot answers from besides the store."""
    from alerts.delivery.commands.asking import Knowledge
    from crawler.urls import canonical_url, spellings

    def addresses(url: str) -> Sequence[str]:
        canonical = canonical_url(url)
        return () if canonical is None else spellings(canonical)

    return Knowledge(lambda: installation.platforms, addresses, trouble)


def channels_of(installation: Installation) -> "dict[str, Channel]":
    """The ways out: Telegram with a token, else the console; and those that are configured."""
    from storage.subscriptions import CONSOLE, FILES, TELEGRAM, WEBHOOK

    settings, channels = installation.settings, dict[str, "Channel"]()
    if settings.telegram.token is None:
        from alerts.delivery.channels.console import ConsoleChannel

        channels[CONSOLE] = ConsoleChannel()
    else:
        from alerts.delivery.channels.telegram import TelegramChannel

        channels[TELEGRAM] = TelegramChannel(settings.telegram)
    if settings.webhooks.targets:
        from alerts.delivery.channels.webhook import WebhookChannel

        channels[WEBHOOK] = WebhookChannel(settings.webhooks, installation.clock)
    if settings.publish.folder:
        from alerts.delivery.channels.files import FilesChannel

        channels[FILES] = FilesChannel(
            settings.publish, installation.any_database(), installation, installation.clock
        )
    return channels


def prepare(installation: Installation, *, keep: bool = False) -> None:
    """Upgrade the store and make the subscriptions those of the configuration.

    With `keep` those that the daemon made stay as they are: a command that is typed beside it
    may well lack its token.
    """
    from sqlmodel import col, select

    from storage.models import Subscription
    from storage.schema import upgrade
    from storage.subscriptions import sync_chats, sync_others

    database = installation.any_database()
    upgrade(database)
    telegram = installation.settings.telegram
    with database.write() as session:
        active = session.exec(select(Subscription.id).where(col(Subscription.active))).first()
        if not (keep and active):
            now = installation.clock()
            sync_chats(
                session,
                telegram.chats,
                now,
                console=telegram.token is None,
                operators=telegram.operators,
                admits=telegram.admits,
            )
            sync_others(session, installation.settings, now)


def log_to_stderr(settings: "Settings") -> None:
    """Set logging up: one line a record, for people or programs, without any secret's value."""
    from alerts.delivery.redaction import install
    from config.hidden import secrets_of
    from config.logs import handler_for

    logging.basicConfig(
        level=settings.log_level.upper(), handlers=[handler_for(sys.stderr)], force=True
    )
    install(*secrets_of(settings))


@app.callback()
def begin(
    ctx: typer.Context,
    config_dir: Annotated[
        Path | None,
        typer.Option(
            envvar="INTEROPWATCH_CONFIG_DIR",
            help="Folder with interopwatch.yaml, sources/, platforms/ and rules/.",
        ),
    ] = None,
) -> None:
    """Watch the news for one platform opening to another."""
    ctx.obj = ctx.obj or Installation(config_dir)
    ctx.call_on_close(ctx.obj.close)


@app.command(epilog=examples_of("run", "interopwatch --config-dir . run", "run --role crawler"))
def run(
    ctx: typer.Context,
    role: Annotated[
        Role,
        typer.Option(help="Do one part only, beside other processes on the same PostgreSQL."),
    ] = Role.ALL,
) -> None:
    """Watch until told to stop: crawl, follow, send. Without a Telegram token alerts go here."""
    installation: Installation = ctx.obj
    end_while_starting()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # it asks for what is being read anyway
    log_to_stderr(installation.settings)
    if installation.settings.telegram.token is None:
        log.warning("no Telegram token (INTEROPWATCH_TELEGRAM_TOKEN): alerts go to the console")
    sources, _ = installation.sources, installation.reader  # whatever is wrong is said first
    if role is Role.ALL:
        prepare(installation)
        daemon = Daemon(installation, channels_of(installation))
        with observed(installation, None, daemon.renewal):
            asyncio.run(daemon.serve(sources))
        return
    require_parts(installation, role)
    if role is Role.SCHEDULER:
        prepare(installation)
    else:
        wait_for_schema(installation.any_database())
    worker = Worker(installation, role)
    with observed(installation, worker.name, worker.renewal):
        asyncio.run(worker.serve(sources))


@contextmanager
def observed(installation: Installation, own: str | None, renewal: "Renewal") -> Iterator[None]:
    """Serve /metrics and /healthz meanwhile, if a port is set."""
    where = installation.settings.metrics
    if not where.port:
        yield
        return
    from storage.metrics import registry_of
    from storage.serving import application_of, serving

    database = installation.any_database()
    registry = registry_of(database, installation.clock, lambda: renewal.refusal is not None)
    application = application_of(database, installation.clock, own, registry)
    with serving(where.host, where.port, application) as port:
        log.info("serving /metrics and /healthz on %s:%d", where.host, port)
        yield


def require_parts(installation: Installation, role: Role) -> None:
    """Several processes need a PostgreSQL, and a bot its token. Raises InteropwatchError."""
    if role is Role.BOT and installation.settings.telegram.token is None:
        raise InteropwatchError("--role bot needs a token: set INTEROPWATCH_TELEGRAM_TOKEN")
    kind = installation.any_database().engine.dialect.name
    if kind != "postgresql":
        raise InteropwatchError(
            f"--role {role.value} is for several processes on one PostgreSQL, and the store is "
            f"{kind}. Set INTEROPWATCH_DATABASE_URL, or run without --role"
        )


def wait_for_schema(database: "Database") -> None:
    """Wait until the scheduler has brought the database to the schema of this version."""
    from storage.schema import status

    if status(database).pending:
        log.info("waiting for the scheduler (run --role scheduler) to upgrade the database")
    while status(database).pending:
        time.sleep(LOOK_SECONDS)


@app.command(
    epilog=examples_of(
        "demo", "interopwatch demo > demo.txt", "env LANG=ja_JP.UTF-8 interopwatch demo"
    )
)
def demo() -> None:
    """Watch a small news world on this machine for a few seconds, and show what comes out."""
    import tempfile

    from crawler.demo.setting import demo_settings
    from crawler.demo.site import NewsSite

    with tempfile.TemporaryDirectory(prefix="interopwatch-") as folder, NewsSite() as site:
        installation = Installation(settings=demo_settings(Path(folder)))
        try:
            asyncio.run(show_demo(installation, site))
            for words in (["timeline", "taobao", "wechat-pay"], ["matrix"]):
                typer.echo(f"\n$ interopwatch {' '.join(words)}\n")
                typer.main.get_command(app).main(words, obj=installation, standalone_mode=False)
        finally:
            installation.close()
    typer.echo(NEXT_STEPS)


NEXT_STEPS = """
That was the demo. For real news: put outlets into a folder of your own (docs/configuration.md),
set INTEROPWATCH_TELEGRAM_TOKEN for alerts on your phone, and start `interopwatch run`."""


async def show_demo(installation: Installation, site: "NewsSite") -> None:
    """Crawl the news world in rounds, at the times at which its news was new."""
    from rich.console import Console
    from rich.progress import track

    from crawler.demo.setting import demo_sources
    from storage.feeds import enabled_feeds, sync_sources

    moment = [site.world.rounds[0].now]
    installation.clock = lambda: moment[0]
    prepare(installation)
    daemon = Daemon(installation, channels_of(installation))
    specs = demo_sources(site)
    daemon.crawler.use_sources(specs)
    await daemon.database.run(sync_sources, specs, interval_seconds=900)
    errors = Console(stderr=True)
    rounds = track(
        site.world.rounds, "news world", console=errors, transient=True,
        disable=not errors.is_terminal,
    )  # fmt: skip
    for number in rounds:
        moment[0] = number.now
        site.publish(number.number)
        typer.echo(f"\n── {number.now:%d %B %Y} " + "─" * 50)
        reports = await daemon.crawler.crawl(await daemon.database.ask(enabled_feeds))
        followed = await daemon.follower.follow_due()
        about = sum(f.reading.relevant for f in followed)
        stored = sum(report.result.stored for report in reports)
        typer.echo(f"{len(reports)} feeds read, {stored} new articles, {about} about openings\n")
        await daemon.sender.drain()
        moment[0] += timedelta(hours=1)  # long enough for new coverage to be shown as an edit
        await daemon.sender.drain()
    await daemon.close()


@command(app, "crawl", "crawl", "crawl technode heise", "crawl heise --dry-run -o json")
def crawl_now(
    ctx: typer.Context,
    slugs: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE]…")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Store nothing.")] = False,
) -> Listing:
    """Read feeds once, now: store and follow what is new. The daemon sends what that owes."""
    installation: Installation = ctx.obj
    log_to_stderr(installation.settings)
    prepare(installation, keep=True)
    reports = asyncio.run(_crawl_once(installation, slugs or [], dry_run=dry_run))
    names = ("source", "feed", "status", "seen", "stored", "skipped", "rejected", "left", "error")
    rows = [
        {
            "source": report.source,
            "feed": report.feed,
            "left": report.left,
            **{name: getattr(report.result, name) for name in names[2:7]},
            "error": report.result.error,
            "pages": [asdict(page) for page in report.pages],
        }
        for report in reports
    ]
    columns = [*(Column(name, wide=name in ("feed", "error")) for name in names)]
    columns.append(Column("pages", shown=False, nested=True))
    failed = [f"{row['feed']}: {row['error']}" for row in rows if row["status"] == "failed"]
    code = outcome(len(rows) - len(failed), failed)
    return Listing(columns, rows, id="feed", exit_code=code)


async def _crawl_once(
    installation: Installation, slugs: list[str], *, dry_run: bool
) -> "list[RunReport]":
    from crawler.reactor import install_reactor
    from storage.feeds import enabled_feeds, sync_sources

    settings = installation.settings.crawl
    install_reactor(settings.allow_networks)
    daemon = Daemon(installation, {})
    daemon.crawler.use_sources(installation.sources)
    await daemon.database.run(
        sync_sources, installation.sources, interval_seconds=settings.interval_seconds
    )
    feeds = await daemon.database.ask(enabled_feeds, slugs)
    _tell_of_those_off(slugs, {feed.source_slug for feed in feeds})
    reports = await daemon.crawler.crawl(feeds, dry_run=dry_run)
    if not dry_run:
        await daemon.follower.follow_due()
    await daemon.close()
    return reports


def _tell_of_those_off(slugs: list[str], read: set[str]) -> None:
    """Say which of the named sources are off. Raises InteropwatchError if nothing is left to read."""
    off = [slug for slug in dict.fromkeys(slugs) if slug not in read]
    if not off:
        return
    verb = "is" if len(off) == 1 else "are"
    said = f"{', '.join(off)} {verb} off; turn on: interopwatch sources enable {' '.join(off)}"
    if not read:
        raise InteropwatchError(said)
    typer.echo(f"interopwatch: {said}", err=True)


@app.command(
    epilog=examples_of(
        "health", "health --role crawler", "interopwatch health || interopwatch doctor"
    )
)
def health(
    ctx: typer.Context,
    role: Annotated[
        Role, typer.Option(help="Ask for this part as it runs on this machine.")
    ] = Role.ALL,
) -> None:
    """Say whether the daemon works: exit code 0 if every loop has worked lately, else 1."""
    from storage.heartbeats import stale_at

    installation: Installation = ctx.obj
    own = None if role is Role.ALL else f"{role.value}@{socket.gethostname()}"
    late = stale_at(
        installation.database_url, installation.clock(), installation.any_database, own
    )
    if late:
        raise InteropwatchError(f"unhealthy: {', '.join(late)}")
    typer.echo("healthy")


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

    installation: Installation = ctx.obj
    findings, code = examine(installation)
    settings = [] if code == ConfigError.exit_code else shown(installation.loaded)
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


def examine(installation: Installation) -> "tuple[list[Finding], int]":
    """All findings, and the exit code of a wrong configuration (0 if it is right)."""
    from alerts.delivery.examination import examine as examine_telegram
    from alerts.delivery.examination_ways import examine_publish, examine_webhooks
    from config.checking import examine_files
    from config.findings import Finding, Health
    from storage.examination import examine as examine_store
    from storage.examination import missing
    from storage.subscriptions import paused_webhooks, telegram_places

    try:
        settings = installation.settings
    except ConfigError as error:
        hint = "mend this first; nothing else can be examined without the settings"
        return [Finding("settings", Health.FAIL, str(error), hint)], error.exit_code
    files = examine_files(installation)
    places = {(chat.chat, chat.topic) for chat in settings.telegram.chats}
    absent, paused = missing(installation.database_url), dict[str, str]()
    try:
        if absent:
            found = [absent]
        else:
            found = examine_store(installation.any_database(), installation.clock())
        if found[0].status is Health.OK:
            with installation.any_database().read() as session:
                places |= telegram_places(session)
                paused = paused_webhooks(session)
    except InteropwatchError as error:
        found = [Finding("database", Health.FAIL, str(error))]
    hosts = []
    if all(finding.status is Health.OK for finding in files):
        hosts = [one.homepage.host or "" for one in installation.sources if one.enabled][:1]
    asked = examine_telegram(settings.telegram, places, installation.clock(), hosts)
    found += asyncio.run(asked)
    found += asyncio.run(examine_webhooks(settings.webhooks, paused))
    found += examine_publish(settings.publish)
    wrong = any(finding.status is Health.FAIL for finding in files)
    return [*files, *found], ConfigError.exit_code if wrong else 0


def main() -> None:
    """Run the command line; an error that a person can mend is said without a traceback."""
    try:
        app()
    except InteropwatchError as error:
        typer.echo(f"interopwatch: {error}", err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
