"""Buttons under alerts and answers, pressed over real HTTP: by readers, strangers and forgers."""

import csv
import io
from datetime import date

import pytest

from alerts.delivery import answers
from alerts.delivery.buttons import MOST_SAID
from alerts.delivery.channels.telegram import TelegramChannel
from alerts.delivery.inbound import read_press
from alerts.delivery.messages import render
from alerts.delivery.sender import Sender
from alerts.delivery.words import LANGUAGES
from config.settings import Chat
from config.words import Capability, Stage
from storage import deliveries, mutes, pictures, reports
from storage.interests import subscription_at
from storage.models import Event, Mute
from storage.pictures_canvas import PictureError
from storage.subscriptions import Address
from storage.views import AlertView
from tests.fakes import rows
from tests.fakes.bot_methods import owner
from tests.fakes.knowledge import PLATFORMS
from tests.fakes.talk import Talk, listening

GROUP, CHANNEL = -100, -200
ADMIN, MEMBER = 7, 8


def told(session, number=1, **given):
    """An event with an article, owed to all who are there; gives the event's id."""
    event = rows.make_event(session, **given)
    article = rows.make_article(session, number, "36kr", title=f"Title {number}")
    claim = rows.make_claim(session, event, article)
    change = rows.make_change(session, event, claim_id=claim.id)
    deliveries.queue(session, event, change, rows.NOW)
    return event.id


@pytest.fixture
def database(sqlite_database):
    """One kind: what the store does on both kinds is tested where it is done."""
    return sqlite_database


@pytest.fixture
async def alerted(api, database, wall):
    """The alert that a chat gets from the real sender; the topic is given with its chat."""

    async def alerted(chat=5, topic=0, number=1):
        with database.write() as session:
            rows.subscribe(session, str(chat), topic=topic)
            told(session, number)
        channel = TelegramChannel(api.settings())
        sender = Sender(database, {"telegram": channel}, PLATFORMS, clock=wall)
        await sender.drain()
        await channel.close()
        return api.messages(chat)[-1]

    return alerted


def muted_in(database, chat, topic=0):
    with database.read() as session:
        row = subscription_at(session, Address("telegram", str(chat)), topic)
        return [] if row is None else mutes.muted(session, row)


async def test_an_alert_has_four_buttons_that_do_what_they_say(talk, alerted, api, database):
    alert = await alerted()
    assert alert.labels == [["Sources 1", "📈 Timeline"], ["🔕 Mute event", "👎 Wrong"]]
    text = alert.text

    assert "text" not in await talk.press(alert, "Sources")
    assert talk.last.text.startswith("📰 Taobao → WeChat Pay · E1\n\nTitle 1 · 36Kr · Chinese")
    assert talk.last.reply_to == alert.message_id
    await talk.press(alert, "Timeline")
    assert "📈 Taobao ↔ WeChat Pay" in api.messages(5)[-2].text
    assert talk.last.photo

    answer = await talk.press(alert, "Mute")
    assert answer["text"] == "E1 is muted: this chat hears no more of it."
    assert alert.labels[1][0] == "🔔 Unmute event"
    assert muted_in(database, 5) == [1]
    await talk.press(alert, "Unmute")
    assert alert.labels[1][0] == "🔕 Mute event"
    assert muted_in(database, 5) == []

    first, second = await talk.press(alert, "Wrong"), await talk.press(alert, "Wrong")
    assert first["text"].startswith("Thank you. It is noted")
    assert second["text"].startswith("This has been reported")
    with database.read() as session:
        (report,) = reports.reports(session)
    assert (report.event_id, report.quote) == (1, "quote of https://36kr.test/1")
    assert (alert.text, alert.edits) == (text, [])


