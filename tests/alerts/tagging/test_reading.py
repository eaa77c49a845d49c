import json
from datetime import date
from time import process_time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from alerts.tagging.frames import compile_packs
from alerts.tagging.reading import BELOW, MOST_NAMED, THRESHOLD, Reader
from config.platforms import Platforms, load_platforms
from config.rules import load_rules
from tests.alerts.tagging.small import (
    DAY,
    PLATFORMS,
    edges,
    filler,
    pack,
    platform,
    read,
    rules,
)

EXCLUSIONS = [
    {"id": "results", "words": ["revenue", "profit"], "weight": 5, "zone": "lead"},
    {"id": "versus", "words": ["versus"], "weight": 3, "zone": "title"},
    {"id": "essay", "words": ["essay"], "weight": 5, "zone": "any"},
    {"id": "slight", "words": ["perhaps"], "weight": 0.5, "zone": "any"},
]
RULES = pack("en", "{host} adds {guest}", exclusions=EXCLUSIONS)
TITLE = "Taobao adds Alipay"


class TestRelevance:
    def test_an_opening_in_the_title_is_news(self):
        reading = read(TITLE, filler(3), RULES)
        assert reading.relevant
        assert reading.score >= THRESHOLD
        assert edges(reading) == [("taobao", "alipay")]
        assert [m.platform for m in reading.mentions] == ["taobao", "alipay"]
        assert any("taobao > alipay" in reason for reason in reading.reasons)

    def test_of_many_points_the_first_are_named(self):
        reading = read(TITLE, "Taobao adds Alipay, it is said. " * MOST_NAMED, RULES)
        assert reading.reasons[0].count("f0 in") == MOST_NAMED
        assert "f0 in title" in reading.reasons[0]
        assert reading.reasons[0].endswith(" and 1 more")

    def test_two_names_are_none(self):
        reading = read("Taobao or Alipay", filler(3), RULES)
        assert not reading.relevant
        assert reading.score <= 0
        assert reading.claims == ()
        assert len(reading.mentions) == 2

    def test_nothing_at_all_is_none(self):
        reading = read("", "", RULES)
        assert not reading.relevant
        assert reading.claims == ()
        assert reading.mentions == ()

    def test_what_only_the_body_says_must_be_said_more_strongly(self):
        def told(strength: float, text: str) -> bool:
            frame = {"id": "f", "pattern": "{host} adds {guest}", "strength": strength}
            return read("News of the day", text, pack("en", frames=[frame])).relevant

        in_body = f"{filler(6)}\n{filler(3)} It is said that {TITLE}."
        assert told(1.2, f"It is said that {TITLE}.")
        assert not told(2.4, in_body)
        assert told(3.2, in_body)

    def test_a_weak_frame_alone_is_none(self):
        weak = pack("en", frames=[{"id": "f", "pattern": "{host} adds {guest}", "strength": 0.1}])
        reading = read(TITLE, "", weak)
        assert 0 < reading.score < THRESHOLD
        assert not reading.relevant
        assert edges(reading) == []


class TestExclusions:
    @pytest.mark.parametrize(
        ("title", "text", "relevant"),
        [
            (TITLE, filler(3), True),
            (TITLE, f"Its revenue grew. {filler(3)}", False),
            (TITLE, f"{filler(6)} Its revenue grew.", True),  # not in the lead
            (f"{TITLE}, profit or not", "", False),  # the title is part of the lead
            (f"{TITLE} versus others", "", False),
            (TITLE, "It is this versus that.", True),  # in the title only
            (TITLE, f"{filler(8)} So says this essay.", False),
            (f"{TITLE} perhaps", "", True),  # too little against it
        ],
    )
    def test_signs_of_something_else_count_where_they_are_looked_for(self, title, text, relevant):
        assert read(title, text, RULES).relevant is relevant

    def test_each_counts_once_and_says_so(self):
        plain = read(TITLE, "", RULES).score
        reading = read(TITLE, "Revenue and profit, profit and revenue. Perhaps.", RULES)
        assert reading.score == pytest.approx(plain - (5 + 0.5) * BELOW)
        against = [reason for reason in reading.reasons if reason.startswith("against")]
        assert len(against) == 2
        assert "results" in against[0]
        assert "'revenue'" in against[0]

    @pytest.mark.parametrize(
        ("title", "text", "share"),
        [
            (TITLE, "Its revenue grew.", BELOW),
            (f"{TITLE}, profit or not", "", 1.0),
            ("News of the day", f"It is said that {TITLE}. Its revenue grew.", 1.0),
        ],
    )
    def test_what_stands_under_a_title_that_tells_of_an_opening_counts_less(
        self, title, text, share
    ):
        plain = read(title.partition(",")[0], text.replace("Its revenue grew.", ""), RULES).score
        assert read(title, text, RULES).score == pytest.approx(plain - 5 * share)


def test_a_language_without_rules_is_not_read():
    reader = Reader(PLATFORMS, {"en": RULES}, 3)
    reading = reader.read(TITLE, "", "ru", DAY)
    assert not reading.relevant
    assert "'ru'" in reading.reasons[0]


