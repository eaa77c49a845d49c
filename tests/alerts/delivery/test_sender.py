"""From the outbox to a chat over real HTTP: nothing lost, nothing doubled, whatever fails."""

import asyncio
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from alerts.delivery import handover, messages, sender
from alerts.delivery.channels import NotSent, Sent
from alerts.delivery.channels.telegram import TelegramChannel
from alerts.delivery.pacing import Pace, Rates
from alerts.delivery.sender import Sender
from config.words import Stage
from storage import deliveries
from storage.database import Database
from storage.forgetting import forget
from storage.models import Delivery, Event, Heartbeat, StageChange, Subscription
from tests.fakes import rows
from tests.fakes.bot_api import Limits
from tests.fakes.bot_unruly import Unruly

FAST = Rates(overall=10_000, chat_seconds=0.0, group=10_000, edit_seconds=0.0)


class Gazetteer:
    def name(self, platform: str, language: str) -> str:
        return platform


def owe(database: Database, *chats: int, events: int = 1, now=None, **given) -> list[Event]:
    with database.write() as session:
        for chat in chats:
            rows.subscribe(session, str(chat), **given)
        made = [rows.make_event(session) for _ in range(events)]
        for event in made:
            change = rows.make_change(session, event)
            deliveries.queue(session, event, change, now or rows.NOW)
    return made


def all_deliveries(database: Database) -> list[Delivery]:
    with database.read() as session:
        return list(session.exec(select(Delivery).order_by(Delivery.id)))  # type: ignore[arg-type]


def statuses(database: Database) -> dict[str, int]:
    with database.read() as session:
        counts = deliveries.count_by_status(session)
    return {status: number for status, number in counts.items() if number}


@pytest.fixture
def make(request, channel, wall):
    kind = "sqlite_database" if "sqlite_database" in request.fixturenames else "database"

    def make(**given) -> Sender:
        values = {"clock": wall, "pace": Pace(FAST)} | given
        return Sender(request.getfixturevalue(kind), {"telegram": channel}, Gazetteer(), **values)

    return make


async def drain(made: Sender, wall, **span) -> None:
    """Send what is due now, then what falls due within the span."""
    await made.drain()
    if span:
        wall.move(**span)
        await made.drain()


async def test_everything_owed_arrives_once(api, database, make):
    owe(database, 1, 2, -100, events=3)
    assert await make().drain() == 9
    for chat in (1, 2, -100):
        assert len(api.messages(chat)) == 3
    assert statuses(database) == {"sent": 9}
    sent = all_deliveries(database)[0]
    assert sent.message_id == api.messages(1)[0].message_id
    assert sent.shown_digest


async def test_a_chat_that_is_forgotten_after_its_claim_gets_nothing(api, sqlite_database, make):
    owe(sqlite_database, 5)
    with sqlite_database.write() as session:
        (claimed,) = deliveries.claim(session, rows.NOW, 1)
        forget(session, claimed.address)
    for errand in (make()._handover.send, make()._handover.edit):
        await errand(claimed)
        await errand(replace(claimed, part=1))
    assert not api.messages(5)


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("span", [{"hours": 1}, {"days": 1}, {"days": 4000}], ids=str)
async def test_what_came_while_the_clock_was_ahead_is_told_once_it_is_set_back(
    api, sqlite_database, make, wall, span, restart
):
    made = make(alone=True)
    wall.move(**span)
    api.fault("unauthorized", chat=3)
    owe(sqlite_database, 3, now=wall())
    await made.drain()  # the channel rests now, by the wrong clock
    assert made.halted
    owe(sqlite_database, 1, 2, now=wall())
    if restart:
        with sqlite_database.write() as session:
            assert deliveries.claim(session, wall(), 1), "a crash cuts it off"
    wall.move(**{unit: -number for unit, number in span.items()})
    made = make(alone=True) if restart else made
    await made.drain()
    wall.move(minutes=10)
    await made.drain()
    assert [len(api.messages(chat)) for chat in (1, 2)] == [1, 1]
    wall.move(days=1)  # what had failed may have been told to wait for so long
    await made.drain()
    assert [len(api.messages(chat)) for chat in (1, 2, 3)] == [1, 1, 2]


