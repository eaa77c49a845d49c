"""Quiet hours and digests over real HTTP: nothing is lost, nothing rings, all in few messages."""

import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from alerts.delivery.bundles import render_bundle, render_bundle_again
from alerts.delivery.markup import MOST_UNITS
from alerts.delivery.pacing import Pace, Rates
from alerts.delivery.sender import Sender
from config.words import Capability, Rhythm, Stage
from storage import deliveries, interests
from storage.database import Database
from storage.models import Delivery, DeliveryStatus, Event, Subscription
from tests.fakes import rows

FAST = Rates(overall=10_000, chat_seconds=0.0, group=10_000, edit_seconds=0.0)
QUIET: dict[str, Any] = {"quiet_from": time(22), "quiet_to": time(8)}
DAILY: dict[str, Any] = {"rhythm": Rhythm.DAILY, "digest_at": time(9)}


class Gazetteer:
    def name(self, platform: str, language: str) -> str:
        return platform.title()


@pytest.fixture
def make(sqlite_database, channel, wall):
    def make(**given) -> Sender:
        values = {"clock": wall, "pace": Pace(FAST)} | given
        return Sender(sqlite_database, {"telegram": channel}, Gazetteer(), **values)

    return make


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


def at(hour: int, day: int = 4) -> datetime:
    return rows.NOW.replace(day=day, hour=hour)


def happen(
    database: Database,
    now: datetime,
    *hosts: str,
    stage: Stage = Stage.ANNOUNCED,
    event: Event | None = None,
    previous: Stage | None = None,
) -> Event:
    """Something happens: events of these hosts come to a stage, or one event moves on."""
    with database.write() as session:
        for host in hosts or ("taobao",):
            found = event or rows.make_event(session, host=host, stage=stage)
            found = session.merge(found)
            found.stage = stage
            change = rows.make_change(session, found, stage, previous=previous)
            deliveries.queue(session, found, change, now)
    return found


def subscribe(database: Database, chat: int = 1, **given) -> None:
    with database.write() as session:
        rows.subscribe(session, str(chat), **given)


def left(database: Database) -> Counter[str]:
    with database.read() as session:
        return Counter(row.status.value for row in session.exec(select(Delivery)))


async def test_one_alert_in_quiet_hours_comes_as_it_is_when_they_end(api, database, make, wall):
    subscribe(database, **QUIET)
    wall.now = at(23)
    happen(database, wall())
    made = make()
    await made.drain()
    assert api.messages(1) == []
    wall.now = at(8, day=5)
    await made.drain()
    (message,) = api.messages(1)
    assert message.text.startswith("🆕 Taobao → Wechat-Pay\n🟡 announced\nPayments")
    assert not message.silent


async def test_several_come_as_one_message_and_later_ones_by_themselves(api, database, make, wall):
    subscribe(database, **QUIET)
    wall.now = at(23)
    first = happen(database, wall())
    happen(database, wall(), "line", "kakao", stage=Stage.RUMOUR)
    happen(database, wall(), event=first, stage=Stage.LIVE, previous=Stage.ANNOUNCED)
    made = make()
    await made.drain()
    wall.now = at(8, day=5)
    happen(database, wall(), "mixi")
    await made.drain()
    gathered, alone = sorted(api.messages(1), key=lambda one: not one.text.startswith("🌙"))
    assert gathered.text == (
        "🌙 What your quiet hours held back\n"
        "3 new\n\n"
        "Taobao → Wechat-Pay · 🆕\n🟡 announced → 🟢 live\nPayments · E1\n\n"
        "Line → Wechat-Pay · 🆕\n⚪ rumour\nPayments · E2\n\n"
        "Kakao → Wechat-Pay · 🆕\n⚪ rumour\nPayments · E3"
    )
    assert alone.text.startswith("🆕 Mixi")
    assert not gathered.silent
    assert left(database) == {"sent": 5}


async def test_rumours_of_the_night_do_not_ring_in_the_morning(api, database, make, wall):
    subscribe(database, **QUIET)
    wall.now = at(23)
    happen(database, wall(), "line", "kakao", stage=Stage.RUMOUR)
    wall.now = at(8, day=5)
    await make().drain()
    assert [message.silent for message in api.messages(1)] == [True]


