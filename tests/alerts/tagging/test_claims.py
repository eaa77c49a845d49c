from datetime import date

import pytest

from alerts.tagging.claims import MOST_RESTATED, ClaimFound
from config.words import ANYONE, Capability, Stage
from tests.alerts.tagging.small import DAY, edges, filler, pack, read

FRAMES = [
    {"id": "adds", "pattern": "{host} adds {guest}"},
    {"id": "drops", "pattern": "{host} drops {guest}", "polarity": "close"},
    {"id": "opens", "pattern": "{host} opens up"},
    {"id": "join", "pattern": "{both} join", "mutual": True},
    {"id": "hints", "pattern": "{host} hints at {guest}", "strength": 1},
]
PARTS = {
    "capabilities": {
        "payment": {"strong": ["checkout"], "weak": ["pay"]},
        "messaging": {"strong": ["chats"]},
        "links": {"strong": ["links"]},
    },
    "modes": {"payment": {"scan": ["scans"]}},
    "stages": {"live": {"strong": ["now"]}, "announced": {"strong": ["will"]}},
    "background": ["previously"],
    "unsure": ["whether"],
    "lists": [", ", " and "],
}
RULES = pack("en", frames=FRAMES, **PARTS)


def claims(title: str, text: str = "", *, leading: bool = True) -> list[ClaimFound]:
    return [c for c in read(title, text, RULES).claims if c.leading is leading]


def leads(title: str, text: str = "") -> list[tuple[str, str]]:
    return edges(read(title, text, RULES))


class TestLeading:
    def test_what_when_how_far_and_in_which_words(self):
        title = "Taobao adds Alipay"
        text = "From September 3, 2024 a customer scans a code at the checkout: it works now."
        (claim,) = claims(title, f"{text}\nIt comes to the web on October 1, 2024.")
        assert (claim.host, claim.guest) == ("taobao", "alipay")
        assert (claim.capability, claim.stage) == (Capability.PAYMENT, Stage.LIVE)
        assert (claim.first, claim.last) == (date(2024, 9, 3), date(2024, 9, 3))
        assert claim.how
        assert claim.planned_first == date(2024, 10, 1)
        assert claim.leading
        assert not claim.background
        assert claim.quote == title
        assert claim.reasons[2:] == ("date: 'September 3, 2024'", "planned: 'October 1, 2024'")

    def test_the_words_that_gave_the_date_are_the_texts_own(self):
        (claim,) = claims("Taobao adds Alipay", "It works since &#50;024-09-03 at the checkout.")
        assert claim.first == date(2024, 9, 3)
        assert claim.reasons[-1] == "date: '&#50;024-09-03'"

    def test_the_mode_comes_from_the_quoted_sentence(self):
        assert claims("News", "One scans at the checkout as Taobao adds Alipay.")[0].mode == "scan"
        assert claims("News", "At the checkout Taobao adds Alipay, it is said.")[0].mode is None

    def test_without_a_date_there_is_none(self):
        (claim,) = claims("Taobao adds Alipay")
        assert (claim.first, claim.last, claim.how, claim.planned_first) == (None,) * 4

    def test_a_closing_is_withdrawn(self):
        assert claims("Taobao drops Alipay at the checkout now")[0].stage is Stage.WITHDRAWN

    def test_the_members_of_a_list_come_along(self):
        assert set(leads("Taobao adds Alipay and WeChat Pay")) == {
            ("taobao", "alipay"),
            ("taobao", "wechat-pay"),
        }
        found = leads("Taobao and JD.com adds Alipay and WeChat Pay")
        assert {host for host, _ in found} == {"taobao", "jd"}
        assert {guest for _, guest in found} == {"alipay", "wechat-pay"}

    def test_another_guest_of_the_same_host_comes_along_if_it_is_as_strong(self):
        weak = f"{filler(6)}\nIt is said that Taobao adds WeChat Pay."
        assert leads("Taobao adds Alipay", weak) == [("taobao", "alipay")]
        strong = "Taobao adds WeChat Pay, it is said."
        assert set(leads("Taobao adds Alipay", strong)) == {
            ("taobao", "alipay"),
            ("taobao", "wechat-pay"),
        }

    def test_another_pair_does_not(self):
        text = "It is said that WhatsApp adds QQ for all."
        assert leads("Taobao adds Alipay", text) == [("taobao", "alipay")]

    def test_a_second_name_of_one_owner_comes_along_in_a_list_only(self):
        text = "It is said that WhatsApp adds WeChat for all."
        assert leads("WhatsApp adds QQ", text) == [("whatsapp", "qq")]
        assert set(leads("WhatsApp adds QQ and WeChat")) == {
            ("whatsapp", "qq"),
            ("whatsapp", "wechat"),
        }

    def test_what_joins_opens_to_each_other(self):
        assert set(leads("Alipay and WeChat Pay join")) == {
            ("alipay", "wechat-pay"),
            ("wechat-pay", "alipay"),
        }

    def test_services_stand_in_for_their_companies(self):
        text = "At the checkout Taobao adds WeChat Pay, it is said."
        assert leads("Alibaba adds Tencent", text) == [("taobao", "wechat-pay")]

    def test_the_one_product_that_is_named_stands_in_for_its_company(self):
        text = "At the checkout one sees WeChat Pay, it is said."
        assert leads("Taobao adds Tencent", text) == [("taobao", "wechat-pay")]

    def test_an_app_stands_for_its_own_way_to_pay(self):
        text = "At the checkout one sees WeChat Pay, it is said."
        assert leads("Taobao adds WeChat", text) == [("taobao", "wechat-pay")]

    def test_a_part_stands_for_its_whole_and_a_system_for_its_maker(self):
        assert leads("Taobao Live adds Alipay") == [("taobao", "alipay")]
        assert leads("iOS adds Alipay") == [("apple", "alipay")]

    def test_who_is_the_host_is_what_traits_say(self):
        assert leads("Alipay adds Taobao at the checkout") == [("taobao", "alipay")]

    def test_anyone_gives_way_to_a_guest_that_is_named(self):
        assert leads("Taobao opens up") == [("taobao", ANYONE)]
        text = "It is said that Taobao adds Alipay for all."
        assert leads("Taobao opens up", text) == [("taobao", "alipay")]

    def test_the_day_comes_from_the_frames_sentence_before_the_rest_of_the_lead(self):
        text = (
            "Something else took place on September 2, 2024."
            "\nOn September 3, 2024 it was said that Taobao adds Alipay."
        )
        assert claims("Taobao adds Alipay", text)[0].first == date(2024, 9, 3)

    def test_a_month_is_better_than_nothing_and_a_day_better_than_a_month(self):
        month = "In September 2024 it is said that Taobao adds Alipay."
        (claim,) = claims("Taobao adds Alipay", month)
        assert claim.first == date(2024, 9, 1)
        assert claim.last == date(2024, 9, 30)
        (claim,) = claims("Taobao adds Alipay", f"{month} It was told on September 2, 2024.")
        assert claim.first == claim.last == date(2024, 9, 2)

    def test_from_today_is_what_began_on_a_day_that_is_named(self):
        def told(text):
            found = claims("Taobao adds Alipay today", text)[0]
            return found.first, found.last

        assert told("") == (DAY, DAY)
        assert told("It was told on September 2.") == (date(2024, 9, 2), date(2024, 9, 2))
        assert told("It was planned on August 2.") == (DAY, DAY)  # too long ago

    def test_background_gives_no_day(self):
        text = "It was closed on March 1, 2023."
        assert claims("Taobao adds Alipay", text)[0].first is None


