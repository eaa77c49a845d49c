from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.moments import read_moment

DAY = date(2024, 9, 4)


@pytest.mark.parametrize(
    "text",
    [
        "2024年9月4日", "2024-09-04", "2024/9/4", "2024. 9. 4.", "2024년 9월 4일", "民國113年9月4日",
        "令和6年9月4日", "September 4, 2024", "4 September 2024", "Sept. 4, 2024", "4. September 2024",
        "发布时间:2024年09月04日 来源:本站",
    ],
)  # fmt: skip
def test_days(text: str) -> None:
    moment = read_moment(text, "Asia/Shanghai")
    assert moment is not None
    assert (moment.day, moment.at) == (DAY, None)
    assert moment.started("Asia/Shanghai") == datetime(2024, 9, 3, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2024年9月4日 15:00", "2024年9月4日(水) 15時00分", "2024-09-04T15:00:00+08:00",
        "2024-09-04 15:00:00.123", "2024-09-04T07:00:00Z", "2024-09-04 07:00 UTC",
        "2024. 9. 4. 오후 3:00", "2024-09-04 下午 3:00", "입력 2024.09.04 15:00", 1725433200,
        "1725433200000", "Wed, 04 Sep 2024 15:00:00 +0800", "4 Sep 2024 15:00 CST",
        "September 4, 2024 at 3:00 pm", "Sep 4, 2024 3:00 p.m.", "发表于 2024-9-4 15:00",
    ],
)  # fmt: skip
def test_times_are_in_the_zone_of_the_source(text: str | int) -> None:
    moment = read_moment(text, "Asia/Shanghai")
    assert moment is not None
    assert moment.day == DAY
    assert moment.at is not None
    assert moment.at.replace(microsecond=0) == datetime(2024, 9, 4, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "昨天",
        "3小时前",
        "9月4日",
        "2024",
        "2024年",
        "2024-13-45",
        "15:00",
        "1970-01-01",
        "0",
        None,
        "2024-02-30",
        "令和",
        "13800138000000",
        "version 2.0.24",
        True,
    ],
)
def test_nothing_is_invented(text: str | None) -> None:
    assert read_moment(text, "Asia/Shanghai") is None


@given(st.text(max_size=80))
def test_any_text_is_taken(text: str) -> None:
    moment = read_moment(text, "Asia/Tokyo")
    assert moment is None or moment.day.year >= 1990
