"""The operators' chat is told of each trouble once, and once when it is over, over real HTTP."""

import asyncio

import pytest
from sqlmodel import col, select

from alerts.delivery.pacing import Pace, Rates
from alerts.delivery.reporter import LATER, Reporter
from config.sources import SourceSpec
from storage.feeds import sync_sources
from storage.models import Feed, Notice, NoticeKind
from storage.notices import review
from storage.subscriptions import Address

CHAT = -77
FAST = Rates(overall=10_000, chat_seconds=0.0, group=10_000, edit_seconds=0.0)


@pytest.fixture
def feeds(database):
    """Three feeds that have failed too often."""
    urls = [f"https://e.org/{name}" for name in "abc"]
    spec = {
        "slug": "s",
        "name": "S",
        "homepage": "https://e.org/",
        "feeds": [{"url": u} for u in urls],
    }
    with database.write() as session:
        sync_sources(session, [SourceSpec.model_validate(spec)])
        for feed in session.exec(select(Feed)):
            feed.failures, feed.last_error = 5, "http 500 <b>from</b> @them\u202e"
            session.add(feed)
        return [feed.id for feed in session.exec(select(Feed).order_by(col(Feed.id)))]


@pytest.fixture
def reporter(database, channel, wall):
    return Reporter(database, channel, Address("telegram", str(CHAT)), wall, Pace(FAST))


def look(database, wall, feeds) -> None:
    with database.write() as session:
        review(session, feeds, wall())


def mend(database, *feeds: int) -> None:
    with database.write() as session:
        for number in feeds:
            feed = session.get_one(Feed, number)
            feed.failures, feed.last_error = 0, None
            session.add(feed)


def texts(api) -> list[str]:
    return [message.text for message in api.messages(CHAT)]


async def test_a_trouble_is_told_once_and_its_end_once(
    database, api, wall, feeds, reporter
) -> None:
    for _ in range(3):
        look(database, wall, feeds[:1])
        await reporter.report()
        wall.move(minutes=15)
    (told,) = texts(api)
    assert told.startswith("⚠️ s: ")
    assert "failed 5 times in a row: http 500 <b>from</b> @them" in told.replace("\u2060", "")
    assert "\u202e" not in told
    mend(database, feeds[0])
    for _ in range(3):
        look(database, wall, feeds[:1])
        await reporter.report()
    assert [text[0] for text in texts(api)] == ["⚠", "✅"]
    assert "answers again" in texts(api)[1]


async def test_what_comes_together_is_one_message(database, api, wall, feeds, reporter) -> None:
    look(database, wall, feeds)
    await reporter.report()
    (told,) = texts(api)
    assert told.count("⚠️") == 3


async def test_what_was_over_before_it_could_be_told_is_not_told(
    database, api, wall, feeds, reporter
) -> None:
    look(database, wall, feeds)
    mend(database, feeds[0])
    look(database, wall, feeds)
    await reporter.report()
    assert texts(api)[0].count("⚠️") == 2
    assert "✅" not in texts(api)[0]


async def test_many_are_told_in_several_messages(database, api, wall, feeds, reporter) -> None:
    with database.write() as session:
        for number in range(45):
            detail = f"number {number} " + "x" * 200
            session.add(
                Notice(feed_id=feeds[0], kind=NoticeKind.SILENT, detail=detail, raised_at=wall())
            )
    for _ in range(10):
        await reporter.report()
    assert len(texts(api)) > 2
    assert sum(text.count("⚠️") for text in texts(api)) == 45
    assert max(len(text) for text in texts(api)) <= 4096


@pytest.mark.parametrize(
    ("fault", "waits", "copies"),
    [
        ({"kind": "flood", "retry_after": 7}, 7, 1),
        ({"kind": "forbidden"}, LATER, 1),
        ({"kind": "server_error"}, None, 1),
        ({"kind": "reset", "accept": True}, None, 2),
    ],
)
async def test_a_failure_loses_nothing(
    database, api, wall, feeds, reporter, fault, waits, copies
) -> None:
    look(database, wall, feeds)
    api.fault(**fault, chat=CHAT)
    wait = await reporter.report()
    assert waits in (None, wait)
    for _ in range(3):
        await reporter.report()
    assert len(texts(api)) == copies
    with database.read() as session:
        assert all(notice.told_at for notice in session.exec(select(Notice)))


async def test_uncertainty_is_repeated_once_and_no_more(
    database, api, wall, feeds, reporter
) -> None:
    look(database, wall, feeds)
    api.fault("reset", chat=CHAT, accept=True, times=9)
    for _ in range(5):
        await reporter.report()
    assert len(texts(api)) == 2


async def test_a_group_that_moved_is_followed(database, api, wall, feeds, reporter) -> None:
    look(database, wall, feeds)
    api.fault("migrate", chat=CHAT, new_chat=-100123)
    assert await reporter.report() == 0
    await reporter.report()
    assert len(api.messages(-100123)) == 1


async def test_the_loop_tells_and_ends_when_it_is_told(
    database, api, wall, feeds, reporter
) -> None:
    look(database, wall, feeds)
    running = asyncio.create_task(reporter.run())
    async with asyncio.timeout(60):
        while not texts(api):  # noqa: ASYNC110 - the server is in another thread
            await asyncio.sleep(0.01)
        reporter.stop()
        await running


async def test_it_keeps_to_the_pace_of_the_chat(database, channel, api, wall, feeds) -> None:
    pace = Pace(monotonic=lambda: 5.0)
    reporter = Reporter(database, channel, Address("telegram", str(CHAT)), wall, pace)
    pace.spend(reporter.address)
    look(database, wall, feeds)
    assert 0 < await reporter.report() <= 2
    assert texts(api) == []


async def test_what_it_is_told_to_say_comes_once_and_before_the_rest(
    database, api, wall, feeds, reporter
) -> None:
    look(database, wall, feeds[:1])
    reporter.say("⚠️ sources/a.yaml:3:1: <b>wrong</b> @them")
    api.fault("flood", retry_after=7, chat=CHAT)
    for _ in range(3):
        await reporter.report()
    (told,) = texts(api)
    first, second = told.replace("\u2060", "").splitlines()
    assert first == "⚠️ sources/a.yaml:3:1: <b>wrong</b> @them"
    assert "failed 5 times" in second
