"""What people ask the bot, over real HTTP; wrong input, other people's text and large stores too."""

from datetime import date

import pytest

from alerts.delivery import bot as bot_module
from alerts.delivery.answers import COMMANDS
from alerts.delivery.commands.asking import paged
from alerts.delivery.markup import MOST_UNITS, parse
from alerts.delivery.text import plain
from alerts.delivery.words import LANGUAGES, words_for
from config.words import Capability, Stage
from storage import search_index
from storage.models import Claim
from tests.fakes import rows


def told(
    session, number=1, *, title="Taobao to take WeChat Pay", quote="Taobao takes it", **given
):
    """An event with one article and one claim, in the index; gives the event's id."""
    claim_given = {key: given.pop(key) for key in ("date_from", "date_to") if key in given}
    event = rows.make_event(session, **given)
    article = rows.make_article(session, number, "36kr", title=title, text=quote)
    claim: Claim = rows.make_claim(
        session, event, article, quote=quote, stage=event.stage, **claim_given
    )
    search_index.index_article(session, article.id or 0, title, quote)
    search_index.index_claims(
        session, {claim.id or 0: (claim.quote, claim.host, claim.guest)}, title
    )
    return event.id


@pytest.fixture
def database(sqlite_database):
    """One kind: what the store does on both kinds is tested where it is done, and all of these
    questions are asked once on both in `test_reader_journey`."""
    return sqlite_database


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch):
    monkeypatch.setattr(bot_module, "_LONGEST_WAIT", 0.05)


async def test_latest_has_the_newest_first_and_as_many_as_asked(ask, database):
    with database.write() as session:
        for number in range(7):
            seen = rows.NOW.replace(hour=number)
            told(session, number, stage=Stage.LIVE, guest=f"guest-{number}", last_seen=seen)
    usual, two, *wrong = await ask("/latest", "/latest 2", "/latest 0", "/latest x", "/latest 99")
    assert usual.text.index("E7") < usual.text.index("E3")
    assert "E2" not in usual.text
    assert two.text.count("→") == 2
    assert "🟢 live · Payments · 1 independent source · 36Kr" in two.text
    assert {one.text for one in wrong} == {
        "Write a number from 1 to 10, and a stage if you like: /latest 3 live"
    }


async def test_an_empty_store_says_so(ask):
    asked = ("/latest", "/matrix", "/matrix payment", "/timeline taobao", "/event 1")
    texts = [one.text for one in await ask(*asked)]
    assert texts == [
        "Nothing has been found yet.",
        "Nothing has been found yet.",
        "Nothing is known of Payments yet.",
        "Nothing is known of Taobao yet.",
        "There is no event E1. /latest lists the newest ones.",
    ]


async def test_event_tells_it_as_an_alert_does(ask, database):
    with database.write() as session:
        told(session, date_from=date(2024, 9, 27), date_to=date(2024, 9, 27))
    for message in await ask("/event 1", "/event E1", "/event e1", "/EVENT ev_1"):
        start = "🔎 Taobao → WeChat Pay\n🟡 announced\nPayments\n📅 27 Sep 2024"
        assert message.text.startswith(start)
        assert "Taobao takes it" in message.text


async def test_event_with_a_wrong_id(ask):
    wrong = ("", "seventeen", "1 2", "-1", "1" * 30, "<b>")
    messages = await ask(*(f"/event {written}" for written in wrong))
    assert {one.text for one in messages} == {"Write the id of an event, like: /event E17"}


async def test_an_event_that_was_merged_is_the_other_one(ask, database):
    with database.write() as session:
        kept = told(session, quote="of the one that stays")
        rows.make_event(session, merged_into=kept)
    (message,) = await ask("/event 2")
    assert "of the one that stays" in message.text
    assert message.text.endswith("E1")


async def test_search_and_free_text_find_events_and_articles(ask, database):
    with database.write() as session:
        told(session)
    by_command, free = await ask("/search 淘宝", "taobao takes")
    for message in (by_command, free):
        assert "Taobao → WeChat Pay · E1" in message.text
    assert "Taobao to take WeChat Pay · 36Kr · 4 Sep 2024" in free.text
    hrefs = [one.url for one in free.entities if one.url]
    assert "https://36kr.test/1" in hrefs


async def test_search_with_nothing_to_look_for(ask):
    wrong = ("", "   ", "-taobao", "!!!", "x" * 401, "a " * 20)
    for message in await ask(*(f"/search {written}" for written in wrong)):
        assert message.text.startswith("Write up to 16 words (400 characters at most)")


