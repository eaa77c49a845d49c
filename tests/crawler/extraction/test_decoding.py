import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.decoding import decode
from crawler.extraction.errors import ExtractionError, Reason
from crawler.extraction.realigning import realign

TEXTS = {
    "zh-Hans": (
        ("utf-8", "gb18030"),
        "9月27日,淘宝正式上线微信支付。买家把淘宝更新到最新版,下单后在付款页选择微信支付即可。",
    ),
    "zh-Hant": (
        ("utf-8", "big5hkscs", "gb18030"),
        "阿里巴巴旗下的淘寶和天貓昨日公布,計劃讓平台上所有商戶新增微信支付作為付款方式。",
    ),
    "ja": (
        ("utf-8", "cp932", "euc_jp"),
        "アリババグループのネット通販サイト、タオバオと天猫は4日、決済サービスの導入計画を発表した。",
    ),
    "ko": (
        ("utf-8", "cp949"),
        "중국 최대 온라인 장터 타오바오가 27일부터 텐센트의 위챗페이 결제를 지원하기 시작했다.",
    ),
    "de": (
        ("utf-8", "cp1252"),
        "Für Käufer öffnet der Anbieter künftig auch „fremde“ Bezahldienste – früher unmöglich.",
    ),
    "fr": (("utf-8", "cp1252"), "L’opérateur a déjà annoncé l’été dernier qu’il l’ouvrirait."),
}
LABELS = ["", "utf-8", "gbk", "big5", "iso-8859-1", "euc-kr", "nonsense"]


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("stray", [b"", b"\xff", b"\x80"])
@pytest.mark.parametrize("language", TEXTS)
def test_a_page_is_read_whatever_its_label_says(language: str, stray: bytes, label: str) -> None:
    encodings, text = TEXTS[language]
    for encoding in encodings:
        if stray and encoding == "utf-8":
            continue
        meta = f'<meta charset="{label}">' if label else ""
        body = meta.encode() + b"<p>" + stray + b"</p>" + text.encode(encoding)
        assert text in decode(body), encoding
        header = f"text/html; charset={label}" if label else None
        assert text in decode(body, header), encoding


TWO_BYTES = [
    (encoding, text)
    for encodings, text in TEXTS.values()
    for encoding in encodings
    if encoding not in {"utf-8", "cp1252"}
]


@pytest.mark.parametrize("damage", ["lost", "stray", "nul"])
@pytest.mark.parametrize(("encoding", "text"), TWO_BYTES)
def test_a_damaged_character_costs_no_more_than_its_neighbours(
    encoding: str, text: str, damage: str
) -> None:
    raw = (text * 2).encode(encoding)
    for place in range(1, len(raw) // 2, 3):
        rest = raw[place + 1 :] if damage == "lost" else raw[place:]
        stray = {"lost": b"", "stray": b"\xff", "nul": b"\0"}[damage]
        found = decode(b"<meta charset=" + encoding.encode() + b">" + raw[:place] + stray + rest)
        before = raw[:place].decode(encoding, "ignore")
        after = (text * 2)[len(before) :]
        spared = 0 if damage == "nul" else 6
        assert before[: len(before) - spared] in found
        assert found.endswith(after[spared:])


@pytest.mark.parametrize(("encoding", "text"), TWO_BYTES)
def test_what_is_whole_is_not_cut_anew(encoding: str, text: str) -> None:
    assert realign(text.encode(encoding), encoding, lambda _: 0.1) == text


@given(st.binary(max_size=300), st.sampled_from(["gb18030", "big5hkscs", "cp932", "euc_jp"]))
def test_realigning_loses_no_ascii(noise: bytes, encoding: str) -> None:
    assert realign(noise + b"<p>0123</p>", encoding, lambda _: 1.0).endswith("<p>0123</p>")


@pytest.mark.parametrize("label", ["punycode", "idna", "hex", "unicode_escape", "undefined"])
def test_a_label_that_means_something_to_python_only_is_not_followed(label: str) -> None:
    text = TEXTS["zh-Hans"][1]
    assert text in decode(f"<meta charset={label}>{text}".encode("gb18030"))


def test_one_bad_byte_does_not_ruin_utf8() -> None:
    text = TEXTS["zh-Hans"][1]
    assert text in decode(b"<p>\xff</p>" + text.encode())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks(encoding: str) -> None:
    assert decode("淘宝".encode(encoding)) == "淘宝"


def test_iso_2022_jp() -> None:
    assert "淘宝" in decode(b'<meta charset="iso-2022-jp">' + "淘宝".encode("iso2022_jp_ext"))


@pytest.mark.parametrize("body", [bytes(range(256)) * 20, b"\x89PNG\r\n\x1a\n" + bytes(500)])
def test_what_is_no_text(body: bytes) -> None:
    with pytest.raises(ExtractionError) as caught:
        decode(body)
    assert caught.value.reason is Reason.UNDECODABLE
