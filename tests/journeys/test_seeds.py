"""The five seed articles, crawled in five rounds: three alerts, a timeline and no noise."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import StringIO

import pytest
from sqlmodel import select

from alerts.delivery.channels.console import ConsoleChannel
from config.settings import Settings
from config.sources import SourceSpec
from config.words import Capability, Stage
from interopwatch import Daemon, Installation
from storage.feeds import enabled_feeds, sync_sources
from storage.models import Article, Claim, Event, StageChange
from storage.preparing import prepare
from storage.subscriptions import CONSOLE
from tests.fakes.seeds import ORDER, REASON, SEEDS, seed_page
from tests.fakes.seeds_stated import STATED, Stated
from tests.fakes.site import Site

pytestmark = pytest.mark.skipif(not SEEDS.exists(), reason=REASON)

ROUNDS = {
    "000": datetime(2024, 2, 22, 4, tzinfo=UTC),
    "002": datetime(2024, 9, 3, 4, tzinfo=UTC),
    "001": datetime(2024, 9, 4, 12, tzinfo=UTC),
    "003": datetime(2024, 9, 5, 4, tzinfo=UTC),
    "004": datetime(2024, 9, 7, 4, tzinfo=UTC),
}


@dataclass
class Run:
    """What came out of the five rounds."""

    installation: Installation
    sent: dict[str, str] = field(default_factory=dict)
    """What the console said in each round."""

    def rows(self, model):
        with self.installation.any_database().read() as session:
            return session.exec(select(model)).all()

    def claims(self, host: str, guest: str) -> list[Claim]:
        return [c for c in self.rows(Claim) if (c.host, c.guest) == (host, guest)]


def spec(site: Site, number: str) -> SourceSpec:
    feed = (
        "<rss version='2.0'><channel><title>o</title><item><link>{}</link></item></channel></rss>"
    )
    page = site.put(f"/{number}/a.html", seed_page(number), content_type="text/html")
    return SourceSpec.model_validate(
        {
            "slug": f"outlet-{number}",
            "name": f"Outlet {number}",
            "homepage": page,
            "timezone": "Asia/Shanghai",
            "feeds": [{"url": site.put(f"/{number}/feed.xml", feed.format(page))}],
        }
    )


@pytest.fixture(scope="module")
async def run(tmp_path_factory) -> AsyncIterator[Run]:
    folder = tmp_path_factory.mktemp("seeds")
    settings = Settings.model_validate(
        {
            "database_url": f"sqlite:///{folder / 'seeds.db'}",
            "crawl": {"allow_networks": ["127.0.0.0/8"], "host_delay_seconds": 0},
        }
    )
    installation = Installation(settings=settings)
    found = Run(installation)
    with Site() as site:
        specs = [spec(site, number) for number in ORDER]
        stream = StringIO()
        moment = [ROUNDS["000"]]
        installation.clock = lambda: moment[0]
        prepare(installation)
        daemon = Daemon(installation, {CONSOLE: ConsoleChannel(stream)})
        for number, source in zip(ORDER, specs, strict=True):
            moment[0] = ROUNDS[number]
            await daemon.database.run(sync_sources, [source])
            daemon.crawler.use_sources([source])
            feeds = await daemon.database.ask(enabled_feeds)
            await daemon.crawler.crawl(feeds)
            await daemon.follower.follow_due()
            stream.seek(0)
            stream.truncate()
            await daemon.sender.drain()
            found.sent[number] = stream.getvalue()
        await daemon.close()
    yield found
    installation.close()


async def test_every_seed_is_read(run):
    assert len(run.rows(Article)) == len(ORDER)
    assert all(article.relevant for article in run.rows(Article))


async def test_three_alerts_come_of_five_articles(run):
    events = {event.id: (event.host, event.guest) for event in run.rows(Event)}
    alerted = sorted(
        (change for change in run.rows(StageChange) if change.alerted),
        key=lambda change: change.seen_at,
    )
    told = [(events[change.event_id], change.stage) for change in alerted]
    assert [pair for pair, _ in told] == [
        ("taobao", "wechat-pay"),
        ("taote", "wechat-pay"),
        ("taobao", "wechat-pay"),
    ]
    assert told[0][1] is Stage.TEST
    assert told[2][1] is Stage.ANNOUNCED
    assert alerted[2].previous is Stage.TEST


async def test_what_repeats_the_news_sends_no_new_message(run):
    heads = {
        number: [m.splitlines()[0] for m in new_messages(run.sent[number])] for number in ORDER
    }
    assert heads["000"] == ["🆕 Taobao → WeChat Pay"]
    assert heads["002"] == ["🆕 Taote → WeChat Pay"]
    assert heads["001"] == ["↪ 🆕 Taobao → WeChat Pay"]
    assert heads["003"] == heads["004"] == []


def new_messages(said: str) -> list[str]:
    """What was sent anew, not edited."""
    return [m for m in said.strip().split("\n\n") if m and not m.startswith("✎")]


async def test_an_opinion_poll_does_not_make_it_live(run):
    (event,) = [
        e
        for e in run.rows(Event)
        if (e.host, e.guest, e.capability) == ("taobao", "wechat-pay", Capability.PAYMENT)
    ]
    assert event.stage is Stage.ANNOUNCED


@pytest.mark.parametrize("app", ["eleme", "youku", "damai", "kaola", "shuqi"])
async def test_the_five_apps_of_2021_stand_in_the_timeline_without_an_alert(run, app):
    dated = [c for c in run.claims(app, "wechat-pay") if c.date_from]
    assert any((c.date_from.year, c.date_from.month) == (2021, 9) for c in dated)
    assert all(c.background for c in run.claims(app, "wechat-pay"))


def stated(run: Run, event: Stated) -> bool:
    """True if some claim says what the event's row does.

    A seed that nowhere says when it was published leaves "last December" without a day: there
    the right parties, capability and stage are all that can be had.
    """
    return any(
        claim.host in event.hosts.split("|")
        and claim.guest in event.guests.split("|")
        and (claim.capability, claim.stage) == (event.capability, event.stage)
        and (_within(claim, event) or (event.undated and claim.date_from is None))
        for claim in run.rows(Claim)
    )


def _within(claim: Claim, event: Stated) -> bool:
    first, last = claim.date_from, claim.date_to
    return first is not None and last is not None and event.first <= first <= last <= event.last


async def test_the_timeline_holds_the_dated_events_of_the_seeds(run):
    missing = [event.name for event in STATED if not stated(run, event)]
    assert 1 - len(missing) / len(STATED) >= 0.85, missing


@pytest.mark.parametrize("words", ["2020", "1.3089", "1290.7", "113.337", "退款", "返金のみ"])
async def test_figures_and_remarks_are_no_events(run, words):
    assert not [c.quote for c in run.rows(Claim) if words in c.quote]


async def test_dates_that_contradict_each_other_stand_side_by_side(run):
    months = {
        (c.date_from.year, c.date_from.month)
        for c in run.claims("taobao", "wechat-pay")
        if c.date_from and c.mode == "scan" and c.date_from.year == 2022
    }
    assert {(2022, 3)} <= months


async def test_chrome_and_reference_titles_yield_nothing(run):
    quotes = " ".join(claim.quote for claim in run.rows(Claim))
    for chrome in ("登录", "立即注册", "扬帆出海", "© 2022", "参考文献", "原文链接"):
        assert chrome not in quotes


async def test_nothing_speculative_becomes_an_event(run):
    assert not [
        c
        for c in run.claims("wechat", "taobao")
        if c.capability is Capability.MINIPROGRAM and c.leading
    ]
