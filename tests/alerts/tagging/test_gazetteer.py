import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.tagging.folding import prepare
from alerts.tagging.gazetteer import Gazetteer
from config.platforms import Platform, Platforms


def platform(id_: str, names: dict[str, list[str]], **more: object) -> Platform:
    return Platform.model_validate({"id": id_, "kind": "service", "names": names, **more})


GAZETTEER = Gazetteer(
    Platforms(
        [
            platform("taobao", {"zh-Hans": ["淘宝"], "zh-Hant": ["淘寶"], "en": ["Taobao"]}),
            platform("taote", {"zh-Hans": ["淘宝特价版"], "en": ["Taote"]}),
            platform("wechat", {"zh-Hans": ["微信"], "en": ["WeChat"]},
                     guards={"WeChat": {"not_in": ["add WeChat", "WeChat group"]}}),
            platform("wechat-pay", {"zh-Hans": ["微信支付"], "en": ["WeChat Pay", "WeChat payment"]}),
            platform("alipay", {"zh-Hans": ["支付宝"], "ko": ["페이코"]}),
            platform("kakao", {"ko": ["카카오"]}),
            platform("kakaopay", {"ko": ["카카오페이"]}),
            platform("line", {"en": ["LINE"]}, guards={"LINE": {"case": "exact"}}),
            platform("damai", {"zh-Hans": ["大麦"]},
                     guards={"大麦": {"needs": ["票", "App"], "not_in": ["大麦茶"]}}),
            platform("red", {"zh-Hans": ["红旗"]}),
            platform("red-barley", {"zh-Hans": ["红旗大麦"]}),
        ]
    )
)  # fmt: skip


def found(text: str, *, chinese: bool = True) -> list[tuple[str, str]]:
    prepared = prepare(text, chinese=chinese, spaces=not chinese)
    mentions = GAZETTEER.find(prepared, chinese=chinese, context=lambda _: prepared.folded)
    return [(mention.platform, mention.surface) for mention in mentions]


@pytest.mark.parametrize(
    ("text", "platforms"),
    [
        ("淘寶App接入微信支付", ["taobao", "wechat-pay"]),
        ("淘宝特价版", ["taote"]),
        ("ＷｅＣｈａｔ Ｐａｙに対応", ["wechat-pay"]),
        ("用wechatで", ["wechat"]),
        ("swechat", []),
        ("今年的大麦收成好", []),
        ("大麦开票", ["damai"]),
        ("大麦茶卖票", []),
    ],
)
def test_the_longest_name_wins_bounded_and_guarded(text, platforms):
    assert [platform for platform, _ in found(text)] == platforms


def test_an_ordinary_word_is_no_name():
    assert found("a line of LINE users", chinese=False) == [("line", "LINE")]


def test_a_phrase_swallows_a_name_but_not_a_longer_one():
    assert found("add WeChat to order", chinese=False) == []
    assert found("Taobao to add WeChat payment", chinese=False)[-1][0] == "wechat-pay"


@pytest.mark.parametrize(
    ("text", "platforms"),
    [
        ("打通微信支付宝", ["wechat", "alipay"]),
        ("打通 微信 支付宝", ["wechat", "alipay"]),  # as the body of an article has it
        ("打通微信支付和支付宝", ["wechat-pay", "alipay"]),
        ("微信支付宝贝", ["wechat", "alipay"]),
        ("微信支付微信支付宝", ["wechat-pay", "wechat", "alipay"]),
        ("카카오페이코", ["kakao", "alipay"]),
        ("淘宝特价版支付宝", ["taote", "alipay"]),
        ("红旗大麦茶水", ["red-barley"]),  # what goes on behind it is a phrase and no name
    ],
)
def test_two_names_that_touch_go_before_one_that_cuts_the_second(text, platforms):
    prepared = prepare(f"题\n{text}", chinese=True, spaces=False)
    mentions = GAZETTEER.find(prepared, chinese=True, context=lambda _: prepared.folded)
    assert [mention.platform for mention in mentions] == platforms


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("①LINE ②Taobao", ["LINE", "Taobao"]),
        ("Taobao² und WeChat¹ sowie LINE⑴", ["Taobao", "WeChat", "LINE"]),
        ("ⓒTaobao", ["Taobao"]),
        ("１Taobao Taobao２", []),
    ],
)
def test_numbers_in_circles_and_raised_ones_are_no_part_of_a_name(text, surfaces):
    assert [surface for _, surface in found(text, chinese=False)] == surfaces


