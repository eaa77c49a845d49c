import pytest

from alerts.tagging.candidates import (
    FURTHER,
    NEAR_LISTED,
    NEAR_OBJECT,
    NEAR_STRONG,
    NEAR_WEAK,
    Candidate,
    Passages,
    rank,
)
from alerts.tagging.frames import CompiledPack
from alerts.tagging.scan import SentenceScan
from alerts.tagging.sentences import ZONE_WEIGHT, Zone
from alerts.tagging.trades import rivals
from config.words import ANYONE
from tests.alerts.tagging.small import PLATFORMS, filler, pack, scanned

ADDS = pack("en", "{host} adds {guest}", lists=[", ", " and "])
STRENGTH = 2.0
"""Of a frame that states none."""


def ranked(title: str, text: str = "", rules: CompiledPack = ADDS) -> list[Candidate]:
    return rank(scanned(title, text, rules), PLATFORMS)


def pairs(title: str, text: str = "", rules: CompiledPack = ADDS) -> list[tuple[str, str]]:
    return [(c.host, c.guest) for c in ranked(title, text, rules)]


def test_a_frame_counts_by_its_strength_and_its_zone():
    lead = "It is said on the site that Taobao adds Alipay."
    (title,) = ranked("Taobao adds Alipay")
    (other,) = ranked("News of the day", lead)
    (body,) = ranked("News of the day", f"{filler(8)}\n{lead}")
    assert title.score == pytest.approx(STRENGTH * ZONE_WEIGHT[Zone.TITLE])
    assert other.score == pytest.approx(STRENGTH * ZONE_WEIGHT[Zone.LEAD])
    assert body.score == pytest.approx(STRENGTH * ZONE_WEIGHT[Zone.BODY])
    assert (title.in_head, other.in_head, body.in_head) == (True, True, False)
    assert title.because == ["f0 in title +3.00"]


def test_repetition_convinces_only_so_much():
    line = "Taobao adds Alipay, it is said."
    (found,) = ranked("Taobao adds Alipay", f"{line} {line} {line} {line}")
    best, further = STRENGTH * ZONE_WEIGHT[Zone.TITLE], STRENGTH * ZONE_WEIGHT[Zone.LEAD]
    assert found.score == pytest.approx(best + FURTHER * 3 * further)
    assert len(found.scans) == len(found.hits) == 5


def test_what_a_page_says_over_and_over_is_not_compared_with_all_before(
    monkeypatch: pytest.MonkeyPatch,
):
    compared: list[object] = []

    def equal(one: object, other: object) -> bool:
        compared.append(other)
        return one is other

    monkeypatch.setattr(SentenceScan, "__eq__", equal)
    (found,) = ranked("News of the day", "Taobao adds Alipay, it is said. " * 200)
    assert len(found.scans) == 200
    assert len(compared) < 200


def test_without_any_point_there_is_no_score():
    assert Candidate(frozenset(("a", "b"))).score == 0


def test_title_and_lead_come_before_the_body_whatever_the_score():
    rules = pack("en", "{host} adds {guest}", "{host} now adds {guest}", "{host} maybe {guest}")
    strong = " ".join(["It is so that Taobao now adds Alipay."] * 4)
    found = ranked("JD.com maybe Suica", f"{filler(8)}\n{strong}", rules)
    assert [c.host for c in found] == ["jd", "taobao"]
    assert found[1].score < found[0].score or not found[1].in_head


def test_every_member_of_a_list_is_a_pair():
    assert set(pairs("Taobao and JD.com adds Alipay and WeChat Pay")) == {
        (host, guest) for host in ("taobao", "jd") for guest in ("alipay", "wechat-pay")
    }


def test_without_a_guest_it_is_open_to_anyone():
    assert pairs("Taobao opens up", rules=pack("en", "{host} opens up")) == [("taobao", ANYONE)]


