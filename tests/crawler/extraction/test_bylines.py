"""Where pages show their date: what stands in the article, and when it was changed, is another one."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from crawler.extraction.page import Page, extract

FETCHED = datetime(2024, 9, 28, 1, tzinfo=UTC)
TEXTS = {
    "Asia/Shanghai": "据介绍，2023年5月双方已开始小范围测试，2024年3月1日起部分商家可以自愿加入，目前已有超过百万家商户签约。",
    "Asia/Taipei": "淘寶表示，2024年3月1日起部分商家可以自願加入，目前已有超過百萬家商戶完成簽約，其餘商戶將陸續開通。",
    "Asia/Tokyo": "同社によると、2024年3月1日に加盟店の募集を開始しており、利用者は最新版に更新すると選択できるようになる。",
    "Asia/Seoul": "회사 측에 따르면 2024년 3월 1일에는 가맹점 모집을 시작했으며 이용자는 최신판으로 갱신하면 선택할 수 있다.",
    "Europe/Berlin": "Taobao began to take in merchants on March 1, 2024, and the rest are to follow this autumn, it said.",
}


def read(above: str, zone: str, *, now: datetime | None = FETCHED, head: str = "") -> Page:
    """A page with something between its heading and its paragraphs, which have dates too."""
    body = f"<h1>淘宝接入微信支付</h1>{above}<div class=c>{f'<p>{TEXTS[zone]}</p>' * 4}</div>"
    page = f"<html><head><title>T</title>{head}</head><body>{body}</body></html>"
    return extract(page.encode(), "https://e.org/a", zone=zone, now=now)


def stated(page: Page, zone: str) -> str | None:
    at = page.published_at
    return f"{at.astimezone(ZoneInfo(zone)):%m-%d %H:%M}" if at else None


ABOVE = [
    ("Asia/Shanghai", "<div>2024年09月27日 11:05 来源：<a>新华网</a></div>"),
    ("Asia/Shanghai", "<i>更新时间：2024-09-29 08:00</i><i>发布时间：2024-09-27 11:05</i>"),
    ("Asia/Shanghai", "<i>更新：2024-09-29 08:00　发布：2024-09-27 11:05</i>"),
    ("Asia/Shanghai", "<i>2024-09-27 11:05 发布 2024-09-29 08:00 更新</i>"),
    ("Asia/Shanghai", "<i>2024-09-29 08:00 更新 2024-09-27 11:05 发布</i>"),
    ("Asia/Shanghai", "<em data-time=1727406300000></em>"),
    ("Asia/Shanghai", "<i class=t>09-27 11:05</i>"),
    ("Asia/Shanghai", "<i>昨天 11:05</i>"),
    ("Asia/Shanghai", "<i>二〇二四年九月二十七日</i>"),
    ("Asia/Shanghai", "<script>var o = {publish_time: '0', ct: \"1727406300\"};</script>"),
    ("Asia/Taipei", "<ul><li>更新日期：113-10-01</li><li>發布日期：113-09-27</li></ul>"),
    ("Asia/Taipei", "<time class=updated>2024/09/28 09:00</time><time>2024/09/27 11:05</time>"),
    ("Asia/Tokyo", "<p><time>9/27(金) 11:05</time>配信</p>"),
    ("Asia/Tokyo", "<p>令和６年９月２７日<br>公正取引委員会</p>"),
    ("Asia/Tokyo", "<li>更新日：2024/09/30 10:00</li><li>公開日：2024/09/27 11:05</li>"),
    ("Asia/Tokyo", "<p>最終更新 <time>2024年9月28日 10時</time></p><p><time>2024年9月27日 11時5分</time></p>"),
    ("Asia/Seoul", "<em>수정</em><b>2024.09.28. 오전 9:00</b><em>입력</em><b>2024.09.27. 오전 11:05</b>"),
    ("Asia/Seoul", "<span>최종수정 2024.09.28 09:00</span><span>입력 2024.09.27 11:05</span>"),
    ("Asia/Seoul", "<dl><dt>입력 :</dt><dd>2024-09-27 11:05:33</dd></dl><dl><dt>수정 :</dt></dl>"),
    ("Asia/Seoul", "<div>입력 24.09.27 11:05</div>"),
    ("Europe/Berlin", "<p>Aktualisiert am 28.09.2024</p><p>27.09.2024, 11:05 Uhr</p>"),
    ("Europe/Berlin", "<span>Last updated Sept. 28, 2024</span><span>Sept. 27, 2024, 11:05 a.m.</span>"),
]  # fmt: skip


@pytest.mark.parametrize(("zone", "above"), ABOVE)
def test_the_day_of_publication_is_the_one_that_is_shown(zone: str, above: str) -> None:
    assert stated(read(above, zone), zone) in {"09-27 11:05", "09-27 00:00"}


@pytest.mark.parametrize("zone", TEXTS)
def test_dates_in_the_article_are_not_its_own(zone: str) -> None:
    assert read("", zone).published_at is None


@pytest.mark.parametrize(
    ("zone", "above", "at"),
    [
        ("Asia/Shanghai", "3小时前", "09-28 06:00"),
        ("Asia/Shanghai", "2天前", "09-26 00:00"),
        ("Asia/Tokyo", "45分前", "09-28 09:15"),
        ("Asia/Seoul", "2시간 전", "09-28 08:00"),
        ("Asia/Seoul", "오늘 09:30", "09-28 09:30"),
        ("Europe/Berlin", "gestern 20:40 Uhr", "09-27 20:40"),
        ("Europe/Berlin", "5 hours ago", "09-27 22:00"),
        ("Asia/Shanghai", "12-31 08:00", None),  # of last year, or of none
        ("Asia/Shanghai", "02-30 08:00", None),
        ("Europe/Berlin", "09-27 08:00", None),  # or the ninth of a month that is none
        ("Asia/Shanghai", "今日热点", None),
    ],
)
def test_a_page_that_was_fetched_now_counts_from_now(
    zone: str, above: str, at: str | None
) -> None:
    assert stated(read(f"<i>{above}</i>", zone), zone) == at
    assert read(f"<i>{above}</i>", zone, now=None).published_at is None, "one from a file does not"
