"""The bot's ear and its answers, over real HTTP."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from alerts.delivery import bot as bot_module
from alerts.delivery.bot import TelegramBot, TwoPollersError
from alerts.delivery.conversation import Conversation
from alerts.delivery.text import plain
from config.words import FeedKind
from storage import deliveries, updates
from storage.database import Database
from storage.heartbeats import begin
from storage.models import Feed, Heartbeat, Notice, NoticeKind, Update
from tests.fakes import rows
from tests.fakes.bot_api import BotApi
from tests.fakes.knowledge import KNOWLEDGE
from tests.fakes.talk import Talk, listening


@pytest.fixture
def make(api: BotApi, database: Database, wall):
    def make(**given) -> TelegramBot:
        settings = api.settings(**given)
        return TelegramBot(database, settings, KNOWLEDGE, clock=wall, poll_seconds=2)

    return make


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch):
    monkeypatch.setattr(bot_module, "_LONGEST_WAIT", 0.05)
    monkeypatch.setattr(bot_module, "REFUSED_WAIT", 0.05)


@asynccontextmanager
async def running(listening: TelegramBot):
    task = asyncio.create_task(listening.run())
    try:
        yield task
    finally:
        await listening.stop()
        await task


async def until(api: BotApi, ready) -> None:
    await asyncio.to_thread(api.wait_until, ready)


async def handled(database: Database, number: int) -> None:
    for _ in range(6_000):
        with database.read() as session:
            done = [row for row in session.exec(select(Update)) if row.handled_at]
        if len(done) >= number:
            return
        await asyncio.sleep(0.01)
    raise TimeoutError("updates were not handled")


async def test_start_tells_the_chat_its_id_in_the_users_language(api, make):
    async with running(make()):
        api.push_message("/start", chat=-100, user=7, language="ja")
        await until(api, lambda: api.sent[-100])
    (message,) = api.messages(-100)
    assert "- chat: -100\n  language: ja" in message.text
    assert "プラットフォーム" in message.text


async def test_start_in_a_topic(api, make):
    async with running(make()):
        api.push_message("/start", chat=-100, message_thread_id=9, is_topic_message=True)
        await until(api, lambda: api.sent[-100])
    assert api.messages(-100)[0].topic == 9
    assert "topic: 9" in api.messages(-100)[0].text


async def test_start_resumes_a_paused_chat(api, database, make):
    with database.write() as session:
        rows.subscribe(session, "5", paused_reason="Forbidden: blocked")
    async with running(make()):
        api.push_message("/start")
        await until(api, lambda: api.sent[5])
    assert "Alerts go out to this chat again." in api.messages(5)[0].text


async def test_being_let_in_again_resumes_a_paused_chat(api, database, make):
    with database.write() as session:
        rows.subscribe(session, "5", paused_reason="Forbidden: blocked")
    change = {"chat": {"id": 5}, "new_chat_member": {"status": "member"}}
    async with running(make()):
        api.push_update({"my_chat_member": change})
        await handled(database, 1)
    with database.write() as session:
        assert deliveries.resume(session, deliveries.Address("telegram", "5")) == 0


async def test_help_status_and_what_it_does_not_know(api, make):
    async with running(make(operators=(7,))):
        api.push_message("/help", chat=5)
        api.push_message("/status", chat=5, user=5)
        api.push_message("/nonsense <b>", chat=5)
        api.push_message("free text", chat=5)
        api.push_message("/status", chat=7, user=7)
        await until(api, lambda: len(api.sent[5]) == 4 and api.sent[7])
    texts = [message.text for message in api.messages(5)]
    assert "/status" in texts[0]
    assert "for the operators" in texts[1]
    assert "do not know that command" in texts[2]
    assert "found nothing for “free text”" in texts[3]
    told = api.messages(7)[0].text.splitlines()
    assert told == ["Waiting: 0 · sent: 0 · failed: 0 · paused chats: 0"]


async def test_operators_see_what_is_wrong_and_try_again(api, sqlite_database, wall):
    database = sqlite_database
    wall.now = rows.NOW
    with database.write() as session:
        begin(session, ["sender"], wall.now - timedelta(days=1))
        rows.owe(session, "5", "6")
        one, two = deliveries.claim(session, rows.NOW, 2)
        deliveries.settle_dead(session, one, "BadRequest: <b>no</b>")
        deliveries.settle_retry(session, two, rows.NOW, "later")
        rows.make_article(session, 1, "kr36")
        feed = Feed(source_slug="kr36", url="https://kr36.test/feed", kind=FeedKind.RSS)
        session.add(feed)
        session.flush()
        kind = NoticeKind.FAILING
        session.add(Notice(feed_id=feed.id or 0, kind=kind, raised_at=rows.NOW, detail="fails"))
    wall.move(minutes=7)
    async with listening(api, database, wall, operators=(7,)):
        operator = Talk(api, chat=7, user=7)
        told = await operator.ask("/status")
        assert plain(told.text) == (
            "Waiting: 1 · sent: 0 · failed: 1 · paused chats: 0\n"
            "The oldest has been due for 7 min.\n"
            "⚠️ Silent: sender (last 2024-09-03 12:00:00Z)\n\n"
            "Failed last:\n1. E1 → telegram 5: BadRequest: <b>no</b>\n\n"
            "Sources in trouble: 1\n• kr36: https://kr36.test/feed fails"
        )
        assert told.labels == [["↻ 1"]]
        stranger = await operator.press(told, "", data="status retry 9")
        assert stranger["text"] == "No alert 9 has failed."
        wrong = await operator.ask("/status now")
        assert wrong.text == "Write /status, or /status retry 12 for an alert that failed."
        other = Talk(api, chat=5, user=5)
        assert "for the operators" in (await other.ask("/status retry 1")).text
        with database.read() as session:
            assert len(deliveries.failed(session)) == 1
        await operator.press(told, "↻ 1")
        assert told.text.startswith("Waiting: 2 · sent: 0 · failed: 0")
        group = await Talk(api, chat=-9, user=7).ask("/status retry 1")
        assert group.text == "No alert 1 has failed."


async def test_operators_hear_of_a_configuration_that_was_not_taken_over(api, database, wall):
    trouble = "sources/a.yaml:3:1: unknown key 'x'"
    knowledge = replace(KNOWLEDGE, trouble=lambda: trouble)
    bot = TelegramBot(
        database, api.settings(operators=(7,)), knowledge, clock=wall, poll_seconds=2
    )
    async with running(bot):
        api.push_message("/status", chat=7, user=7)
        await until(api, lambda: api.sent[7])
    said = plain(api.messages(7)[0].text)
    assert "paused chats: 0\n\nThe configuration was not taken over" in said
    assert said.endswith(trouble)


async def test_in_groups_it_is_silent_unless_it_is_meant(api, database, make):
    async with running(make()):
        for text in ("/nonsense", "hello", "/status", "/start@other_bot"):
            api.push_message(text, chat=-100)
        api.push_message("/help@interopwatch_bot", chat=-100)
        await handled(database, 5)
    assert len(api.messages(-100)) == 1


async def test_too_much_gets_one_notice(api, database, make):
    async with running(make()):
        for _ in range(35):
            api.push_message("/help")
        await handled(database, 35)
    assert len(api.messages(5)) == 31
    assert "That was a lot at once" in api.messages(5)[-1].text


async def test_menus_are_set_in_every_scope_and_language(api, make):
    async with running(make(operators=(7,))):
        await until(api, lambda: api.polls)
    assert {scope for scope, _ in api.commands} == {
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat 7",
    }
    assert {code for _, code in api.commands} == {"", "zh", "ja", "ko"}
    names = [one["command"] for one in api.commands["all_private_chats", ""]]
    assert names == [
        "start",
        "follow",
        "following",
        "latest",
        "event",
        "search",
        "matrix",
        "timeline",
        "digest",
        "settings",
        "help",
    ]
    assert api.commands["all_chat_administrators", ""] == api.commands["all_private_chats", ""]
    everybody = {one["command"] for one in api.commands["all_group_chats", "ja"]}
    assert everybody.isdisjoint({"start", "follow", "digest", "settings", "status"})
    assert api.commands["chat 7", "ko"][-1]["description"] == "작동 상태 (운영자 전용)"


def menus(api, chat):
    """What stands for /help in a chat's own menus, by language."""
    return {
        code: names["help"]
        for (scope, code), menu in api.commands.items()
        if scope == f"chat {chat}"
        for names in [{one["command"]: one["description"] for one in menu}]
    }


