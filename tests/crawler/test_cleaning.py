import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.cleaning import MAX_TITLE, clean_line, clean_text, clean_title


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("a\x00b\x1b[31mc\x9bd", "ab[31mcd"),
        ("a\u200bb\u202ec\u2066d\ufeffe\u00adf", "abcdef"),
        ("a\ud800b", "ab"),
        ("  a \u3000 b\t\tc  \r\n\r\n d\u2028e ", "a b c\nd\ne"),
        ("e\u0301", "\u00e9"),
        ("ﾊﾟｿｺﾝ", "パソコン"),
        ("Ａ：１，淘宝", "Ａ：１，淘宝"),
        ("a" + "\u0301" * 50, unicodedata.normalize("NFC", "a" + "\u0301" * 5)),
    ],
)
def test_what_hides_or_steers_is_gone(dirty: str, clean: str) -> None:
    assert clean_text(dirty) == clean


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("<b>Taobao</b> &amp; WeChat", "Taobao & WeChat"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;x", "alert(1)x"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("two\nlines", "two lines"),
        ("x" * 999, "x" * MAX_TITLE),
    ],
)
def test_titles(dirty: str, clean: str) -> None:
    assert clean_title(dirty) == clean


@given(st.text(alphabet=st.characters()))
def test_cleaning_settles_at_once_and_can_be_stored(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    cleaned.encode("utf-8")
    assert not any(unicodedata.category(c) in {"Cc", "Cs"} for c in cleaned.replace("\n", ""))
    assert "\n" not in clean_line(text)
    assert len(clean_title(text)) <= MAX_TITLE