def test_members_that_join_open_to_each_other():
    rules = pack(
        "en",
        lists=[", ", " and "],
        frames=[{"id": "join", "pattern": "{both} join", "mutual": True}],
    )
    (found,) = ranked("Alipay and WeChat Pay join", rules=rules)
    assert {found.host, found.guest} == {"alipay", "wechat-pay"}
    assert found.both_ways
    assert set(pairs("JD.com, Alipay and WeChat Pay join", rules=rules)) == {
        ("jd", "alipay"),
        ("jd", "wechat-pay"),
    }


def test_one_way_is_not_both_ways():
    assert not ranked("Taobao adds Alipay")[0].both_ways


def test_the_direction_for_which_more_speaks_wins():
    text = "It is said that Taobao adds Alipay. And once more, Taobao adds Alipay."
    (found,) = ranked("News of the day", f"{text} But elsewhere Alipay adds Taobao.")
    assert (found.host, found.guest) == ("taobao", "alipay")


def test_what_belongs_together_opens_nothing():
    assert pairs("Taobao adds Tmall") == []
    assert pairs("Tencent adds WeChat") == []
    assert pairs("WeChat adds WeChat Pay") == []


def test_regulators_are_no_party():
    rules = pack("en", "{host} adds {guest}", near={"strong": ["open"]})
    assert pairs("MIIT adds Taobao", rules=rules) == []
    assert pairs("MIIT wants WeChat to open Taobao links", rules=rules) == [("wechat", "taobao")]


class TestNear:
    RULES = pack(
        "en",
        "{host} adds {guest}",
        near={"strong": ["interoperab\\w+"], "weak": ["open"]},
        capabilities={"payment": {"strong": ["checkout"]}},
        lists=[" and "],
    )

    @pytest.mark.parametrize(
        ("title", "points"),
        [
            ("Interoperability of QQ with Douyin", NEAR_STRONG),
            ("Open WhatsApp with QQ", NEAR_WEAK),
            ("Open QQ with Douyin", NEAR_OBJECT),  # they do different things
            ("Open the checkout of QQ with Douyin", NEAR_OBJECT),
            ("Interoperability of the checkout of QQ with Douyin", NEAR_STRONG),
        ],
    )
    def test_two_platforms_beside_a_word_of_opening_are_a_candidate(self, title, points):
        (found,) = ranked(title, rules=self.RULES)
        assert found.parties == ({"whatsapp", "qq"} if "WhatsApp" in title else {"qq", "douyin"})
        assert found.score == pytest.approx(points * ZONE_WEIGHT[Zone.TITLE])
        assert "near" in found.because[0]

    @pytest.mark.parametrize(
        ("title", "points"),
        [
            ("May QQ reach the checkout of Meituan", NEAR_OBJECT),  # plainly said
            ("May QQ reach Meituan", NEAR_OBJECT),  # a messenger and a shop
            ("May Taobao reach Meituan", 0),  # two shops
            ("May Taobao reach Samsung", 0),  # a maker carries everybody
            ("QQ at Meituan", 0),
            ("Open QQ to Meituan", NEAR_OBJECT * ZONE_WEIGHT[Zone.TITLE]),
        ],
    )
    def test_words_of_being_able_need_to_know_of_what(self, title, points):
        rules = pack(
            "en",
            "{host} adds {guest}",
            near={"weak": ["open"]},
            able=["may"],
            capabilities={"payment": {"strong": ["checkout"]}},
        )
        assert [c.score for c in ranked(title, rules=rules)] == ([points] if points else [])

    def test_rivals_of_a_sentence_take_part_in_what_the_title_names(self):
        rules = pack("en", "{host} adds {guest}", near={"weak": ["open"]}, lists=[" and "])
        lead = "It is open for Taobao and JD.com."
        assert set(pairs("WhatsApp has news", lead, rules)) == {
            ("whatsapp", "taobao"),
            ("whatsapp", "jd"),
        }
        assert pairs("News of the day", lead, rules) == [("taobao", "jd")]
        told = "It is said that Taobao and JD.com adds QQ. Taobao adds JD.com."
        assert ("taobao", "jd") in pairs("WhatsApp has news", told, rules)  # no list of both

    def test_no_word_no_candidate(self):
        assert ranked("QQ with Douyin", rules=self.RULES) == []

    def test_nor_in_the_body(self):
        body = f"{filler(8)}\nIt speaks of interoperability of QQ with Douyin."
        assert ranked("News of the day", body, self.RULES) == []

    def test_a_pair_that_a_frame_speaks_for_needs_no_words(self):
        (found,) = ranked("Taobao adds Alipay in an open way", rules=self.RULES)
        assert len(found.points) == 1

    def test_beside_a_frame_the_word_is_most_likely_the_frames(self):
        title = "Interoperability: Taobao adds Alipay while QQ is idle"
        points = {c.parties: c.score for c in ranked(title, rules=self.RULES)}
        assert points[frozenset(("taobao", "qq"))] < NEAR_STRONG * ZONE_WEIGHT[Zone.TITLE]

    def test_of_a_long_list_only_the_first_count(self):
        title = "Open Taobao or JD.com or Meituan or Douyin or Zoom or Ford or WhatsApp"
        named = {party for c in ranked(title, rules=self.RULES) for party in c.parties}
        assert "whatsapp" not in named
        assert "taobao" in named

    def test_frames_outweigh_the_order_of_two_names(self):
        text = "Open Alipay or Taobao today. It is said that Taobao adds Alipay."
        assert pairs("News of the day", text, self.RULES) == [("taobao", "alipay")]


