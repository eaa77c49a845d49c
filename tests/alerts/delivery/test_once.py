"""Every command takes effect exactly once: the bot may die before anybody knows that it was handled."""

import time
from collections.abc import AsyncIterator

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select
from telegram import Bot

from alerts.delivery import answers
from alerts.delivery import bot as bot_module
from alerts.delivery.bot import TelegramBot
from alerts.delivery.channels.telegram import close_bot, make_bot
from alerts.delivery.conversation import Conversation
from alerts.delivery.crowd import Crowd
from alerts.delivery.pacing import Pace
from storage import updates
from storage.database import Database
from storage.models import Update
from tests.alerts.delivery.test_bot import running, until
from tests.alerts.delivery.test_roles import furnish, kept
from tests.fakes import rows
from tests.fakes.bot_api import BotApi
from tests.fakes.knowledge import KNOWLEDGE

CHAT = 5
CHANGES = (
    "follow taobao",
    "following pause 1",
    "following undo",
    "following edit 1 stage:live",
    "settings language ja",
    "settings undo",
    "settings zone Asia/Tokyo",
    "settings quiet 22:00-07:00",
    "settings stage test",
    "settings pause",
    "settings resume",
    "digest weekly",
    "mute 1",
    "following unmute 1",
    "mute 1",
    "unmute 1",
    "wrong 1",
    "status retry 1",
    "following remove 1",
    "following share",
    "following remove all",
    "following undo",
    "start en payment daily",
    "forget everything",
)
"""In an order in which each of them has something to change."""


def test_every_command_that_changes_something_is_among_them():
    names = {said.partition(" ")[0] for said in CHANGES}
    assert names == {*answers.WISHES, *answers.ACTIONS, "status"}


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    bot = make_bot(api.settings())
    yield bot
    await close_bot(bot)


async def test_a_command_that_is_handled_again_only_answers_again(
    api: BotApi, bot: Bot, database: Database, wall
):
    says = written if database.engine.dialect.name == "sqlite" else press
    with database.write() as session:
        furnish(session, CHAT)
    for number, said in enumerate(CHANGES):
        with database.write() as session:
            updates.store(session, [updates.Received(number, says(number, said))], wall())
        before, answered = kept(database), []
        for life in range(2):  # the first one dies before it can say that it is done
            sent = len(api.requests)
            await conversation(api, database, wall).handle(bot, "iw_bot", taken(database))
            answered.append(
                [(one.method, one.params) for one in api.requests[sent:] if said_in(one)]
            )
            if life == 0:
                once = kept(database)
                assert once != before, said
        assert kept(database) == once, said
        assert answered[0] == answered[1], said
        assert answered[0], said
        with database.write() as session:
            updates.settle(session, number, wall())
            assert session.get_one(Update, number).payload == {}
        wall.move(seconds=1)


def conversation(api: BotApi, database: Database, wall) -> Conversation:
    settings = api.settings(operators=(CHAT,))
    pace, crowd = Pace(), Crowd(time.monotonic)
    return Conversation(database, settings, KNOWLEDGE, clock=wall, crowd=crowd, pace=pace)


def taken(database: Database) -> updates.Received:
    with database.write() as session:
        found = updates.take(session, rows.NOW)
    assert found is not None
    return found


def said_in(call) -> bool:
    return call.method in ("sendMessage", "editMessageText", "answerCallbackQuery")


PERSON = {"id": CHAT, "is_bot": False, "first_name": "Somebody", "language_code": "en"}
PLACE = {"message_id": 1, "date": 1, "chat": {"id": CHAT, "type": "private"}}


def written(number: int, said: str) -> dict[str, object]:
    return {"update_id": number, "message": PLACE | {"from": PERSON, "text": f"/{said}"}}


def press(number: int, said: str) -> dict[str, object]:
    query = {"id": f"press-{number}", "from": PERSON, "message": PLACE, "data": said}
    return {"update_id": number, "callback_query": query}


@pytest.mark.parametrize("what", ["its effect", "that it is handled"])
async def test_trouble_of_the_store_counts_no_attempt_and_repeats_nothing(
    api: BotApi, sqlite_database: Database, wall, monkeypatch, what
):
    left = 2 * updates.MOST_ATTEMPTS
    place, name = (answers, "answer") if what == "its effect" else (updates, "settle")
    work = getattr(updates if place is updates else answers, name)

    def locked(*args, **given):
        nonlocal left
        left -= 1
        if left >= 0:
            raise OperationalError("UPDATE", {}, Exception("database is locked"))
        return work(*args, **given)

    where = "alerts.delivery.conversation.answer" if place is answers else "storage.updates.settle"
    monkeypatch.setattr(where, locked)
    monkeypatch.setattr(bot_module, "STORE_WAIT", 0.01)
    listening = TelegramBot(sqlite_database, api.settings(), KNOWLEDGE, clock=wall, poll_seconds=1)
    async with running(listening):
        api.push_message("/follow all", chat=CHAT)
        await until(api, lambda: not api.updates and api.sent[CHAT])
    assert left < 0
    assert len(api.messages(CHAT)) == 1
    with sqlite_database.read() as session:
        (row,) = session.exec(select(Update)).all()
    assert (row.attempts, row.error) == (1, None)
    assert row.handled_at is not None
