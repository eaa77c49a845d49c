"""From /start to alerts in three taps, over real HTTP; and subscriptions that are passed on."""

import pytest

from alerts.delivery.words import LANGUAGES, words_for
from config.words import Capability, Rhythm, Stage
from storage.interests import Wanted, interests_of, subscription_at, wanted
from storage.subscriptions import Address
from tests.fakes import rows
from tests.fakes.bot_methods import owner
from tests.fakes.talk import Talk

GROUP, ADMIN, MEMBER = -100, 7, 8


@pytest.fixture
def database(sqlite_database):
    """One kind: what the store does on both kinds is tested where it is done."""
    return sqlite_database


def told(session, number=1, **given):
    """An event with an article that a sample can be made of."""
    event = rows.make_event(session, **given)
    article = rows.make_article(session, number, "36kr")
    rows.make_claim(session, event, article, stage=event.stage)
    return event.id


def held(database, chat=5, topic=0):
    with database.read() as session:
        row = subscription_at(session, Address("telegram", str(chat)), topic)
        return [] if row is None else [wanted(one) for one in interests_of(session, row)]


def row_of(database, chat=5, topic=0):
    with database.read() as session:
        return subscription_at(session, Address("telegram", str(chat)), topic)


async def test_three_taps_end_with_a_sample_alert(talk, api, database):
    with database.write() as session:
        told(session, 1, last_seen=rows.NOW.replace(hour=9))
        told(session, 2, guest="alibaba", capability=Capability.LINKS, stage=Stage.LIVE)
    hello = await talk.ask("/start")
    assert [label for row in hello.labels[:3] for label in row] == [
        words_for(one)("language-own") for one in LANGUAGES
    ]
    assert "chat: 5" not in hello.text
    assert hello.buttons[3][0]["url"] == "https://t.me/interopwatch_bot?startgroup=new"
    await talk.press(hello, "日本語")
    assert hello.text.startswith("2/3 · 何について")
    assert row_of(database) is None
    await talk.press(hello, "決済")
    assert hello.text.startswith("3/3 · 通知は")
    assert row_of(database) is None
    await talk.press(hello, "すぐに")
    assert hello.text.splitlines()[:3] == [
        "✅ このチャットのフォロー：",
        "• 決済",
        "🕘 通知はすぐに届きます。",
    ]
    assert hello.text.endswith("通知はこのように届きます：")
    _, sample = api.messages(5)
    assert sample.text.startswith("🔎 タオバオ → WeChat Pay\n🟡 発表済み\n決済")
    assert sample.labels[0][0] == "情報源 1"
    assert held(database) == [Wanted(capability="payment")]
    row = row_of(database)
    assert (row.language, row.zone, row.rhythm, row.owner) == (
        "ja", "Asia/Tokyo", Rhythm.IMMEDIATE, "5",
    )  # fmt: skip


async def test_platforms_are_ticked_over_pages_and_taken_together(talk, api, database):
    with database.write() as session:
        told(session)
        for number in range(12):
            told(session, number + 2, host="tencent", guest=f"unknown-{number}")
        for number, one in enumerate(("alibaba", "anyone"), 20):
            told(session, number, host=one, guest="tencent")
    message = await talk.ask("/start")
    await talk.press(message, "English")
    await talk.press(message, "Platforms")
    assert message.labels == [["Tencent", "Alibaba"], ["Taobao", "WeChat Pay"], ["‹ Back"]]
    await talk.press(message, "Taobao")
    await talk.press(message, "Alibaba")
    await talk.press(message, "Alibaba")
    await talk.press(message, "WeChat Pay")
    assert message.labels == [
        ["✓ Taobao", "✓ WeChat Pay"], ["Tencent", "Alibaba"], ["‹ Back", "Next ▸"],
    ]  # fmt: skip
    await talk.press(message, "Next")
    assert message.labels[0] == ["✓ Taobao", "✓ WeChat Pay"]
    await talk.press(message, "Daily 09:00")
    assert held(database) == [Wanted(platform="taobao"), Wanted(platform="wechat-pay")]
    row = row_of(database)
    assert (row.rhythm, row.digest_at.hour, row.zone) == (Rhythm.DAILY, 9, "UTC")
    assert talk.last.text.startswith("🔎 Taobao → WeChat Pay")


