"""interopwatch: the entry point, and the one place that puts the parts together.

Everything heavy is imported inside the functions, so that help and completion come at once.
"""

import asyncio
import inspect
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

import typer

from alerts.assembly import channels_of, follower_of, gate_of, reporter_of
from alerts.cli import app as rule_commands
from alerts.doctor_cli import app as doctor_commands
from alerts.history_cli import app as history_commands
from config.configuration import Configuration
from config.errors import InteropwatchError
from config.lasting import settle, settle_anew
from config.release import release
from config.stopping import end_while_starting, first_end, stop_signal
from config.words import Role
from crawler.cli import app as page_commands
from crawler.crawl_cli import app as crawl_commands
from crawler.sources_cli import app as source_commands
from storage.cli import app as query_commands
from storage.database_cli import app as database_commands
from storage.health_cli import app as health_commands
from storage.options import examples_of
from storage.settings_cli import app as settings_commands

if TYPE_CHECKING:
    from alerts.delivery.channels import Channel
    from alerts.delivery.commands.asking import Knowledge
    from alerts.tagging.reading import Reader
    from config.renewal import Sources
    from config.settings import Settings
    from crawler.demo.site import NewsSite
    from crawler.extraction.page import Page
    from crawler.polls import RunReport
    from storage.database import Database

log = logging.getLogger("interopwatch")

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    epilog=examples_of("demo", "events --since 7d", "timeline taobao wechat-pay"),
)
_NAMELESS = (
    crawl_commands, health_commands, doctor_commands, query_commands, rule_commands,
    page_commands, source_commands,
)  # fmt: skip
for commands in _NAMELESS:
    app.add_typer(commands)
database_commands.add_typer(history_commands)
app.add_typer(database_commands, name="db")
app.add_typer(settings_commands, name="config")