def test_what_the_two_of_the_title_open_goes_before_what_others_do():
    rules = pack("en", "{host} adds {guest}", near={"strong": ["link"]}, able=["may"])
    lead = "Taobao adds WeChat Pay, and Taobao adds QQ."
    assert pairs("May Douyin reach Alipay", lead, rules)[0] == ("douyin", "alipay")
    assert pairs("Douyin or Alipay", lead, rules)[0] == ("taobao", "wechat-pay")
    assert pairs("May Douyin, Ford reach Alipay", lead, rules)[0] == ("taobao", "wechat-pay")


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ("taobao", "jd", True),
        ("alipay", "wechat-pay", True),
        ("alipay", "taobao", False),
        ("apple-pay", "suica", False),  # holds it
        ("ps", "xbox", False),  # played across
        ("qris", "sgqr", False),  # scanned across
    ],
)
def test_rivals_do_the_same_and_seldom_take_part_in_each_other(one, two, expected):
    assert rivals(one, two, PLATFORMS) is expected
    assert rivals(two, one, PLATFORMS) is expected


def test_two_national_codes_open_to_visitors_are_one_opening():
    rules = pack("en", frames=[{"id": "scan", "pattern": "scan {host:code}", "strength": 1.5}])
    found = ranked("In Bali they scan QRIS", "In Jurong they scan SGQR.", rules)
    (joined,) = [c for c in found if ANYONE not in c.parties]
    assert joined.parties == {"qris", "sgqr"}
    assert joined.both_ways
    assert found[0] is joined
    assert pairs("In Bali they scan QRIS", "", rules) == [("qris", ANYONE)]


class TestAcross:
    """The only platform of the title with the only other one of a lead sentence."""

    RULES = pack(
        "en",
        "{host} adds {guest}",
        near={"strong": ["supports"], "weak": ["open"]},
        capabilities={"payment": {"strong": ["checkout"]}},
        background=["previously"],
        unsure=["whether"],
        lists=[" and "],
    )

    @pytest.mark.parametrize(
        ("title", "lead", "pairs"),
        [
            ("Taobao has news", "The checkout supports Alipay.", [("taobao", "alipay")]),
            ("A shop has news", "The checkout supports Alipay.", []),  # nobody in the title
            ("Taobao and QQ have news", "The checkout supports Alipay.", []),  # two
            (
                "Taobao has news",
                "The checkout supports Alipay and QQ.",
                [("taobao", "alipay"), ("taobao", "qq")],
            ),
            ("Alipay has news", "The checkout supports WeChat Pay and Suica.", []),  # rivals
            ("Taobao has news", "Alipay is what the checkout supports, JD.com too.", []),  # two
            ("Taobao supports a checkout", "It is Alipay.", [("taobao", "alipay")]),
            ("Taobao supports a checkout", "It is not JD.com.", []),
            ("Taobao has news", "It supports Alipay.", []),  # of what?
            ("Taobao has news", "The checkout is open for Alipay.", []),  # a weak word
            ("Taobao has news", "The checkout supports Tmall.", []),  # its twin
            ("Taobao has news", "MIIT supports the checkout.", []),  # a regulator
            ("Taobao has news", "Previously the checkout supports Alipay.", []),
            ("Taobao has news", "It is open whether the checkout supports Alipay.", []),
        ],
    )
    def test_headlines_leave_one_side_out(self, title, lead, pairs):
        found = [(c.host, c.guest) for c in ranked(title, lead, self.RULES)]
        assert [pair for pair in found if "taobao" in pair] == pairs