async def test_what_others_wrote_cannot_break_or_forge_anything(ask, database):
    evil = "<a href='https://evil.test'>taobao</a> @admin &amp; /start #tag \u202e"
    with database.write() as session:
        told(session, title=evil, quote=evil)
    messages = await ask("taobao", "/search <b>nothing</b>", "/timeline <i>x", "/matrix <i>x")
    assert "<a href='https:" in plain(messages[0].text)
    for message in messages:
        hrefs = [one.url for one in message.entities if one.url]
        assert all(href.startswith("https://36kr.test/") for href in hrefs)
        assert message.live("mention") == []
        assert "\u202e" not in message.text
    assert "“<b>nothing</b>”" in plain(messages[1].text)


async def test_a_link_is_which_event(ask, database):
    with database.write() as session:
        told(session)
        rows.make_article(session, 2, "36kr", title="Of something else")
    known, marked, nothing, unknown, odd = await ask(
        "look: https://36kr.test/1",
        "http://m.36kr.test/1?utm_source=x",
        "https://36kr.test/2",
        "https://36kr.test/3",
        "https://[::1",
    )
    assert known.text.startswith("🔎 Taobao → WeChat Pay")
    assert marked.text == known.text
    assert nothing.text == "I have read “Of something else”, and found no opening in it."
    assert unknown.text == odd.text
    assert unknown.text.startswith("I do not know that page.")


async def test_a_link_that_tells_of_several_events(ask, database):
    with database.write() as session:
        told(session)
        article = rows.make_article(session, 2, "36kr")
        for guest in ("anyone", "alipay"):
            rows.make_claim(session, rows.make_event(session, guest=guest), article)
    (message,) = await ask("https://36kr.test/2")
    assert message.text.startswith("🔎 That page tells of 2 events")
    assert "Taobao → everyone" in message.text
    assert "Taobao → alipay" in message.text


async def test_timeline_in_words_and_as_a_picture(ask, database):
    with database.write() as session:
        told(session, date_from=date(2024, 9, 27), date_to=date(2024, 9, 27))
        told(session, 2, guest="anyone", capability=Capability.LINKS)
    message, picture = await ask("/timeline Taobao", messages=2)
    assert message.text.startswith("📈 Taobao\n")
    assert "27 Sep 2024 · 🟡 announced\nTaobao → WeChat Pay · Payments · E1" in message.text
    assert "Taobao → everyone · Links · E2" in message.text
    assert picture.photo.startswith(b"\x89PNG")


async def test_timeline_of_a_pair_by_any_names(ask, database):
    with database.write() as session:
        told(session)
        told(session, 2, guest="anyone")
    pairs = ("taobao wechat pay", "WeChat Pay taobao", "淘宝>微信支付", "alibaba, Tencent")
    messages = await ask(*(f"/timeline {pair}" for pair in pairs), messages=2)
    for message in messages[::2]:
        assert "E1" in message.text
        assert "E2" not in message.text


async def test_an_unknown_platform_gets_a_near_match(ask):
    wrong = ("tabao", "taobo", "wechat-pay tabao")
    for message in await ask(*(f"/timeline {written}" for written in wrong)):
        assert "I know no platform called “ta" in message.text
        assert "Did you mean Taobao 淘宝" in message.text


async def test_what_is_searched_for_gets_a_near_match_where_nothing_is_found(talk, database):
    with database.write() as session:
        told(session)
    found = await talk.ask("tabao")
    assert found.text == (
        "I found nothing for “tabao”. Try fewer words, or another name.\nDid you mean Taobao 淘宝?"
    )
    await talk.press(found, "Taobao")
    assert found.text.startswith("🔎 taobao\n\nTaobao → WeChat Pay · E1")


async def test_a_platform_like_no_other_and_the_wrong_number_of_them(ask):
    strange, none, three = await ask(
        "/timeline " + "🦄" * 900, "/timeline", "/timeline taobao tencent alibaba"
    )
    assert strange.text.startswith("I know no platform called “🦄")
    assert len(strange.text) < 120
    assert (
        none.text == three.text == ("Write one platform or two, like: /timeline taobao wechat pay")
    )


async def test_matrix_of_all_and_of_one_capability(ask, database):
    with database.write() as session:
        told(session, date_from=date(2024, 9, 1), date_to=date(2024, 9, 1))
        told(session, 2, guest="anyone", capability=Capability.LINKS, stage=Stage.LIVE)
    everything, picture = await ask("/matrix", messages=2)
    assert "Taobao\n→ everyone · Links · 🟢 live" in everything.text
    assert "→ WeChat Pay · Payments · 🟡 announced · 1 Sep 2024 · E1" in everything.text
    assert picture.photo.startswith(b"\x89PNG")
    for written in ("links", "外链", "外部リンク"):
        one, _ = await ask(f"/matrix {written}", messages=2)
        assert one.text.startswith("▦ Links\n\nTaobao\n→ everyone · 🟢 live")
        assert "WeChat Pay" not in one.text


