"""A small store on disk, filled with the course of one opening, and what commands run around it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path

from sqlmodel import SQLModel

from config.errors import NotFoundError
from config.words import Capability, FeedKind, Stage
from storage import search_index
from storage.database import Database
from storage.models import (
    Article,
    Claim,
    CrawlRun,
    Delivery,
    DeliveryStatus,
    Edge,
    Event,
    Feed,
    Mention,
    Rejection,
    RunStatus,
    Source,
    StageChange,
    Subscription,
)

NOW = datetime(2024, 9, 30, 12, tzinfo=UTC)
NAMES = {"taobao": "淘宝", "tmall": "天猫", "wechat-pay": "微信支付", "wechat": "微信"}
OWNERS = {"taobao": "alibaba", "tmall": "alibaba", "wechat-pay": "tencent", "wechat": "tencent"}


class Gazetteer:
    """Four platforms with their owners; names differ from ids, so that tests see which is shown."""

    def name(self, platform: str, language: str) -> str:
        return NAMES.get(platform, platform) if language.startswith("zh") else platform

    def find(self, text: str) -> str:
        for platform in {*NAMES, *OWNERS.values()}:
            if text in (platform, NAMES.get(platform)):
                return platform
        raise NotFoundError(f"no platform called {text!r}. Did you mean taobao?")

    def spellings(self, text: str) -> dict[str, tuple[str, ...]]:
        return {one: (one, name) for one, name in NAMES.items() if text in (one, name)}

    def owner(self, platform: str) -> str:
        return OWNERS.get(platform, platform)


@dataclass
class Shelf:
    """What stands in for the composition root."""

    url: str
    platforms: Gazetteer = field(default_factory=Gazetteer)
    now: datetime = NOW
    opened: list[Database] = field(default_factory=list)

    def database(self) -> Database:
        self.opened.append(Database(self.url))
        return self.opened[-1]

    def clock(self) -> datetime:
        return self.now

    def close(self) -> None:
        for database in self.opened:
            database.close()
        self.opened.clear()


def at(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(4), UTC)


def article(number: int, source: str, language: str, day: str, title: str, **more) -> Article:
    return Article(
        id=number, url=f"https://{source}.example/{number}", source_slug=source,
        language=language, title=title, text="全文", published_at=at(day),
        published_on=date.fromisoformat(day), fetched_at=at(day), text_digest=str(number),
        relevant=True, **more,
    )  # fmt: skip


def claim(number: int, article: int, edge: Edge, stage: Stage, quote: str, **more) -> Claim:
    dated = more.pop("dated", None)
    first, last = (date.fromisoformat(day) for day in dated) if dated else (None, None)
    planned = more.pop("planned", None)
    return Claim(
        id=number, article_id=article, event_id=edge.event_id, edge_id=edge.id or 0,
        host=edge.host, guest=edge.guest, capability=edge.capability, stage=stage,
        date_from=first, date_to=last,
        planned_from=planned and date.fromisoformat(planned),
        planned_to=planned and date.fromisoformat(planned),
        quote=quote, start=0, end=len(quote), reasons=["frame:support"],
        background=more.pop("background", False), leading=True, **more,
    )  # fmt: skip


def rows() -> list[SQLModel]:
    """E12 was merged into E17, Taobao → WeChat Pay; E18 is WeChat → Taobao, links."""
    pay = Edge(id=1, event_id=17, host="taobao", guest="wechat-pay", capability=Capability.PAYMENT)
    also = Edge(id=2, event_id=17, host="tmall", guest="wechat-pay", capability=Capability.PAYMENT)
    links = Edge(id=3, event_id=18, host="wechat", guest="taobao", capability=Capability.LINKS)
    feb, mar = ("2022-02-01", "2022-02-28"), ("2022-03-01", "2022-03-31")
    day = ("2024-09-04", "2024-09-04")
    return [
        *(
            Source(slug=slug, name=name, homepage=f"https://{slug}.example/")
            for slug, name in (("36kr", "36氪"), ("nikkei", "日経"), ("portal", "Portal"))
        ),
        Feed(
            id=1, source_slug="36kr", url="https://36kr.example/feed", kind=FeedKind.RSS,
            last_success=at("2024-09-29"), newest_entry=at("2024-09-28"),
        ),
        Feed(
            id=2, source_slug="nikkei", url="https://nikkei.example/rss", kind=FeedKind.RSS,
            failures=3, last_error="HTTP 503",
        ),
        CrawlRun(
            id=1, feed_id=1, status=RunStatus.OK, started_at=at("2024-09-29"), stored=3, rejected=1
        ),
        CrawlRun(id=2, feed_id=2, status=RunStatus.FAILED, started_at=at("2024-09-29")),
        Rejection(
            id=1, crawl_run_id=1, url="https://36kr.example/void", reason="no-article",
            detail="a page of links", at=at("2024-09-29"),
        ),
        event(17, "taobao", "wechat-pay", Capability.PAYMENT, Stage.ANNOUNCED, "2024-09-05"),
        event(18, "wechat", "taobao", Capability.LINKS, Stage.LIVE, "2024-09-01"),
        event(
            12, "tmall", "wechat-pay", Capability.PAYMENT, Stage.TEST, "2024-08-01", merged_into=17
        ),
        pay, also, links,
        article(1, "36kr", "zh-Hans", "2024-09-04", "淘宝将接入微信支付"),
        article(2, "nikkei", "ja", "2024-09-04", "タオバオがWeChat Payに対応へ"),
        article(3, "portal", "zh-Hans", "2024-09-05", "转载：淘宝将接入微信支付", copy_of=1),
        article(4, "nikkei", "ja", "2024-09-01", "\x1b[31mred\x1b[0m\t\u202eevil"),
        *(
            Mention(article_id=number, platform=platform, count=count, first=0)
            for number, platform, count in (
                (1, "taobao", 3), (1, "wechat-pay", 2), (2, "taobao", 1), (4, "wechat", 1)
            )
        ),
        claim(
            1, 1, pay, Stage.ANNOUNCED, "淘宝计划新增微信支付", mode="direct", dated=day,
            planned="2024-09-30",
        ),
        claim(2, 1, pay, Stage.TEST, "2022年3月内测", mode="scan", dated=mar, background=True),
        claim(3, 2, pay, Stage.TEST, "2022年2月テスト", mode="scan", dated=feb, background=True),
        claim(4, 2, also, Stage.ANNOUNCED, "天猫も対応", mode="direct", dated=day),
        claim(5, 3, pay, Stage.ANNOUNCED, "淘宝计划新增微信支付", mode="direct", dated=day),
        claim(6, 4, links, Stage.LIVE, "=リンク", dated=("2021-11-01", "2021-11-30")),
        StageChange(
            id=1, event_id=17, stage=Stage.ANNOUNCED, seen_at=at("2024-09-04"), claim_id=1,
            alerted=True,
        ),
        Subscription(id=1, channel="telegram", address="-100", topic=7),
        Delivery(
            id=1, subscription_id=1, stage_change_id=1, event_id=17, status=DeliveryStatus.DEAD,
            due_at=at("2024-09-04"), attempts=3, error="Forbidden: bot was kicked",
        ),
    ]  # fmt: skip


def event(
    number: int, host: str, guest: str, capability: Capability, stage: Stage, last: str, **more
) -> Event:
    return Event(
        id=number, host=host, guest=guest, capability=capability, stage=stage,
        bucket="alibaba:tencent", first_seen=at("2024-08-01"), last_seen=at(last), **more,
    )  # fmt: skip


def filled(folder: Path) -> Shelf:
    """A store in a file of its own with these rows in it."""
    shelf = Shelf(f"sqlite:///{folder / 'store.db'}")
    database = Database(shelf.url)
    SQLModel.metadata.create_all(database.engine)
    fill(database)
    database.close()
    return shelf


def fill(database: Database) -> None:
    """Put the rows into an empty store."""
    with database.write() as session:
        for kinds in _IN_ORDER:
            session.add_all(row for row in rows() if isinstance(row, kinds))
            session.flush()
        search_index.fill(session.connection())


_IN_ORDER = (
    Source, Feed, CrawlRun, Rejection, Event, Edge, Article, Mention, Claim, StageChange,
    Subscription, Delivery,
)  # fmt: skip