class TestSpread:
    """The two that title and lead name most, where no sentence holds both and a word."""

    RULES = pack(
        "en",
        "{host} adds {guest}",
        near={"strong": ["linked", "mutual"]},
        capabilities={"payment": {"strong": ["checkout"]}},
        background=["years ago"],
    )

    @pytest.mark.parametrize(
        ("lead", "expected"),
        [
            ("The systems are linked. Taobao has a checkout. Alipay is mutual. QQ is idle.", True),
            ("The systems are linked. Taobao has a checkout. Alipay is idle.", False),  # one word
            ("The systems are linked, mutual. Taobao is idle. Alipay is too.", False),  # of what?
            ("Linked, mutual. Taobao has a checkout. Tmall is a twin.", False),
            ("Linked, mutual. Taobao has a checkout. MIIT is a regulator.", False),
            ("Linked, mutual. Years ago Taobao had a checkout. Alipay is idle.", False),
        ],
    )
    def test_an_opening_may_be_told_over_several_sentences(self, lead, expected):
        found = [(c.host, c.guest) for c in ranked("News of the day", lead, self.RULES)]
        assert found == ([("taobao", "alipay")] if expected else [])

    def test_those_named_most_come_first(self):
        lead = "Linked, mutual: QQ. The checkout of Taobao. Alipay is here. Here is Alipay."
        (found,) = ranked("Taobao", lead, self.RULES)
        assert found.parties == {"taobao", "alipay"}

    def test_not_where_a_sentence_says_it(self):
        lead = "Linked and mutual, QQ adds Douyin. The checkout of Taobao. Alipay is here."
        assert {c.parties for c in ranked("News", lead, self.RULES)} == {
            frozenset(("qq", "douyin"))
        }


def test_the_members_of_a_list_mostly_do_the_same_side_by_side():
    rules = pack("en", "{host} adds {guest}", near={"strong": ["open"]}, lists=[" and "])
    points = {c.parties: c.score for c in ranked("News", "Open Zoom to Taobao and QQ.", rules)}
    assert points[frozenset(("zoom", "qq"))] == NEAR_STRONG
    assert points[frozenset(("taobao", "qq"))] == NEAR_WEAK


def test_rivals_of_a_list_hardly_say_that_they_open_to_each_other():
    rules = pack("en", "{host} adds {guest}", near={"strong": ["open"]}, lists=[" and "])
    points = {c.parties: c.score for c in ranked("News", "WhatsApp and QQ open.", rules)}
    assert points[frozenset(("whatsapp", "qq"))] == NEAR_LISTED


def test_background_and_speculation_are_no_candidates():
    rules = pack("en", "{host} adds {guest}", background=["years ago"], unsure=["whether"])
    assert pairs("News", "Years ago it was said that Taobao adds Alipay.", rules) == []
    assert pairs("News", "It is open whether Taobao adds Alipay some day.", rules) == []


def test_passages_grow_from_the_title_to_everything():
    found = Passages.of(scanned("The title", filler(5), ADDS))
    assert found.title == "the title"
    assert found.head.startswith(found.title)
    assert found.whole.startswith(found.head)
    assert "sentence ee" in found.whole
    assert "sentence ee" not in found.head