async def test_an_edit_by_the_sender_keeps_the_buttons(talk, alerted, api, database, wall):
    alert = await alerted()
    await talk.press(alert, "Mute")
    with database.write() as session:
        article = rows.make_article(session, 2, "ifanr", language="ja")
        rows.make_claim(session, session.get_one(Event, 1), article)
        deliveries.touch(session, 1, wall())
    wall.move(minutes=11)
    channel = TelegramChannel(api.settings())
    await Sender(database, {"telegram": channel}, PLATFORMS, clock=wall).drain()
    await channel.close()
    assert len(alert.edits) == 1
    assert alert.labels == [["Sources 2", "📈 Timeline"], ["🔔 Unmute event", "👎 Wrong"]]


async def test_what_buttons_do_can_be_written_too(talk, alerted, database):
    await alerted()
    assert (await talk.ask("/mute E1")).text == "E1 is muted: this chat hears no more of it."
    assert muted_in(database, 5) == [1]
    assert (await talk.ask("/unmute 1")).text.startswith("E1 is heard of again")
    assert (await talk.ask("/wrong E1")).text.startswith("Thank you.")
    assert "Title 1" in (await talk.ask("/sources E1")).text
    assert "Title 1" in (await talk.ask("/start src_1")).text
    assert (await talk.ask("/event E1")).labels[1] == ["🔕 Mute event", "👎 Wrong"]
    for wrong in ("/mute", "/mute x", "/sources E", "/wrong"):
        assert (await talk.ask(wrong)).text.startswith("Write the id of an event")
    for unknown in ("/mute 99", "/sources 99", "/timeline E99", "/wrong 99"):
        assert (await talk.ask(unknown)).text.startswith("There is no event E99.")
    stranger = Talk(talk.api, chat=6, user=6)
    assert (await stranger.ask("/mute E1")).text.startswith("This chat follows nothing")


async def test_many_sources_are_turned_page_by_page(talk, database):
    with database.write() as session:
        told(session)
        event = session.get_one(Event, 1)
        first = 1
        for number in range(2, 24):
            article = rows.make_article(
                session, number, "36kr", title=f"Title {number}.", copy_of=first
            )
            rows.make_claim(session, event, article)
    message = await talk.ask("/sources E1")
    assert message.labels == [["More ›"]]
    await talk.press(message, "More")
    assert message.labels == [["‹ Back", "More ›"]]
    assert "Title 11. · 36Kr · Chinese (Simplified) · 4 Sep 2024 · copy" in message.text
    await talk.press(message, "More")
    assert (message.labels, message.text.count("Title")) == ([["‹ Back"]], 3)
    await talk.press(message, "Back")
    await talk.press(message, "Back")
    assert message.labels == [["More ›"]]
    assert len(talk.api.messages(5)) == 1


async def test_in_a_group_only_administrators_mute_and_readers_are_answered_in_private(
    talk, alerted, api, database
):
    api.administrators[GROUP] = [owner(ADMIN)]
    alert = await alerted(GROUP, topic=9)
    member = Talk(api, GROUP, MEMBER, topic=9)
    refused = await member.press(alert, "Mute")
    assert refused["text"] == "Only administrators of this group can change what I post here."
    assert muted_in(database, GROUP, 9) == []
    for button, payload in (("Sources", "src_E1"), ("Timeline", "tl_E1")):
        answer = await member.press(alert, button)
        assert answer["url"] == f"https://t.me/interopwatch_bot?start={payload}"
        private = await Talk(api, MEMBER, MEMBER).write(f"/start {payload}")
        assert private[0].text[:2] in ("📰 ", "📈 ")
    assert (await member.press(alert, "Wrong"))["text"].startswith("Thank you.")
    assert len(api.messages(GROUP)) == 1
    await Talk(api, GROUP, ADMIN, topic=9).press(alert, "Mute")
    assert muted_in(database, GROUP, 9) == [1]
    api.administrators[GROUP] = []
    refused = await Talk(api, GROUP, ADMIN, topic=9).press(alert, "Unmute")
    assert refused["text"].startswith("Only administrators")
    assert len(api.calls("getChatMember")) == 3


