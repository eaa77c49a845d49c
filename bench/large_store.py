"""What a store of years holds beside its articles: events, claims, runs, and what was told to whom.

Put into a store whose articles nobody has read yet, as bench/search.py builds them: the newest are
about events, ten about each, and every chat was told of every event.
"""

import random
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import insert, text, update
from sqlmodel import Session, SQLModel, col, select

from config.platforms import Platforms, load_platforms
from config.words import Stage
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
    Interest,
    Mention,
    Rejection,
    RunStatus,
    StageChange,
    Subscription,
)
from storage.search_index import index_claims

BATCH = 5_000
COVERAGE = 10
"""Articles about one event."""

PARTIES = 300
"""Platforms that open and are opened, unevenly often: a few have hundreds of events."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """How much of what is put in."""

    events: int = 5_000
    chats: int = 1_000
    """Five million deliveries: all of these about all of those."""
    unsent: int = 1_000
    """Of them, the newest: they wait. As many before them were given up."""
    feeds: int = 500
    runs: int = 2_000
    """Of each feed: a month of readings every twenty minutes."""
    rejections: int = 500_000


class Opening(NamedTuple):
    """One event, with the articles about it: id and title."""

    number: int
    host: str
    guest: str
    bucket: str
    articles: list[tuple[int, str]]


def fill(database: Database, size: Size, now: datetime) -> None:
    """Put in everything, and tell how long each part took."""
    began = time.monotonic()
    with database.write() as session:
        session.execute(update(Article).values(followed_at=now, relevant=False))
        openings = list(_openings(session, size.events, load_platforms()))
    for write in (_write_events, _write_index, _write_crawls, _write_chats, _write_deliveries):
        with database.write() as session:
            write(session, openings, size, now)
        done = write.__name__.removeprefix("_write_")
        print(f"{done}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def _openings(session: Session, events: int, platforms: Platforms) -> Iterator[Opening]:
    chance = random.Random(1)
    ids = [platform.id for platform in platforms]
    names = chance.sample(ids, min(PARTIES, len(ids)))
    often = list(accumulate(1 / rank for rank in range(1, len(names) + 1)))
    newest = select(Article.id, Article.title).order_by(col(Article.id).desc())
    articles = iter(session.exec(newest.limit(events * COVERAGE)).all()[::-1])
    taken: set[tuple[str, str]] = set()
    while len(taken) < events:
        host, guest = chance.choices(names, cum_weights=often, k=2)
        if host == guest or (host, guest) in taken:
            continue
        taken.add((host, guest))
        bucket = "|".join(sorted({platforms.owner(host), platforms.owner(guest)}))
        about = [(number or 0, title) for number, title in islice(articles, COVERAGE)]
        yield Opening(len(taken), host, guest, bucket, about)


def _write_events(session: Session, openings: list[Opening], size: Size, now: datetime) -> None:
    def since(one: Opening) -> datetime:
        return now - timedelta(hours=size.events - one.number)

    def parties(one: Opening) -> Row:
        return {"host": one.host, "guest": one.guest, "capability": "payment"}

    events = (
        {
            "id": one.number, **parties(one), "stage": Stage.LIVE, "bucket": one.bucket,
            "first_seen": since(one), "last_seen": since(one),
        }
        for one in openings
    )  # fmt: skip
    _insert(session, Event, events)
    _insert(
        session, Edge, ({"id": o.number, "event_id": o.number, **parties(o)} for o in openings)
    )
    claims = (
        {
            "article_id": article, "event_id": one.number, "edge_id": one.number, **parties(one),
            "stage": Stage.LIVE, "background": False, "leading": True, "quote": title,
            "start": 0, "end": len(title), "reasons": [], "date_from": since(one).date(),
        }
        for one in openings
        for article, title in one.articles
    )  # fmt: skip
    _insert(session, Claim, claims)
    mentions = (
        {"article_id": article, "platform": platform, "count": 2, "first": 0}
        for one in openings
        for article, _ in one.articles
        for platform in (one.host, one.guest)
    )
    _insert(session, Mention, mentions)
    steps = (
        {
            "id": one.number, "event_id": one.number, "stage": Stage.LIVE, "cycle": 0,
            "seen_at": since(one), "alerted": True,
        }
        for one in openings
    )  # fmt: skip
    _insert(session, StageChange, steps)
    first = openings[0].articles[0][0]
    session.execute(update(Article).where(col(Article.id) >= first).values(relevant=True))


def _write_index(session: Session, openings: list[Opening], *_: object) -> None:
    claims = session.exec(select(Claim.article_id, Claim.id)).all()
    numbers = {article: number or 0 for article, number in claims}
    for one in openings:
        for article, title in one.articles:
            index_claims(session, {numbers[article]: (title, one.host, one.guest)}, title)


def _write_crawls(session: Session, _: object, size: Size, now: datetime) -> None:
    slug = session.execute(text("SELECT min(slug) FROM source")).scalar_one()
    feeds = (
        {
            "id": number, "source_slug": slug, "url": f"https://s.example/feed/{number}",
            "kind": "rss", "enabled": False, "interval_seconds": 1200, "failures": 0,
        }
        for number in range(1, size.feeds + 1)
    )  # fmt: skip
    _insert(session, Feed, feeds)
    runs = (
        {
            "feed_id": 1 + number % size.feeds, "status": RunStatus.OK, "seen": 20, "stored": 0,
            "skipped": 1, "rejected": 0, "http_status": 200,
            "started_at": (at := now - timedelta(days=31) * (1 - number / size.feeds / size.runs)),
            "finished_at": at,
        }
        for number in range(size.feeds * size.runs)
    )  # fmt: skip
    _insert(session, CrawlRun, runs)
    last = session.execute(text("SELECT max(id) FROM crawlrun")).scalar_one()
    rejections = (
        {
            "crawl_run_id": last - number % size.runs, "url": f"https://s.example/no/{number}",
            "reason": "off-topic", "detail": "", "attempts": 1, "at": now,
        }
        for number in range(size.rejections)
    )  # fmt: skip
    _insert(session, Rejection, rejections)


def _write_chats(session: Session, _: object, size: Size, now: datetime) -> None:
    numbers = range(1, size.chats + 1)
    usual = Subscription(channel="telegram", address="").model_dump(exclude={"id"})
    _insert(session, Subscription, ({**usual, "id": n, "address": str(n)} for n in numbers))
    wanted = Interest(subscription_id=0, since=now).model_dump(exclude={"id"})
    _insert(session, Interest, ({**wanted, "subscription_id": n} for n in numbers))


def _write_deliveries(session: Session, _: object, size: Size, now: datetime) -> None:
    session.execute(text(_TELL))
    last = session.execute(text("SELECT max(id) FROM delivery")).scalar_one()
    unsent = {"sent_at": None, "message_id": None, "shown_digest": None}
    for status, newest in ((DeliveryStatus.DEAD, 2), (DeliveryStatus.PENDING, 1)):
        those = col(Delivery.id).between(last - newest * size.unsent, last)
        session.execute(update(Delivery).where(those).values(status=status, due_at=now, **unsent))


_TELL = """
    INSERT INTO delivery (subscription_id, stage_change_id, event_id, status, due_at, part,
      attempts, claimed_at, sent_at, message_id, shown_digest)
    SELECT s.id, c.id, c.event_id, 'sent', c.seen_at, 0, 1, c.seen_at, c.seen_at, c.id,
      '0123456789abcdef0123456789abcdef'
    FROM stagechange c CROSS JOIN subscription s ORDER BY c.id, s.id
"""


def _insert(session: Session, into: type[SQLModel], rows: Iterable[Row]) -> None:
    left = iter(rows)
    while some := list(islice(left, BATCH)):
        session.execute(insert(into), some)