async def test_a_private_chat_has_its_menu_in_the_language_that_it_reads(api, sqlite_database):
    database = sqlite_database
    async with listening(api, database, lambda: rows.NOW, operators=(7,)):
        english, hant = Talk(api), Talk(api, chat=6, user=6, language="zh-hant")
        await english.write("/help")
        await english.write("/follow all")
        assert menus(api, 5) == {}
        await hant.write("hello")  # before anything was chosen
        assert menus(api, 6) == {"": "我能做什麼"}
        api.fault("flood", method="setMyCommands")
        await english.write("/settings language zh-Hant")
        assert menus(api, 5) == {}
        await english.write("/help")
        assert menus(api, 5) == {"": "我能做什麼"}
        asked = len(api.calls("setMyCommands"))
        await english.write("/latest")
        await Talk(api, chat=-100, user=6, language="zh-hant").write("/help")
        assert len(api.calls("setMyCommands")) == asked
        operator = Talk(api, chat=7, user=7)
        await operator.write("/follow all")
        await operator.write("/settings language ko")
        assert set(menus(api, 7).values()) == {"할 수 있는 일"}
        assert len(menus(api, 7)) == 4
    async with listening(api, database, lambda: rows.NOW):  # knows nothing of the menus of before
        await english.write("/settings language en")
        assert menus(api, 5) == {"": "what I can do"}