class TestBackground:
    NEWS = "Taobao adds Alipay"

    def others(self, text: str) -> list[tuple[str, str, Stage]]:
        found = claims(self.NEWS, f"{filler(5)}\n{text}", leading=False)
        return [(c.host, c.guest, c.stage) for c in found]

    def test_a_dated_step_is_kept(self):
        text = "On March 1, 2023 it was said at the checkout that Meituan drops Alipay."
        assert self.others(text) == [("meituan", "alipay", Stage.WITHDRAWN)]
        (claim,) = claims(self.NEWS, f"{filler(5)}\n{text}", leading=False)
        assert claim.first == date(2023, 3, 1)
        assert claim.background
        assert not claim.leading
        assert claim.quote == text

    def test_an_undated_opening_of_two_services_in_the_past_is_kept(self):
        text = "Previously WhatsApp adds QQ chats, it was said."
        assert self.others(text) == [("whatsapp", "qq", Stage.ANNOUNCED)]

    @pytest.mark.parametrize(
        "text",
        [
            "Previously Google adds Tencent chats, it was said.",  # two companies, undated
            "Previously Douyin adds Meituan, it was said.",  # nothing says what
            "It is said that WhatsApp hints at QQ chats.",  # undated, no background, weak
            "It is open whether WhatsApp adds QQ chats on March 1, 2023.",  # speculation
            "On March 1, 2023 WhatsApp hints at QQ chats, it was said.",  # a weak frame
            "On March 1, 2023 Google adds Tencent, it was said.",  # companies, nothing says what
            "On March 1, 2023 Taobao adds Tmall at the checkout, it was said.",  # twins
        ],
    )
    def test_moods_and_guesses_are_dropped(self, text):
        assert self.others(text) == []

    def test_what_is_dated_but_no_background_is_kept(self):
        text = "It is said that WhatsApp adds QQ chats on September 3, 2024."
        assert self.others(text) == [("whatsapp", "qq", Stage.ANNOUNCED)]

    def test_a_strong_frame_needs_neither_date_nor_background(self):
        assert self.others("It is said that WhatsApp adds QQ chats.") == [
            ("whatsapp", "qq", Stage.ANNOUNCED)
        ]

    def test_each_clause_has_the_date_that_is_nearest_to_it(self):
        text = "On March 1, 2023 WhatsApp adds QQ chats, and on May 2, 2023 Zoom adds Teams chats."
        found = claims(self.NEWS, f"{filler(5)}\n{text}", leading=False)
        assert {c.host: c.first for c in found} == {
            "whatsapp": date(2023, 3, 1),
            "zoom": date(2023, 5, 2),
        }

    def test_a_year_that_opens_the_passage_is_a_date(self):
        text = "It was tried in 2022 by many. At once WhatsApp adds QQ chats, it is said."
        (claim,) = claims(self.NEWS, f"{filler(5)}\n{text}", leading=False)
        assert (claim.first, claim.last) == (date(2022, 1, 1), date(2022, 12, 31))

    def test_a_plan_is_kept_as_a_plan_with_its_date(self):
        text = "On March 1, 2023 WhatsApp adds QQ chats and will do more on December 1, 2024."
        (claim,) = claims(self.NEWS, f"{filler(5)}\n{text}", leading=False)
        assert claim.planned_first == date(2024, 12, 1)

    def test_both_ways_of_what_joined_are_kept(self):
        text = "On March 1, 2023 it was said that WhatsApp and QQ join their chats."
        assert {(host, guest) for host, guest, _ in self.others(text)} == {
            ("whatsapp", "qq"),
            ("qq", "whatsapp"),
        }

    def test_the_news_itself_is_not_restated(self):
        text = "It is said that Taobao adds Alipay at the checkout."
        assert self.others(text) == []

    def test_an_earlier_step_of_the_news_is(self):
        text = "On March 1, 2023 it was said that Taobao drops Alipay at the checkout."
        assert self.others(text) == [("taobao", "alipay", Stage.WITHDRAWN)]

    def test_a_sentence_says_a_thing_once(self):
        text = "On March 1, 2023 it was said that Meituan adds Alipay at the checkout, yes, Meituan adds Alipay."
        assert len(self.others(text)) == 1

    def test_what_a_page_restates_is_bounded_and_says_so(self):
        text = "On March 1, 2023 it was said at the checkout that Meituan drops Alipay."
        lines = [f"{filler(5)}", *[text] * MOST_RESTATED]
        whole = read(self.NEWS, "\n".join(lines), RULES)
        more = read(self.NEWS, "\n".join([*lines, text]), RULES)
        assert len(edges(whole, leading=False)) == MOST_RESTATED
        assert more.claims == whole.claims  # the first ones, and the news itself
        assert edges(more) == [("taobao", "alipay")]
        said = set(more.reasons) - set(whole.reasons)
        assert said == {"of other openings only the first 500 statements are read"}

    def test_irrelevant_articles_give_background_claims_too(self):
        text = "On March 1, 2023 it was said at the checkout that Meituan drops Alipay."
        reading = read("News of the day", text, RULES)
        assert not reading.relevant
        assert edges(reading, leading=False) == [("meituan", "alipay")]


@pytest.mark.parametrize(
    ("language", "title", "text", "quote"),
    [
        ("en", "Taobao&rsquo;s day", "So <b>Taobao adds&nbsp;Alipay</b> &amp; more. Fine, it is said.",
         "So <b>Taobao adds&nbsp;Alipay</b> &amp; more."),
        ("zh", "新闻", "今天淘&#23453;接入 支付(zhīfù) 宝，用户都能在收银台使用它付款了。完。",
         "今天淘&#23453;接入 支付(zhīfù) 宝，用户都能在收银台使用它付款了。"),
        ("zh", "新闻", "𠮷祥如意，今天淘寶接入支付寶，用戶都能在收銀台使用它付款了。完。",
         "𠮷祥如意，今天淘寶接入支付寶，用戶都能在收銀台使用它付款了。"),
    ],
)  # fmt: skip
def test_quotes_are_verbatim(language, title, text, quote):
    pattern = "{host} adds {guest}" if language == "en" else "{host}接入{guest}"
    reading = read(title, text, pack(language, pattern))
    assert [c.quote for c in reading.claims] == [quote]
    whole = f"{title}\n{text}"
    for claim in reading.claims:
        assert whole[claim.start : claim.end] == claim.quote
