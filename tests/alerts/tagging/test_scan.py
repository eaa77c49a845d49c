from datetime import date

import pytest

from alerts.tagging.frames import CompiledPack
from alerts.tagging.scan import CONTEXT_SENTENCES, LEAD_DAYS, SentenceScan
from alerts.tagging.sentences import Zone
from tests.alerts.tagging.small import DAY, filler, mentions, pack, prepared, scanned

PARTS = {
    "background": ["previously"],
    "now": ["this time"],
    "unsure": ["whether"],
    "negations": ["not", "never"],
    "chrome": ["share this"],
}
RULES = pack("en", "{host} adds {guest}", lists=[" and "], **PARTS)


def scans(
    text: str, rules: CompiledPack = RULES, published: date | None = DAY
) -> list[SentenceScan]:
    """The sentences of a text under a title that says nothing."""
    return scanned("News of the day", text, rules, published).scans[1:]


def past(text: str, rules: CompiledPack = RULES, published: date | None = DAY) -> list[bool]:
    return [found.background for found in scans(text, rules, published)]


class TestBackground:
    def test_words_of_the_past_put_a_sentence_and_what_follows_into_the_past(self):
        text = "It was not so previously. It was also said elsewhere. And there.\nToday it is so."
        assert past(text) == [True, True, True, False]

    def test_a_word_of_the_present_brings_the_text_back(self):
        assert past("It was closed previously. This time it opens. It is so.") == [
            True,
            False,
            False,
        ]

    def test_a_word_of_the_present_behind_one_of_the_past_makes_it_news(self):
        assert past("Closed previously, this time it opens. It is so.") == [False, False]
        assert past("This time it is as it was previously. It is so.") == [True, True]

    def test_old_dates_put_a_sentence_into_the_past(self):
        text = "On March 1, 2023 it was closed. It was also said elsewhere."
        assert past(text) == [True, True]

    def test_a_fresh_date_brings_the_text_back(self):
        text = "On March 1, 2023 it was closed. On September 3, 2024 it opened. All is fine."
        assert past(text) == [True, False, False]

    def test_an_old_date_beside_a_fresh_one_is_news(self):
        assert past("Closed on March 1, 2023, it opened on September 3, 2024.") == [False]

    def test_plans_are_no_past(self):
        assert past("It will open on November 1, 2024.") == [False]

    def test_a_fresh_date_does_not_undo_a_word_of_the_past_but_ends_with_it(self):
        text = "Previously closed, it opened on September 3, 2024. All is fine."
        assert past(text) == [True, False]

    def test_fresh_is_a_matter_of_days(self):
        text = "It opened on September 1, 2024."
        article = ("News of the day", f"{filler(5)}\n{text}", RULES)
        assert scanned(*article, fresh_days=3).scans[-1].background is False
        assert scanned(*article, fresh_days=2).scans[-1].background is True

    def test_the_lead_may_state_with_a_frame_what_is_a_little_older(self):
        framed = "On August 30, 2024 it was so: Taobao adds Alipay."
        assert LEAD_DAYS >= 5
        assert past(framed) == [False]
        assert past("On August 30, 2024 it was said.") == [True]
        assert past(f"{filler(5)}\n{framed}")[-1] is True

    def test_without_a_day_of_publication_the_newest_date_of_the_text_counts(self):
        text = "It was closed on March 1, 2023.\nIt opened on September 3, 2024."
        assert past(text, published=None) == [True, False]

    def test_without_any_date_nothing_is_old(self):
        assert past("It is open. It was closed.", published=None) == [False, False]

    def test_the_title_is_never_background(self):
        found = scanned("Previously Taobao adds Alipay", "It is so.", RULES).scans[0]
        assert found.zone is Zone.TITLE
        assert not found.background

    def test_a_pack_without_such_words_goes_by_dates_alone(self):
        bare = pack("en", "{host} adds {guest}")
        assert past("It was closed previously. On March 1, 2023 as well.", bare) == [False, True]


class TestContext:
    """A year that opens a passage dates the sentences after it."""

    def years(self, text: str) -> list[int | None]:
        return [found.context.first.year if found.context else None for found in scans(text)]

    def test_a_bare_year_holds_for_a_few_sentences(self):
        text = f"It began in 2022 with a rival. {filler(CONTEXT_SENTENCES + 1)}"
        assert self.years(text) == [None] + [2022] * CONTEXT_SENTENCES + [None]
        assert past(text)[:2] == [True, True]

    def test_until_another_date_or_a_word_of_the_present(self):
        assert self.years("It began in 2022. It was so. On March 1, 2023 it grew. It was so.") == [
            None,
            2022,
            None,
            None,
        ]
        assert self.years("It began in 2022. This time it is well. It is so.") == [None] * 3

    def test_a_full_date_opens_no_passage(self):
        assert self.years("It began on March 1, 2023. It was so.") == [None, None]


