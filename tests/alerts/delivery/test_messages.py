"""An alert as a message: what it says, and that nothing can break it."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.delivery.bundles import render_bundle
from alerts.delivery.markup import parse
from alerts.delivery.messages import Message, render
from alerts.delivery.text import clean, plain
from alerts.delivery.words import LANGUAGES
from config.words import Capability, Rhythm, Stage
from storage.deliveries import AlertView, Bundle, Counts, Coverage, Dated, Item, Outlet, Quote
from tests.alerts.delivery.test_text import HOSTILE
from tests.fakes.telegram_html import detect, read_html, utf16

NAMES = {
    "en": {"taobao": "Taobao", "wechat-pay": "WeChat Pay"},
    "ja": {"taobao": "タオバオ", "wechat-pay": "WeChat Pay"},
}


class Gazetteer:
    def name(self, platform: str, language: str) -> str:
        return NAMES.get(language, {}).get(platform, platform)


class Liar:
    """A gazetteer of hostile names."""

    def __init__(self, name: str) -> None:
        self.text = name

    def name(self, platform: str, language: str) -> str:
        return self.text


def view(**given) -> AlertView:
    values = {
        "event": "E17",
        "hosts": ("taobao",),
        "guests": ("wechat-pay",),
        "capability": Capability.PAYMENT,
        "stage": Stage.ANNOUNCED,
        "quote": Quote(
            "淘宝计划新增微信支付能力",
            Outlet("时代财经", "https://times.example/a?b=1&c=2"),
            "zh-Hans",
            None,
            date(2024, 9, 4),
        ),
        "dates": (Dated(date(2024, 9, 4), date(2024, 9, 4), "absolute", ("时代财经",)),),
        "sources": 2,
        "articles": 3,
        "coverage": (Coverage("zh-Hans", (Outlet("36氪", "https://36kr.example/1"),)),),
    }
    return AlertView(**(values | given))  # type: ignore[arg-type]


def as_telegram_reads(message: Message) -> str:
    """Checks a message against the server's own rules; gives back its text."""
    text, entities = read_html(message.html)
    assert parse(message.html).text == text == message.plain
    assert message.length == utf16(text) <= 4096
    live = detect(text, entities)
    assert {one.type for one in live} <= {"hashtag"}
    assert len(entities) + len(live) <= message.entities <= 100
    return text


def test_a_new_event():
    message = render(view(), "en", Gazetteer())
    assert message.html == (
        "🆕 <b>Taobao → WeChat Pay</b>\n"
        "🟡 announced\n"
        "Payments\n"
        "📅 4 Sep 2024 (stated)\n"
        "<blockquote>淘宝计划新增微信支付能力\n"
        '— <a href="https://times.example/a?b=1&amp;c=2">时代财经</a>'
        " · Chinese (Simplified) · 4 Sep 2024</blockquote>\n"
        "⚖️ 2 independent sources · 3 articles\n"
        "<blockquote expandable>Coverage 3\n"
        'Chinese (Simplified): <a href="https://36kr.example/1">36氪</a></blockquote>\n'
        "#taobao #wechatpay #payment · E17"
    )
    as_telegram_reads(message)
    assert not message.silent


@pytest.mark.parametrize(
    ("zone", "language", "shown"),
    [
        ("Asia/Shanghai", "en", "4 Sep 2024, 15:05 (UTC+8)"),
        ("Asia/Kolkata", "ja", "2024年9月4日 12:35 (UTC+5:30)"),
        ("America/St_Johns", "zh-Hant", "2024年9月4日 04:35 (UTC-2:30)"),
        ("UTC", "ko", "2024년 9월 4일 07:05 (UTC)"),
    ],
)
def test_a_quote_tells_its_time_in_the_zone_of_its_outlet(zone, language, shown):
    told = view().quote
    assert told
    moment = datetime(2024, 9, 4, 7, 5, tzinfo=UTC).astimezone(ZoneInfo(zone))
    message = render(view(quote=replace(told, published_local=moment)), language, Gazetteer())
    assert f" · {shown}\n" in as_telegram_reads(message)


def test_in_the_readers_language():
    text = render(view(), "ja", Gazetteer()).plain
    assert "タオバオ → WeChat Pay" in text
    assert "発表済み" in text
    assert "2024年9月4日" in text


def test_a_stage_change_and_the_older_message_after_it():
    newer = render(view(stage=Stage.LIVE, previous=Stage.ANNOUNCED, known=True), "en", Gazetteer())
    assert newer.plain.startswith("🔁 Taobao → WeChat Pay\n🟡 announced → 🟢 live\n")
    older = render(view(now=Stage.LIVE), "en", Gazetteer())
    assert "🟡 announced · now 🟢 live" in older.plain


def test_a_reopening_says_so():
    again = render(view(stage=Stage.LIVE, previous=Stage.WITHDRAWN), "en", Gazetteer())
    assert "⛔ withdrawn → 🟢 live · reopened" in again.plain


def test_rumours_are_silent():
    assert render(view(stage=Stage.RUMOUR), "en", Gazetteer()).silent


def test_contradicting_dates_stand_side_by_side():
    dates = (
        Dated(date(2022, 2, 1), date(2022, 2, 28), None, ("A",)),
        Dated(date(2022, 3, 1), date(2022, 3, 31), None, ("B",)),
    )
    planned = Dated(date(2024, 1, 1), date(2024, 12, 31), None)
    text = render(view(stage=Stage.LIVE, dates=dates, planned=planned), "en", Gazetteer()).plain
    assert "📅 Since Feb 2022\n≠ B: Mar 2022\n🗓 Planned for 2024" in text