async def test_what_was_held_up_into_quiet_hours_waits_for_their_end(api, database, make, wall):
    """Telegram was down all evening, and comes back at night."""
    subscribe(database, **QUIET)
    subscribe(database, 2)
    wall.now = at(20)
    happen(database, wall(), "line", "kakao")
    api.down()
    made = make()
    await made.drain()
    api.up()
    wall.now = at(23)
    await made.drain()
    assert (len(api.messages(1)), len(api.messages(2))) == (0, 2)
    wall.now = at(8, day=5)
    await made.drain()
    assert len(api.messages(1)) == 1
    assert left(database) == {"sent": 4}


async def test_a_digest_holds_everything_since_the_last_that_was_delivered(
    api, database, make, wall
):
    subscribe(database, **DAILY)
    made = make()
    wall.now = at(12)
    happen(database, wall(), "line")
    wall.now = at(9, day=5)
    api.fault("forbidden", chat=1)
    await made.drain()  # the chat has blocked us
    happen(database, wall(), "kakao")
    wall.now = at(9, day=6)
    await made.drain()
    assert api.messages(1) == []
    with database.write() as session:
        deliveries.resume(session, deliveries.Address("telegram", "1"))
    wall.now = at(10, day=6)
    await made.drain()
    (digest,) = api.messages(1)
    assert digest.silent
    assert digest.text.startswith("🗞 Daily digest\n2 new\n\nLine → Wechat-Pay · 🆕")
    assert "Kakao" in digest.text
    happen(database, wall(), "mixi")
    await made.drain()
    assert len(api.messages(1)) == 1
    wall.now = at(9, day=7)
    await made.drain()
    assert api.messages(1)[1].text.startswith("🗞 Daily digest · since 6 Sep 2024\n1 new\n\nMixi")


async def test_a_digest_says_once_what_moved_twice_and_what_the_chat_knew(
    api, database, make, wall
):
    subscribe(database, reads="ja")
    made = make()
    known = happen(database, wall())
    await made.drain()
    with database.write() as session:
        mine = session.exec(select(Subscription)).one()
        interests.change(session, mine, wall(), rhythm=Rhythm.WEEKLY)
    happen(database, wall(), event=known, stage=Stage.TEST, previous=Stage.ANNOUNCED)
    happen(database, wall(), event=known, stage=Stage.LIVE, previous=Stage.TEST)
    wall.now = at(9, day=9)
    await made.drain()
    assert api.messages(1)[1].text == (
        "🗞 週刊ダイジェスト\n進展 1 件\n\n"
        "Taobao → Wechat-Pay\n🟡 発表済み → 🧪 テスト中 → 🟢 提供開始\n決済 · E1"
    )
    await made.drain()
    assert "🟡 発表済み · 現在は 🟢 提供開始" in api.messages(1)[0].text


async def test_much_is_split_between_items_and_every_item_stands_once(api, database, make, wall):
    subscribe(database, **DAILY)
    hosts = [f"platform-{number:03}" for number in range(230)]
    happen(database, wall(), *hosts)
    made = make()
    wall.now = at(9, day=5)
    await made.drain()
    texts = [message.text for message in api.messages(1)]
    assert len(texts) > 2
    assert texts[1].startswith("🗞 Daily digest · part 2\n\n")
    for host in hosts:
        assert sum(f"{host.title()} →" in text for text in texts) == 1
    for text in texts:
        assert text.count("Payments · E") == text.count("→ Wechat-Pay · 🆕")
    assert left(database) == {"sent": 230}


@pytest.mark.parametrize(
    ("kind", "details", "copies"),
    [
        ("flood", {"retry_after": 2}, 1),
        ("server_error", {}, 1),
        ("reset", {"accept": True}, 2),
        ("hang", {"accept": True}, 2),
        ("garbage", {}, 1),
    ],
)
async def test_a_digest_survives_faults_whole(api, database, make, wall, kind, details, copies):
    subscribe(database, **DAILY)
    happen(database, wall(), "line", "kakao", "mixi")
    api.fault(kind, **details)
    made = make()
    wall.now = at(9, day=5)
    await made.drain()
    wall.move(minutes=10)
    await made.drain()
    texts = {message.text for message in api.messages(1)}
    assert len(api.messages(1)) == copies
    assert len(texts) == 1
    assert texts.pop().startswith("🗞 Daily digest\n3 new")
    assert left(database) == {"sent": 3}