async def test_a_menu_for_an_operator_who_never_wrote_is_skipped(api, make):
    api.fault("bad_request", method="setMyCommands", chat=None, times=1)
    api.gone.add(7)
    api.fault("bad_request", method="setMyCommands", description="Bad Request: chat not found")
    async with running(make(operators=(7,))):
        await until(api, lambda: api.polls)


async def test_an_update_is_committed_before_it_is_confirmed(api, database, make):
    async with running(make()):
        number = api.push_message("/start")
        await until(api, lambda: any(one.params.get("offset") for one in api.calls("getUpdates")))
        with database.read() as session:
            row = session.get_one(Update, number)
    assert row.handled_at is not None
    assert (row.payload, row.attempts, row.error) == ({}, 1, None)


async def test_killed_after_fetching_nothing_is_lost_and_nothing_done_twice(api, database, make):
    first = api.push_message("/start", chat=1)
    done = api.push_message("/start", chat=2)
    with database.write() as session:  # what a killed process left behind, never confirmed
        payload = api.updates[0]
        updates.store(session, [updates.Received(first, payload)], rows.NOW)
        updates.store(session, [updates.Received(done, {})], rows.NOW)
        updates.settle(session, done, rows.NOW)
    async with running(make()):
        await until(api, lambda: api.sent[1])
        await until(api, lambda: not api.updates)
    assert (len(api.messages(1)), len(api.messages(2))) == (1, 0)


async def test_a_poisonous_update_is_left_aside(api, database, make, caplog):
    bad = api.push_update({"message": {"text": "/start", "from": {"id": 1}}})
    api.push_message("/help")
    async with running(make()):
        await until(api, lambda: api.sent[5])
    with database.read() as session:
        row = session.get_one(Update, bad)
    assert (row.attempts, row.error) == (4, "KeyError")
    assert row.handled_at


async def test_what_no_database_can_hold_does_not_stop_the_bot(api, make):
    async with running(make()):
        api.push_message("taobao \x00 \ud800", from_={"\x00": ["\x00"]})
        await until(api, lambda: api.sent[5])
    assert "taobao" in api.messages(5)[0].text


@pytest.mark.parametrize(
    "kind",
    [
        "server_error",
        "bad_gateway",
        "garbage",
        "odd",
        "reset",
        "conflict",
        "unauthorized",
        "flood",
    ],
)
async def test_polling_goes_on_after_every_fault(api, make, kind):
    api.fault(kind, method="getUpdates", times=2)
    async with running(make()):
        api.push_message("/start")
        await until(api, lambda: api.sent[5])
    assert len(api.messages(5)) == 1


async def test_an_answer_that_surely_failed_is_tried_again(api, database, make):
    api.fault("server_error")
    async with running(make()):
        api.push_message("/start")
        await handled(database, 1)
    assert len(api.messages(5)) == 1


