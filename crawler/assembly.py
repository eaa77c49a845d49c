"""Putting the parts of the crawler together that are processes of their own in a cluster."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.settings import Crawl
    from config.sources import SourceSpec
    from crawler.crew import Crew
    from crawler.dispatch import Dispatcher
    from crawler.gate import Gate
    from crawler.runs import Clock
    from storage.database import Database

Tick = Callable[[], Awaitable[None]]
"""Gives a sign of life."""


async def dispatcher_of(
    database: "Database", settings: "Crawl", clock: "Clock", on_tick: Tick
) -> "Dispatcher":
    """What queues the feeds that are due, for a cluster that begins with it."""
    from crawler.dispatch import Dispatcher
    from storage.heartbeats import begin_cluster
    from storage.jobs import Jobs

    await database.run(begin_cluster, clock())
    return Dispatcher(database, Jobs(database), settings, clock, on_tick=on_tick)


def crew_of(
    database: "Database",
    settings: "Crawl",
    clock: "Clock",
    on_tick: Tick,
    gate: "Gate",
    sources: "Sequence[SourceSpec]",
) -> "Crew":
    """A few crawlers that drain the queue, with one pool of processes that read pages."""
    from crawler.crawl import Crawler, pool_for
    from crawler.crew import RUNS_AT_ONCE, Crew
    from crawler.turns import HostTurns
    from storage.jobs import Jobs

    pool, turns = pool_for(settings, gate), HostTurns(database)
    crawlers = [
        Crawler(database, settings, clock, gate=gate, sources=sources, pool=pool, turns=turns)
        for _ in range(RUNS_AT_ONCE)
    ]
    return Crew(database, Jobs(database), clock, crawlers, on_tick=on_tick)
