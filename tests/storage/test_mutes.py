"""Events that a chat wants no more of, and what readers say is wrong."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from config.words import Stage
from storage import deliveries, mutes, reports
from storage.database import Database
from storage.models import Article, Claim, Delivery, Subscription
from storage.subscriptions import Address
from tests.fakes.rows import (
    NOW,
    make_article,
    make_change,
    make_claim,
    make_event,
    owe,
)

CHAT = Address("telegram", "1")


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.read() as session:
        yield session


def first(session: Session) -> Subscription:
    return session.exec(select(Subscription).where(Subscription.address == "1")).one()


def test_a_muted_event_is_told_to_others_only(session):
    event, _ = owe(session, "1", "2")
    mine = first(session)
    assert mutes.mute(session, mine, event.id or 0, NOW) == 1
    assert mutes.mute(session, mine, event.id or 0, NOW) == 0
    assert [one.address.chat for one in deliveries.claim(session, NOW, 9)] == ["2"]
    assert deliveries.count_by_status(session)["dropped"] == 1
    live = make_change(session, event, Stage.LIVE)
    assert deliveries.queue(session, event, live, NOW) == 1
    assert mutes.muted(session, mine) == [event.id]
    assert mutes.unmute(session, mine, event.id or 0)
    assert not mutes.unmute(session, mine, event.id or 0)
    assert mutes.muted(session, mine) == []
    gone = make_change(session, event, Stage.WITHDRAWN)
    assert deliveries.queue(session, event, gone, NOW) == 2


def test_what_was_sent_stays_sent(session):
    event, _ = owe(session, "1")
    (claimed,) = deliveries.claim(session, NOW, 1)
    deliveries.settle_sent(session, claimed, 7, "x", NOW)
    assert mutes.mute(session, first(session), event.id or 0, NOW) == 0
    session.expire_all()
    assert session.exec(select(Delivery)).one().message_id == 7


def test_an_event_stays_muted_under_the_one_it_was_merged_into(session):
    event, _ = owe(session, "1")
    mine = first(session)
    mutes.mute(session, mine, event.id or 0, NOW)
    living = make_event(session, host="tmall")
    event.merged_into = living.id
    session.add(event)
    session.flush()
    change = make_change(session, living)
    assert deliveries.queue(session, living, change, NOW) == 0
    assert mutes.muted(session, mine) == [living.id]
    assert mutes.unmute(session, mine, living.id or 0)
    assert deliveries.queue(session, living, change, NOW) == 1


def test_a_report_keeps_what_the_alert_was_made_of(session):
    event = make_event(session)
    article = make_article(session, 1, "kr36")
    claim = make_claim(session, event, article, reasons=["frame:opens", "cue:payment"])
    make_change(session, event, claim_id=claim.id)
    assert reports.report(session, event.id or 0, CHAT, NOW)
    assert not reports.report(session, event.id or 0, CHAT, NOW)
    assert reports.report(session, event.id or 0, Address("telegram", "2"), NOW)
    for row in session.exec(select(Claim)):
        row.quote = "read anew"
    two, one = reports.reports(session)
    assert (one.host, one.guest, one.stage) == ("taobao", "wechat-pay", Stage.ANNOUNCED)
    assert (one.url, one.quote) == (article.url, "quote of https://kr36.test/1")
    assert one.reasons == ["frame:opens", "cue:payment"]
    assert one.reporter != two.reporter
    assert one.reporter != "1"


def test_a_report_of_the_next_stage_is_another_one(session):
    event = make_event(session)
    merged = make_event(session, merged_into=event.id)
    assert reports.report(session, merged.id or 0, CHAT, NOW)
    event.stage = Stage.LIVE
    later = NOW + timedelta(days=1)
    assert reports.report(session, event.id or 0, CHAT, later)
    assert [one.stage for one in reports.reports(session)] == [Stage.LIVE, Stage.ANNOUNCED]
    assert reports.reports(session)[0].article_id is None


def test_nobody_reports_what_is_not_there(session):
    assert not reports.report(session, 999, CHAT, NOW)
    assert session.exec(select(Article)).all() == []
