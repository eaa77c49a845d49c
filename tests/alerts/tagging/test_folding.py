import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.tagging.folding import fold, prepare

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("騰訊與淘寶", "腾讯与淘宝"),
        ("ＷｅＣｈａｔ　Ｐａｙ", "wechat pay"),
        ("“接入”，上线！", '"接入",上线!'),
    ],
)
def test_chinese_is_folded_to_simplified_half_width_small_letters(text, folded):
    assert fold(text, chinese=True) == folded


def test_japanese_keeps_its_characters():
    assert fold("決済に対応", chinese=False) == "決済に対応"


def test_entities_tags_glosses_and_stray_spaces_go_and_quotes_stay_verbatim():
    text = "騰訊&rsquo;s 微(wēi)信 支付<b>接入</b>"
    found = prepare(text, chinese=True, spaces=False)
    assert found.folded == "腾讯's微信支付接入"
    at = found.folded.index("微信支付")
    assert found.quote(at, at + 4) == "微(wēi)信 支付"


def test_korean_keeps_its_spaces():
    assert prepare("네이버 페이", chinese=False, spaces=True).folded == "네이버 페이"


def test_half_width_kana_is_composed():
    assert prepare("ﾍﾟｲﾍﾟｲ", chinese=False, spaces=False).folded == "ペイペイ"


@given(TEXT, st.booleans())
def test_folding_keeps_the_length(text, chinese):
    assert len(fold(text, chinese=chinese)) == len(text)


@given(TEXT, st.booleans(), st.booleans())
def test_every_place_leads_back_to_the_original(text, chinese, spaces):
    found = prepare(text, chinese=chinese, spaces=spaces)
    assert len(found.clean) == len(found.folded)
    for index, character in enumerate(found.clean):
        start, end = found.span(index, index + 1)
        assert 0 <= start <= end <= len(text)
        assert found.places is not None or text[start:end] == character
