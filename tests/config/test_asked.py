from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.asked import moment, seconds_asked

NOW = datetime(2024, 9, 28, 12, tzinfo=UTC)
ANY_TIME = st.datetimes(datetime(1990, 1, 1), datetime(2990, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        ("9" * 5000, float("inf")),
        ("Sat, 28 Sep 2024 12:10:00 GMT", 600.0),
        ("Saturday, 28-Sep-24 12:10:00 GMT", 600.0),
        ("Sat Sep 28 12:10:00 2024", 600.0),  # the forms that nobody should send any more
        ("Sat, 28 Sep 2024 14:10:00 +0200", 600.0),
        ("Sat, 28 Sep 2024 11:00:00 GMT", 0.0),
        ("-5", None),
        ("1e3", None),
        ("12.5", None),
        ("\u0663", None),
        ("soon", None),
        ("", None),
        ("Mon, 29 Feb 2100 00:00:00 GMT", None),  # no leap year
        ("Sat, 31 Dec 2016 23:59:60 GMT", None),
        (f"Sat, 28 Sep {'9' * 30} 12:10:00 GMT", None),
        (f"Sat, 28 Sep 2024 {'9' * 30}:10:00 GMT", None),
        (f"Sat, 28 Sep 2024 12:10:00 +{'9' * 30}", None),
    ],
)
def test_what_a_server_may_say(asked: str, seconds: float | None) -> None:
    assert seconds_asked(asked, "", NOW) == seconds


@given(theirs=ANY_TIME, ours=ANY_TIME, wait=st.integers(0, 10**8))
def test_no_clock_need_be_right(theirs: datetime, ours: datetime, wait: int) -> None:
    theirs = theirs.replace(microsecond=0)
    asked = format_datetime(theirs + timedelta(seconds=wait), usegmt=True)
    assert seconds_asked(asked, format_datetime(theirs, usegmt=True), ours) == wait


@given(text=st.text() | st.from_regex(r"[A-Z][a-z]{2}, [0-9]{1,25} [A-Z][a-z]{2} [0-9]{1,25} [0-9:]{1,25} [+-]?[A-Z0-9]{1,25}"))  # fmt: skip
def test_any_text_is_a_moment_or_none(text: str) -> None:
    assert (found := moment(text)) is None or found.utcoffset() is not None
    asked = seconds_asked(text, text, NOW)
    assert asked is None or asked >= 0


def test_years_beyond_those_of_small_numbers() -> None:
    for year in (2038, 2106, 2400, 9999):
        last = datetime(year, 12, 31, 23, 59, 59, tzinfo=timezone(timedelta(0)))
        assert moment(format_datetime(last.replace(tzinfo=UTC), usegmt=True)) == last
