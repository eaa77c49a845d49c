import asyncio
from collections.abc import Sequence

from sqlmodel import Session, col, select

from config.sources import FeedSpec, SourceSpec
from crawler.polls import Poll
from crawler.runs import Runs
from storage.database import Database
from storage.feeds import enabled_feeds, sources_of, sync_sources
from storage.models import CrawlRun, RunStatus
from tests.crawler.conftest import Clock

NAMES = ("one", "two", "three")


async def begun(runs: Runs, database: Database) -> list[Poll]:
    specs = [
        SourceSpec.model_validate(
            {
                "slug": name,
                "name": name,
                "homepage": f"https://{name}.example",
                "feeds": [{"url": f"https://{name}.example/feed"}],
            }
        )
        for name in NAMES
    ]
    await database.run(sync_sources, specs)
    feeds = await database.ask(enabled_feeds)
    sources = await database.ask(sources_of, feeds)
    spec = FeedSpec.model_validate({"url": "https://one.example/feed"})
    return await runs.begin([(feed, sources[feed.source_slug], spec) for feed in feeds])


def all_runs(session: Session) -> Sequence[CrawlRun]:
    return session.exec(select(CrawlRun).order_by(col(CrawlRun.id))).all()


def forget(session: Session, run_id: int) -> None:
    session.delete(session.get_one(CrawlRun, run_id))


def status_of(session: Session, run_id: int) -> RunStatus:
    return session.get_one(CrawlRun, run_id).status


async def test_a_run_that_cannot_be_closed_keeps_no_other_open(
    database: Database, clock: Clock
) -> None:
    runs = Runs(database, clock)
    one, two, three = await begun(runs, database)
    await database.run(forget, two.run_id)
    for poll in (one, two, three):
        poll.status = RunStatus.UNCHANGED
        runs.finish(poll)
    await runs.settle()
    found = await database.ask(all_runs)
    assert [(run.id, run.status) for run in found] == [
        (one.run_id, RunStatus.UNCHANGED),
        (three.run_id, RunStatus.UNCHANGED),
    ]


async def test_a_run_that_ends_is_closed_though_nobody_asks_for_it(
    database: Database, clock: Clock
) -> None:
    runs = Runs(database, clock)
    polls = await begun(runs, database)
    for poll in polls[:2]:
        runs.finish(poll)
        async with asyncio.timeout(60):
            while await database.ask(status_of, poll.run_id) is RunStatus.RUNNING:
                pass  # the time for gathering goes by
    assert await database.ask(status_of, polls[2].run_id) is RunStatus.RUNNING