@pytest.mark.parametrize("language", ["zh", "zh-Hans", "zh-Hant"])
def test_both_scripts_of_chinese_are_read_by_one_pack(language):
    packs = compile_packs({"zh": rules("zh", "{host}接入{guest}")}, PLATFORMS)
    reading = Reader(PLATFORMS, packs, 3).read("淘寶接入支付寶", "", language, DAY)
    assert edges(reading) == [("taobao", "alipay")]


def test_without_a_day_of_publication_the_page_may_name_it():
    text = f"Published: September 4, 2024\n{filler(2)}\nIt said yesterday that Taobao adds Alipay."
    (claim,) = read(TITLE, text, RULES, published=None).claims
    assert claim.first == date(2024, 9, 3)


def test_the_same_article_always_reads_the_same():
    assert read(TITLE, filler(3), RULES) == read(TITLE, filler(3), RULES)


def test_what_is_relevant_has_a_claim():
    shops = [
        platform("co", kind="company", names=["Co"]),
        platform("shop", names=["Shop"], traits=["shop"], owner="co"),
        platform("shop-live", names=["Liveshop"], traits=["shop"], owner="shop"),
    ]
    known = Platforms(shops)
    packs = compile_packs({"en": rules("en", "{host} adds {guest}")}, known)
    reading = Reader(known, packs, 3).read("Shop adds Liveshop", "", "en", DAY)
    assert reading.relevant == bool(edges(reading))


# Arbitrary text, with everything that is shipped.


@pytest.fixture(scope="module")
def shipped():
    platforms = load_platforms()
    packs = {language: pack for language, (_, pack) in load_rules().items()}
    return Reader(platforms, compile_packs(packs, platforms), 3)


LANGUAGES = ["zh-Hans", "zh-Hant", "ja", "ko", "en", "de", "fr", "es"]
PIECES = st.sampled_from(
    json.loads(
        """["淘宝", "微信支付", "支付寶", "接入", "支持", "屏蔽", "、", "和", "。", "\\n", "&nbsp;", "<b>", "(wēi)",
        "LINE", "PayPay", "に対応", "アリペイ", "네이버페이", "애플페이", "지원한다", ". ", "WhatsApp", "Signal",
        "lets users message", "adds", " and ", "Taobao", "blocks", "ermöglicht", "intègre", "admite",
        "2024年9月4日", "昨天", "September 3, 2024", "am 3. März", "此前", "|", "#", "𠮷", "ﾍﾟ", "&#x0;", "É"]"""
    )
)
TEXT = st.one_of(
    st.lists(PIECES, max_size=25).map("".join),
    st.text(st.characters(exclude_categories=["Cs", "Co"]), max_size=120),
)


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    title=TEXT,
    text=TEXT,
    published=st.none() | st.dates(date(1990, 1, 1), date(2090, 1, 1)),
)
@example(title="", text="", published=None)
@example(title="淘宝接入微信支付\n", text="\n", published=DAY)
def test_any_text_can_be_read_and_is_quoted_verbatim(shipped, language, title, text, published):
    reading = shipped.read(title, text, language, published)
    whole = f"{title}\n{text}"
    for claim in reading.claims:
        assert 0 <= claim.start < claim.end <= len(whole)
        assert whole[claim.start : claim.end] == claim.quote
        assert claim.host != claim.guest
        assert claim.first is None or claim.first <= claim.last
        assert not (claim.leading and claim.background)
    assert reading.relevant or not any(claim.leading for claim in reading.claims)


@pytest.mark.parametrize("icon", ["\ue000", "\ue5c4", "\ue83a"])
def test_icon_fonts_can_be_read(shipped, icon):
    body = f"按下图标{icon}就能在淘宝里看到新的选项{icon}微信支付，用户都能使用。"
    reading = shipped.read("淘宝接入微信支付", body, "zh-Hans", DAY)
    assert reading.relevant
    assert shipped.read(f"{icon}淘宝接入微信支付", f"淘宝{icon}接入", "zh-Hans", DAY).mentions


@pytest.mark.parametrize(
    "said",
    [
        "Shares of the owner of Lazada rose, those of the owner of PayPal fell.",
        "Shares in Grab gained 4%, and those of PayPal slid.",
        "Stocks of Rakuten lost, those of PayPal did not.",
    ],
)
def test_who_has_shares_shares_nothing(shipped, said):
    assert not shipped.read("Rates rise again", said, "en", date(2024, 9, 4)).relevant


def test_half_a_character_can_be_read(shipped):
    assert shipped.read(
        "淘宝接入微信支付", "坏的字符\ud83d在这里，也能读。", "zh-Hans", DAY
    ).relevant


def test_a_page_without_a_full_stop_is_read_in_no_time(shipped):
    """Tables and lists of links come as one endless sentence; ten seconds are a hanging process."""

    def once(length: int) -> float:
        started = process_time()
        shipped.read("新闻", "淘宝接入微信支付，" * (length // 9), "zh-Hans", DAY)
        return process_time() - started

    def seconds(length: int) -> float:
        return min(once(length) for _ in range(3))  # the others of a busy machine are no matter

    assert seconds(9_000) < 8 * max(seconds(2_250), 0.02)  # four times as long, not sixteen
