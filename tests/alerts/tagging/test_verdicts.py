from typing import Any

import pytest

from alerts.tagging.frames import CompiledPack, FrameHit
from alerts.tagging.masks import visible
from alerts.tagging.verdicts import Passage, decide_capability, decide_mode, decide_stage
from config.platforms import Platforms
from config.words import Capability, Stage
from tests.alerts.tagging.small import PLATFORMS, mentions, pack, platform, prepared, sentence

RULES = pack(
    "en",
    "{host} adds {guest}",
    capabilities={
        "payment": {"strong": ["checkout"], "weak": ["pay"]},
        "links": {"strong": ["hyperlinks?"], "weak": ["link", "url"]},
        "regulation": {"strong": ["the law"], "weak": ["regulators?"]},
    },
    modes={"payment": {"scan": ["scan"], "friend": ["friend"], "empty": []}},
    stages={
        "rumour": {"strong": ["reportedly"], "weak": ["may"]},
        "test": {"strong": ["beta"]},
        "announced": {"strong": ["will"], "weak": ["plan"]},
        "live": {"strong": ["now live"], "weak": ["now"]},
        "withdrawn": {"strong": ["removed"], "weak": ["ends"]},
    },
)


def hits(text: str = "Taobao adds Alipay", rules: CompiledPack = RULES) -> list[FrameHit]:
    whole = prepared(text)
    return list(rules.hits(rules.masks.mask(sentence(whole), mentions(whole))))


def frame(**parts: Any) -> list[FrameHit]:
    """The hit of one frame with these parts."""
    rules = pack("en", frames=[{"id": "f", "pattern": "{host} adds {guest}", **parts}])
    return hits(rules=rules)


def capability(*passages: tuple[str, float], found=(), parties=()) -> Capability:
    given = [Passage(text, weight) for text, weight in passages]
    return decide_capability(given, found, parties, RULES, PLATFORMS)[0]


def stage(*passages: tuple[str, float], found=()) -> Stage:
    return decide_stage([Passage(text, weight) for text, weight in passages], found, RULES)[0]


def test_the_words_decide_what_is_opened():
    assert capability(("at the checkout", 1.0)) is Capability.PAYMENT
    assert capability(("a hyperlink", 1.0)) is Capability.LINKS
    assert capability(("link or url or pay", 1.0)) is Capability.LINKS


def test_a_word_counts_once_and_where_it_weighs_most():
    assert capability(("pay pay pay", 1.0), ("pay", 1.0), ("link url", 0.9)) is Capability.LINKS
    assert capability(("pay", 1.5), ("pay", 0.5), ("link", 1.0)) is Capability.PAYMENT


def test_title_words_weigh_more_than_lead_words():
    assert capability(("checkout", 1.5), ("hyperlink", 1.0)) is Capability.PAYMENT
    assert capability(("checkout", 1.0), ("hyperlink", 1.5)) is Capability.LINKS


@pytest.mark.parametrize(
    ("passages", "expected"),
    [
        ([("a regulator has a look", 1.5)], Capability.OTHER),
        ([("Taobao adds it", 1.0), ("the law asks for a look", 0.5)], Capability.OTHER),
        ([("the law says so", 1.0)], Capability.REGULATION),
    ],
)
def test_two_that_deal_with_each_other_are_ruled_only_where_a_law_is_told(passages, expected):
    assert capability(*passages, found=hits()) is expected
    assert capability(*passages) is Capability.REGULATION


def test_a_frame_may_know_the_capability():
    assert capability(("pay", 1.0), found=frame(capability="messaging")) is Capability.MESSAGING