async def test_a_flood_in_one_chat_keeps_no_other_waiting(api, make):
    api.fault("flood", chat=-100, retry_after=1)
    async with running(make()):
        api.push_message("/help", chat=-100)
        api.push_message("/help", chat=5)
        await until(api, lambda: api.sent[5])
        await until(api, lambda: api.sent[-100])
    assert api.messages(5)[0].at < api.messages(-100)[0].at


async def test_an_answer_that_waits_for_too_long_is_given_up_at_the_end(api, make):
    api.fault("flood", retry_after=900)
    async with running(make()):
        api.push_message("/help")
        await until(api, lambda: api.calls("sendMessage"))
        await until(api, lambda: not api.updates)
    assert not api.messages(5)


@pytest.mark.parametrize("kind", ["forbidden", "garbage", "bad_request"])
async def test_an_answer_that_may_have_arrived_is_not_repeated(api, database, make, kind):
    api.fault(kind, accept=True)
    async with running(make()):
        api.push_message("/start")
        await handled(database, 1)
    assert len(api.calls("sendMessage")) == 1


async def test_with_the_api_down_at_start_it_retries(api, make, wall):
    listening = make()
    api.down()
    async with running(listening):
        await asyncio.sleep(0.2)
        assert listening.last_success is None
        api.up()
        api.push_message("/start")
        await until(api, lambda: api.sent[5])
        assert listening.last_success == wall.now


async def test_another_poller_wins_for_good(api, make):
    api.fault("conflict", method="getUpdates", times=999)
    listening = make()
    with pytest.raises(TwoPollersError, match="same token") as raised:
        await listening.run()
    assert raised.value.exit_code == 75


async def test_after_a_long_silence_it_connects_anew(api, make, monkeypatch, caplog):
    monkeypatch.setattr(bot_module, "REBUILD_AFTER", 0.0)
    api.fault("reset", method="getUpdates", times=3)
    async with running(make()):
        api.push_message("/start")
        await until(api, lambda: api.sent[5])
    assert "connecting anew" in caplog.text


async def test_a_poll_that_never_ends_is_given_up(api, make, monkeypatch):
    monkeypatch.setattr(bot_module, "_GRACE", -1.9)
    api.fault("hang", method="getUpdates")
    async with running(make()):
        await until(api, lambda: len(api.calls("getUpdates")) >= 2)


async def test_a_store_that_fails_for_a_while_loses_no_update(api, make, monkeypatch, caplog):
    store, failures = updates.store, 1

    def full(session, received, now):
        nonlocal failures
        if failures and received:
            failures -= 1
            raise OperationalError("INSERT", {}, Exception("disk is full"))
        return store(session, received, now)

    monkeypatch.setattr(updates, "store", full)
    monkeypatch.setattr(bot_module, "STORE_WAIT", 0.01)
    async with running(make()):
        api.push_message("/start")
        await until(api, lambda: api.sent[5])


async def test_it_beats(api, database, make):
    async with running(make()):
        await until(api, lambda: api.polls)
    with database.read() as session:
        assert session.get(Heartbeat, "bot")


async def test_it_beats_while_telegram_has_it_wait(api, database, make, wall, monkeypatch):
    """A wait that Telegram asks for is no standstill, for which the process would be ended."""
    monkeypatch.setattr(bot_module, "BEAT_SECONDS", 0.01)
    api.fault("flood", method="setMyCommands", retry_after=900)

    def beaten() -> bool:
        with database.read() as session:
            return bool(session.get_one(Heartbeat, "bot").at == wall.now)

    async with running(make()):
        await until(api, lambda: api.calls("setMyCommands"))
        wall.move(minutes=9)
        async with asyncio.timeout(60):
            while not beaten():  # noqa: ASYNC110 - the store tells nobody
                await asyncio.sleep(0.01)
    assert not api.polls


async def test_it_beats_while_there_is_much_to_answer(api, database, make, wall, monkeypatch):
    monkeypatch.setattr(bot_module, "BEAT_SECONDS", 0.0)
    silent: list[timedelta] = []

    async def handle(*_: object) -> None:
        with database.read() as session:
            silent.append(wall.now - session.get_one(Heartbeat, "bot").at)
        wall.move(minutes=1)

    monkeypatch.setattr(Conversation, "handle", handle)
    for _ in range(3):
        api.push_message("/help")
    async with running(make()):
        await handled(database, 3)
    assert silent == [timedelta(0)] * 3