class TestHits:
    @pytest.mark.parametrize(
        ("text", "hits"),
        [
            ("It is so that Taobao adds Alipay.", 1),
            ("It is not so. Taobao adds Alipay.", 1),
            ("It is not Taobao adds Alipay.", 0),  # right before the frame
        ],
    )
    def test_a_negation_near_a_frame_drops_it(self, text, hits):
        assert sum(len(found.hits) for found in scans(text)) == hits

    def test_japanese_and_korean_negate_at_the_end(self):
        rules = pack("ja", "{host}が{guest}に対応", negations=["しない"])
        assert scans("アップルがアリペイに対応することはないが対応する予定だ。", rules)[0].hits
        assert not scans("アップルがアリペイに対応する予定はしない。", rules)[0].hits

    def test_a_closing_is_not_negated(self):
        rules = pack(
            "en",
            frames=[{"id": "f", "pattern": "{host} drops {guest}", "polarity": "close"}],
            negations=["not"],
        )
        assert scans("It is not Taobao drops Alipay.", rules)[0].hits

    def test_an_opening_that_the_sentence_closes_is_dropped(self):
        rules = pack(
            "en",
            frames=[
                {"id": "opens", "pattern": "{host}{~12}taking {guest}"},
                {"id": "closes", "pattern": "{host} stops{~12}{guest}", "polarity": "close"},
            ],
        )
        found = scans("It is so that Taobao stops taking Alipay. It is so.", rules)[0]
        assert [hit.frame.id for hit in found.hits] == ["closes"]
        kept = scans("It is so that Taobao stops QQ while JD.com is taking Alipay.", rules)[0]
        assert {hit.frame.id for hit in kept.hits} == {"opens", "closes"}

    def test_speculation_is_marked(self):
        assert [f.unsure for f in scans("It is open whether it does. It does.")] == [True, False]


class TestDates:
    def test_dates_belong_to_their_sentences(self):
        first, second = scans("It opened on September 3, 2024. It will grow on October 1, 2024.")
        assert [(d.first, d.planned) for d in first.dates] == [(date(2024, 9, 3), False)]
        assert [(d.first, d.planned) for d in second.dates] == [(date(2024, 10, 1), True)]

    def test_a_dateline_is_no_day_of_an_event(self):
        rules = pack("zh", "{host}接入{guest}")
        text = "（新加坡3日讯）淘宝接入微信支付，用户现在就能在收银台使用它付款。"
        assert scans(text, rules)[0].dates == []
        plain = "消息称9月3日淘宝接入微信支付，用户现在就能在收银台使用它付款。"
        assert [d.first for d in scans(plain, rules)[0].dates] == [date(2024, 9, 3)]


class TestMentions:
    def test_what_chrome_names_is_not_mentioned(self):
        text = "It is so that Taobao adds Alipay.\nShare this story with QQ and all your friends."
        found = scanned("News of the day", text, RULES)
        assert [m.platform for m in found.mentions] == ["taobao", "alipay"]
        assert len(found.scans) == 2

    def test_a_sentence_names_each_platform_once_and_in_order(self):
        (found,) = scans("It is Alipay and Taobao, then QQ, then Alipay.")
        assert found.platforms == ("alipay", "taobao", "qq")

    def test_the_title_is_context_for_every_sentence(self):
        from alerts.tagging.gazetteer import Gazetteer
        from alerts.tagging.scan import scan
        from config.platforms import Platforms
        from tests.alerts.tagging.small import platform

        gazetteer = Gazetteer(
            Platforms([platform("line", names=["Line"], guards={"Line": {"needs": ["chat"]}})])
        )

        def named(title: str) -> int:
            text = prepared(f"{title}\nIt is said that Line is here and also there.")
            return len(scan(text, len(title), RULES, gazetteer, DAY, 3).mentions)

        assert named("News of chat apps") == 1
        assert named("News of the day") == 0

    def test_without_a_title_there_is_no_context(self):
        assert mentions(prepared("Taobao"))
        found = scanned("", "It is so that Taobao adds Alipay.", RULES)
        assert [s.zone for s in found.scans] == [Zone.LEAD]
        assert found.in_zones(Zone.TITLE) == []

    def test_an_empty_article_holds_nothing(self):
        assert scanned("", "", RULES).scans == []