async def test_a_digest_without_any_answer_is_given_up_with_all_it_holds(
    api, database, make, wall
):
    subscribe(database, **DAILY)
    happen(database, wall(), "line", "kakao")
    api.fault("garbage", accept=True, times=99)
    made = make()
    wall.now = at(9, day=5)
    for _ in range(5):
        await made.drain()
        wall.move(minutes=10)
    assert len(api.messages(1)) == 3
    assert left(database) == {"dead": 2}


async def test_what_was_told_in_a_digest_gets_its_new_badge_and_is_answered(
    api, database, make, wall
):
    subscribe(database, **DAILY)
    event = happen(database, wall())
    happen(database, wall(), "line")
    made = make()
    wall.now = at(9, day=5)
    await made.drain()
    (digest,) = api.messages(1)
    with database.write() as session:  # what the chat asks for by now is no matter
        mine = session.exec(select(Subscription)).one()
        interests.change(session, mine, wall(), rhythm=Rhythm.IMMEDIATE)
    happen(database, wall(), event=event, stage=Stage.LIVE, previous=Stage.ANNOUNCED)
    wall.move(minutes=2)
    await made.drain()
    (_, alert) = api.messages(1)
    assert alert.text.startswith("🔁 Taobao → Wechat-Pay\n🟡 announced → 🟢 live")
    assert alert.reply_to == digest.message_id
    assert digest.text == (
        "🗞 Daily digest\n2 new\n\n"
        "Taobao → Wechat-Pay · 🆕\n🟡 announced · now 🟢 live\nPayments · E1\n\n"
        "Line → Wechat-Pay · 🆕\n🟡 announced\nPayments · E2"
    )
    assert len(digest.edits) == 1


async def test_more_coverage_of_what_a_digest_told_is_gathered_for_an_hour(
    api, database, make, wall
):
    subscribe(database, **DAILY)
    first, second = happen(database, wall()), happen(database, wall(), "line")
    happen(database, wall(), event=first, stage=Stage.LIVE, previous=Stage.ANNOUNCED)
    made = make()
    wall.now = at(9, day=5)
    await made.drain()
    (digest,) = api.messages(1)
    assert "Taobao → Wechat-Pay · 🆕\n🟡 announced → 🟢 live\nPayments" in digest.text
    for number, event in enumerate((first, second, first)):
        with database.write() as session:
            article = rows.make_article(session, number, f"outlet{number}")
            rows.make_claim(session, event, article, stage=Stage.LIVE, quote="")
            deliveries.touch_coverage(session, event.id or 0, wall())
        wall.move(minutes=25)
        await made.drain()
    assert (
        "Taobao → Wechat-Pay · 🆕\n🟡 announced → 🟢 live\nPayments · 2 independent" in digest.text
    )
    assert "Line → Wechat-Pay · 🆕\n🟡 announced\nPayments · 1 independent" in digest.text
    assert len(digest.edits) == 1
    wall.move(hours=9)
    await made.drain()
    assert len(digest.edits) == 1


async def test_coverage_that_comes_while_a_digest_leaves_is_in_it_later(api, database, make, wall):
    subscribe(database, **DAILY)
    happen(database, wall())
    second = happen(database, wall(), "line")
    wall.now = at(9, day=5)
    with database.write() as session:
        (head,) = deliveries.claim(session, wall(), 1)
        head = deliveries.take_along(session, head, [2], wall())
        deliveries.touch_coverage(session, second.id or 0, wall())
        deliveries.settle_sent(session, head, 7, "x", wall())
        due = session.exec(select(Delivery.edit_due_at).order_by(col(Delivery.id))).all()
    assert due == [wall() + deliveries.GATHERED_DEBOUNCE, None]


def test_a_message_that_has_no_room_for_what_came_since_loses_quotes_before_it_is_left_alone():
    bundle = full(quiet=True)
    told = render_bundle(bundle, "en", Gazetteer()).message
    assert told.length > MOST_UNITS - 400
    later = replace(bundle, items=tuple(map(moved_on, bundle.items)))
    again = render_bundle_again(later, "en", Gazetteer())
    assert again is not None
    assert (again.length <= MOST_UNITS, "quote" in told.plain) == (True, True)
    assert again.plain.count("now ⛔ withdrawn") == len(bundle.items)
    assert "quote" not in again.plain
    bare = full(quiet=False)
    assert render_bundle_again(bare, "en", Gazetteer()) is not None
    later = replace(bare, items=tuple(map(moved_on, bare.items)))
    assert render_bundle_again(later, "en", Gazetteer()) is None