async def test_everything_from_an_empty_store(talk, api, database):
    message = await talk.ask("/start", language_code="ko")
    await talk.press(message, "한국어")
    await talk.press(message, "전체")
    await talk.press(message, "매일 09:00")
    assert message.text.endswith("아직 발견된 것이 없습니다.")
    assert len(api.messages(5)) == 1
    assert held(database) == [Wanted()]


async def test_it_can_be_written_and_wrong_words_only_greet(talk, database):
    written = await talk.write("/start zh-Hant all daily")
    assert written[0].text.startswith("✅ 本聊天已關注：\n• 全部")
    assert row_of(database).zone == "Asia/Taipei"
    for wrong in ("/start xx", "/start ja all now now", "/start ja_all"):
        assert (await talk.ask(wrong)).labels[0] == ["English", "简体中文"]
    assert (await talk.ask("/start ja nonsense now")).text.startswith("2/3")
    assert (
        await talk.ask("/start ja chosen now")
    ).text == "まだプラットフォームが選ばれていません。"
    assert (await talk.ask("/start ja chosen")).text == "まだプラットフォームが選ばれていません。"
    assert held(database) == [Wanted()]


async def test_a_second_start_keeps_the_zone_and_adds(talk, database):
    await talk.write("/start ja all now")
    await talk.write("/settings zone Europe/Berlin")
    await talk.write("/start ko payment now")
    assert (row_of(database).zone, row_of(database).language) == ("Europe/Berlin", "ko")
    assert held(database) == [Wanted(), Wanted(capability="payment")]


async def test_in_a_group_administrators_alone_go_through_it(talk, api, database):
    api.administrators[GROUP] = [owner(ADMIN)]
    member, admin = Talk(api, GROUP, MEMBER, topic=9), Talk(api, GROUP, ADMIN, topic=9)
    message = await member.ask("/start")
    assert "startgroup" not in str(message.buttons)
    assert (await member.press(message, "English"))["text"].startswith("Only administrators")
    assert message.edits == []
    await admin.press(message, "English")
    await admin.press(message, "Everything")
    assert (await member.press(message, "At once"))["text"].startswith("Only administrators")
    await admin.press(message, "At once")
    assert held(database, GROUP, 9) == [Wanted()]
    assert held(database, GROUP) == []
    assert row_of(database, GROUP, 9).owner == "7"


async def test_an_operator_is_told_the_lines_of_the_configuration(api, talk):
    operator = Talk(api, 77, 77)
    assert "- chat: 77\n  language: en" in (await operator.ask("/start")).text


async def test_what_a_chat_follows_is_passed_on(talk, api, database):
    await talk.write("/follow taobao > wechat pay stage:live")
    await talk.write("/follow all sources:2 language:ja")
    listed = await talk.ask("/following")
    await talk.press(listed, "Share")
    link = listed.text.splitlines()[-1]
    assert link.startswith("https://t.me/interopwatch_bot?start=sub_")
    assert listed.buttons[0][0]["url"].startswith("https://t.me/share/url?url=https%3A")
    code = link.partition("=")[2]

    friend = Talk(api, 6, 6, "ja")
    offer = await friend.ask(f"/start {code}")
    assert offer.text.splitlines()[1:] == [
        "• すべて · 日本語 · ≥ 独立した情報源 2 件",
        "• タオバオ → WeChat Pay · ≥ 🟢 提供開始",
    ]
    assert held(database, 6) == []
    await friend.press(offer, "フォロー")
    assert sorted(map(str, held(database, 6))) == sorted(map(str, held(database)))
    group = Talk(api, GROUP, MEMBER)
    assert (await group.ask(f"/follow {code}")).text.startswith("Only administrators")
    for wrong in ("/start sub_0123456789abcdef", "/follow sub_0123456789abcdef"):
        assert (await talk.ask(wrong)).text.startswith("I do not know this shared")
    nobody = Talk(api, 9, 9)
    assert (await nobody.ask("/following share")).text.startswith("This chat follows nothing")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_screen_in_every_language(talk, language, database):
    with database.write() as session:
        told(session)
    texts = ["", " all", " platforms", " payment", " with taobao", " all daily"]
    for text in texts:
        assert await talk.write(f"/start {language}{text}")
    for text in ("", " language", " zone", " quiet", " digest", " zone x", " x", " stage x"):
        assert await talk.write(f"/settings{text}")
    for text in ("", " show 1", " muted", " share", " edit 1", " edit 1 x:y", " unmute 3"):
        assert await talk.write(f"/following{text}")