def test_an_opening_to_everybody_without_a_date_or_a_quote():
    bare = view(guests=("anyone",), dates=(), quote=None, coverage=())
    text = render(bare, "en", Gazetteer()).plain
    assert "Taobao → everyone" in text
    assert "No date given" in text


def test_a_range_of_days():
    dates = (Dated(date(2024, 9, 4), date(2024, 9, 7), "relative-week"),)
    text = render(view(dates=dates), "zh-Hans", Gazetteer()).plain
    assert "2024年9月4日至2024年9月7日 (据原文推算)" in text


def test_many_outlets_are_cut_by_meaning():
    outlets = tuple(Outlet(f"Outlet {n}", f"https://o{n}.example/") for n in range(200))
    coverage = tuple(Coverage(code, outlets) for code in ("en", "ja", "ko"))
    message = render(view(coverage=coverage), "en", Gazetteer())
    text = as_telegram_reads(message)
    assert text.count("+180 more") == 3
    assert message.html.count("<a ") > 50


def test_only_sound_links_are_links():
    urls = [
        "javascript:x",
        "ftp://a.b/",
        "http://u:p@a.b/",
        "https://[",
        "https://a/ b",
        "http:///",
    ]
    urls.append("https://a.example/" + "x" * 600)
    coverage = (Coverage("en", tuple(Outlet(f"O{n}", url) for n, url in enumerate(urls))),)
    assert "<a" not in render(view(coverage=coverage, quote=None), "en", Gazetteer()).html


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_text_cannot_break_or_forge_anything(hostile):
    outlet = Outlet(hostile, "https://a.example/")
    quote = Quote(hostile, outlet, hostile, None, None)
    coverage = (Coverage(hostile, (outlet,)),)
    message = render(view(quote=quote, coverage=coverage), "en", Liar(hostile))
    as_telegram_reads(message)


OUTLETS = st.builds(Outlet, st.text(), st.sampled_from(["https://a.example/x", "bad", ""]))
DATED = st.builds(
    lambda first, last, who: Dated(min(first, last), max(first, last), None, who),
    st.dates(),
    st.dates(),
    st.tuples(st.text()),
)


@settings(max_examples=150, deadline=None)
@given(
    quote=st.text(max_size=5000),
    outlet=OUTLETS,
    coverage=st.lists(
        st.builds(Coverage, st.text(), st.lists(OUTLETS, min_size=1, max_size=30).map(tuple)),
        max_size=8,
    ).map(tuple),
    hosts=st.lists(st.text(min_size=1), min_size=1, max_size=9).map(tuple),
    dates=st.lists(DATED, max_size=5).map(tuple),
    language=st.sampled_from(LANGUAGES),
    name=st.text(),
)
def test_whatever_the_store_holds_becomes_a_message_that_telegram_takes(
    quote, outlet, coverage, hosts, dates, language, name
):
    told = Quote(quote, outlet, "en", None, date(2024, 9, 4))
    message = render(
        view(quote=told, coverage=coverage, hosts=hosts, dates=dates), language, Liar(name)
    )
    text = as_telegram_reads(message)
    if 0 < utf16(clean(quote)) <= 200:
        assert clean(quote) in plain(text)


@settings(max_examples=100, deadline=None)
@given(
    quotes=st.lists(st.text(max_size=1000), min_size=1, max_size=60),
    outlet=OUTLETS,
    rhythm=st.sampled_from(Rhythm),
    part=st.integers(1, 3),
    numbers=st.integers(0, 10**6),
    language=st.sampled_from(LANGUAGES),
    name=st.text(max_size=80),
)
def test_whatever_is_gathered_becomes_a_message_of_whole_items(
    quotes, outlet, rhythm, part, numbers, language, name
):
    items = tuple(
        Item(
            view(event=f"E{n}", quote=Quote(text, outlet, "en", None, None)),
            (Stage.RUMOUR, Stage.TEST),
            (n,),
        )
        for n, text in enumerate(quotes)
    )
    counts = Counts(numbers, numbers, numbers, numbers)
    bundle = Bundle(rhythm, part, items, counts, datetime(2024, 9, 4, tzinfo=UTC), "Asia/Tokyo")
    gathered = render_bundle(bundle, language, Liar(name))
    text = as_telegram_reads(gathered.message)
    assert 0 in gathered.deliveries
    assert gathered.message.silent == (rhythm is not Rhythm.IMMEDIATE)
    said = {int(number) for number in re.findall(r" · E(\d+)$", plain(text), re.MULTILINE)}
    assert said >= gathered.deliveries
    if len(gathered.deliveries) < len(items):
        assert gathered.message.length > 3000 or gathered.message.entities > 90


def test_the_worst_case_still_fits():
    wide = "👩\u200d💻" * 2000
    outlet = Outlet(wide, "https://a.example/" + "x" * 400)
    message = render(
        view(
            hosts=tuple(f"h{n}" for n in range(50)),
            guests=tuple(f"g{n}" for n in range(50)),
            quote=Quote(wide, outlet, "en", None, None),
            coverage=tuple(Coverage(str(n), (outlet,) * 100) for n in range(50)),
        ),
        "en",
        Liar(wide),
    )
    as_telegram_reads(message)
