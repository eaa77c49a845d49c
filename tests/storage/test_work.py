"""Health looks at work done: a queue that stands still is told, one that moves is not."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from config.words import FeedKind
from storage import deliveries
from storage.database import Database
from storage.heartbeats import beat, stale, stale_at
from storage.models import (
    Article,
    CrawlRun,
    Delivery,
    DeliveryStatus,
    Feed,
    RunStatus,
    Source,
    Subscription,
)
from storage.work import LATE
from tests.fakes.rows import NOW, make_article, make_change, make_event, subscribe

LONG = LATE + timedelta(minutes=1)
LONG_AGO = NOW - LONG


def an_alert(session: Session) -> None:
    subscribe(session, "1")
    event = make_event(session)
    deliveries.queue(session, event, make_change(session, event), LONG_AGO)
    session.flush()
    session.connection().execute(update(Delivery).values(due_at=LONG_AGO))


def an_article(session: Session) -> None:
    make_article(session, 1, "first", fetched_at=LONG_AGO, followed_at=None)


def a_feed(session: Session) -> None:
    session.merge(Source(slug="late", name="S", homepage="https://e.example/"))
    session.flush()
    session.add(
        Feed(source_slug="late", url="https://e.example/f", kind=FeedKind.RSS, next_due=LONG_AGO)
    )


def a_send(session: Session) -> None:
    an_event = make_event(session)
    place = subscribe(session, "2")
    session.add(
        Delivery(
            subscription_id=place.id or 0,
            stage_change_id=make_change(session, an_event).id or 0,
            event_id=an_event.id or 0, status=DeliveryStatus.SENT, due_at=NOW, sent_at=NOW,
        )
    )  # fmt: skip


def a_reading(session: Session) -> None:
    make_article(session, 2, "second", followed_at=NOW)


def a_run(session: Session) -> None:
    session.flush()
    feed = session.exec(select(Feed)).first()
    assert feed is not None
    session.add(
        CrawlRun(feed_id=feed.id or 0, status=RunStatus.OK, started_at=NOW, finished_at=NOW)
    )


CASES = [
    ("sender", an_alert, a_send, "an alert has been due since"),
    ("follower", an_article, a_reading, "an article has been waiting to be read since"),
    ("crawler", a_feed, a_run, "a feed has been due since"),
]


def ask(database: Database, role: str | None = None) -> list[str]:
    own = f"{role}@here" if role else None
    with database.write() as session:
        for loop in ("sender", "follower", "crawler"):
            beat(session, f"{loop}@here", NOW)
    with database.read() as session:
        found = stale(session, NOW, own)
    url = database.url.render_as_string(hide_password=False)
    assert stale_at(url, NOW, lambda: database, own) == found
    return found


@pytest.mark.parametrize(("role", "leave", "do", "said"), CASES)
def test_what_stands_still_is_told_and_what_moves_is_not(
    database: Database,
    role: str,
    leave: Callable[[Session], None],
    do: Callable[[Session], None],
    said: str,
) -> None:
    assert ask(database) == []
    with database.write() as session:
        leave(session)
    (told,) = ask(database)
    assert told.startswith(said)
    assert "2024" in told
    assert ask(database, role) == [told]
    assert ask(database, "sender" if role != "sender" else "crawler") == []
    with database.write() as session:
        do(session)
    assert ask(database) == []


def test_what_a_paused_chat_is_owed_is_nobodys_fault(database: Database) -> None:
    with database.write() as session:
        an_alert(session)
        session.connection().execute(update(Subscription).values(paused_reason="blocked"))
    assert ask(database) == []


def test_what_was_given_up_is_not_waited_for(database: Database) -> None:
    with database.write() as session:
        an_article(session)
        session.flush()
        session.connection().execute(
            update(Article).where(col(Article.followed_at).is_(None)).values(follow_attempts=3)
        )
    assert ask(database) == []


def test_a_worker_that_never_came_is_told(database: Database) -> None:
    with database.read() as session:
        assert stale(session, NOW, "crawler@there") == ["crawler@there has not started"]
