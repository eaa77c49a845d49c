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
        "发布时间:2024年09月04日 来源:本站", "二〇二四年九月四日", "二零二四年九月四日", "２０２４年９月４日",
        "令和６年９月４日", "民國113/09/04", "中華民國113年9月4日", "20240904", "04.09.2024",
        "4 septembre 2024", "4 de septiembre de 2024", "2024年9月4日，3点击", "2024年9月4日から3時間",
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
        "2024年9月4日 星期三 15:00", "2024年9月4日（水曜日）１５：００", "2024-09-04 수요일 15:00",
        "2024年9月4日15点00分", "2024年9月4日下午3点", "2024年9月4日(水) 15時", "2024年9月4日 午後3時0分",
        "2024년 9월 4일 오후 3시", "2024.09.04. 오후 3:00", "2024.9.4 WED 15:00", "20240904150000",
        "2024.09.04 Wed posted at 15:00", "2024-09-04 PM 3:00:00", "04.09.2024, 15:00 Uhr",
        "4 septembre 2024 à 15h00", "Wed Sep 04 15:00:00 CST 2024", "2024年9月4日 PM 3:00",
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
    ("text", "hour"),
    [
        ("2024年9月4日 正午", 12), ("2024年9月4日 中午12:00", 12), ("2024年9月4日 中午1点", 13),
        ("2024年9月4日 凌晨12:00", 0), ("2024년 9월 4일 오전 12시", 0), ("2024年9月4日 晚上8点", 20),
        ("2024年9月4日 午前9時", 9), ("Sep 4, 2024 12:00 a.m.", 0), ("Sep 4, 2024 12:00 PM", 12),
    ],
)  # fmt: skip
def test_halves_of_the_day(text: str, hour: int) -> None:
    moment = read_moment(text, "UTC")
    assert moment is not None
    assert moment.at == datetime(2024, 9, 4, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "zone", "day"),
    [
        ("113-09-04", "Asia/Taipei", DAY), ("113年9月4日", "Asia/Taipei", DAY),
        ("113-09-04", "Asia/Tokyo", None), ("113.9.4.1", "Asia/Taipei", None),
        ("R6.9.4", "Asia/Tokyo", DAY), ("H31.4.30", "Asia/Tokyo", date(2019, 4, 30)),
        ("입력 24.09.04 15:05", "Asia/Seoul", DAY), ("24.09.04", "Asia/Shanghai", None),
        ("04.09.24", "Europe/Berlin", DAY), ("04/09/2024", "Europe/London", DAY),
        ("09/04/2024", "America/New_York", DAY), ("09/04/2024", "UTC", None),
        ("09/04/2024", None, None), ("31/04/2024", "Europe/London", None),
        ("二〇一九年十二月三十一日", "Asia/Shanghai", date(2019, 12, 31)),
        ("令和元年5月1日", "Asia/Tokyo", date(2019, 5, 1)),
    ],
)  # fmt: skip
def test_where_numbers_alone_tell_nothing_the_country_does(
    text: str, zone: str | None, day: date | None
) -> None:
    moment = read_moment(text, zone)
    assert (moment.day if moment else None) == day


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