async def test_matrix_of_an_unknown_capability(ask):
    unknown, near = await ask("/matrix teleport", "/matrix mini-programs 30d", language="ja")
    listed = "使えるもの：決済, 外部リンク, "
    assert listed in unknown.text
    assert unknown.labels == []
    assert listed in near.text
    assert near.text.endswith("もしかして：ミニプログラム")
    assert near.buttons[0][0]["callback_data"] == "matrix miniprogram 30d"


async def test_deep_links(ask, database):
    with database.write() as session:
        told(session)
    event, odd = await ask("/start ev_1", "/start nonsense_1")
    assert event.text.startswith("🔎 Taobao → WeChat Pay")
    assert "- chat: " in odd.text
    pair, _ = await ask("/start tl_taobao_wechat-pay", messages=2)
    assert pair.text.startswith("📈 Taobao ↔ WeChat Pay")


async def test_a_deep_link_resumes_a_paused_chat(ask, database):
    with database.write() as session:
        told(session)
        rows.subscribe(session, "5", paused_reason="Forbidden: blocked")
    (message,) = await ask("/start ev_1")
    assert message.text.endswith("Alerts go out to this chat again.")


async def test_the_language_is_the_chats(ask, database):
    with database.write() as session:
        told(session)
        rows.subscribe(session, "5", reads="ja")
    (message,) = await ask("/latest", language="ko")
    assert "タオバオ → WeChat Pay" in message.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_command_in_every_language(ask, database, language):
    with database.write() as session:
        told(session)
    questions = ["/latest", "/event 1", "/search taobao", "/matrix no", "/timeline no", "/help"]
    messages = await ask(*questions, language=language)
    assert all(f"/{name} – " in messages[-1].text for name in COMMANDS)


async def test_in_a_group_commands_are_answered_and_talk_is_not(api, ask, database):
    with database.write() as session:
        told(session)
    messages = await ask("/latest", group=True)
    assert "E1" in messages[0].text
    with pytest.raises(TimeoutError):
        await ask("taobao", group=True, patience=0.5)


async def test_a_picture_that_fails_is_no_loss(api, ask, database, caplog):
    api.fault("server_error", method="sendPhoto")
    with database.write() as session:
        told(session)
    messages = await ask("/timeline taobao", "/latest")
    assert [one.photo for one in messages] == [None, None]
    assert "the picture of an answer was not delivered: NetworkError" in caplog.text


async def test_a_picture_that_telegram_wants_later_comes_later(api, ask, database):
    api.fault("flood", method="sendPhoto")
    with database.write() as session:
        told(session)
    words, picture = await ask("/timeline taobao", messages=2)
    assert (words.photo, picture.photo[:4]) == (None, b"\x89PNG")
    assert len(api.calls("sendPhoto")) == 2


async def test_large_answers_stay_within_the_limits(ask, database):
    with database.write() as session:
        for number in range(200):
            told(
                session,
                number,
                guest=f"guest-{number}-{'x' * 30}",
                title="taobao " * 40,
                quote="taobao",
            )
    matrix, _ = await ask("/matrix", messages=2)
    timeline, _ = await ask("/timeline taobao", messages=2)
    (found,) = await ask("taobao")
    assert matrix.text.splitlines()[-1].startswith("+")
    assert timeline.text.splitlines()[1].startswith("+")
    assert found.text.count("→ guest") == 5


def test_what_is_left_out_is_counted_and_stands_on_further_pages():
    words = words_for("en")
    items = [f"<b>{number:03} {'x' * 40}</b>" for number in range(300)]
    for newest_last in (False, True):
        seen: list[str] = []
        for page in range(9):
            html, at, more = paged("head", items, words, page, newest_last=newest_last)
            read = parse(html)
            assert read.length <= MOST_UNITS
            assert len(read.entities) <= 90
            lines = [one.split()[0] for one in read.text.splitlines()[1:]]
            shown = [one for one in lines if not one.startswith("+")]
            assert shown == sorted(shown)
            if at < page:
                break
            seen = [*shown, *seen] if newest_last else [*seen, *shown]
            counted = [one for one in read.text.splitlines() if one.startswith("+")]
            assert counted == [f"+{300 - len(seen)} more"] * more
        assert seen == [f"{number:03}" for number in range(300)]
        assert at == page - 1 == 3