async def test_a_press_counts_where_it_was_pressed_and_nowhere_else(talk, alerted, api, database):
    alert = await alerted(GROUP)
    with database.write() as session:
        rows.subscribe(session, str(GROUP), topic=9)
        rows.subscribe(session, "5")
    forged = await talk.ask("/event E1")  # in the forger's own chat
    for data in ("mute E1 -100", "mute -100 E1", "mute E1\n-100", "following remove 1"):
        await talk.press(forged, "", data=data)
    with database.read() as session:
        assert session.get(Mute, (1, 1)) is None
        assert len(deliveries.listed(session)) == 1
    api.administrators[GROUP] = [owner(ADMIN)]
    await Talk(api, GROUP, ADMIN).press(alert, "Mute")
    assert muted_in(database, GROUP) == [1]
    assert muted_in(database, GROUP, 9) == []


@pytest.mark.parametrize(
    "data", ["", "ev:17:src", "9999 latest", "\0", "💥" * 16, "a" * 64, "-1 latest", "Mute E1"]
)
async def test_old_and_foreign_buttons_are_answered_kindly(talk, database, data):
    message = await talk.ask("/help")
    answer = await talk.press(message, "", data=data)
    kind = ("This button is too old", "I do not know that command")
    assert answer["text"].startswith(kind)
    assert answer["show_alert"] == "true"
    assert message.edits == []


async def test_a_message_too_old_to_be_seen_and_one_without_a_chat(talk, alerted, api):
    alert = await alerted(GROUP, topic=9)
    hidden = {
        "message_id": alert.message_id,
        "chat": {"id": GROUP, "type": "supergroup"},
        "date": 0,
    }
    for message in (hidden, None):
        answer = await talk.press(alert, "Mute", message=message)
        assert answer["text"].startswith("This button is too old")
    assert not api.calls("getChatMember")


async def test_a_press_is_answered_even_when_it_fails(talk, alerted, api, monkeypatch):
    alert = await alerted()

    def fail(question):
        raise RuntimeError("a bug")

    monkeypatch.setitem(answers._HANDLERS, "wrong", fail)
    number = api.push_press(alert, "Wrong", user=5)
    await talk.settled()
    said = [one["text"] for one in api.answered if one["callback_query_id"] == number]
    assert said == ["That did not work, and the fault is mine. Please try again later."] * 3


async def test_when_telegram_cannot_say_who_rules_a_press_changes_nothing(talk, alerted, api):
    api.administrators[GROUP] = [owner(ADMIN)]
    alert = await alerted(GROUP)
    api.fault("server_error", method="getChatMember")
    answer = await Talk(api, GROUP, ADMIN).press(alert, "Mute")
    assert answer["text"].startswith("I cannot ask Telegram just now")
    assert alert.labels[1][0] == "🔕 Mute event"


async def test_faults_of_the_answer_itself(talk, alerted, api, database):
    alert = await alerted()
    api.fault("server_error", method="answerCallbackQuery")
    await talk.press(alert, "Mute")
    assert alert.labels[1][0] == "🔔 Unmute event"
    late = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    api.fault("bad_request", method="answerCallbackQuery", description=late)
    api.push_press(alert, "Unmute", user=5)
    await talk.settled()
    assert alert.labels[1][0] == "🔕 Mute event"
    api.push_press(alert, "Mute", user=5, data="unmute E1")  # nothing there to change any more
    await talk.settled()
    assert alert.labels[1][0] == "🔕 Mute event"


async def test_a_list_whose_message_was_deleted_comes_anew(talk, api, database):
    with database.write() as session:
        told(session)
        for number in range(2, 14):
            article = rows.make_article(session, number, "36kr")
            rows.make_claim(session, session.get_one(Event, 1), article)
    message = await talk.ask("/sources E1")
    api.sent[5].clear()
    await talk.press(message, "More")
    assert talk.last.labels == [["‹ Back"]]
    await talk.press(talk.last, "", data="1 sources E1")
    assert len(api.messages(5)) == 1


