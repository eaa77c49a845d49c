"""What holds for any text, any day and any anchor."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.tagging.dates import find_dates, page_date
from alerts.tagging.dates.grammar import number
from alerts.tagging.folding import prepare

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
FORMS = {
    "zh": ["{y}年{m}月{d}日", "{y}-{m:02}-{d:02}", "{y}/{m}/{d}", "{m}月{d}日"],
    "ja": ["{y}年{m}月{d}日", "{y}/{m:02}/{d:02}", "{m}月{d}日"],
    "ko": ["{y}년 {m}월 {d}일", "{y}. {m}. {d}.", "{y}.{m:02}.{d:02}", "{m}월 {d}일"],
    "en": ["{name} {d}, {y}", "{d} {name} {y}", "{name} {d}", "{y}-{m:02}-{d:02}"],
    "de": ["{d}. {name} {y}", "{d:02}.{m:02}.{y}", "{d}. {name}"],
    "fr": ["{d} {name} {y}", "{d:02}/{m:02}/{y}", "{d} {name}"],
    "es": ["{d} de {name} de {y}", "{d:02}/{m:02}/{y}", "{d} de {name}"],
}
ANCHORS = st.dates(date(1992, 1, 1), date(2090, 1, 1))
LANGUAGES = st.sampled_from([*FORMS, "zh-Hant", "ru", ""])


def folded(text: str, language: str) -> str:
    return prepare(text, chinese=language == "zh", spaces=language not in ("zh", "ja")).folded


@given(
    st.sampled_from([(k, form) for k, forms in FORMS.items() for form in forms]),
    ANCHORS,
    st.integers(0, 300),
)
def test_a_written_day_comes_back(language_and_form, anchor, ago):
    language, form = language_and_form
    day = anchor - timedelta(ago)
    name = MONTHS[language].split()[day.month - 1] if language in MONTHS else ""
    text = form.format(y=day.year, m=day.month, d=day.day, name=name)
    found = find_dates(folded(text, language), language, anchor)
    assert [(one.first, one.last) for one in found] == [(day, day)]
    assert not found[0].planned


PIECES = st.sampled_from(
    [
        "9月",
        "4日",
        "昨(7)日",
        "周三",
        "前年",
        "第三季度",
        "半年后",
        "双11",
        "30日",
        "至",
        "翌日",
        "同年",
        "地",
        "9월",
        "31일",
        "이날",
        "다음",
        "달",
        "지난",
        "last",
        "next",
        "friday",
        "29",
        "february",
        "31",
        "may",
        "in",
        "99",
        "years",
        "ago",
        "999天前",
        "mitte",
        "ende",
        "30.",
        "februar",
        "vor",
        "999",
        "jahren",
        "l'an",
        "dernier",
        "il",
        "y",
        "a",
        "999",
        "ans",
        "hace",
        "999",
        "años",
        "pasado",
        "2月29日",
        "将",
        "will",
        "から",
        "부터",
        "\n",
        "2024年",
        "9999",
        "0001-01-01",
        "民国999年",
    ]
)


@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(PIECES, max_size=12).map(" ".join),
        st.lists(PIECES).map("".join),
    ),
    LANGUAGES,
    st.one_of(st.none(), st.dates(), st.just(date.min), st.just(date.max)),
    st.one_of(st.none(), st.integers(1, 9999)),
)
def test_nothing_raises_and_places_are_true(text, language, anchor, year):
    found = find_dates(text, language, anchor, year)
    assert all(0 <= one.start < one.end <= len(text) and one.first <= one.last for one in found)
    assert [one.start for one in found] == sorted(one.start for one in found)
    page_date(text.split("\n"), language)


@pytest.mark.parametrize("language", list(FORMS))
@pytest.mark.parametrize(
    "piece",
    [
        "9",
        "9月",
        "1日",
        "十",
        "a ",
        "the ",
        "1 ",
        "2024",
        "(",
        "the end of ",
        "mi-",
        "지난 ",
        "周",
    ],
)
def test_a_long_line_ends(language, piece):
    find_dates(piece * (100_000 // len(piece)), language, date(2024, 9, 4))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        ("十", 10),
        ("十四", 14),
        ("二十", 20),
        ("三十一", 31),
        ("二〇二四", 2024),
        ("两", 2),
    ],
)
def test_number(text, value):
    assert number(text) == value


@pytest.mark.parametrize("text", ["", "年", "十年"])
def test_no_number(text):
    assert number(text) is None


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("2024年9月4日", "absolute"), ("9月4日", "month-day"), ("9月", "month"), ("2024年", "year"),
        ("4日", "day-of-month"), ("昨天", "relative-day"), ("周三", "weekday"), ("上月", "relative-month"),
        ("去年", "relative-year"), ("1日至3日", "range"), ("2024年春", "season"), ("本周", "relative-week"),
        ("近日", "vague"), ("两年前", "counted"),
    ],
)  # fmt: skip
def test_how(text, how):
    assert [one.how for one in find_dates(text, "zh", date(2024, 9, 5))] == [how]