async def test_a_server_that_asks_for_no_wait_is_not_asked_at_once_again_and_again(
    sqlite_database, make
):
    place, wait = deliveries.Address("webhook", "desk"), make()._handover._wait
    waits = [wait(place, NotSent("busy", 0.0)).total_seconds() for _ in range(4)]
    assert all(least <= one for one, least in zip(waits, (1.6, 3.2, 6.4, 12.8), strict=True))


@pytest.mark.parametrize(
    ("kind", "details", "copies", "status"),
    [
        ("flood", {"retry_after": 2}, 1, "sent"),
        ("server_error", {}, 1, "sent"),
        ("conflict", {}, 1, "sent"),
        ("bad_gateway", {}, 1, "sent"),
        ("bad_gateway", {"accept": True}, 2, "sent"),
        ("garbage", {"accept": True}, 2, "sent"),
        ("odd", {"accept": True}, 2, "sent"),
        ("hang", {"accept": True}, 2, "sent"),
        ("reset", {"accept": True}, 2, "sent"),
        ("reset", {}, 1, "sent"),
        ("bad_request", {}, 0, "dead"),
        ("forbidden", {}, 0, "pending"),
        ("unauthorized", {}, 1, "sent"),
    ],
)
async def test_each_fault(api, database, make, wall, kind, details, copies, status):
    owe(database, 1, 2)
    api.fault(kind, chat=1, **details)
    await drain(make(), wall, minutes=6)
    assert len(api.messages(2)) == 1
    assert len(api.messages(1)) == copies
    assert statuses(database).get(status, 0) >= 1
    assert sum(statuses(database).values()) == 2
    if copies == 2:
        assert [message.silent for message in api.messages(1)] == [False, True]


async def test_an_alert_without_any_answer_is_given_up_after_three_copies(
    api, database, make, wall
):
    owe(database, 1)
    api.fault("garbage", accept=True, times=99)
    made = make()
    for _ in range(6):
        await drain(made, wall, minutes=10)
    assert len(api.messages(1)) == 3
    with database.read() as session:
        (letter,) = deliveries.failed(session)
    assert "no answer in 3 attempts" in (letter.error or "")


async def test_telegram_down_for_an_hour_loses_nothing(api, database, make, wall):
    owe(database, 1, 2, 3, events=2)
    api.down()
    made = make()
    for _ in range(12):
        await drain(made, wall, minutes=5)
    assert statuses(database) == {"pending": 6}
    api.up()
    await drain(made, wall, minutes=10)
    assert statuses(database) == {"sent": 6}
    assert [len(api.messages(chat)) for chat in (1, 2, 3)] == [2, 2, 2]


async def test_a_flood_wait_outlives_a_restart(api, database, make, wall):
    owe(database, 1, events=2)
    api.fault("flood", chat=1, retry_after=3600)
    await make().drain()
    wall.move(minutes=59)
    await make().drain()
    assert api.messages(1) == []
    wall.move(minutes=2)
    await make().drain()
    assert len(api.messages(1)) == 2


async def test_a_blocked_chat_is_paused_and_gets_what_it_is_owed_later(api, database, make):
    owe(database, 1)
    api.fault("forbidden")
    await make().drain()
    with database.write() as session:
        (row,) = deliveries.pending(session)
        assert "blocked" in (row.paused_reason or "")
        deliveries.resume(session, deliveries.Address("telegram", "1"))
    await make().drain()
    assert len(api.messages(1)) == 1


async def test_a_group_that_moved_gets_everything_in_its_new_place(api, database, make):
    owe(database, -5, events=2)
    api.fault("migrate", new_chat=-1005)
    await make().drain()
    assert (len(api.messages(-5)), len(api.messages(-1005))) == (0, 2)


