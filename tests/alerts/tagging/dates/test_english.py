"""English dates."""

import pytest

CASES = [
    ("September 4, 2024", None, ["2024-09-04"]),
    ("4 September 2024", None, ["2024-09-04"]),
    ("Tuesday, March 1, 2022", None, ["2022-03-01"]),
    ("the 4th of September 2024", None, ["2024-09-04"]),
    ("2024-09-04T10:00:00Z", None, ["2024-09-04"]),
    ("09/14/2024 and 14/09/2024", None, ["2024-09-14", "2024-09-14"]),
    ("04/09/2024", None, []),
    ("Sept. 4", "2024-09-05", ["2024-09-04"]),
    ("on September 4th", "2024-09-05", ["2024-09-04"]),
    ("on 4 September", "2024-09-05", ["2024-09-04"]),
    ("on May 18", "2020-06-03", ["2020-05-18"]),
    ("on Tuesday", "2024-09-05", ["2024-09-03"]),
    ("on Tuesday", "2024-09-03", ["2024-09-03"]),
    ("on Monday morning", "2023-12-04", ["2023-12-04"]),
    ("last Wednesday", "2022-03-01", ["2022-02-23"]),
    ("last Tuesday", "2024-09-03", ["2024-08-27"]),
    ("next Tuesday", "2024-09-03", ["2024-09-10 planned"]),
    ("said on Wednesday that Teams will run", "2022-10-13", ["2022-10-12"]),
    ("will go live on Friday, Apple said", "2022-10-12", ["2022-10-14 planned"]),
    ("will open, Apple said on Monday", "2022-10-12", ["2022-10-10"]),
    ("today and yesterday", "2024-09-05", ["2024-09-05", "2024-09-04"]),
    ("from today", "2024-09-05", ["2024-09-05"]),
    ("As of midnight", "2022-03-01", ["2022-03-01"]),
    ("last November", "2024-09-05", ["2023-11-01..2023-11-30"]),
    ("last year", "2024-09-05", ["2023-01-01..2023-12-31"]),
    ("in November last year", "2024-09-05", ["2023-11-01..2023-11-30"]),
    ("earlier this month", "2024-09-05", ["2024-09-01..2024-09-30"]),
    ("in March", "2024-09-05", ["2024-03-01..2024-03-31"]),
    ("in March 2019", None, ["2019-03-01..2019-03-31"]),
    ("mid-December", "2023-12-05", ["2023-12-11..2023-12-20 planned"]),
    ("two years ago", "2024-09-05", ["2022-01-01..2022-12-31"]),
    ("three days ago", "2024-09-07", ["2024-09-04"]),
    ("On September 4, 2024 it opened; the day before", None, ["2024-09-04", "2024-09-03"]),
    ("next spring", "2023-05-26", ["2024-03-01..2024-05-31 planned"]),
    ("last autumn", "2022-03-01", ["2021-09-01..2021-11-30"]),
    ("by the end of September", "2024-09-05", ["2024-09-21..2024-09-30 planned"]),
    ("the first half of next year", "2022-10-13", ["2023-01-01..2023-06-30 planned"]),
    ("in the third quarter of 2024", None, ["2024-07-01..2024-09-30"]),
    ("It began in September 2021. That year, in November", None,
     ["2021-09-01..2021-09-30", "2021-01-01..2021-12-31", "2021-11-01..2021-11-30"]),
    ("In 2021 the ministry spoke up. In September WeChat opened", "2024-09-19",
     ["2021-01-01..2021-12-31", "2021-09-01..2021-09-30"]),
    ("recently", "2024-09-05", ["2024-08-06..2024-09-05 vague"]),
    ("this week", "2024-09-05", ["2024-09-02..2024-09-08 vague"]),
    ("a few days ago", "2024-09-15", ["2024-09-06..2024-09-13 vague"]),
    ("in two weeks", "2024-09-05", ["2024-09-16..2024-09-22 planned"]),
    # plans
    ("from October 9", "2020-08-28", ["2020-10-09 planned"]),
    ("from March", "2023-12-05", ["2024-03-01..2024-03-31 planned"]),
    ("from September 4", "2024-09-05", ["2024-09-04"]),
    ("opened on January 21", "2024-01-15", ["2024-01-21 planned"]),
    ("will start on February 28", "2024-11-06", ["2025-02-28 planned"]),
    ("since July", "2021-10-19", ["2021-07-01..2021-07-31"]),
    # no dates
    ("they may and they march on; iOS 17.4, 13.5, 3.8 percent, $225", "2024-09-05", []),
    ("on a Thursday evening, every Monday, Black Friday, Mondays", "2024-09-05", []),
    ("180 votes, 12,000 chargers, 2,024 shops, $2024, 24 hours, at 9:30", "2024-09-05", []),
    ("© 2022 Example", "2024-09-05", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "anchor", "expected"), CASES)
def test_english(seen, text, anchor, expected):
    assert seen(text, "en", anchor) == expected