@pytest.mark.parametrize(
    ("parties", "expected"),
    [
        (("taobao", "alipay"), Capability.PAYMENT),
        (("whatsapp", "qq"), Capability.MESSAGING),
        (("whatsapp", "rcs"), Capability.MESSAGING),
        (("zoom", "teams"), Capability.MEETING),
        (("smartthings", "homekit"), Capability.DEVICE),
        (("sky", "nimbus"), Capability.DATA),
        (("douyin", "ad-hub"), Capability.ADS),
        (("supercharger", "ford"), Capability.OTHER),
        (("taobao", "jd"), Capability.OTHER),
        ((), Capability.OTHER),
    ],
)
def test_without_words_what_the_parties_do_decides(parties, expected):
    assert capability(("nothing", 1.0), parties=parties) is expected


def test_strong_words_outweigh_what_a_party_does():
    assert capability(("a hyperlink", 1.5), parties=("taobao", "alipay")) is Capability.LINKS


def test_the_reason_says_what_decided():
    given = [Passage("at the checkout", 1.0)]
    assert decide_capability(given, [], [], RULES, PLATFORMS)[1].startswith("payment")
    assert "nothing" in decide_capability([], [], [], RULES, PLATFORMS)[1]


@pytest.mark.parametrize(
    ("text", "mode"),
    [("scan it with a friend", "scan"), ("with a friend", "friend"), ("simply pay", None)],
)
def test_the_first_mode_that_the_sentence_names(text, mode):
    assert decide_mode(Capability.PAYMENT, text, RULES) == mode


def test_a_capability_without_modes_has_none():
    assert decide_mode(Capability.LINKS, "scan", RULES) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("it reportedly will", Stage.RUMOUR),
        ("the beta is out", Stage.TEST),
        ("it will come", Stage.ANNOUNCED),
        ("it is now live and will stay", Stage.LIVE),
        ("it is now there", Stage.LIVE),
        ("it was removed", Stage.WITHDRAWN),
        ("it ends", Stage.ANNOUNCED),  # a weak word alone withdraws nothing
        ("nothing is known", Stage.ANNOUNCED),
    ],
)
def test_cues_decide_how_far_along_it_is(text, expected):
    assert stage((text, 1.0)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("reportedly in beta", Stage.RUMOUR), ("in beta and will", Stage.TEST)],
)
def test_ties_go_to_the_earlier_stage(text, expected):
    assert stage((text, 1.0)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the plan is now live", Stage.ANNOUNCED),  # from Monday on
        ("it is now live", Stage.LIVE),  # and more follows in spring
        ("reportedly it is live", Stage.RUMOUR),
        ("the beta is out", Stage.TEST),
    ],
)
def test_a_day_to_come_makes_an_announcement_of_what_sounds_live(text, expected):
    assert decide_stage([Passage(text, 1.0)], [], RULES, planned=True)[0] is expected


@pytest.mark.parametrize(
    ("text", "planned", "expected"),
    [
        (
            "it is now live and will stay",
            False,
            "live by 'now live', 'now'; announced 3.0, live 4.0",
        ),
        ("now and now", False, "live by 'now'; live 1.0"),
        ("the plan is now live", True, "announced by a day to come; announced 1.0, live 4.0"),
        ("it was removed", False, "withdrawn 3.0 by 'removed' against 0.0 open"),
    ],
)
def test_the_words_that_decided_the_stage_are_named(text, planned, expected):
    assert decide_stage([Passage(text, 1.0)], [], RULES, planned=planned).cue == expected


def test_platforms_in_the_words_of_a_stage_are_dots():
    assert visible("\ue003 is in \ue804's app") == "· is in ·'s app"


def test_too_little_is_as_good_as_nothing():
    verdict, reason, sure = decide_stage([Passage("now", 0.5)], [], RULES)
    assert verdict is Stage.ANNOUNCED
    assert "no clear cue" in reason
    assert sure == 0