async def test_a_refused_token_stops_the_channel_and_keeps_the_queue(api, database, make, wall):
    owe(database, 1, 2, 3, 4, 5, 6)
    api.fault("unauthorized", times=99)
    made = make()
    await made.drain()
    assert len(api.calls("sendMessage")) <= 4
    assert "token" in made.halted["telegram"]
    assert statuses(database) == {"pending": 6}
    api.faults.clear()
    await drain(made, wall, minutes=6)
    assert statuses(database) == {"sent": 6}
    assert made.halted == {}


async def test_a_stage_change_replies_and_the_first_message_gets_the_new_badge(
    api, database, make, wall
):
    (event,) = owe(database, 1)
    made = make()
    await made.drain()
    with database.write() as session:
        live = session.get_one(Event, event.id)
        live.stage = Stage.LIVE
        change = rows.make_change(session, live, Stage.LIVE, previous=Stage.ANNOUNCED)
        deliveries.queue(session, live, change, wall())
    await made.drain()
    first, second = api.messages(1)
    assert second.reply_to == first.message_id
    assert "🟡 announced · now 🟢 live" in first.text
    assert len(first.edits) == 1
    assert len(api.calls("editMessageText")) == 1


async def test_new_coverage_edits_the_message_once(api, database, make, wall):
    (event,) = owe(database, 1)
    made = make()
    await made.drain()
    for number in (1, 2, 3):
        with database.write() as session:
            article = rows.make_article(session, number, f"outlet{number}")
            rows.make_claim(session, session.get_one(Event, event.id), article)
            deliveries.touch_coverage(session, event.id or 0, wall())
    await drain(made, wall, minutes=11)
    (message,) = api.messages(1)
    assert "3 independent sources" in message.text
    assert len(message.edits) == 1
    with database.write() as session:
        deliveries.touch_coverage(session, event.id or 0, wall())
    await drain(made, wall, minutes=11)
    assert len(api.calls("editMessageText")) == 1


@pytest.mark.parametrize(
    ("kind", "details", "edits"),
    [
        ("flood", {}, 1),
        ("server_error", {}, 1),
        ("reset", {"accept": True}, 1),
        ("unauthorized", {}, 1),
        ("bad_request", {"description": "Bad Request: message to edit not found"}, 0),
        ("forbidden", {}, 0),
        ("migrate", {"new_chat": -1005}, 0),
    ],
)
async def test_edits_survive_faults_too(api, database, make, wall, kind, details, edits):
    (event,) = owe(database, -1)
    made = make()
    await made.drain()
    with database.write() as session:
        article = rows.make_article(session, 1, "outlet")
        rows.make_claim(session, session.get_one(Event, event.id), article)
        deliveries.touch_coverage(session, event.id or 0, wall())
    api.fault(kind, method="editMessageText", **details)
    await drain(made, wall, minutes=11)
    await drain(made, wall, minutes=11)
    assert len(api.messages(-1)[0].edits) == edits
    assert statuses(database) == {"sent": 1}


class Recorder:
    """A channel that looks into the store at the moment of sending."""

    def __init__(self, database: Database, seconds: float = 0.0, company: int = 1) -> None:
        self.database = database
        self.seconds = seconds
        self.company = company
        """So many requests must be in flight at once before the first is answered."""
        self.accompanied = asyncio.Event()
        self.seen: list[tuple[str, str, int]] = []
        self.flying: dict[str, int] = {}
        self.most = 0
        self.number = 0

    async def send(self, address, topic, message, reply_to, *, silent):
        assert address not in self.flying, "two requests in flight for one chat"
        self.flying[address] = 1
        self.most = max(self.most, len(self.flying))
        with self.database.read() as session:
            sending = session.exec(select(Delivery).where(Delivery.status == "sending")).all()
        self.seen.append((address, message.plain, len(sending)))
        await asyncio.sleep(self.seconds)
        if self.most >= self.company:
            self.accompanied.set()
        await asyncio.wait_for(self.accompanied.wait(), 30)
        del self.flying[address]
        self.number += 1
        return Sent(self.number)

    async def edit(self, address, message_id, message):
        return Sent(message_id)

    async def open(self):
        return None

    async def close(self):
        return None


