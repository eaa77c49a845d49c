"""Readers who say in the chat what they want to hear of, over real HTTP; and who may say it."""

import json
from datetime import time

import pytest

from alerts.delivery import bot as bot_module
from alerts.delivery.inbound import ANONYMOUS_ADMIN
from alerts.delivery.words import LANGUAGES
from config.words import Rhythm
from storage.interests import Wanted, interests_of, subscription_at, wanted
from storage.models import Interest
from storage.subscriptions import Address
from tests.fakes import rows
from tests.fakes.bot_methods import owner

GROUP = -100


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch):
    monkeypatch.setattr(bot_module, "_LONGEST_WAIT", 0.05)


def held(database, chat=5, topic=0):
    with database.read() as session:
        row = subscription_at(session, Address("telegram", str(chat)), topic)
        return [] if row is None else [wanted(one) for one in interests_of(session, row)]


def row_of(database, chat=5):
    with database.read() as session:
        return subscription_at(session, Address("telegram", str(chat)))


async def test_follow_in_all_its_ways(ask, database):
    messages = await ask(
        "/follow 淘宝", "/follow Taobao > wechat pay", "/follow Payments", "/follow ALL", chat=5
    )
    assert held(database) == [
        Wanted(platform="taobao"),
        Wanted(platform="taobao", other="wechat-pay", directed=True),
        Wanted(capability="payment"),
        Wanted(),
    ]
    lines = messages[-1].text.splitlines()
    assert lines[0] == "✅ This chat follows"
    assert [line.partition(". ")[2] for line in lines[1:5]] == [
        "Taobao",
        "Taobao → WeChat Pay",
        "Payments",
        "Everything",
    ]
    assert "Alerts come at once." in messages[-1].text


async def test_several_platforms_are_followed_each(ask, database):
    await ask("/follow taobao, wechat pay", chat=5)
    assert held(database) == [Wanted(platform="taobao"), Wanted(platform="wechat-pay")]


async def test_what_is_followed_twice_is_followed_once(ask, database):
    await ask("/follow taobao", "/follow taobao", chat=5)
    assert len(held(database)) == 1
    assert row_of(database).owner == "5"


async def test_follow_what_cannot_be_followed_changes_nothing(ask, database):
    near, none, half, three, several = await ask(
        "/follow tabao",
        "/follow",
        "/follow taobao >",
        "/follow taobao > tencent > alibaba",
        "/follow taobao tencent > alibaba",
        chat=5,
    )
    assert "Did you mean Taobao 淘宝?" in near.text
    assert none.text == half.text == three.text == several.text
    assert none.text.startswith("Write a platform, an opening")
    assert row_of(database) is None


async def test_a_chat_cannot_follow_without_end(ask, database):
    with database.write() as session:
        row = rows.subscribe(session, "5", platform="p0")
        for number in range(1, 60):
            one = Interest(subscription_id=row.id or 0, platform=f"p{number}", since=rows.NOW)
            session.add(one)
    (message,) = await ask("/follow taobao", chat=5)
    assert message.text.startswith("A chat may follow 60 things.")
    assert len(held(database)) == 60


async def test_pause_resume_remove_and_undo(ask, database):
    await ask("/follow taobao", chat=5)
    with database.read() as session:
        number = interests_of(session, row_of(database))[0].id
    paused, resumed, gone, back = await ask(
        f"/following pause {number}",
        f"/following resume #{number}",
        f"/following REMOVE {number}",
        "/following undo",
        chat=5,
    )
    assert "Taobao · ⏸" in paused.text
    assert "⏸" not in resumed.text
    assert gone.text == "This chat follows nothing. Begin with /follow"
    assert "Taobao" in back.text
    assert held(database) == [Wanted(platform="taobao")]


async def test_following_with_wrong_words_and_other_peoples_numbers(ask, database):
    with database.write() as session:
        mine = interests_of(session, rows.subscribe(session, "5"))[0]
        theirs = interests_of(session, rows.subscribe(session, "6"))[0].id
        mine.configured = True
    wrong, unknown, fixed, nothing = await ask(
        "/following destroy 1",
        f"/following remove {theirs}",
        f"/following remove {mine.id}",
        "/following undo",
        chat=5,
    )
    assert wrong.text.startswith("/following pause 1")
    assert unknown.text.startswith(f"This chat follows nothing with the number {theirs}.")
    assert fixed.text.startswith("That comes from the configuration")
    assert nothing.text == "There is nothing to take back."
    assert held(database, 6) == [Wanted()]


