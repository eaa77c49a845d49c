"""Rows for tests: each maker fills in what the test does not care about, and flushes."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from config.words import Capability, Stage
from storage import deliveries
from storage.models import (
    Article,
    Claim,
    Edge,
    Event,
    Interest,
    Source,
    StageChange,
    Subscription,
)
from storage.runs import begin_runs

NOW = datetime(2024, 9, 4, 12, tzinfo=UTC)


def begin_run(session: Session, feed_id: int, now: datetime) -> int:
    """The id of a run over a feed that has begun."""
    return begin_runs(session, [feed_id], now)[0]


def make_event(session: Session, **given: Any) -> Event:
    """An Event, Taobao to WeChat Pay unless told otherwise."""
    values: dict[str, Any] = {
        "host": "taobao",
        "guest": "wechat-pay",
        "capability": Capability.PAYMENT,
        "stage": Stage.ANNOUNCED,
        "bucket": "alibaba|tencent",
        "first_seen": NOW,
        "last_seen": NOW,
    }
    event = Event(**(values | given))
    session.add(event)
    session.flush()
    return event


def make_change(
    session: Session, event: Event, stage: Stage = Stage.ANNOUNCED, **given: Any
) -> StageChange:
    """A StageChange of an event."""
    change = StageChange(event_id=event.id or 0, stage=stage, seen_at=NOW, **given)
    session.add(change)
    session.flush()
    return change


def subscribe(session: Session, address: str = "1", **given: Any) -> Subscription:
    """A Subscription of a Telegram chat with one Interest, in everything unless told otherwise."""
    places = Subscription.model_fields.keys() - {"language"}
    place = {name: value for name, value in given.items() if name in places}
    place["language"] = given.pop("reads", "en")
    row = Subscription(channel="telegram", address=address, **place)
    session.add(row)
    session.flush()
    wanted = {name: value for name, value in given.items() if name not in places}
    session.add(Interest(subscription_id=row.id or 0, **({"since": NOW} | wanted)))
    session.flush()
    return row


def make_article(session: Session, number: int, source: str, **given: Any) -> Article:
    """An Article of a Source, which is made when it is new."""
    if session.get(Source, source) is None:
        session.add(Source(slug=source, name=source.title(), homepage="https://x"))
        session.flush()
    values: dict[str, Any] = {
        "url": f"https://{source}.test/{number}",
        "source_slug": source,
        "language": "zh-Hans",
        "title": "t",
        "text": "t",
        "published_at": NOW + timedelta(minutes=number),
        "fetched_at": NOW,
        "text_digest": str(number),
    }
    article = Article(**(values | given))
    session.add(article)
    session.flush()
    return article


def make_claim(session: Session, event: Event, article: Article, **given: Any) -> Claim:
    """A Claim of an article about an event, with the event's edge."""
    edge = session.exec(select(Edge).where(Edge.event_id == event.id)).first()
    if edge is None:
        edge = Edge(
            event_id=event.id or 0, host=event.host, guest=event.guest, capability=event.capability
        )
        session.add(edge)
        session.flush()
    values: dict[str, Any] = {
        "host": event.host,
        "guest": event.guest,
        "capability": event.capability,
        "stage": Stage.ANNOUNCED,
        "background": False,
        "leading": True,
        "quote": f"quote of {article.url}",
        "start": 0,
        "end": 5,
    }
    claim = Claim(
        article_id=article.id or 0,
        event_id=event.id or 0,
        edge_id=edge.id or 0,
        **(values | given),
    )
    session.add(claim)
    session.flush()
    return claim


def owe(session: Session, *addresses: str, **given: Any) -> tuple[Event, StageChange]:
    """An event with one change, queued for these chats and all that were there."""
    for address in addresses:
        subscribe(session, address)
    event = make_event(session, **given)
    change = make_change(session, event)
    deliveries.queue(session, event, change, NOW)
    return event, change