async def test_the_claim_is_committed_before_the_request_leaves(database, wall):
    owe(database, *range(1, 13), events=2)
    recorder = Recorder(database, 0.01, company=2)
    made = Sender(database, {"telegram": recorder}, Gazetteer(), clock=wall, pace=Pace(FAST))
    await made.drain()
    assert len(recorder.seen) == 24
    assert all(sending >= 1 for _, _, sending in recorder.seen)
    assert 2 <= recorder.most <= 4


async def test_killed_while_sending_repeats_silently_and_loses_nothing(api, database, make, wall):
    owe(database, 1, 2)
    with database.write() as session:
        deliveries.claim(session, wall(), 1)  # and then the process is killed
    await make(alone=True).drain()
    assert [message.silent for message in api.messages(1)] == [True]
    assert [message.silent for message in api.messages(2)] == [False]


async def test_two_senders_on_one_database_never_send_twice(api, database, wall):
    owe(database, *range(1, 21), events=5)
    stores = [database, Database(str(database.url))]
    channels = [TelegramChannel(api.settings()) for _ in stores]
    senders = [
        Sender(store, {"telegram": channel}, Gazetteer(), clock=wall, pace=Pace(FAST))
        for store, channel in zip(stores, channels, strict=True)
    ]
    begun = await asyncio.gather(*(one.drain() for one in senders))
    assert sum(begun) == 100  # however they share it: one may be quicker to claim all
    for chat in range(1, 21):
        assert len(api.messages(chat)) == 5
    assert statuses(database) == {"sent": 100}
    for channel in channels:
        await channel.close()
    stores[1].close()


async def test_a_young_claim_of_another_process_is_left_alone(api, database, make, wall):
    owe(database, 1)
    with database.write() as session:
        deliveries.claim(session, wall(), 1)
    await make().drain()
    assert statuses(database) == {"sending": 1}
    wall.move(minutes=4)
    await make().drain()
    assert statuses(database) == {"sent": 1}


async def test_the_loop_is_woken_and_stops_after_what_is_in_flight(api, database, make):
    api.answer_seconds = 0.2
    made = make()
    running = asyncio.create_task(made.run())
    await asyncio.sleep(0.05)
    owe(database, 1)
    made.wake()
    await asyncio.to_thread(api.wait_until, lambda: api.sent[1])
    await made.stop()
    await running
    assert statuses(database) == {"sent": 1}
    with database.read() as session:
        assert session.get(Heartbeat, "sender")


async def test_the_loop_wakes_for_what_falls_due(api, database, make, wall):
    owe(database, 1, now=wall() + timedelta(seconds=0.2))
    made = make(clock=lambda: wall.now)
    running = asyncio.create_task(made.run())
    await asyncio.sleep(0.05)
    assert api.messages(1) == []
    wall.move(seconds=1)
    await asyncio.to_thread(api.wait_until, lambda: api.sent[1])
    await made.stop()
    await running
    assert len(api.messages(1)) == 1


async def test_what_falls_due_between_a_look_and_the_rest_goes_out_at_once(
    api, sqlite_database, make, wall, monkeypatch
):
    owe(sqlite_database, 1, now=wall() + timedelta(seconds=1))
    made = make()

    def patience() -> float:
        wall.move(seconds=2)
        return 3600.0

    monkeypatch.setattr(made, "_patience", patience)
    running = asyncio.create_task(made.run())
    await asyncio.to_thread(api.wait_until, lambda: api.sent[1], 120)
    await made.stop()
    await running


