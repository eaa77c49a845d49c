"""The outbox on a real database: what is owed, claimed, settled and shown."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, update
from sqlmodel import Session, col, select

from config.errors import NotFoundError
from config.settings import Chat
from config.words import Capability, Stage
from storage import deliveries
from storage.database import Database
from storage.models import (
    Delivery,
    DeliveryStatus,
    Edge,
    Event,
    Source,
    StageChange,
    Subscription,
)
from storage.views import event_view
from tests.fakes import rows
from tests.fakes.rows import NOW, make_article, make_change, make_claim, make_event, owe, subscribe


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.read() as session:
        yield session


class TestSyncChats:
    def test_chats_become_subscriptions_and_vanished_ones_fall_silent(self, session):
        chats = [Chat(chat=5, language="ja", platforms=("taobao",)), Chat(chat=-100, topic=7)]
        assert deliveries.sync_chats(session, chats, NOW, console=False) == 2
        assert deliveries.sync_chats(session, chats[:1], NOW, console=False) == 1
        rows = {(row.address, row.topic): row for row in session.exec(select(Subscription))}
        assert rows["5", 0].active
        assert rows["5", 0].language == "ja"
        assert not rows["-100", 7].active

    def test_without_a_token_the_console_is_the_one_subscription(self, session):
        deliveries.sync_chats(session, [Chat(chat=5)], NOW, console=False)
        assert deliveries.sync_chats(session, [Chat(chat=5)], NOW, console=True) == 1
        rows = {row.channel: row.active for row in session.exec(select(Subscription))}
        assert rows == {"telegram": False, "console": True}

    def test_a_paused_chat_is_tried_again_at_the_next_start(self, session):
        deliveries.sync_chats(session, [Chat(chat=5)], NOW, console=False)
        address = deliveries.Address("telegram", "5")
        deliveries.pause(session, address, 0, "blocked")
        deliveries.sync_chats(session, [Chat(chat=5)], NOW, console=False)
        row = session.exec(select(Subscription)).one()
        session.refresh(row)
        assert row.paused_reason is None


class TestQueue:
    @pytest.mark.parametrize(
        ("filters", "wanted"),
        [
            ({}, True),
            ({"platform": "taobao"}, True),
            ({"platform": "tencent"}, True),
            ({"platform": "tmall"}, True),
            ({"platform": "line"}, False),
            ({"platform": "wechat-pay", "other": "taobao"}, True),
            ({"platform": "alibaba", "other": "tencent"}, True),
            ({"platform": "taobao", "other": "line"}, False),
            ({"platform": "tmall", "other": "wechat-pay", "directed": True}, True),
            ({"platform": "wechat-pay", "other": "taobao", "directed": True}, False),
            ({"platform": "alibaba", "other": "tencent", "directed": True}, True),
            ({"platform": "tencent", "other": "alibaba", "directed": True}, False),
            ({"other": "wechat-pay", "directed": True}, True),
            ({"other": "taobao", "directed": True}, False),
            ({"capability": "payment"}, True),
            ({"capability": "links"}, False),
            ({"language": "zh-Hans"}, True),
            ({"language": "zh"}, True),
            ({"language": "ja"}, False),
            ({"least_sources": 2}, True),
            ({"least_sources": 3}, False),
            ({"paused": True}, False),
            ({"least_stage": Stage.ANNOUNCED}, True),
            ({"least_stage": Stage.LIVE}, False),
            ({"active": False}, False),
            ({"paused_reason": "blocked"}, True),
        ],
    )
    def test_filters(self, session, filters, wanted):
        subscribe(session, **filters)
        event = make_event(session)
        session.add(
            Edge(
                event_id=event.id or 0,
                host="tmall",
                guest="wechat-pay",
                capability=Capability.PAYMENT,
            )
        )
        one = make_article(session, 1, "kr36")
        copy = make_article(session, 2, "sina", copy_of=one.id)
        for article in (one, copy, make_article(session, 3, "scmp", language="en")):
            make_claim(session, event, article)
        change = make_change(session, event)
        owner = {"taobao": "alibaba", "tmall": "alibaba", "wechat-pay": "tencent"}.__getitem__
        assert deliveries.queue(session, event, change, NOW, owner) == int(wanted)

    @pytest.mark.parametrize(
        ("previous", "wanted"), [(None, True), (Stage.LIVE, True), (Stage.RUMOUR, False)]
    )
    def test_a_withdrawal_goes_to_those_who_wanted_what_it_ends(self, session, previous, wanted):
        subscribe(session, least_stage=Stage.LIVE)
        event = make_event(session)
        change = make_change(session, event, Stage.WITHDRAWN, previous=previous)
        assert deliveries.queue(session, event, change, NOW) == int(wanted)

    def test_twice_is_once(self, session):
        event, change = owe(session, "1", "2")
        assert deliveries.queue(session, event, change, NOW) == 0
        assert len(session.exec(select(Delivery)).all()) == 2

    def test_rows_without_ids_are_refused(self, session):
        with pytest.raises(ValueError, match="flush"):
            deliveries.queue(session, Event.model_construct(), StageChange.model_construct(), NOW)


def leave(session: Session, claimed: deliveries.Claimed) -> deliveries.Claimed:
    """Its request leaves now."""
    leaving = deliveries.depart(session, claimed)
    assert leaving is not None
    return leaving


class TestClaim:
    def test_one_a_chat_oldest_first_and_never_twice(self, session):
        owe(session, "1", "2")
        owe(session)
        first = deliveries.claim(session, NOW, 10)
        assert [one.address.chat for one in first] == ["1", "2"]
        busy = [one.address for one in first]
        assert deliveries.claim(session, NOW, 10, busy) == []
        assert [one.attempts for one in first] == [1, 1]

    def test_topics_of_one_chat_share_its_turn(self, session):
        subscribe(session, "-5", topic=1)
        subscribe(session, "-5", topic=2)
        owe(session)
        assert len(deliveries.claim(session, NOW, 10)) == 1

    def test_what_is_paused_inactive_or_not_due_waits(self, session):
        owe(session, "1", "2", "3")
        deliveries.pause(session, deliveries.Address("telegram", "1"), 0, "blocked")
        two = session.exec(select(Subscription).where(Subscription.address == "2")).one()
        two.active = False
        session.add(two)
        later = session.exec(select(Delivery).order_by(col(Delivery.id).desc())).first()
        later.due_at = NOW + timedelta(seconds=5)
        session.add(later)
        session.flush()
        assert deliveries.claim(session, NOW, 10) == []
        assert deliveries.next_due(session, NOW) == NOW + timedelta(seconds=5)
        assert len(deliveries.claim(session, NOW + timedelta(seconds=5), 10)) == 1

    def test_a_long_queue_of_a_busy_chat_hides_nobody(self, session):
        subscribe(session, "1")
        for _ in range(100):
            owe(session)
        owe(session, "2")
        busy = [deliveries.Address("telegram", "1")]
        assert [one.address.chat for one in deliveries.claim(session, NOW, 4, busy)] == ["2"]


class TestSettle:
    def status(self, session: Session) -> Delivery:
        session.expire_all()
        return session.exec(select(Delivery).order_by(col(Delivery.id))).all()[0]

    def test_sent(self, session):
        owe(session, "1")
        (claimed,) = deliveries.claim(session, NOW, 1)
        deliveries.settle_sent(session, claimed, 77, "digest", NOW)
        row = self.status(session)
        assert (row.status, row.message_id, row.sent_at) == (DeliveryStatus.SENT, 77, NOW)

    def test_surely_not_sent_gives_the_attempt_back_and_holds_the_chat(self, session):
        owe(session, "1", "2")
        owe(session)
        claimed = deliveries.claim(session, NOW, 1)[0]
        until = NOW + timedelta(seconds=43_838)
        deliveries.settle_retry(session, claimed, until, "flood")
        row = self.status(session)
        assert (row.status, row.attempts, row.due_at) == (DeliveryStatus.PENDING, 0, until)
        assert [one.address.chat for one in deliveries.claim(session, NOW, 9)] == ["2"]

    def test_three_times_uncertain_is_dead(self, session):
        owe(session, "1")
        now, alive = NOW, True
        attempts = 0
        while alive:
            now += timedelta(minutes=5)
            (claimed,) = deliveries.claim(session, now, 1)
            assert claimed.repeated == (attempts > 0)
            claimed = leave(session, claimed)
            attempts += 1
            alive = deliveries.settle_uncertain(session, claimed, now, "timeout")
        assert attempts == 3
        assert self.status(session).status is DeliveryStatus.DEAD
        (letter,) = deliveries.failed(session)
        assert "timeout" in (letter.error or "")
        deliveries.retry(session, letter.id, now)
        assert deliveries.count_by_status(session)["pending"] == 1
        with pytest.raises(NotFoundError):
            deliveries.retry(session, letter.id, now)

    def test_gone_pauses_and_keeps_what_is_owed(self, session):
        owe(session, "1")
        (claimed,) = deliveries.claim(session, NOW, 1)
        deliveries.settle_gone(session, claimed, NOW, "Forbidden: blocked")
        assert deliveries.claim(session, NOW, 1) == []
        (row,) = deliveries.pending(session)
        assert row.paused_reason == "Forbidden: blocked"
        assert deliveries.resume(session, claimed.address) == 1
        assert len(deliveries.claim(session, NOW, 1)) == 1

    def test_what_is_owed_to_a_paused_chat_is_kept_for_a_month(self, session):
        owe(session, "1", "2")
        deliveries.pause(session, deliveries.Address("telegram", "1"), 0, "blocked")
        assert deliveries.drop_owed(session, NOW + timedelta(days=29)) == 0
        assert deliveries.drop_owed(session, NOW + timedelta(days=31)) == 1
        assert len(deliveries.failed(session)) == 1

    def test_migration_carries_everything_over(self, session):
        owe(session, "-5")
        (claimed,) = deliveries.claim(session, NOW, 1)
        deliveries.settle_migrated(session, claimed, NOW, "-1005")
        (again,) = deliveries.claim(session, NOW, 1)
        assert (again.address.chat, again.repeated) == ("-1005", False)

    def test_what_was_told_before_a_migration_is_known_and_its_message_left_alone(self, session):
        event, _ = owe(session, "-5")
        (claimed,) = deliveries.claim(session, NOW, 1)
        deliveries.settle_sent(session, claimed, 7, "x", NOW)
        deliveries.touch_coverage(session, event.id or 0, NOW)
        deliveries.migrate(session, claimed.address, "-1005")
        live = make_change(session, event, Stage.LIVE, previous=Stage.ANNOUNCED)
        deliveries.queue(session, event, live, NOW)
        (claimed,) = deliveries.claim(session, NOW, 1)
        view = deliveries.alert_view(session, claimed.delivery_id)
        assert (view.known, view.reply_to) == (True, None)
        deliveries.settle_sent(session, claimed, 7, "x", NOW)
        assert deliveries.claim_edits(session, NOW + timedelta(days=1), 5) == []

    def test_migration_leaves_the_messages_of_other_chats_to_be_edited(self, session):
        event, _ = owe(session, "-5", "9")
        for claimed in deliveries.claim(session, NOW, 2):
            deliveries.settle_sent(session, claimed, 7, "x", NOW)
        deliveries.migrate(session, deliveries.Address("telegram", "-5"), "-1005")
        deliveries.touch_coverage(session, event.id or 0, NOW)
        (edit,) = deliveries.claim_edits(session, NOW + timedelta(days=1), 5)
        assert (edit.address.chat, edit.message_id) == ("9", 7)

    def test_migration_to_a_chat_that_is_subscribed_too_alerts_it_once(self, session):
        owe(session, "-5", "-1005")
        owe(session)
        claimed = deliveries.claim(session, NOW, 1)[0]
        assert claimed.address.chat == "-5"
        deliveries.settle_migrated(session, claimed, NOW, "-1005")
        session.expire_all()
        rows = session.exec(select(Delivery)).all()
        assert len(rows) == 2
        assert len({row.subscription_id for row in rows}) == 1

    def test_recover_takes_back_what_was_being_sent(self, session):
        owe(session, "1")
        deliveries.claim(session, NOW, 1)
        assert deliveries.recover(session, NOW, timedelta(minutes=2)) == 0
        for attempt in (2, 3):
            assert deliveries.recover(session, NOW) == 1
            (claimed,) = deliveries.claim(session, NOW, 1)
            assert claimed.repeated
            claimed = leave(session, claimed)
            assert (claimed.attempts, claimed.repeated) == (attempt, True)
        assert deliveries.recover(session, NOW) == 1
        assert self.status(session).status is DeliveryStatus.DEAD

    def test_a_process_that_keeps_dying_before_a_repeat_leaves_gives_nothing_up(self, session):
        owe(session, "1")
        deliveries.claim(session, NOW, 1)
        for _ in range(9):
            assert deliveries.recover(session, NOW) == 1
            (claimed,) = deliveries.claim(session, NOW, 1)
            assert (claimed.attempts, claimed.repeated) == (1, True)
        claimed = leave(session, claimed)
        deliveries.settle_sent(session, claimed, 77, "x", NOW)
        assert self.status(session).status is DeliveryStatus.SENT

    def test_a_repeat_that_was_taken_back_meanwhile_does_not_leave(self, session):
        owe(session, "1")
        deliveries.claim(session, NOW, 1)
        deliveries.recover(session, NOW)
        (late,) = deliveries.claim(session, NOW, 1)
        deliveries.recover(session, NOW)
        assert deliveries.depart(session, late) is None
        (other,) = deliveries.claim(session, NOW, 1)
        leave(session, other)
        assert deliveries.depart(session, late) is None

    def test_a_receipt_that_comes_too_late_changes_nothing_unless_it_arrived(self, session):
        owe(session, "1")
        (late,) = deliveries.claim(session, NOW, 1)
        deliveries.recover(session, NOW)
        deliveries.settle_dead(session, late, "refused")
        assert self.status(session).status is DeliveryStatus.UNCERTAIN
        deliveries.settle_sent(session, late, 5, "digest", NOW)
        assert self.status(session).status is DeliveryStatus.SENT


class TestEdits:
    def sent(self, session: Session) -> tuple[Event, deliveries.Claimed]:
        event, _ = owe(session, "1")
        (claimed,) = deliveries.claim(session, NOW, 1)
        deliveries.settle_sent(session, claimed, 7, "old", NOW)
        return event, claimed

    def test_coverage_is_gathered_then_edited_once(self, session):
        event, _ = self.sent(session)
        for minute in (0, 4, 8):
            deliveries.touch_coverage(session, event.id or 0, NOW + timedelta(minutes=minute))
        assert deliveries.claim_edits(session, NOW + timedelta(minutes=9), 5) == []
        due = NOW + timedelta(minutes=10)
        (edit,) = deliveries.claim_edits(session, due, 5)
        assert (edit.message_id, edit.shown_digest) == (7, "old")
        assert deliveries.claim_edits(session, due, 5) == []
        deliveries.settle_edited(session, edit, "new")
        assert deliveries.next_due(session, NOW) is None

    def test_coverage_during_an_edit_makes_another(self, session):
        event, _ = self.sent(session)
        deliveries.touch_coverage(session, event.id or 0, NOW)
        due = NOW + timedelta(minutes=10)
        (edit,) = deliveries.claim_edits(session, due, 5)
        deliveries.touch_coverage(session, event.id or 0, due)
        deliveries.settle_edited(session, edit, "new")
        assert deliveries.next_due(session, due) == due + timedelta(minutes=10)

    def test_a_lost_edit_comes_back(self, session):
        event, _ = self.sent(session)
        deliveries.touch_coverage(session, event.id or 0, NOW)
        due = NOW + timedelta(minutes=10)
        assert deliveries.claim_edits(session, due, 5)
        assert deliveries.claim_edits(session, due + timedelta(hours=1), 5)

    def test_a_stage_change_replies_to_the_first_message_and_updates_it(self, session):
        event, _ = self.sent(session)
        event.stage = Stage.LIVE
        live = make_change(session, event, Stage.LIVE, previous=Stage.ANNOUNCED)
        deliveries.queue(session, event, live, NOW)
        (claimed,) = deliveries.claim(session, NOW, 1)
        assert deliveries.alert_view(session, claimed.delivery_id).reply_to == 7
        deliveries.settle_sent(session, claimed, 8, "x", NOW)
        (edit,) = deliveries.claim_edits(session, NOW, 5)
        assert edit.message_id == 7
        assert deliveries.alert_view(session, edit.delivery_id).now is Stage.LIVE
        deliveries.settle_edited(session, edit, "y")
        deliveries.touch_coverage(session, event.id or 0, NOW)
        (edit,) = deliveries.claim_edits(session, NOW + timedelta(minutes=10), 5)
        assert edit.message_id == 8


def test_a_chat_that_had_to_wait_with_a_long_queue_hides_nobody(session):
    """All that waits for it then falls due at one moment, before what others wait for."""
    subscribe(session, "1")
    for _ in range(70):
        owe(session)
    deliveries.hold(session, deliveries.Address("telegram", "1"), NOW + timedelta(seconds=1))
    session.connection().execute(update(Delivery).values(due_at=NOW))
    later = NOW + timedelta(seconds=5)
    event = make_event(session)
    for chat in ("2", "3"):
        subscribe(session, chat)
    deliveries.queue(session, event, make_change(session, event), later)
    claimed = deliveries.claim(session, later, 3)
    assert {one.address.chat for one in claimed} == {"1", "2", "3"}


def test_looking_for_edits_never_walks_what_was_sent(sqlite_database: Database):
    """There are millions of these after some years, and the sender looks all the time."""
    asked: list[tuple[str, Any]] = []
    event.listen(
        sqlite_database.engine,
        "before_cursor_execute",
        lambda _, __, statement, given, *___: asked.append((statement, given)),
    )
    with sqlite_database.read() as session:
        deliveries.claim_edits(session, NOW, 1, (), ["telegram"])
        deliveries.next_due(session, NOW)
        deliveries.has_due(session, NOW, ["telegram"])
        looks = [one for one in asked if one[0].startswith("SELECT")]
        edits = [one for one in looks if "edit_due_at" in one[0].partition("WHERE")[2]]
        connection = session.connection()
        for statement, given in edits:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
            steps = " / ".join(row[3] for row in plan)
            assert "ix_delivery_edit_due_at" in steps, steps
    assert len(edits) == 3


def test_what_a_message_makes_due_is_found_by_its_chat(sqlite_database: Database):
    """An event is told to thousands of chats, and one arrival must not look at all of them."""
    asked: list[tuple[str, Any]] = []
    with sqlite_database.write() as session:
        owe(session, "1")
        (claimed,) = deliveries.claim(session, NOW, 1)
        event.listen(
            sqlite_database.engine,
            "before_cursor_execute",
            lambda _, __, statement, given, *___: asked.append((statement, given)),
        )
        deliveries.settle_sent(session, claimed, 7, "x", NOW)
        ((statement, given),) = [one for one in asked if "coalesce" in one[0]]
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
        steps = [row[3] for row in plan]
    assert "SEARCH delivery USING INTEGER PRIMARY KEY (rowid=?)" in steps
    assert any("subscription_id=? AND stage_change_id<?)" in one for one in steps), steps


def test_what_is_the_same_for_all_readers_is_read_again_when_there_is_other_evidence(session):
    event, _ = owe(session, "1", "2")
    recent = deliveries.Recent(most=1)
    one, two = deliveries.claim(session, NOW, 2)
    first = deliveries.alert_view(session, one.delivery_id, recent)
    assert deliveries.alert_view(session, two.delivery_id, recent) == first
    make_claim(session, event, make_article(session, 1, "kr36"))
    assert deliveries.alert_view(session, two.delivery_id, recent).sources == first.sources + 1


class TestAlertView:
    def view(self, session: Session, event: Event, change: StageChange) -> deliveries.AlertView:
        subscribe(session, "9")
        deliveries.queue(session, event, change, NOW)
        (claimed,) = deliveries.claim(session, NOW, 1)
        return deliveries.alert_view(session, claimed.delivery_id)

    def test_everything_a_message_needs(self, session):
        event = make_event(session)
        one = make_article(session, 1, "kr36")
        copy = make_article(session, 2, "sina", copy_of=one.id)
        other = make_article(session, 3, "scmp", language="en", published_on=date(2024, 9, 5))
        make_claim(session, event, one, date_from=date(2022, 2, 1), date_to=date(2022, 2, 28))
        make_claim(session, event, copy, date_from=date(2022, 2, 3), date_to=date(2022, 2, 3))
        told = make_claim(
            session,
            event,
            other,
            date_from=date(2024, 9, 4),
            date_to=date(2024, 9, 4),
            date_how="stated",
            planned_to=date(2024, 9, 30),
        )
        background = make_article(session, 4, "old")
        make_claim(session, event, background, background=True)
        change = make_change(session, event, claim_id=told.id, previous=Stage.TEST)
        view = self.view(session, event, change)
        assert view.event == f"E{event.id}"
        assert (view.hosts, view.guests) == (("taobao",), ("wechat-pay",))
        assert (view.stage, view.previous, view.now) == (Stage.ANNOUNCED, Stage.TEST, None)
        assert view.quote
        assert view.quote.outlet.name == "Scmp"
        assert view.quote.published_on == date(2024, 9, 5)
        assert [dated.first for dated in view.dates] == [date(2024, 9, 4), date(2022, 2, 1)]
        assert view.planned
        assert view.planned.first == view.planned.last == date(2024, 9, 30)
        assert (view.sources, view.articles) == (2, 3)
        assert [(line.language, len(line.outlets)) for line in view.coverage] == [
            ("zh-Hans", 2),
            ("en", 1),
        ]
        assert view.reply_to is None

    def test_the_time_of_a_quote_is_told_where_it_was_stated(self, session):
        for number, (zone, at, on, told) in enumerate((
            ("Asia/Tokyo", datetime(2024, 9, 4, 2, 30, tzinfo=UTC), date(2024, 9, 4), "11:30"),
            ("Asia/Tokyo", datetime(2024, 9, 3, 15, tzinfo=UTC), date(2024, 9, 4), None),
            ("Asia/Tokyo", datetime(2024, 9, 3, 14, tzinfo=UTC), date(2024, 9, 4), None),
            ("Nowhere/At-all", datetime(2024, 9, 3, 14, tzinfo=UTC), date(2024, 9, 3), None),
            ("UTC", None, date(2024, 9, 3), None),
        )):  # fmt: skip
            event = make_event(session, host=f"host-{number}")
            article = make_article(
                session, number, f"outlet-{number}", published_at=at, published_on=on
            )
            session.get_one(Source, f"outlet-{number}").timezone = zone
            make_claim(session, event, article)
            quote = event_view(session, event.id or 0).quote
            assert quote
            shown = quote.published_local and f"{quote.published_local:%H:%M}"
            assert shown == told

    def test_an_event_without_any_evidence_can_still_be_told(self, session):
        event = make_event(session)
        view = self.view(session, event, make_change(session, event))
        assert (view.quote, view.dates, view.sources) == (None, (), 0)

    def test_a_merged_event_speaks_with_the_living_one(self, session):
        living = make_event(session, host="tmall")
        event = make_event(session, merged_into=living.id)
        view = self.view(session, event, make_change(session, event))
        assert view.event == f"E{living.id}"
        assert view.hosts == ("tmall",)


CLAIMING = """
import sys
from storage import deliveries
from storage.database import Database
from tests.fakes.rows import NOW

