"""The date of publication in head and tail lines."""

from datetime import date

import pytest

from alerts.tagging.dates import page_date

CASES = [
    ("ja", "ホーム ＞ ニュース ＞ アップル　　2021年3月5日（金）掲載", "2021-03-05"),
    ("ja", "公開：2025年7月23日 7時10分", "2025-07-23"),
    ("ja", "発売日:2021-09-29 10:22　出典:網路観察　編集者:小麦", "2021-09-29"),
    ("en", "Published: Tuesday, March 1, 2022 | Section: Livestreaming | 2 min read", "2022-03-01"),
    ("en", "Release time: 2024-01-15 Reading: 302 times", "2024-01-15"),
    ("en", "By Jane Doe, September 4, 2024", "2024-09-04"),
    ("zh", "发布时间：2023-12-05 09:16:40　浏览：1,204　字号：大 中 小", "2023-12-05"),
    ("zh-Hant", "2024年09月04日 15:00　記者小K", "2024-09-04"),
    ("ko", "입력 2024.01.15 09:30", "2024-01-15"),
    ("ko", "홍길동 기자 | 입력 2024. 1. 15. 오전 9:30 | 수정 2024. 1. 16.", "2024-01-15"),
    ("de", "Stand: 4. März 2024", "2024-03-04"),
    ("de", "Aktualisiert am 4. März 2024, 10:15 Uhr", "2024-03-04"),
    ("fr", "Publié le 7 décembre 2023", "2023-12-07"),
    ("es", "Publicado el 4 de septiembre de 2024", "2024-09-04"),
    ("zh", "（新加坡30日讯）", None),
    ("en", "© 2022 Example News", None),
    ("en", "Copyright March 1, 2022 Example", None),
    ("en", "Home / Fintech / April 2024", None),
    ("zh", "2013年9月4日，微信宣布关闭来自淘宝的链接，此后双方多年不相往来，各自为政，直到监管出手要求开放。", None),
    ("en", "On September 28, 2021 Alibaba confirmed the step.", None),
]  # fmt: skip


@pytest.mark.parametrize(("language", "line", "expected"), CASES)
def test_page_date(language, line, expected):
    found = page_date(["A headline", "", line, "And the body."], language)
    assert found == (date.fromisoformat(expected) if expected else None)


def test_published_is_better_than_updated_and_that_than_a_bare_date():
    lines = ["March 3, 2022", "Updated: March 2, 2022", "Published: March 1, 2022"]
    assert page_date(lines, "en") == date(2022, 3, 1)
    assert page_date(lines[:2], "en") == date(2022, 3, 2)
    assert page_date(lines[:1], "en") == date(2022, 3, 3)


def test_the_middle_of_a_long_page_is_not_looked_at():
    middle = ["words"] * 20
    assert page_date([*middle, "Published: March 1, 2022", *middle], "en") is None
    assert page_date([*middle, "Published: March 1, 2022"], "en") == date(2022, 3, 1)
    assert page_date(["Published: March 1, 2022 " + "word " * 100], "en") is None