async def test_a_burst_through_failures_at_random_arrives_once(sqlite_database, wall):
    """bench/delivery.py burst does the same with 100,000 messages."""
    with Unruly(Limits(overall=(30, 0.2), chat=(1, 0.0)), often=8) as api:
        owe(sqlite_database, *range(1, 9), -9, -10, events=12)
        channel = TelegramChannel(api.settings(), read_timeout=3)
        pace = Pace(replace(FAST, overall=30, overall_seconds=0.21, flooded_chats=99))
        made = Sender(sqlite_database, {"telegram": channel}, Gazetteer(), clock=wall, pace=pace)
        while statuses(sqlite_database) != {"sent": 120}:
            await drain(made, wall, minutes=5)
            with sqlite_database.write() as session:  # whoever blocked us writes /start
                session.connection().execute(update(Subscription).values(paused_reason=None))
        await channel.close()
        assert api.copies() == {1: 120}
        assert api.violations == 0
        assert {"flood", "server_error", "reset"} <= api.kinds.keys()


async def test_a_message_that_cannot_be_rendered_is_a_dead_letter(
    api, database, make, monkeypatch, caplog
):
    owe(database, 1, 2)

    def broken(view, language, names):
        monkeypatch.setattr(handover, "render", messages.render)
        raise RuntimeError("no words")

    monkeypatch.setattr(handover, "render", broken)
    await make().drain()
    assert statuses(database) == {"dead": 1, "sent": 1}
    assert "cannot be rendered" in caplog.text


async def test_an_outcome_that_cannot_be_stored_at_first_is_stored_later(
    api, database, make, monkeypatch
):
    owe(database, 1)
    failures = 2
    settle = deliveries.settle_sent

    def full(session, *given):
        nonlocal failures
        if failures:
            failures -= 1
            raise OperationalError("UPDATE", {}, Exception("database or disk is full"))
        settle(session, *given)

    monkeypatch.setattr(deliveries, "settle_sent", full)
    await make().drain()
    assert statuses(database) == {"sent": 1}
    assert len(api.messages(1)) == 1


async def test_a_store_that_fails_for_a_while_does_not_end_the_loop(
    api, database, make, monkeypatch
):
    owe(database, 1)
    monkeypatch.setattr(sender, "RETRY_SECONDS", 0.01)
    claim, failures = deliveries.claim, 2

    def locked(session, *given):
        nonlocal failures
        if failures:
            failures -= 1
            raise OperationalError("UPDATE", {}, Exception("database is locked"))
        return claim(session, *given)

    monkeypatch.setattr(deliveries, "claim", locked)
    made = make()
    running = asyncio.create_task(made.run())
    await asyncio.to_thread(api.wait_until, lambda: api.sent[1])
    await made.stop()
    await running
    assert statuses(database) == {"sent": 1}


async def test_a_channel_that_raises_is_uncertain(database, wall):
    class Broken(Recorder):
        async def send(self, address, topic, message, reply_to, *, silent):
            raise RuntimeError("bug")

    owe(database, 1)
    made = Sender(
        database, {"telegram": Broken(database)}, Gazetteer(), clock=wall, pace=Pace(FAST)
    )
    await made.drain()
    assert statuses(database) == {"uncertain": 1}


async def test_a_channel_that_never_ends_is_uncertain(database, wall, monkeypatch):
    monkeypatch.setattr(handover, "SEND_DEADLINE", 0.05)
    owe(database, 1)
    made = Sender(
        database, {"telegram": Recorder(database, 30)}, Gazetteer(), clock=wall, pace=Pace(FAST)
    )
    await made.drain()
    assert statuses(database) == {"uncertain": 1}


async def test_deliveries_for_a_channel_that_is_not_set_up_wait(database, wall):
    owe(database, 1)
    await Sender(database, {}, Gazetteer(), clock=wall).drain()
    assert statuses(database) == {"pending": 1}