database = Database(sys.argv[1])
while True:
    with database.write() as session:
        claimed = deliveries.claim(session, NOW, int(sys.argv[2]))
    if not claimed:
        break
    for one in claimed:
        print(one.delivery_id)
database.close()
"""


def test_three_processes_never_claim_one_delivery_twice(database: Database):
    """On PostgreSQL they go for the same rows, and all but one of them in vain: it takes longer."""
    chats, events = (500, 20) if database.engine.dialect.name == "sqlite" else (100, 10)
    with database.write() as session:
        for number in range(chats):
            subscribe(session, str(number))
        for _ in range(events):
            event = make_event(session)
            assert deliveries.queue(session, event, make_change(session, event), NOW) == chats
    url = database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", CLAIMING, url, str(chats // 10)]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    claimed = [line for one in workers for line in one.communicate()[0].split()]
    assert [one.returncode for one in workers] == [0, 0, 0]
    assert len(claimed) == len(set(claimed)) == chats * events


def test_a_closed_bot_lets_go_of_chats_that_are_not_named(database: Database) -> None:
    with database.write() as session:
        for chat in ("5", "6"):
            rows.subscribe(session, chat)
        deliveries.sync_chats(session, [], NOW, console=False, admits=lambda chat: chat == 6)
        found = {row.address: row.active for row in session.exec(select(Subscription))}
    assert found == {"5": False, "6": True}
