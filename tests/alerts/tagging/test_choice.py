"""Which openings of an article come along with the one that it is about."""

import pytest

from alerts.tagging.candidates import rank
from alerts.tagging.choice import choose, siblings
from alerts.tagging.sentences import Zone
from config.words import ANYONE, Capability
from tests.alerts.tagging.small import PLATFORMS, edges, filler, pack, read, scanned

RULES = pack(
    "en",
    frames=[
        {"id": "adds", "pattern": "{host} adds {guest}", "strength": 2},
        {"id": "hints", "pattern": "{host} hints at {guest}", "strength": 0.7},
        {"id": "opens", "pattern": "{host} opens up", "strength": 2},
        {"id": "join", "pattern": "{both} join", "mutual": True, "strength": 2},
    ],
    lists=[", ", " and "],
)


def chosen(
    title: str, text: str = "", capability: Capability = Capability.PAYMENT
) -> list[tuple[str, str]]:
    candidates = rank(scanned(title, text, RULES), PLATFORMS)
    return [(c.host, c.guest) for c in choose(candidates, capability, PLATFORMS)]


def listed(title: str, text: str = "", *, anywhere: bool = False) -> set[tuple[str, str]]:
    found = scanned(title, text, RULES)
    best = choose(rank(found, PLATFORMS), Capability.PAYMENT, PLATFORMS)[0]
    head = found.in_zones(Zone.TITLE, Zone.LEAD)
    return set(siblings(best, head, PLATFORMS, anywhere=anywhere))


class TestNames:
    """The same two owners under the names that do what is opened."""

    TEXT = "It is said that Taobao adds WeChat Pay."

    def test_services_stand_in_for_their_companies(self):
        assert chosen("Alibaba adds Tencent", self.TEXT)[0] == ("taobao", "wechat-pay")

    def test_the_name_that_does_it_wins_over_the_one_that_is_named_more(self):
        text = "It is said that Apple Pay adds Suica. Also said, Apple adds Suica."
        assert chosen("Apple adds Suica", text) == [("apple-pay", "suica")]

    def test_names_of_the_body_do_not_stand_in_for_those_of_the_head(self):
        assert chosen("Alibaba adds Tencent", f"{filler(6)}\n{self.TEXT}") == [
            ("alibaba", "tencent")
        ]

    def test_hardly_mentioned_names_do_not(self):
        text = f"{filler(3)}\nIt is said that Taobao hints at WeChat Pay."
        weak = pack("en", frames=[
            {"id": "adds", "pattern": "{host} adds {guest}", "strength": 5},
            {"id": "hints", "pattern": "{host} hints at {guest}", "strength": 0.1},
        ])  # fmt: skip
        candidates = rank(scanned("Alibaba adds Tencent", text, weak), PLATFORMS)
        (best,) = choose(candidates, Capability.PAYMENT, PLATFORMS)
        assert (best.host, best.guest) == ("alibaba", "tencent")


class TestCompanions:
    @pytest.mark.parametrize(
        ("text", "companions"),
        [
            ("So Taobao adds QQ for all.", 1),  # another guest of the same host
            ("So JD.com adds Alipay for all.", 1),  # another host of the same guest
            ("So JD.com adds QQ for all.", 0),  # another pair
            ("So Taobao hints at QQ for all.", 0),  # too little
            ("So Tmall adds Alipay for all.", 1),  # a twin
        ],
    )
    def test_who_shares_a_role_beside_the_same_other_side_comes_along(self, text, companions):
        found = chosen("Taobao adds Alipay", text)
        assert found[0] == ("taobao", "alipay")
        assert len(found) == 1 + companions

    def test_a_second_name_of_one_owner_needs_a_list(self):
        text = "So WhatsApp adds WeChat for all."
        assert len(chosen("WhatsApp adds QQ", text, Capability.MESSAGING)) == 1
        assert len(chosen("WhatsApp adds QQ and WeChat", "", Capability.MESSAGING)) == 2

    def test_anyone_gives_way_to_whoever_is_named(self):
        assert chosen("Taobao opens up") == [("taobao", ANYONE)]
        assert chosen("Taobao opens up", "So Taobao adds Alipay for all.") == [
            ("taobao", "alipay")
        ]

    def test_nobody_comes_along_from_the_body_with_news_of_the_head(self):
        assert len(chosen("Taobao hints at Alipay", f"{filler(6)}\nSo Taobao adds QQ.")) == 1

    def test_but_with_news_of_the_body(self):
        text = f"{filler(6)}\nSo Taobao adds Alipay. So Taobao adds QQ."
        assert len(chosen("News of the day", text)) == 2

    def test_pairs_of_one_net_come_along(self):
        text = "And also said, Zoom and Teams join."
        mixed = chosen("QQ and WhatsApp join", text, Capability.MEETING)
        assert len(mixed) == 1  # they do other things
        net = chosen("WeChat Pay and Alipay join", "So QQ and WhatsApp join.")
        assert len(net) == 1


class TestSiblings:
    def test_a_list_beside_one_party_brings_its_other_members(self):
        text = "At Taobao, JD.com and Meituan it is the same with Alipay."
        assert listed("Taobao adds Alipay", text) == {("jd", "alipay"), ("meituan", "alipay")}

    def test_only_such_as_do_the_same_kind_of_thing(self):
        text = "At Taobao, Ford and Zoom it is the same with Alipay."
        assert listed("Taobao adds Alipay", text) == set()

    def test_a_list_without_the_other_party_and_without_a_frame_says_nothing(self):
        assert listed("Taobao adds Alipay", "At Taobao, JD.com and Meituan all is fine.") == set()

    def test_where_one_list_names_all_of_a_net_all_are_open_to_each_other(self):
        text = "WhatsApp, QQ, WeChat and JD.com join."
        assert listed("WhatsApp adds QQ", text) == {("whatsapp", "wechat")}

    def test_words_beside_names_speak_for_two_only_unless_a_list_names_more(self):
        rules = pack("en", "{host} adds {guest}", near={"strong": ["open"]}, lists=[" and "])

        def told(title: str) -> set[frozenset[str]]:
            candidates = rank(scanned(title, "", rules), PLATFORMS)
            return {c.parties for c in choose(candidates, Capability.OTHER, PLATFORMS)}

        assert told("Open QQ here, Zoom there, JD.com elsewhere") == {frozenset(("qq", "zoom"))}
        assert told("Open QQ here, Zoom and JD.com there") == {
            frozenset(("qq", "zoom")),
            frozenset(("qq", "jd")),
        }

    def test_a_party_by_name_stands_in_for_anyone(self):
        text = "It is said that Taobao adds Alipay."
        assert chosen("Taobao opens up", text) == [("taobao", "alipay")]

    def test_a_list_of_both_parties_is_none_of_one_side(self):
        text = "Taobao, JD.com and Alipay are fine."
        assert listed("Taobao adds Alipay", text) == set()

    def test_background_says_nothing(self):
        text = "On March 1, 2023 it was so at Taobao and JD.com with Alipay."
        assert listed("Taobao adds Alipay", text) == set()

    def test_they_become_claims(self):
        text = "At Taobao and JD.com it is the same with Alipay."
        assert set(edges(read("Taobao adds Alipay", text, RULES))) == {
            ("taobao", "alipay"),
            ("jd", "alipay"),
        }
