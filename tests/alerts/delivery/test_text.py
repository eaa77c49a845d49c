"""Other people's text: nothing hidden, nothing live, nothing that reorders its surroundings."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.delivery.text import clean, cut, plain, tame, units
from tests.fakes.telegram_html import detect, utf16

HOSTILE = [
    "<b>bold</b> & <script>",
    "see https://evil.example/x?a=b now",
    "go to evil.com, www.evil.co or t.me/evil",
    "mail root@evil.com or ping @channel_owner",
    "run /start now, /stop@some_bot",
    "#sale #淘宝 $AAPL",
    "tg://resolve?domain=evil and ton://x",
    "\u202egnp.exe\u202c \u2066x\u2069",
    "zero\u200bwidth\u200djoin\ufeff soft\u00adhyphen",
    "bell\x07 escape\x1b[31m null\x00",
    "Z\u0300\u0301\u0302\u0303\u0304\u0305algo",
    "\ud800 lone \udfff",
    "mailto:a@b.co javascript:alert(1)",
    "例え。テスト.jp",
    "שלום.com مرحبا @user",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_hostile_text_comes_alive(text):
    assert detect(tame(text), []) == []


@given(st.text())
def test_cleaning_twice_changes_nothing(text):
    assert clean(clean(text)) == clean(text)


@given(st.text(alphabet=st.characters(categories=["Cc", "Cf", "Mn", "Lo", "So", "Zs", "Cs"])))
def test_no_control_survives(text):
    for char in clean(text):
        assert unicodedata.category(char) not in ("Cc", "Cs")
        assert char not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff\xad"


@given(st.text())
def test_what_is_shown_is_the_cleaned_text(text):
    assert plain(tame(text)) == clean(text)


@pytest.mark.parametrize(
    "text", ["👩\u200d💻 works", "न\u094dत\u200dय", "می\u200cخواهم", "🏳️\u200d🌈"]
)
def test_joiners_that_belong_to_the_spelling_stay(text):
    assert clean(text) == unicodedata.normalize("NFC", text)


def test_only_right_to_left_text_is_isolated():
    assert tame("淘宝 opens") == "淘宝 opens"
    assert tame("שלום") == "\u2068שלום\u2069"


@given(st.text(), st.integers(min_value=1, max_value=40))
def test_cut_keeps_to_its_length_and_to_the_start(text, most):
    short = cut(text, most)
    assert units(short) <= most
    assert short == text or text.startswith(short[:-1].rstrip())


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_units_are_those_of_telegram(text):
    assert units(text) == utf16(text)