def full(*, quiet: bool) -> deliveries.Bundle:
    """As much as one message takes."""
    quote = deliveries.Quote("quote " * 8, deliveries.Outlet("o", ""), "en", None, None)

    def item(number: int) -> deliveries.Item:
        view = deliveries.AlertView(
            f"E{number}", (f"platform-{number:03}",), ("wechat-pay",), Capability.PAYMENT,
            Stage.LIVE, quote=quote if quiet else None,
        )  # fmt: skip
        return deliveries.Item(view, (Stage.LIVE,), (number,))

    rhythm = Rhythm.IMMEDIATE if quiet else Rhythm.DAILY
    whole = deliveries.Bundle(
        rhythm, 1, tuple(map(item, range(300))), deliveries.Counts(), None, "UTC"
    )
    fits = render_bundle(whole, "en", Gazetteer()).deliveries
    return replace(whole, items=tuple(one for one in whole.items if fits & {*one.deliveries}))


def moved_on(item: deliveries.Item) -> deliveries.Item:
    return replace(item, alert=replace(item.alert, now=Stage.WITHDRAWN))


async def test_the_rest_of_a_split_digest_is_not_uncertain_when_the_first_part_is(
    api, database, make, wall
):
    subscribe(database, **DAILY)
    happen(database, wall(), *(f"platform-{number:03}" for number in range(90)))
    api.fault("reset", accept=True)
    made = make()
    wall.now = at(9, day=5)
    await made.drain()
    with database.read() as session:
        waiting = session.exec(select(Delivery).where(Delivery.status != "sent")).all()
    assert {row.status for row in waiting} == {DeliveryStatus.UNCERTAIN, DeliveryStatus.PENDING}
    assert {row.part for row in waiting if row.status is DeliveryStatus.PENDING} == {2}
    wall.move(minutes=10)
    await made.drain()
    assert left(database) == {"sent": 90}
    assert len(api.messages(1)) == 3


SENDING = """
import asyncio, sys
from datetime import datetime
from pydantic import SecretStr
from alerts.delivery.channels.telegram import TelegramChannel
from alerts.delivery.pacing import Pace
from alerts.delivery.sender import Sender
from config.settings import Telegram
from storage.database import Database
from tests.alerts.delivery.test_gathering import FAST, Gazetteer

async def main():
    now = datetime.fromisoformat(sys.argv[4])
    settings = Telegram(token=SecretStr(sys.argv[2]), base_url=sys.argv[3])
    channel = TelegramChannel(settings)
    database = Database(sys.argv[1])
    sender = Sender(database, {"telegram": channel}, Gazetteer(), clock=lambda: now,
                    pace=Pace(FAST), alone=True)
    await sender.drain()
    await channel.close()
    database.close()

asyncio.run(main())
"""


@pytest.mark.journey
def test_killed_at_any_moment_nothing_from_quiet_hours_is_lost(api, database, wall):
    """Every kill repeats one message of a chat at most, and without a sound."""
    for chat in (1, 2, 3):
        subscribe(database, chat, **(QUIET if chat < 3 else DAILY))
    wall.now = at(23)
    hosts = [f"platform-{number:03}" for number in range(70)]
    happen(database, wall(), *hosts)
    api.answer_seconds = 0.05
    now = at(10, day=5)
    kills = 0
    for _ in range(20):
        sent = len(api.calls("sendMessage"))
        process = subprocess.Popen(
            [sys.executable, "-c", SENDING, str(database.url), api.token, api.base_url,
             now.isoformat()]
        )  # fmt: skip
        if kills < 2:  # the third time without an answer would be the last
            wanted = sent + 1 + 2 * kills
            api.wait_until(lambda wanted=wanted: len(api.calls("sendMessage")) >= wanted, 60)
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.wait(60)
        now += timedelta(minutes=5)
        if not left(database).keys() - {"sent"}:
            break
    assert left(database) == {"sent": 210}
    for chat in (1, 2, 3):
        messages = api.messages(chat)
        for host in hosts:
            copies = sum(f"{host.title()} →" in one.text for one in messages)
            assert 1 <= copies <= 1 + kills
        first = {one.text: one.message_id for one in reversed(messages)}
        assert all(one.silent for one in messages if first[one.text] != one.message_id)