class Installation(Configuration):
    """What every command starts from: configuration, rules and store, each on demand."""

    PARTS = (*Configuration.PARTS, "reader")

    def __init__(self, config_dir: Path | None = None, settings: "Settings | None" = None) -> None:
        super().__init__(config_dir, settings)
        self._database: Database | None = None
        self.clock: Callable[[], datetime] = partial(datetime.now, UTC)

    @cached_property
    def reader(self) -> "Reader":
        """Rules and names, ready to read articles."""
        from alerts.tagging.checking import read_packs
        from alerts.tagging.reading import Reader

        packs = read_packs(self.folders("rules"), self.platforms)
        return Reader(self.platforms, packs, self.settings.alerts.fresh_days)

    def name(self, platform: str, language: str) -> str:
        """What readers of a language call a platform, as known by now."""
        return self.platforms.name(platform, language)

    def renewed(self) -> Self:
        """The same installation with its files not read yet, under the settings that hold."""
        fresh = super().renewed()
        fresh.clock = self.clock
        return fresh

    @staticmethod
    def detect_language(text: str) -> str:
        """The language of a text."""
        from crawler.extraction.language import detect_language

        return detect_language(text)

    def read_page(self, url: str) -> "Page":
        """The article of a page, fetched with the crawler's manners and extracted."""
        from crawler.cli import extract_page

        return asyncio.run(extract_page(url, "", "UTC", self))

    def crawl(
        self, slugs: Sequence[str], told: Callable[[set[str]], None], *, dry_run: bool
    ) -> "list[RunReport]":
        """Read feeds of these sources (or of all) once and follow what is new; sends nothing.

        `told` is called with the slugs of what will be read.
        """
        from alerts.delivery.redaction import log_to_stderr
        from storage.preparing import prepare

        log_to_stderr(self.settings)
        prepare(self, keep=True)
        return asyncio.run(Daemon(self, {}).crawl_once(slugs, told, dry_run=dry_run))

    def database(self) -> "Database":
        """The store, which must be of the right schema. Raises SchemaError otherwise."""
        from storage.recent import remember
        from storage.schema import require_current, require_present

        require_present(self.settings.database_url.get_secret_value())
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

    async def use(self, sources: "Sources") -> None:
        """Work with other sources, platforms and rules from now on."""
        self.follower.use(follower_of(self.installation))
        self.crawler.gate = gate_of(self.installation, self.renewal.edition)
        await self.schedule.take_over(sources)
        settle_anew()

    async def _beat(self) -> None:
        from storage.heartbeats import beat

        await self.database.run(beat, "schedule", self.clock())

    async def serve(self, sources: "Sources") -> None:
        """Watch until SIGTERM or SIGINT, or until a loop ends by itself."""
        from config.watching import watch_of
        from crawler.reactor import install_reactor
        from storage.heartbeats import begin
        from storage.watchdog import Watchdog

        stop = stop_signal()
        watch = watch_of(self.settings.config_dir, self.renewal)
        install_reactor(self.settings.crawl.allow_networks)
        bot = self._bot()
        reporter = reporter_of(self.installation, self.channels, self.pace)
        names = ["schedule", "follower", "sender", *(["bot"] if bot else [])]
        watchdog = Watchdog(self.database, names)
        await self.database.run(begin, names, self.clock())
        parts = {
            "follower": self.follower,
            "sender": self.sender,
            "bot": bot,
            "reporter": reporter,
        }
        loops = [asyncio.create_task(one.run(), name=name) for name, one in parts.items() if one]
        if reporter is not None:
            self.renewal.tell = reporter.say
        await self.schedule.start(sources)
        loops.append(asyncio.create_task(watch.run(), name="configuration"))
        loops.append(asyncio.create_task(watchdog.run(), name="watchdog"))
        enabled = sum(source.enabled for source in sources)
        settle()
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
        watchdog.stop()
        await asyncio.wait(loops, timeout=5)
        for task in ended:
            task.result()

    async def crawl_once(
        self, slugs: Sequence[str], told: Callable[[set[str]], None], *, dry_run: bool
    ) -> "list[RunReport]":
        """Read feeds once, follow what is new, and stop."""
        from crawler.reactor import install_reactor
        from storage.feeds import enabled_feeds, sync_sources

        settings, sources = self.settings.crawl, self.installation.sources
        install_reactor(settings.allow_networks)
        self.crawler.use_sources(sources)
        await self.database.run(sync_sources, sources, interval_seconds=settings.interval_seconds)
        feeds = await self.database.ask(enabled_feeds, slugs)
        told({feed.source_slug for feed in feeds})
        reports = await self.crawler.crawl(feeds, dry_run=dry_run)
        if not dry_run:
            await self.follower.follow_due()
        await self.close()
        return reports

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
        from storage.heartbeats import worker_name

        self.installation, self.role = installation, role
        self.settings, self.clock = installation.settings, installation.clock
        self.database = installation.any_database()
        self.name = worker_name(role)
        self.channels: dict[str, Channel] = {}
        self.renewal = Renewal(installation, self.use)
        self.on_renewal: Callable[[Sources], Awaitable[None] | None] = lambda _: None

    async def use(self, sources: "Sources") -> None:
        """Do this part with other sources, platforms and rules from now on."""
        used = self.on_renewal(sources)
        if used is not None:
            await used
        settle_anew()

    async def serve(self, sources: "Sources") -> None:
        """Do this part's work until SIGTERM or SIGINT, or until it ends by itself."""
        from config.watching import watch_of
        from crawler.reactor import install_reactor
        from storage.watchdog import Watchdog

        stop = stop_signal()
        watch = watch_of(self.settings.config_dir, self.renewal)
        watchdog = Watchdog(self.database, [self.name])
        install_reactor(self.settings.crawl.allow_networks)
        await self.beat()
        parts = [*await getattr(self, f"_{self.role.value}")(sources), watch, watchdog]
        loops = [asyncio.create_task(part.run(), name=type(part).__name__) for part in parts]
        settle()
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

    async def _scheduler(self, sources: "Sources") -> Any:
        from crawler.assembly import dispatcher_of

        crawl = self.settings.crawl
        dispatcher = await dispatcher_of(self.database, crawl, self.clock, self.beat)
        await dispatcher.begin(sources)
        self.on_renewal = dispatcher.take_over
        return [dispatcher]

    async def _crawler(self, sources: "Sources") -> Any:
        from crawler.assembly import crew_of

        gate = gate_of(self.installation)
        crew = crew_of(self.database, self.settings.crawl, self.clock, self.beat, gate, sources)
        self.on_renewal = lambda sources: crew.use(
            sources, gate_of(self.installation, self.renewal.edition)
        )
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
        reporter = reporter_of(self.installation, self.channels, Pace())
        if reporter is None:
            return [bot]
        self.renewal.tell = reporter.say
        return [bot, reporter]


