import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.tagging.folding import fold, fold_accents, prepare, prepare_name

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


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("‘a’ ‛b′", "'a' 'b'"),
        ("„a“ ”b″", '"a" "b"'),
        ("a\u00a0b\u3000c\td", "a b c d"),
        ("a‐b‑c‒d", "a-b-c-d"),
        ("㍻ﬁ", "㍻ﬁ"),  # what would become longer stays
        ("①LINE⑳⑴ⓒ5²₂", " line   5  "),
        ("𝕎𠮷😀", "𝕎𠮷😀"),
        ("İẞ", "İß"),
    ],
)
def test_quotes_spaces_and_dashes_are_plain(text, folded):
    assert fold(text, chinese=False) == folded


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("intègre où ça", "integre ou ca"),
        ("öffnet für ñandú", "offnet fur nandu"),
        ("œuvre straße", "œuvre straße"),
        ("plain", "plain"),
        ("接入 지원", "接入 지원"),
    ],
)
def test_accents_go_one_for_one(text, bare):
    assert fold_accents(text) == bare
    assert len(bare) == len(text)


def test_japanese_keeps_its_characters():
    assert fold("決済に対応", chinese=False) == "決済に対応"


def test_entities_tags_glosses_and_stray_spaces_go_and_quotes_stay_verbatim():
    text = "騰訊&rsquo;s 微(wēi)信 支付<b>接入</b>"
    found = prepare(text, chinese=True, spaces=False)
    assert found.folded == "腾讯's微信支付接入"
    at = found.folded.index("微信支付")
    assert found.quote(at, at + 4) == "微(wēi)信 支付"


@pytest.mark.parametrize(
    ("text", "spaces", "part", "quote"),
    [
        ("タオハ\u3099オで", False, "タオバオ", "タオハ\u3099オ"),
        (
            "\u1102\u1166\u110b\u1175\u1107\u1165에서",
            True,
            "네이버",
            "\u1102\u1166\u110b\u1175\u1107\u1165",
        ),
        ("WhatsApp o\u0308ffnet", True, "öffnet", "o\u0308ffnet"),
        ("Netﬂix öﬀnet", True, "netflix öffnet", "Netﬂix öﬀnet"),
        ("微信\ufe0f支付", False, "微信支付", "微信\ufe0f支付"),
        ("题\n微\u00a0信 支付", False, "微信支付", "微\u00a0信 支付"),
        ("题\n微&nbsp;信", False, "微信", "微&nbsp;信"),
        ("支付宝 (Zhīfùbǎo) 开放", False, "支付宝", "支付宝"),
        ("西安（Xī'ān）支付宝", False, "西安支付宝", "西安（Xī'ān）支付宝"),
    ],
)
def test_what_is_written_in_several_characters_is_one_word(text, spaces, part, quote):
    found = prepare(text, chinese=True, spaces=spaces)
    at = found.folded.index(part)
    assert found.quote(at, at + len(part)) == quote
    assert "zh" not in found.folded


def test_a_wide_space_parts_a_list():
    assert prepare("题\n微信　支付宝", chinese=True, spaces=False).folded == "题\n微信 支付宝"


def test_korean_keeps_its_spaces():
    assert prepare("네이버 페이", chinese=False, spaces=True).folded == "네이버 페이"


def test_half_width_kana_is_composed():
    assert prepare("ﾍﾟｲﾍﾟｲ", chinese=False, spaces=False).folded == "ペイペイ"


@settings(deadline=None)
@given(TEXT, st.booleans())
def test_folding_keeps_the_length(text, chinese):
    assert len(fold(text, chinese=chinese)) == len(text)


@settings(deadline=None)
@given(TEXT, st.booleans(), st.booleans())
def test_every_place_leads_back_to_the_original(text, chinese, spaces):
    found = prepare(text, chinese=chinese, spaces=spaces)
    assert len(found.clean) == len(found.folded)
    for index, character in enumerate(found.clean):
        start, end = found.span(index, index + 1)
        assert 0 <= start <= end <= len(text)
        assert found.places is not None or text[start:end] == character


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a&amp;b &#39;c&#x27; &unknown; &", "a&b 'c' &unknown; &"),
        ("a<br/>b<span class='x'>c</span>d", "abcd"),
        ("1 < 2 and <host> stays", "1 < 2 and <host> stays"),
        ("zero\u200bwidth\ufeff and soft\u00adhyphen", "zerowidth and softhyphen"),
        ("微(wēi)信（wechat）", "微信（wechat）"),  # no tones, no gloss
        ("&#0;&#x10FFFF;", "\ufffd"),
    ],
)
def test_what_pages_put_between_the_words_goes(text, clean):
    assert prepare(text, chinese=True, spaces=True).clean == clean


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("微信 支付 App 接入 3 次", "微信支付App接入3次"),
        ("Apple Pay に 対応", "Apple Payに対応"),
        ("kept in Latin words", "kept in Latin words"),
        ("&nbsp;微 信", "\xa0微信"),
    ],
)
def test_spaces_beside_wide_characters_go(text, clean):
    found = prepare(text, chinese=True, spaces=False)
    assert found.clean == clean
    assert found.quote(0, len(clean)) == text


def test_the_place_of_nothing_is_a_place():
    plain, changed = (prepare(text, chinese=True, spaces=False) for text in ("微信", "微&amp;信"))
    assert plain.span(1, 1) == (1, 1)
    assert changed.span(2, 2) == (6, 6)
    assert changed.span(3, 3) == (7, 7)
    assert changed.quote(1, 1) == ""


def test_names_look_as_they_do_in_texts():
    assert prepare_name("微信 Pay", chinese=True) == "微信pay"
    assert prepare_name("騰訊", chinese=True) == "腾讯"
    assert prepare_name("騰訊", chinese=False) == "騰訊"
    assert prepare_name("ＰａｙＰａｙ", chinese=False) == "paypay"
