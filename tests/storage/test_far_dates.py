"""Moments at which other clocks end, and the day of every fourth year: a night like any other."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from storage import deliveries
from storage.articles import due_articles
from storage.database import Database
from storage.feeds import due_feeds
from storage.models import Article, Delivery, Feed
from storage.runs import finish_run
from tests.fakes import rows
from tests.storage.test_feeds import OK, spec, sync

SECOND = timedelta(seconds=1)
NIGHTS = (
    datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC),  # the last second of 31 bits
    datetime(2040, 2, 28, 23, 59, 59, tzinfo=UTC),
    datetime(2040, 2, 29, 23, 59, 59, tzinfo=UTC),
    datetime(2106, 2, 7, 6, 28, 15, tzinfo=UTC),  # and of 32
)


@pytest.mark.parametrize("last", NIGHTS, ids=str)
def test_what_is_due_a_second_later_is_due_then_and_not_before(database: Database, last: datetime):
    after = last + SECOND
    sync(database, spec("one", "https://e.org/1"))
    with database.write() as session:
        rows.owe(session, "1")
        (claimed,) = deliveries.claim(session, last, 1)
        deliveries.settle_retry(session, claimed, after, "flood")
        assert deliveries.claim(session, last, 1) == []
        assert deliveries.next_due(session, last) == after
        assert not deliveries.has_due(session, last, ["telegram"])
        assert deliveries.has_due(session, after, ["telegram"])
        assert deliveries.oldest_due(session, after) == after
        (claimed,) = deliveries.claim(session, after, 1)
        deliveries.settle_sent(session, claimed, 7, "x", after)
        (row,) = session.exec(select(Delivery))
        row.edit_due_at = after
        session.add(row)
        session.flush()
        assert not deliveries.has_due(session, last, ["telegram"])
        assert deliveries.has_due(session, after, ["telegram"])
        feed = session.exec(select(Feed)).one()
        due = finish_run(session, rows.begin_run(session, feed.id or 0, last), OK, last)
        assert due > last
        assert due_feeds(session, due - SECOND) == []
        assert due_feeds(session, due) == [feed]
    with database.read() as session:
        assert session.exec(select(col(Delivery.sent_at))).one() == after


@pytest.mark.parametrize("last", NIGHTS, ids=str)
def test_articles_keep_their_day_and_their_order_across_it(database: Database, last: datetime):
    after = last + SECOND
    with database.write() as session:
        for number, at in enumerate((after, last)):
            rows.make_article(session, number, "36kr", published_at=at, published_on=at.date())
    with database.read() as session:
        found = [session.get_one(Article, number) for number in due_articles(session, 9)]
    assert [(one.published_at, one.published_on) for one in found] == [
        (last, last.date()),
        (after, after.date()),
    ]