async def test_presses_count_against_the_limit_and_all_are_answered(talk, alerted, api):
    alert = await alerted()
    said = [(await talk.press(alert, "Wrong")).get("text", "") for _ in range(33)]
    assert [one[:8] for one in said[-4:]] == ["This has", "That was", "", ""]


async def test_a_channel_is_ruled_by_its_administrators(talk, api, database):
    api.chats[CHANNEL] = {"id": CHANNEL, "type": "channel", "title": "news"}
    post = {"chat": api.chats[CHANNEL], "sender_chat": api.chats[CHANNEL], "date": 1}
    api.push_update({"channel_post": post | {"message_id": 1, "text": "/follow all"}})
    api.push_update({"channel_post": post | {"message_id": 2, "text": "free words"}})
    linked = {"is_automatic_forward": True, "sender_chat": api.chats[CHANNEL]}
    await Talk(api, GROUP, 1).write("/follow all", **linked)
    assert [one.text.splitlines()[0] for one in api.messages(CHANNEL)] == ["✅ This chat follows"]
    assert api.messages(GROUP) == []
    with database.write() as session:
        told(session)
    post |= {"message_id": 3, "text": "/event E1"}
    api.push_update({"channel_post": post})
    await talk.settled()
    reader = Talk(api, CHANNEL, MEMBER)
    assert "url" in await reader.press(reader.last, "Sources")
    assert (await reader.press(reader.last, "Mute"))["text"].startswith("Only administrators")
    api.administrators[CHANNEL] = [owner(ADMIN)]
    await Talk(api, CHANNEL, ADMIN).press(reader.last, "Mute")
    assert muted_in(database, CHANNEL) == [1]


def test_messages_that_are_no_presses():
    assert read_press({"message": {"text": "mute E1"}}) is None


def test_every_alert_fits_its_buttons_into_what_telegram_takes():
    view = AlertView("E" + "9" * 12, ("a",), ("b",), Capability.PAYMENT, Stage.LIVE, articles=9999)
    for language in LANGUAGES:
        for one in (one for row in render(view, language, PLATFORMS).buttons for one in row):
            assert len(one.says.encode()) <= MOST_SAID
            assert one.label.strip()


async def test_a_closed_bot_serves_the_chats_that_it_was_given(api, database, wall):
    settings = {"allowed_chats": (GROUP,), "operators": (77,), "chats": (Chat(chat=6),)}
    async with listening(api, database, wall, **settings):
        for chat in (6, 77, GROUP):
            assert (await Talk(api, chat, 77).ask("/help")).text.startswith("/start")
        stranger = Talk(api, 8, 8)
        assert (await stranger.ask("taobao")).text == "This bot serves its own chats only."
        assert await Talk(api, -300, 77).write("/help") == []
        answer = await stranger.press(stranger.last, "", data="help")
        assert answer["text"] == "This bot serves its own chats only."


async def test_a_group_that_became_a_supergroup_keeps_everything(talk, api, database):
    api.administrators[GROUP] = [owner(ADMIN)]
    await Talk(api, GROUP, ADMIN).write("/follow all")
    await Talk(api, GROUP, ADMIN).write("", migrate_to_chat_id=-1000)
    assert (await Talk(api, -1000, MEMBER).ask("/following")).text.startswith(
        "This chat follows\n"
    )
    assert (await Talk(api, GROUP, MEMBER).ask("/following")).text.startswith(
        "This chat follows n"
    )


def dated(session, number, day, **given):
    """An opening that was announced on a day."""
    event = rows.make_event(session, **given)
    article = rows.make_article(session, number, "36kr")
    return rows.make_claim(session, event, article, date_from=day, date_to=day).id


