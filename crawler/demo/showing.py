"""The demo: the news world is crawled in rounds, at the times at which its news was new."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import typer
from rich.console import Console
from rich.progress import track

from crawler.crawl import Crawler
from crawler.demo.setting import demo_sources
from crawler.demo.site import NewsSite
from storage.database import Database
from storage.feeds import enabled_feeds, sync_sources

NEXT_STEPS = """
That was the demo. For real news: put outlets into a folder of your own (docs/configuration.md),
set INTEROPWATCH_TELEGRAM_TOKEN for alerts on your phone, and start `interopwatch run`."""


class Followers(Protocol):
    """What reads the articles that were stored."""

    async def follow_due(self) -> Sequence[Any]:
        """Follow all that is due; what came of each."""
        ...


class Senders(Protocol):
    """What sends the alerts that are owed."""

    async def drain(self) -> object:
        """Send until nothing is due."""
        ...


class Watching(Protocol):
    """The parts of the daemon, which the demo sets going one after another."""

    database: Database
    crawler: Crawler

    @property
    def follower(self) -> Followers:
        """What reads."""
        ...

    @property
    def sender(self) -> Senders:
        """What sends."""
        ...

    async def close(self) -> None:
        """Stop in the order in which work flows."""
        ...


async def show(daemon: Watching, site: NewsSite, set_clock: Callable[[datetime], None]) -> None:
    """Crawl the news world in rounds and let the console tell what comes of it."""
    specs = demo_sources(site)
    daemon.crawler.use_sources(specs)
    await daemon.database.run(sync_sources, specs, interval_seconds=900)
    errors = Console(stderr=True)
    rounds = track(
        site.world.rounds, "news world", console=errors, transient=True,
        disable=not errors.is_terminal,
    )  # fmt: skip
    for number in rounds:
        set_clock(number.now)
        site.publish(number.number)
        typer.echo(f"\n── {number.now:%d %B %Y} " + "─" * 50)
        reports = await daemon.crawler.crawl(await daemon.database.ask(enabled_feeds))
        followed = await daemon.follower.follow_due()
        about = sum(f.reading.relevant for f in followed)
        stored = sum(report.result.stored for report in reports)
        typer.echo(f"{len(reports)} feeds read, {stored} new articles, {about} about openings\n")
        await daemon.sender.drain()
        set_clock(number.now + timedelta(hours=1))  # new coverage is shown as an edit by then
        await daemon.sender.drain()
    await daemon.close()
