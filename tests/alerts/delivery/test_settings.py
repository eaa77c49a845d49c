"""/settings, and /following with its buttons and filters, pressed and written, over real HTTP."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from alerts.delivery.commands.asking import Question
from alerts.delivery.commands.naming import UnknownPlatformError
from alerts.delivery.commands.wishing import FilterError, read_wish
from alerts.delivery.commands.zones import ZONES, zone_in
from alerts.delivery.text import plain
from alerts.delivery.words import LANGUAGES, words_for
from config.words import Rhythm, Stage
from storage import deliveries, mutes, reports, search_index, turns
from storage.interests import Wanted, interests_of, subscription_at, wanted
from storage.models import Interest, Turn
from storage.subscriptions import Address
from tests.fakes import rows
from tests.fakes.bot_methods import owner
from tests.fakes.knowledge import KNOWLEDGE
from tests.fakes.talk import Talk

GROUP, ADMIN, MEMBER = -100, 7, 8


@pytest.fixture
def database(sqlite_database):
    """One kind: what the store does on both kinds is tested where it is done."""
    return sqlite_database


def held(database, chat=5):
    with database.read() as session:
        row = subscription_at(session, Address("telegram", str(chat)))
        return [] if row is None else [wanted(one) for one in interests_of(session, row)]


def row_of(database, chat=5, topic=0):
    with database.read() as session:
        return subscription_at(session, Address("telegram", str(chat)), topic)


async def test_every_setting_by_buttons(talk, database):
    await talk.write("/follow all")
    screen = await talk.ask("/settings")
    for path in (
        ["Time zone", "Asia/Tokyo"],
        ["Quiet hours", "22:00-07:00"],
        ["When alerts come", "Daily 18:00"],
        ["When alerts come", "Weekly Fri"],
        ["Pause"],
        ["Language", "日本語"],
    ):
        for label in path:
            await talk.press(screen, label)
    row = row_of(database)
    assert (row.zone, row.quiet_from, row.quiet_to) == ("Asia/Tokyo", time(22), time(7))
    assert (row.rhythm, row.digest_weekday, row.digest_at) == (Rhythm.WEEKLY, 4, time(18))
    assert (row.paused, row.language) == (True, "ja")
    assert screen.text.splitlines()[:4] == [
        "✅ ⚙️ このチャットの設定",
        "🌐 言語: 日本語",
        "🕰 タイムゾーン: Asia/Tokyo",
        "🌙 おやすみ時間: 22:00–07:00",
    ]
    assert "一時停止中" in screen.text
    await talk.press(screen, "再開")
    assert "毎週金曜 18:00" in screen.text
    await talk.press(screen, "元に戻す")
    assert row_of(database).paused
    await talk.press(screen, "言語")
    assert [one for row in screen.labels for one in row if one.startswith("✓")] == ["✓ 日本語"]
    assert len(talk.api.messages(5)) == 2


async def test_every_setting_by_words(talk, database):
    await talk.write("/follow all")
    for words, check in (
        ("language 한국어", lambda row: row.language == "ko"),
        ("language EN", lambda row: row.language == "en"),
        ("zone tokyo", lambda row: row.zone == "Asia/Tokyo"),
        ("zone america/new york", lambda row: row.zone == "America/New_York"),
        ("quiet 22:30 6:30", lambda row: (row.quiet_from, row.quiet_to) == (time(22, 30), time(6, 30))),
        ("quiet off", lambda row: row.quiet_from is None),
        ("digest weekly 週五 08:00", lambda row: row.digest_weekday == 4),
        ("digest off", lambda row: row.rhythm is Rhythm.IMMEDIATE),
        ("PAUSE", lambda row: row.paused),
        ("resume", lambda row: not row.paused),
        ("undo", lambda row: row.paused),
    ):  # fmt: skip
        assert (await talk.ask(f"/settings {words}")).text.startswith("✅"), words
        assert check(row_of(database)), words


async def test_wrong_settings_say_what_to_do_and_change_nothing(talk, database):
    await talk.write("/follow all")
    before = row_of(database)
    near = await talk.ask("/settings zone Asia/Tokio")
    assert plain(near.text).startswith("I know no time zone “Asia/Tokio”")
    assert near.labels[0][0] == "Asia/Tokyo"
    for wrong, said in {
        "colour red": "In words: /settings",
        "zone ⌛<b>": "I know no time zone",
        "quiet 22:00": "Nothing is sent in these hours",
        "quiet 7:00-7:00": "Nothing is sent in these hours",
        "quiet 25:00-26:00": "Nothing is sent in these hours",
        "digest daily Fri 09:00": "Write when alerts",
        "digest weekly someday": "Write when alerts",
        "digest off 09:00": "Write when alerts",
        "language klingon": "Choose the language",
        "stage withdrawn": "I do not understand “withdrawn”",
        "sources 0": "I do not understand “0”",
    }.items():
        assert (await talk.ask(f"/settings {wrong}")).text.startswith(said), wrong
    assert row_of(database) == before
    await talk.press(near, "Asia/Tokyo")
    assert row_of(database).zone == "Asia/Tokyo"
    nobody = Talk(talk.api, 6, 6)
    assert (await nobody.ask("/settings undo")).text == "There is nothing to take back."
    assert (await nobody.ask("/settings stage live")).text.startswith("This chat follows nothing")
    assert (await nobody.ask("/settings digest daily")).text.startswith(
        "This chat follows nothing"
    )
    assert (await nobody.ask("/settings")).text.splitlines()[2] == "🕰 Time zone: UTC"


async def test_a_language_can_be_chosen_before_anything_is_followed(talk, database):
    assert (await talk.ask("/settings language ja")).text.startswith("✅ ⚙️ このチャットの設定")
    assert (await talk.ask("/help")).text.startswith("/start – このボット")


async def test_settings_of_all_that_is_followed(talk, database):
    await talk.write("/follow taobao")
    await talk.write("/follow taobao stage:live")
    await talk.write("/settings stage live")
    assert held(database) == [Wanted(platform="taobao", least_stage=Stage.LIVE)]
    await talk.write("/settings sources 3")
    assert held(database)[0].least_sources == 3
    await talk.write("/settings undo")
    await talk.write("/settings stage any")
    assert held(database) == [Wanted(platform="taobao")]


async def test_in_a_group_settings_are_for_administrators(talk, api, database):
    api.administrators[GROUP] = [owner(ADMIN)]
    admin, member = Talk(api, GROUP, ADMIN, topic=9), Talk(api, GROUP, MEMBER, topic=9)
    await admin.write("/follow all")
    screen = await member.ask("/settings")
    for label in ("Pause", "Language", "What is followed"):
        assert (await member.press(screen, label))["text"].startswith("Only administrators")
    assert (await member.ask("/settings pause")).text.startswith("Only administrators")
    assert screen.edits == []
    await admin.press(screen, "Pause")
    assert row_of(database, GROUP, 9).paused
    assert row_of(database, GROUP) is None


async def test_one_interest_is_changed_by_buttons(talk, database):
    await talk.write("/follow taobao > wechat pay")
    screen = await talk.ask("/following")
    await talk.press(screen, "1. Taobao")
    for label in ("live", "⚖️ 2+", "Japanese", "Payments"):
        await talk.press(screen, label)
    (one,) = held(database)
    assert (one.directed, one.capability, one.language) == (True, "payment", "ja")
    assert (one.least_stage, one.least_sources) == (Stage.LIVE, 2)
    line = "1. Taobao → WeChat Pay · Payments · Japanese · ≥ 🟢 live · ≥ 2 independent sources"
    assert screen.text.splitlines()[0] == line
    ticks = [one for row in screen.labels for one in row if one.startswith("✓")]
    assert ticks == ["✓ 🟢 live", "✓ ⚖️ 2+", "✓ Japanese", "✓ Payments"]
    await talk.press(screen, "🌐 any")
    await talk.press(screen, "Pause")
    assert screen.text.splitlines()[0].endswith("⏸")
    await talk.press(screen, "Resume")
    await talk.press(screen, "Remove")
    assert screen.text == "This chat follows nothing. Begin with /follow"
    await talk.press(screen, "Undo")
    assert held(database)[0].language == ""
    assert len(talk.api.messages(5)) == 2


async def test_filters_are_written_in_any_order_and_language(talk, database):
    for text, expected in {
        "taobao <> tencent": Wanted("taobao", "tencent"),
        "tencent ↔ 淘宝 live": Wanted("tencent", "taobao", least_stage=Stage.LIVE),
        "阶段:已上线 淘宝 -> 微信支付 来源:2": Wanted(
            "taobao", "wechat-pay", directed=True, least_stage=Stage.LIVE, least_sources=2
        ),
        "all language:zh-Hant": Wanted(language="zh-Hant"),
        "sources:3": Wanted(least_sources=3),
        "2 sources all": Wanted(least_sources=2),
        "Mini programs alibaba 言語：日本語": Wanted(
            "alibaba", capability="miniprogram", language="ja"
        ),
        "stage=test capability=payment": Wanted(capability="payment", least_stage=Stage.TEST),
        "announced payment": Wanted(capability="payment", least_stage=Stage.ANNOUNCED),
    }.items():
        (message,) = await talk.write(f"/follow {text}")
        assert message.text.startswith("✅"), text
        assert held(database)[-1] == expected, text
    await talk.write("/following edit 1 stage:live sources:2 language:any")
    assert held(database)[0] == Wanted(
        "taobao", "tencent", least_stage=Stage.LIVE, least_sources=2
    )


async def test_wrong_filters_say_which_there_are(talk, database):
    await talk.write("/follow taobao")
    for wrong in ("stage:never", "sources:99", "language:xx", "capability:x", "colour:red"):
        for command in (f"/follow taobao {wrong}", f"/following edit 1 {wrong}"):
            assert (await talk.ask(command)).text.startswith("I do not understand “"), command
    for wrong in ("edit 1", "edit 1 taobao", "edit 1 " + "x " * 200):
        assert (await talk.ask(f"/following {wrong}")).text.startswith("In words: /following edit")
    assert (await talk.ask("/following edit 9 live")).text.startswith(
        "This chat follows nothing w"
    )
    assert (await talk.ask("/follow " + "taobao " * 99)).text.startswith("Write a platform")
    assert held(database) == [Wanted(platform="taobao")]


async def test_an_unknown_name_is_mended_by_a_button(talk, database):
    message = await talk.ask("/follow tabao > wechat pay stage:live")
    assert message.text.endswith("Did you mean Taobao 淘宝?")
    await talk.press(message, "Taobao")
    assert message.text.startswith("✅ This chat follows\n1. Taobao → WeChat Pay · ≥ 🟢 live")
    timeline = await talk.ask("/timeline tabao")
    await talk.press(timeline, "Taobao")
    assert timeline.text == "I know no platform called “tabao”.\nDid you mean Taobao 淘宝?"


async def test_a_mistyped_command_is_mended_by_a_button(talk, database):
    message = await talk.ask("/followw taobao stage:live")
    assert message.text.endswith("/help lists what I can do.\nDid you mean /follow?")
    await talk.press(message, "/follow")
    assert held(database) == [Wanted(platform="taobao", least_stage=Stage.LIVE)]
    assert (await talk.ask("/qwertz")).labels == []


async def test_what_was_set_before_anything_was_followed_outlives_a_start(talk, database):
    await talk.write("/settings language ja")
    with database.write() as session:
        deliveries.sync_chats(session, [], rows.NOW, console=False)
    assert (await talk.ask("/settings")).text.startswith("⚙️ このチャットの設定")


async def test_a_long_list_is_turned_and_cleared(talk, database):
    with database.write() as session:
        row = rows.subscribe(session, "5", platform="p0")
        for number in range(1, 20):
            one = Interest(subscription_id=row.id or 0, platform=f"p{number}", since=rows.NOW)
            session.add(one)
    screen = await talk.ask("/following")
    assert screen.text.startswith("This chat follows (20)\n1. p0\n")
    await talk.press(screen, "More")
    await talk.press(screen, "More")
    assert "20. p19" in screen.text
    assert ["‹ Back"] in screen.labels
    await talk.press(screen, "", data="99 following")
    assert (await talk.ask("/following remove all")).text.startswith("This chat follows nothing")
    await talk.write("/following undo")
    assert len(held(database)) == 20


async def test_what_is_muted_is_listed_and_heard_again(talk, database):
    with database.write() as session:
        row = rows.subscribe(session, "5")
        rows.make_claim(session, rows.make_event(session), rows.make_article(session, 1, "36kr"))
        for number in (1, 99):
            mutes.mute(session, row, number, rows.NOW)
    screen = await talk.ask("/following")
    await talk.press(screen, "Muted")
    assert screen.text == "🔕 Muted in this chat\nE1 · Taobao → WeChat Pay"
    await talk.press(screen, "🔔 E1")
    assert screen.text == "No event is muted in this chat."
    assert (await talk.ask("/following unmute E7")).text == "E7 is not muted in this chat."
    await talk.press(screen, "What is followed")
    assert screen.text.startswith("This chat follows\n1. Everything")


async def test_what_the_configuration_says_is_shown_and_not_changed(talk, database):
    with database.write() as session:
        row = rows.subscribe(session, "5", platform="taobao", configured=True)
        interests_of(session, row)[0].configured = True
    screen = await talk.ask("/following")
    await talk.press(screen, "1. Taobao")
    assert screen.labels == [["‹ What is followed"]]
    answer = await talk.press(screen, "", data="following edit 1 stage:live")
    assert answer["text"].startswith("That comes from the configuration")


async def test_latest_and_search_are_turned_page_by_page(talk, database):
    with database.write() as session:
        for number in range(1, 14):
            stage = Stage.LIVE if number % 2 else Stage.TEST
            guest = f"guest-{number}"
            seen = rows.NOW.replace(minute=number)
            event = rows.make_event(session, guest=guest, stage=stage, last_seen=seen)
            article = rows.make_article(session, number, "36kr", title="Taobao opens up")
            claim = rows.make_claim(session, event, article, stage=stage)
            search_index.index_article(session, article.id or 0, "Taobao opens up", "t")
            search_index.index_claims(
                session, {claim.id or 0: (claim.quote, claim.host, claim.guest)}, "Taobao opens up"
            )
    latest = await talk.ask("/latest")
    seen = latest.text
    await talk.press(latest, "More")
    assert latest.text.count("→") == 5
    assert latest.text not in seen
    await talk.press(latest, "More")
    assert latest.text.count("→") == 3
    assert latest.labels[0] == ["‹ Back"]
    await talk.press(latest, "live")
    assert latest.text.startswith("🗞 Told last · 🟢 live\n")
    assert "test" not in latest.text
    await talk.press(latest, "All stages")
    assert latest.text == seen
    assert (await talk.ask("/latest 3 테스트 중")).text.startswith("Write a number")
    assert (await talk.ask("/latest 上線 3")).text.startswith("Write a number")
    assert (await talk.ask("/latest 3 LIVE")).text.count("→") == 3
    found = await talk.ask("/search taobao")
    assert found.text.count("opens up · 36Kr") == 5
    await talk.press(found, "More")
    await talk.press(found, "More")
    assert found.text.count("opens up · 36Kr") == 3
    assert found.labels == [["‹ Back"]]
    gone = await talk.press(found, "", data="9 search taobao")
    assert gone["text"].startswith("I found nothing")
    assert (await talk.ask("/search taobao " + "taobao " * 9)).labels == []


def asked(text):
    question = Question(None, None, words_for("en"), KNOWLEDGE, rows.NOW)  # type: ignore[arg-type]
    return read_wish(question, text)


@given(st.text(max_size=60))
def test_whatever_is_written_is_a_wish_or_is_refused(text):
    try:
        wishes = asked(text).wanted()
    except (FilterError, UnknownPlatformError):
        return
    assert all(isinstance(one, Wanted) for one in wishes)


@given(
    st.sampled_from(["", "taobao", "taobao > tencent", "taobao <> tencent"]),
    st.sampled_from(["", "live", "stage:test", "阶段:已上线"]),
    st.sampled_from(["", "sources:2", "3 sources", "情報源:4"]),
    st.sampled_from(["", "payment", "capability:links"]),
    st.sampled_from(["", "language:ja", "언어:ko"]),
)
def test_filters_mean_the_same_before_and_behind(parties, stage, sources, kind, language):
    filters = [one for one in (stage, sources, kind, language) if one]
    behind = asked(" ".join([parties, *filters])).wanted()
    if ">" not in parties:
        assert asked(" ".join([*reversed(filters), parties])).wanted() == behind
    assert len(behind) == int(bool(parties or filters))
    for one in behind:
        assert (one.platform, bool(one.other)) == (parties[:6], ">" in parties)
        assert (one.least_sources > 1) == bool(sources)
        assert bool(one.language) == bool(language)
        assert bool(one.capability) == bool(kind)
        assert (one.least_stage is not Stage.RUMOUR) == bool(stage)


def test_every_zone_on_a_button_is_one():
    assert [zone_in(one) for one in ZONES] == list(ZONES)
    assert zone_in(" new york ") == "America/New_York"
    assert (zone_in("北京"), zone_in("東京")) == ("Asia/Shanghai", "Asia/Tokyo")
    assert zone_in("x" * 4000) is None


def test_every_language_has_seven_days():
    for language in LANGUAGES:
        assert len(words_for(language)("weekdays").split()) == 7


async def test_a_chat_can_be_forgotten(talk, api, database):
    nothing = await talk.ask("/forget everything")
    assert nothing.text == "Nothing is kept of this chat."
    with database.write() as session:
        rows.subscribe(session, "6", owner="5")
        event, _ = rows.owe(session, "5")
        number = event.id or 0
        rows.subscribe(session, "5", topic=3)
        on_its_way = deliveries.claim(session, rows.NOW, 2)
        five = subscription_at(session, Address("telegram", "5"))
        assert five
        mutes.mute(session, five, number, rows.NOW)
        reports.report(session, number, Address("telegram", "5"), rows.NOW)
        for chat in "56":
            key = turns.key_of(Address("telegram", chat))
            session.add(Turn(kind=turns.CHAT, key=key, free_at=rows.NOW))
    await talk.write("/follow taobao")
    asked = await talk.ask("/forget")
    assert "Forget all of that? In words: /forget everything" in asked.text
    assert row_of(database) is not None
    await talk.press(asked, "Forget")
    assert asked.text == "Everything that was kept of this chat is gone. /start begins anew."
    assert row_of(database) is row_of(database, topic=3) is None
    assert row_of(database, 6).owner is None
    with database.write() as session:
        assert reports.reports(session) == []
        (left,) = session.exec(select(Turn.key))
        assert left == turns.key_of(Address("telegram", "6")), "a key holds the chat's number"
        assert {row.address for row in deliveries.pending(session)} == {"6"}
        for claimed in on_its_way:  # one arrives after its chat was forgotten
            deliveries.settle_sent(session, claimed, 7, "x", rows.NOW)
    api.administrators[GROUP] = [owner(ADMIN)]
    member = Talk(api, chat=GROUP, user=MEMBER)
    assert (await member.ask("/forget everything")).text.startswith("Only administrators")