async def test_the_matrix_is_narrowed_down_and_handed_on(talk, api, database, monkeypatch):
    with database.write() as session:
        dated(session, 1, date(2024, 9, 1), host="=cmd")
        dated(session, 2, date(2021, 9, 1))
        dated(session, 3, date(2024, 9, 2), guest="anyone", capability=Capability.LINKS)
    shown, picture = await talk.write("/matrix")
    assert shown.labels == [["Area ▾", "Since ▾", "CSV"]]
    assert (picture.photo[:4], picture.text) == (b"\x89PNG", "Who opens what to whom")
    before = shown.text

    await talk.press(shown, "Area")
    assert shown.text == before
    assert shown.labels[0] == ["✓ All areas", "Payments"]
    assert len(shown.labels) == 7
    await talk.press(shown, "Payments")
    assert "Links" not in shown.text
    assert shown.text.count("→ WeChat Pay") == 2
    await talk.press(shown, "Since")
    assert shown.labels == [["✓ Any time", "30 days"], ["90 days", "365 days"]]
    await talk.press(shown, "30 days")
    assert shown.text == (
        "▦ Payments · since 5 Aug 2024\n\n=cmd\n→ WeChat Pay · 🟡 announced · 1 Sep 2024 · E1"
    )
    assert shown.labels == [["Area ▾", "Since ▾", "CSV", "PNG"]]
    assert len(api.messages(5)) == 2

    api.fault("flood", method="sendDocument", retry_after=0)
    await talk.press(shown, "CSV")
    api.wait_until(lambda: api.messages(5)[-1].document)
    file = talk.last
    assert (file.file_name, file.reply_to) == (
        "matrix-payment-30d-2024-09-04.csv", shown.message_id,
    )  # fmt: skip
    (row,) = csv.DictReader(io.StringIO(file.document.decode("utf-8-sig")))
    assert (row["host"], row["guest_name"], row["stage"], row["since"], row["event"]) == (
        "'=cmd", "WeChat Pay", "announced", "2024-09-01", "E1",
    )  # fmt: skip
    await talk.press(shown, "PNG")
    assert (talk.last.photo[:4], talk.last.text) == (b"\x89PNG", "Payments · since 5 Aug 2024")

    def broken(*_: object) -> bytes:
        raise PictureError("no font")

    monkeypatch.setattr(pictures, "matrix_picture", broken)
    await talk.press(shown, "PNG")
    assert talk.last.text == "That did not work, and the fault is mine. Please try again later."
    (area,) = await talk.write("/matrix areas")
    assert (area.text, area.labels[0]) == ("Choose what is opened:", ["✓ All areas", "Payments"])
    (nothing,) = await talk.write("/matrix messaging 2024-09")
    assert nothing.text == "Nothing is known of Messaging · since 1 Sep 2024 yet."
    (wrong,) = await talk.write("/matrix 2024-13")
    assert wrong.text.startswith("“2024-13” is nothing that platforms open.")


async def test_a_timeline_goes_back_to_its_beginning_and_on_again(talk, api, database):
    with database.write() as session:
        for number in range(70):
            day = date(2015 + number // 12, 1 + number % 12, 1)
            dated(session, number, day, guest=f"guest-{number}")
    shown, picture = await talk.write("/timeline 淘宝")
    assert picture.text == "Taobao"
    assert "1 Oct 2020" in shown.text
    assert shown.labels == [["‹ Older"]]
    left = int(shown.text.splitlines()[1].removeprefix("+").split()[0])
    seen = shown.text.count("guest-")
    assert (left + seen, shown.text.index("guest-68") < shown.text.index("guest-69")) == (70, True)
    while "‹ Older" in shown.labels[0]:
        await talk.press(shown, "Older")
        seen += shown.text.count("guest-")
    assert seen == 70
    assert "1 Jan 2015" in shown.text
    assert shown.labels == [["Newer ›", "PNG"]]
    await talk.press(shown, "PNG")
    assert (talk.last.photo[:4], talk.last.reply_to) == (b"\x89PNG", shown.message_id)
    assert len(api.messages(5)) == 3
    await talk.press(shown, "Newer")
    assert "1 Jan 2015" not in shown.text