LOOK_SECONDS = 1.0
"""How often a worker looks for what others left for it: nobody can wake it."""


def knowledge_of(installation: Installation, trouble: Callable[[], str | None]) -> "Knowledge":
    """What the bot answers from besides the store."""
    from alerts.delivery.commands.asking import Knowledge
    from crawler.urls import canonical_url, spellings

    def addresses(url: str) -> Sequence[str]:
        canonical = canonical_url(url)
        return () if canonical is None else spellings(canonical)

    return Knowledge(lambda: installation.platforms, addresses, trouble)


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(f"interopwatch {release()}")
        raise typer.Exit


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
    _version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_say_version, help="Say which one it is."
        ),
    ] = False,
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
    end_while_starting()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # it asks for what is being read anyway
    from alerts.delivery.redaction import log_to_stderr
    from config.logs import log_the_unexpected
    from storage.company import company
    from storage.preparing import prepare, require_parts, wait_for_schema
    from storage.serving import observed

    installation: Installation = ctx.obj
    log_to_stderr(installation.settings)
    log_the_unexpected()
    if installation.settings.telegram.token is None:
        log.warning("no Telegram token (INTEROPWATCH_TELEGRAM_TOKEN): alerts go to the console")
    where, clock = installation.settings.metrics, installation.clock
    sources, _ = installation.sources, installation.reader  # whatever is wrong is said first
    if role is not Role.ALL:
        require_parts(installation, role)
    ctx.with_resource(company(installation.any_database(), role))
    if role is Role.ALL:
        prepare(installation)
        daemon = Daemon(installation, channels_of(installation))
        with observed(where, daemon.database, clock, None, daemon.renewal):
            asyncio.run(daemon.serve(sources))
        return
    if role is Role.SCHEDULER:
        prepare(installation)
    else:
        wait_for_schema(installation.any_database())
    worker = Worker(installation, role)
    with observed(where, worker.database, clock, worker.name, worker.renewal):
        asyncio.run(worker.serve(sources))


@app.command(
    epilog=examples_of(
        "demo", "interopwatch demo > demo.txt", "env LANG=ja_JP.UTF-8 interopwatch demo"
    )
)
def demo() -> None:
    """Watch a small news world on this machine for a few seconds, and show what comes out."""
    import tempfile

    from crawler.demo.setting import demo_settings
    from crawler.demo.showing import NEXT_STEPS
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


async def show_demo(installation: Installation, site: "NewsSite") -> None:
    """Put the daemon together for the demo, with the clock of its news world."""
    from crawler.demo.showing import show
    from storage.preparing import prepare

    moment = [site.world.rounds[0].now]
    installation.clock = lambda: moment[0]
    prepare(installation)
    daemon = Daemon(installation, channels_of(installation))
    await show(daemon, site, partial(moment.__setitem__, 0))


def main() -> None:
    """Run the command line; an error that a person can mend is said without a traceback."""
    try:
        app()
    except InteropwatchError as error:
        typer.echo(f"interopwatch: {error}", err=True)
        sys.exit(error.exit_code)
    except Exception as error:
        from storage.faults import is_trouble, trouble

        if not is_trouble(error):
            raise
        typer.echo(f"interopwatch: {trouble(error)}", err=True)
        sys.exit(InteropwatchError.exit_code)


if __name__ == "__main__":
    main()