def test_a_plural_belongs_to_the_name():
    assert found("many Taobaos", chinese=False) == [("taobao", "Taobaos")]


@settings(deadline=None)
@given(st.text(max_size=300))
def test_mentions_do_not_overlap_and_stand_where_they_say(text):
    prepared = prepare(text, chinese=True, spaces=False)
    mentions = GAZETTEER.find(prepared, chinese=True, context=lambda _: prepared.folded)
    end = 0
    for mention in mentions:
        assert end <= mention.start < mention.end
        assert prepared.clean[mention.start : mention.end] == mention.surface
        end = mention.end


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("many Taobaoses", []),  # no plural
        ("Taobao2", []),
        ("2Taobao", []),
        ("(Taobao)", ["Taobao"]),
        ("Taobao's", ["Taobao"]),
        ("ＬＩＮＥで送る", ["ＬＩＮＥ"]),  # full width keeps its capitals
        ("ｌｉｎｅで送る", []),
        ("LINEs Nutzer", ["LINEs"]),  # a German genitive keeps the capitals
        ("Lines of code", []),
    ],
)
def test_names_are_bounded_by_latin_letters_and_digits(text, surfaces):
    assert [surface for _, surface in found(text, chinese=False)] == surfaces


def test_a_needed_word_is_bounded_as_well():
    assert found("大麦的application", chinese=True) == []
    assert found("大麦的app上线", chinese=True) == [("damai", "大麦")]


def test_context_is_asked_for_at_the_place_of_the_name():
    asked: list[int] = []
    prepared = prepare("看大麦", chinese=True, spaces=False)

    def context(place: int) -> str:
        asked.append(place)
        return "票"

    assert GAZETTEER.find(prepared, chinese=True, context=context)
    assert asked == [1]


def test_of_two_platforms_with_one_name_the_first_that_may_have_it_gets_it():
    shared = Gazetteer(
        Platforms(
            [
                platform("tiktok", {"en": ["TikTok"]}, guards={"TikTok": {"needs": ["abroad"]}}),
                platform("douyin", {"en": ["TikTok"]}),
            ]
        )
    )

    def named(text: str) -> list[str]:
        prepared = prepare(text, chinese=False, spaces=True)
        mentions = shared.find(prepared, chinese=False, context=lambda _: prepared.folded)
        return [mention.platform for mention in mentions]

    assert named("TikTok abroad") == ["tiktok"]
    assert named("TikTok in China") == ["douyin"]


def test_a_guard_holds_for_all_spellings_that_fold_alike():
    guarded = Gazetteer(
        Platforms(
            [platform("damai", {"zh-Hans": ["大麦"], "zh-Hant": ["大麥"]},
                      guards={"大麦": {"needs": ["票"]}})]
        )
    )  # fmt: skip

    def count(text: str) -> int:
        prepared = prepare(text, chinese=True, spaces=False)
        return len(guarded.find(prepared, chinese=True, context=lambda _: prepared.folded))

    assert count("大麥開票") == 1
    assert count("大麥豐收") == 0


def test_an_empty_gazetteer_finds_nothing():
    prepared = prepare("Taobao", chinese=False, spaces=True)
    assert Gazetteer(Platforms([])).find(prepared, chinese=False, context=lambda _: "") == []