async def test_digest_daily_weekly_and_off(ask, database):
    await ask("/follow all", chat=5)
    daily, weekly = await ask("/digest daily 8:30", "/digest weekly", chat=5)
    assert "Alerts come together, daily at 08:30 (UTC)." in daily.text
    assert "weekly on Mon at 08:30 (UTC)" in weekly.text
    row = row_of(database)
    assert (row.rhythm, row.digest_at) == (Rhythm.WEEKLY, time(8, 30))
    (off,) = await ask("/digest OFF", chat=5)
    assert "Alerts come at once." in off.text
    assert row_of(database).rhythm is Rhythm.IMMEDIATE


async def test_digest_at_no_time_changes_nothing(ask, database):
    (before,) = await ask("/digest daily", chat=5)
    assert before.text.startswith("This chat follows nothing")
    await ask("/follow all", chat=5)
    wrong = ("", "hourly", "daily 25:00", "daily 9", "daily 09:60", "off 09:00", "daily 09:00 x")
    for message in await ask(*(f"/digest {one}" for one in wrong), chat=5):
        assert message.text.startswith("🕘 Alerts come at once.\nWrite when alerts are to come")
    assert row_of(database).rhythm is Rhythm.IMMEDIATE


async def test_in_a_group_only_administrators_change_anything(api, ask, database):
    api.administrators[GROUP] = [owner(7)]
    (refused,) = await ask("/follow all", chat=GROUP, user=8)
    assert refused.text == "Only administrators of this group can change what I post here."
    assert row_of(database, GROUP) is None
    await ask("/follow all", chat=GROUP, user=7, message_thread_id=9, is_topic_message=True)
    assert held(database, GROUP, 9) == [Wanted()]
    api.administrators[GROUP] = []
    (refused,) = await ask("/follow taobao", chat=GROUP, user=7)
    assert refused.text.startswith("Only administrators")
    (read,) = await ask("/following", chat=GROUP, user=8)
    assert read.text.startswith("This chat follows nothing")
    assert len(api.calls("getChatMember")) == 3


async def test_who_writes_as_the_group_is_an_administrator_and_other_channels_are_not(
    api, ask, database
):
    nobody = {"from": {"id": ANONYMOUS_ADMIN, "is_bot": True}}
    api.administrators[GROUP] = [owner(7, anonymous=True)]
    api.fault("server_error", method="getChatAdministrators")
    (refused,) = await ask("/follow all", chat=GROUP, sender_chat={"id": -55}, **nobody)
    assert refused.text.startswith("Only administrators")
    await ask("/follow all", chat=GROUP, sender_chat={"id": GROUP}, **nobody)
    assert held(database, GROUP) == [Wanted()]
    assert row_of(database, GROUP).owner is None  # nobody could say who it is
    await ask("/follow taobao", chat=GROUP, sender_chat={"id": GROUP}, **nobody)
    assert row_of(database, GROUP).owner == "7"
    api.administrators[-70] = []
    await ask("/follow all", chat=-70, sender_chat={"id": -70}, **nobody)
    assert row_of(database, -70).owner is None


async def test_when_telegram_cannot_say_who_rules_nothing_changes(api, ask, database):
    api.administrators[GROUP] = [owner(7)]
    api.fault("server_error", method="getChatMember")
    (message,) = await ask("/follow all", chat=GROUP, user=7)
    assert message.text.startswith("I cannot ask Telegram just now")
    assert row_of(database, GROUP) is None


async def test_an_answer_that_is_tried_again_does_nothing_twice(api, ask, database):
    await ask("/follow taobao", chat=5)
    await ask("/follow all", chat=5)
    api.fault("server_error", method="sendMessage")
    await ask("/following undo", chat=5)
    assert held(database) == [Wanted(platform="taobao")]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_everything_in_every_language(ask, language):
    questions = ["/follow", "/follow all", "/digest daily", "/digest weekly", "/digest x"]
    wrong = ["/following x 1", "/following remove 99", "/following"]
    messages = await ask(*questions, *wrong, language=language, chat=5)
    assert len({json.dumps(one.text) for one in messages}) >= 6