@pytest.mark.parametrize(
    ("passages", "found", "planned", "expected"),
    [
        ([("now live; plan", 1.0)], [], False, 3.0),  # 4 for live, 1 for announced
        ([("it will be now live", 1.0)], [], False, 1.0),
        ([("the plan is now live", 1.0)], [], True, 0.0),  # a day to come makes up for the verbs
        ([("it will; now", 1.0)], [], True, 2.0),
        ([], [*frame(polarity="close", strength=3), *frame(strength=2)], False, 1.0),
        ([("nothing", 1.0)], [], False, 0.0),
    ],
)
def test_a_stage_is_as_sure_as_it_leads_the_next_best(passages, found, planned, expected):
    given = [Passage(text, weight) for text, weight in passages]
    assert decide_stage(given, found, RULES, planned=planned).sure == expected


def test_a_stage_that_the_title_limits_is_as_sure_as_its_word_there():
    title, more = Passage("for the beta first", 1.5, title=True), Passage("now live, a plan", 2.0)
    assert decide_stage([title, more], [], RULES).sure == 4.5 - 2.0


def test_closings_win_unless_more_is_opened():
    closing, opening = frame(polarity="close", strength=2.5), frame(strength=3)
    assert stage(("now live", 1.0), found=closing) is Stage.WITHDRAWN
    assert stage(("now live", 1.0), found=[*closing, *opening]) is Stage.LIVE
    again = frame(polarity="close", strength=1)
    assert stage(("now live", 1.0), found=[*closing, *again, *opening]) is Stage.WITHDRAWN


def test_a_sentence_tells_of_an_opening_once_however_many_frames_it_has():
    closing, opening = frame(polarity="close", strength=2.5), frame(strength=2)
    assert stage(("now live", 1.0), found=[*closing, *opening, *opening]) is Stage.WITHDRAWN


def test_a_closing_that_hardly_counts_withdraws_nothing():
    assert stage(("now live", 1.0), found=frame(polarity="close", strength=1)) is Stage.LIVE


def test_a_frame_may_know_the_stage():
    assert stage(("nothing", 1.0), found=frame(stage="test")) is Stage.TEST
    assert stage(("nothing", 1.0), found=frame(stage="withdrawn")) is Stage.ANNOUNCED


def test_a_test_in_the_title_keeps_what_is_told_as_usable_a_test():
    title, lead = Passage("for the beta first", 1.5, title=True), Passage("now live, now", 1.0)
    more = Passage("now live and checkout", 2.0)
    assert decide_stage([title, lead, more], [], RULES)[0] is Stage.TEST
    over = Passage("now live after the beta", 1.5, title=True)
    assert decide_stage([over, lead], [], RULES)[0] is Stage.LIVE
    body = Passage("for the beta first", 0.5)
    assert decide_stage([body, lead, more], [], RULES)[0] is Stage.LIVE


def test_a_rumour_in_the_title_keeps_what_is_told_as_announced_a_rumour():
    lead = Passage("it will come, a plan, it will", 2.0)
    assert (
        decide_stage([Passage("reportedly", 1.0, title=True), lead], [], RULES)[0] is Stage.RUMOUR
    )
    assert (
        decide_stage([Passage("it will", 1.0, title=True), lead], [], RULES)[0] is Stage.ANNOUNCED
    )


@pytest.mark.parametrize(
    ("parties", "expected"),
    [
        (["whatsapp", "wechat-pay"], Capability.PAYMENT),  # a messenger and a way to pay
        (["whatsapp", "assistant"], Capability.MINIPROGRAM),
        (["whatsapp", "rcs"], Capability.MESSAGING),
        (["ford", "tunes"], Capability.CONTENT),  # what plays in a car
        (["ford", "screen"], Capability.DEVICE),  # a phone's screen in a car
    ],
)
def test_two_kinds_of_platform_say_what_they_open(parties, expected):
    more = {"assistant": ["assistant"], "tunes": ["music"], "screen": ["car", "device"]}
    known = Platforms([*PLATFORMS, *(platform(id_, traits=own) for id_, own in more.items())])
    assert decide_capability([], [], parties, RULES, known)[0] is expected