async def test_the_limits_are_kept_against_a_server_that_enforces_them(
    api, database, channel, wall
):
    api.limits = Limits(overall=(30, 0.5), chat=(1, 0.2), group=(20, 60.0))
    rates = Rates(overall=30, overall_seconds=0.52, chat_seconds=0.21)
    owe(database, *range(1, 51), events=2)
    made = Sender(database, {"telegram": channel}, Gazetteer(), clock=wall, pace=Pace(rates))
    await made.drain()
    assert api.violations == 0
    assert statuses(database) == {"sent": 100}


def test_nobody_is_alerted_twice_of_one_change(database):
    (event,) = owe(database, 1)
    with database.write() as session:
        change = session.exec(select(StageChange)).one()
        assert deliveries.queue(session, session.get_one(Event, event.id), change, rows.NOW) == 0
        assert session.exec(select(Subscription)).one().active


SENDING = """
import asyncio, sys
from datetime import UTC, datetime
from pydantic import SecretStr
from alerts.delivery.channels.telegram import TelegramChannel
from alerts.delivery.pacing import Pace, Rates
from alerts.delivery.sender import Sender
from config.settings import Telegram
from storage.database import Database

class Names:
    def name(self, platform, language):
        return platform

async def main(url, base, token):
    database = Database(url)
    channel = TelegramChannel(Telegram(token=SecretStr(token), base_url=base))
    pace = Pace(Rates(overall=10_000, chat_seconds=0.0, group=10_000))
    sender = Sender(database, {"telegram": channel}, Names(), clock=lambda: datetime.now(UTC),
                    pace=pace, alone=True)
    await sender.drain()
    await channel.close()
    database.close()

asyncio.run(main(*sys.argv[1:]))
"""


def test_killed_at_random_nothing_is_lost_and_at_most_one_a_chat_repeated(api, database):
    owe(database, *range(1, 9), events=6)
    api.answer_seconds = 0.02
    arguments = [database.url.render_as_string(), api.base_url, api.token]
    kills = 0
    for _ in range(20):
        before = len(api.calls("sendMessage"))
        worker = subprocess.Popen([sys.executable, "-c", SENDING, *arguments])
        if kills < 2:
            api.wait_until(lambda: len(api.calls("sendMessage")) > before + 5, 240)  # noqa: B023
            worker.send_signal(signal.SIGKILL)
            kills += 1
        worker.wait(240)
        if statuses(database) == {"sent": 48}:
            break
        with database.write() as session:  # no need to sit the waits out
            session.connection().execute(update(Delivery).values(due_at=rows.NOW))
    assert statuses(database) == {"sent": 48}
    for chat in range(1, 9):
        copies = Counter(message.text for message in api.messages(chat))
        assert len(copies) == 6
        assert sum(copies.values()) <= 6 + kills
    total = sum(len(api.messages(chat)) for chat in range(1, 9))
    assert total <= 48 + 4 * kills


async def test_the_owner_is_told_once_that_a_chat_is_shut_and_the_chat_stays_subscribed(
    api, database, make
):
    owe(database, -100, events=2, topic=7, owner="5")
    api.fault("bad_request", chat=-100, description="Bad Request: TOPIC_CLOSED")
    made = make()
    await made.drain()
    assert api.messages(5) == []
    api.fault("server_error", chat=5)
    for _ in range(4):
        made._swept_at = None  # a minute later
        await made.drain()
    (word,) = api.messages(5)
    assert word.text == (
        "I cannot post in the chat -100 (topic 7) any more, and have paused it:\n"
        "BadRequest: Topic_closed\n"
        "2 alerts are kept for 30 days. Let me in again and write /start there to get them."
    )
    with database.write() as session:
        assert session.exec(select(Subscription)).one().active
        deliveries.resume(session, deliveries.Address("telegram", "-100"))
    await made.drain()
    assert len(api.messages(-100)) == 2
    assert {message.topic for message in api.messages(-100)} == {7}


async def test_who_has_blocked_us_in_private_is_not_told_so(api, database, make):
    owe(database, 5, owner="5")
    api.fault("forbidden", chat=5)
    made = make()
    await made.drain()
    made._swept_at = None
    await made.drain()
    assert api.messages(5) == []
