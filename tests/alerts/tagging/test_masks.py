import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.tagging.masks import Masked, Masks
from alerts.tagging.sentences import Sentence, Zone
from tests.alerts.tagging.small import PLATFORMS, mentions, pack, prepared, sentence

MASKS = Masks(PLATFORMS, [", ", " and ", "、", "和"])


def masked(text: str, language: str = "en", masks: Masks = MASKS) -> Masked:
    whole = prepared(text, language)
    return masks.mask(sentence(whole, language), mentions(whole, language))


def shown(found: Masked) -> str:
    """The text with every mask character written out."""
    slots = found.slots
    return "".join(
        f"<{'+'.join(slots[i].platforms)}>" if i in slots else c for i, c in enumerate(found.text)
    )


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Taobao adds Alipay.", "<taobao> adds <alipay>."),
        ("en", "Taobao, Tmall and JD.com add Alipay", "<taobao+tmall+jd> add <alipay>"),
        ("en", "Taobao or Tmall", "<taobao> or <tmall>"),
        ("en", "Taobao (a shop), Tmall (another) and QQ", "<taobao+tmall+qq>"),
        ("en", "Taobao (a shop of QQ) and Tmall", "<taobao> (a shop of <qq>) and <tmall>"),
        ("zh", "淘宝（购物平台）、京东", "<taobao+jd>"),
        ("zh", "淘宝、天猫和京东接入微信支付", "<taobao+tmall+jd>接入<wechat-pay>"),
        ("en", "WeChat and WeChat and QQ", "<wechat+qq>"),
        ("en", "Taobao and Taobao", "<taobao>"),
        ("en", "Nothing here", "Nothing here"),
        ("en", "", ""),
    ],
)
def test_platforms_and_lists_of_them_are_one_character(language, text, expected):
    assert shown(masked(text, language)).lower() == expected.lower()


def test_a_pack_without_lists_joins_only_what_touches():
    assert shown(masked("淘宝天猫、京东", "zh", Masks(PLATFORMS, []))) == "<taobao+tmall>、<jd>"


def test_platforms_that_the_text_only_compares_with_are_no_parties():
    rules = pack(
        "en", "{host} adds {guest}", aside=["unlike {any}", "without {any}"], lists=[" and "]
    )
    text = "Taobao adds, unlike WhatsApp and Zoom, QQ: it works without Alipay"
    whole = prepared(text)
    found = rules.mask(sentence(whole), mentions(whole))
    assert [p for slot in found.slots.values() for p in slot.platforms] == ["taobao", "qq"]
    assert found.text.count("\uf000") == 2
    at = found.text.index("it works")
    assert whole.clean[found.place(at) :].startswith("it works")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zoom comes to iOS and Apple", ["zoom"]),
        ("iOS and Apple join", ["ios", "apple"]),  # nobody else: they are what it is about
        ("iOS and Apple take Apple Pay", ["ios", "apple", "apple-pay"]),  # their own
        ("Zoom comes to Apple and Samsung", ["zoom", "apple", "samsung"]),  # two makers
        ("Zoom comes to iOS", ["zoom", "ios"]),
        ("Zoom comes to iOS and QQ", ["zoom", "ios", "qq"]),
    ],
)
def test_a_list_of_systems_carries_what_else_the_sentence_names(text, expected):
    whole = prepared(text)
    found = pack("en", "{host} adds {guest}", lists=[" and "]).mask(
        sentence(whole), mentions(whole)
    )
    assert [p for slot in found.slots.values() for p in slot.platforms] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("アリババに「来る」", "に来る"),
        ("it 'opens' up", "it opens up"),
        ("it's the users' choice", "it's the users' choice"),
        ("a « oui » to it", "a oui to it"),
    ],
)
def test_short_quotes_go(text, expected):
    found = masked(text, "ja" if "に" in text else "en")
    assert found.text.endswith(expected)


def test_only_mentions_that_stand_in_the_sentence_are_masked():
    whole = prepared("Taobao. Tmall. QQ")
    found = mentions(whole)
    middle = Sentence(1, 0, 8, 14, Zone.LEAD, whole.folded[8:14])
    assert shown(MASKS.mask(middle, found)) == "<tmall>."


def test_a_place_in_the_masked_text_leads_back_to_the_text():
    text = "So Taobao, Tmall and JD.com add Alipay now"
    found = masked(text)
    for word in ("so", " add ", "now"):
        at = found.text.index(word)
        assert text[found.place(at) :].lower().startswith(word)


@pytest.mark.parametrize(
    ("trait", "many", "text", "expected"),
    [
        (None, False, "Taobao", True),
        (None, False, "Taobao and QQ", True),
        (None, True, "Taobao", False),
        (None, True, "Taobao and QQ", True),
        ("shop", False, "Taobao", True),
        ("shop", False, "QQ", False),
        ("shop", False, "Taobao and QQ", True),  # a list is what its first member is
        ("shop", True, "Taobao", False),
        ("bank", False, "Taobao", False),  # no platform has it
    ],
)
def test_classes_say_what_a_platform_can_do(trait, many, text, expected):
    found = re2.compile(MASKS.character_class(trait, many=many)).search(masked(text).text)
    assert (found is not None) is expected


@pytest.mark.parametrize("icon", ["\ue000", "\ue123", "\ue801", "\uefff"])
def test_icons_in_a_text_are_no_platforms(icon):
    found = masked(f"{icon} Taobao {icon}")
    assert [slot.platforms for slot in found.slots.values()] == [("taobao",)]
    anything = re2.compile(MASKS.character_class())
    assert len(anything.findall(found.text)) == 1


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["Taobao", "Tmall", "QQ", ", ", " and ", " adds ", "。", "x"]), max_size=12
    )
)
def test_slots_stand_in_order_where_their_characters_are(words):
    found = masked("".join(words))
    places = [found.place(at) for at in sorted(found.slots)]
    assert places == [slot.start for _, slot in sorted(found.slots.items())]
    end = 0
    for _, slot in sorted(found.slots.items()):
        assert end <= slot.start < slot.end
        end = slot.end
