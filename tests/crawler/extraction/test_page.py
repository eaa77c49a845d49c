import json
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
import trafilatura.utils
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extraction.errors import ExtractionError, Reason
from crawler.extraction.page import MAX_BYTES, Announced, Page, extract

NOW = datetime(2024, 9, 30, tzinfo=UTC)
ZH = (
    "9月27日,淘宝正式上线微信支付。买家把淘宝更新到最新版,下单后在付款页选择微信支付。\n"
    "平台表示,该功能分批开放,部分用户当天就能看到,其余用户会在随后几天陆续覆盖。\n"
    "微信方面称,用户可以在微信账单里查到淘宝订单的付款凭证,退款也按原路返回。"
)
EN = (
    "Shoppers on Taobao can now pay with WeChat Pay, the company said in a note on Friday.\n"
    "The launch is happening in steps, and everyone should see the button within days.\n"
    "Tencent said receipts for Taobao orders would appear in the wallet of the buyer."
)


def page(text: str = EN, head: str = "", before: str = "", after: str = "") -> str:
    paragraphs = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    return (
        f"<!doctype html><html><head>{head}</head><body>{before}"
        f"<article>{paragraphs}</article>{after}</body></html>"
    )


def read(html: str, url: str = "https://e.org/a", **how) -> Page:
    how.setdefault("zone", "Asia/Shanghai")
    return extract(html.encode(), url, now=NOW, **how)


@pytest.mark.parametrize(("text", "language"), [(ZH, "zh-Hans"), (EN, "en")])
def test_paragraphs_are_lines_without_the_chrome(text: str, language: str) -> None:
    chrome = "<div><a href='/login'>登录</a> | <a href='/r'>立即注册</a></div><div>分享到 微信 QQ 微博</div>"
    found = read(page(text, "<title>T - Outlet</title>", chrome, chrome))
    assert found.text == text
    assert found.language == language


LD = '<script type="application/ld+json">{}</script>'
SITE = (
    "<title>Pay: what - and when - changes - Outlet</title>"
    "<meta property='og:site_name' content='Outlet'>"
)


@pytest.mark.parametrize(
    ("head", "heading", "title"),
    [
        ("<title>Taobao opens - Tech - Outlet</title>", "Taobao opens", "Taobao opens"),
        ("<title>Taobao opens | Outlet</title>", "", "Taobao opens"),
        ("<title>淘宝支持微信支付_科技频道_某网</title>", "", "淘宝支持微信支付"),
        ("<meta property='og:title' content='Taobao opens'>", "Outlet", "Taobao opens"),
        ("<title>[报纸] 淘宝支持微信支付 - 某网</title>", "淘宝支持微信支付", "淘宝支持微信支付"),
        (SITE, "", "Pay: what - and when - changes"),
        (SITE, "Outlet", "Pay: what - and when - changes"),
        ("<title>Taobao opens to WeChat Pay | Outlet</title>", "Outlet", "Taobao opens to WeChat Pay"),
        (LD.format('{"@type": "NewsArticle", "headline": "Pay - a guide - to all", '
                   '"publisher": {"name": "Outlet"}}') + "<title>Guide - Outlet</title>",
         "Outlet", "Pay - a guide - to all"),
    ],
)  # fmt: skip
def test_titles(head: str, heading: str, title: str) -> None:
    assert read(page(head=head, before=f"<h1>{heading}</h1>" if heading else "")).title == title


SAID = "淘宝正式接入微信支付 用户可直接付款"


@pytest.mark.parametrize(
    ("shown", "title"),
    [
        (f"{SAID}-新华网", SAID), (f"{SAID}--人民网", SAID), (f"{SAID}——中国新闻网", SAID),
        (f"{SAID}：朝日新聞デジタル", SAID), (f"{SAID}(1/2ページ) - 産経ニュース", SAID),
        (f"{SAID} &lt; IT/과학 &lt; 뉴스 &lt; 기사본문 - 바이라인", SAID),
        ("中国移动宣布上线5G-A网", "中国移动宣布上线5G-A网"),
        ("马云谈竞争时说：我们不看新闻", "马云谈竞争时说：我们不看新闻"),
    ],
)  # fmt: skip
def test_an_outlets_name_without_spaces_is_no_part_of_the_title(shown: str, title: str) -> None:
    assert read(page(head=f"<title>{shown}</title>")).title == title


def test_the_title_of_the_feed_helps_where_the_page_has_none() -> None:
    assert read(page(), announced=Announced(title="From the feed")).title == "From the feed"


def node(**fields: object) -> str:
    return LD.format(json.dumps({"@type": "NewsArticle", **fields}))


@pytest.mark.parametrize(
    ("html", "url", "at", "how"),
    [
        (page(), "/2024/09/04/a.html", None, "url"),
        (page(), "/20240904/a", None, "url"),
        (page(head=node(datePublished="2024-09-04T15:00:00+08:00")), "/a", 7, "json-ld"),
        (page(head=node(datePublished="2024-09-04T15:00:00+08:00")), "/2024/0904/a", 7, "url"),
        (page(head="<meta property='article:published_time' content='2024-09-04T07:00Z'>"),
         "/a", 7, "meta"),
        (page(before="<span itemprop='datePublished' content='2024-09-04 15:00'></span>"),
         "/a", 7, "itemprop"),
        (page(before="<h1>Taobao</h1><time datetime='2024-09-04T15:00:00+08:00'>x</time>"),
         "/a", 7, "time"),
        (page(before="<h1>Taobao</h1><p class=meta>发布时间:2024年9月4日 15:00 来源:本报</p>"),
         "/a", 7, "heading"),
        (page(before="<h1>Taobao</h1><p>更新 2024-09-05 10:00</p><p>入力 2024-09-01</p>"
              "<p>発表 2024-09-04 15:00</p>"), "/a", 7, "heading"),
    ],
)  # fmt: skip
def test_dates(html: str, url: str, at: int | None, how: str) -> None:
    found = read(html, f"https://e.org{url}")
    assert found.published_on == date(2024, 9, 4)
    assert found.published_how == how
    midnight = datetime(2024, 9, 3, 16, tzinfo=UTC)
    assert found.published_at == (datetime(2024, 9, 4, at, tzinfo=UTC) if at else midnight)


def test_the_feeds_date_outranks_the_pages() -> None:
    html = page(head=node(datePublished="2024-09-01"))
    stated = datetime(2024, 9, 4, 17, tzinfo=UTC)
    found = read(html, announced=Announced(published_at=stated))
    assert (found.published_at, found.published_how) == (stated, "feed")
    assert found.published_on == date(2024, 9, 5)  # in Shanghai


def test_without_a_zone_the_day_is_the_one_that_the_page_states() -> None:
    html = page(head=node(datePublished="2024-09-05T00:30:00+09:00"))
    found = read(html, zone=None)
    assert found.published_on == date(2024, 9, 5)
    assert found.published_at == datetime(2024, 9, 4, 15, 30, tzinfo=UTC)
    assert read(html, zone="Europe/Berlin").published_on == date(2024, 9, 4)


@pytest.mark.parametrize(
    ("stated", "day", "how"),
    [
        ("2024-09-05T00:30:00+09:00", 5, "json-ld"),
        ("2024-09-05", 4, "url"),
        ("2024-09-07T00:30:00+09:00", 4, "url"),
    ],
)
def test_the_day_in_an_address_may_be_the_servers(stated: str, day: int, how: str) -> None:
    html = page(head=node(datePublished=stated))
    found = read(html, "https://e.org/2024/09/04/a", zone="Asia/Tokyo")
    assert (found.published_on, found.published_how) == (date(2024, 9, day), how)


@pytest.mark.parametrize("stated", ["2031-01-05", "1970-01-01", "yesterday"])
def test_impossible_dates_are_dropped(stated: str) -> None:
    assert read(page(head=node(datePublished=stated))).published_on is None


@pytest.mark.parametrize(
    ("head", "canonical"),
    [
        ("<link rel=canonical href='/story?utm_source=x'>", "https://e.org/story"),
        ("<meta property='og:url' content='https://www.e.org/story'>", "https://www.e.org/story"),
        ("<link rel=canonical href='https://other.org/story'>", "https://e.org/a"),
        ("<link rel=canonical href='https://e.org/'>", "https://e.org/a"),
        ("<link rel=canonical href='javascript:x'>", "https://e.org/a"),
        ("<link rel=canonical href='http://[bad'>", "https://e.org/a"),
    ],
)
def test_the_page_states_its_address_within_its_site(head: str, canonical: str) -> None:
    assert read(page(head=head)).canonical_url == canonical


SCRIPTED = {
    "json-ld": node(articleBody=EN),
    "next": '<script id="__NEXT_DATA__" type="application/json">'
    + json.dumps({"props": {"article": {"content": f"<p>{EN}</p>".replace("\n", "</p><p>")}}})
    + "</script>",
    "state": "<script>window.__INITIAL_STATE__ = "
    + json.dumps({"detail": {"articleContent": f"<p>{EN}</p>".replace("\n", "</p><p>")}})
    + ";(function(){})()</script>",
    "next_f": "<script>self.__next_f.push([1, "
    + json.dumps(f"<p>{EN}</p>".replace("\n", "</p><p>"))
    + "])</script>",
}


@pytest.mark.parametrize("way", SCRIPTED)
def test_text_that_only_scripts_hold(way: str) -> None:
    html = (
        f"<html><head><title>T</title>{SCRIPTED[way]}</head><body><div id=app></div></body></html>"
    )
    assert read(html).text == EN


def test_discuz_and_wechat() -> None:
    post = ZH.replace("\n", "<br>")
    thread = (
        (
            "<html><head><meta name='generator' content='Discuz! X3'><title>T</title></head><body>"
            f"<div id=postlist><td class=t_f id='postmessage_1'>{post}</td>"
            "<td id='postmessage_2'>回复的人说了另一件事,与正文没有任何关系。</td></div>"
            "<div>您需要登录后才可以回帖 登录 | 立即注册</div></body></html>"
        )
        .replace("<td", "<div")
        .replace("</td", "</div")
    )
    assert read(thread).text == ZH
    sections = "".join(f"<section><span>{line}</span></section>" for line in ZH.split("\n"))
    wechat = f"<html><body><div id='js_content'>{sections}</div><p>微信扫一扫</p></body></html>"
    assert read(wechat, "https://mp.weixin.qq.com/s/x").text == ZH


def test_lines_that_are_only_a_networks_name_survive() -> None:
    """The narrowed filter is trafilatura's private name: this says when it moves."""
    assert trafilatura.utils.textfilter.__globals__["RE_FILTER"] is trafilatura.utils.RE_FILTER
    names = "<ul><li>WeChat</li><li>WhatsApp</li></ul>"
    html = page(f"{EN}\nThose who take part:{names}\nMore are to follow by the end of the year.")
    assert "- WeChat\n- WhatsApp" in read(html).text


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", Reason.EMPTY),
        (b" \n ", Reason.EMPTY),
        (b"x" * (MAX_BYTES + 1), Reason.TOO_LARGE),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), Reason.UNDECODABLE),
        (b"<html><body><p>Too short.</p></body></html>", Reason.NO_ARTICLE),
        (b"<!-- nothing -->", Reason.NO_ARTICLE),
        (b"<html></html>", Reason.NO_ARTICLE),
    ],
)
def test_reasons(body: bytes, reason: Reason) -> None:
    with pytest.raises(ExtractionError) as caught:
        extract(body, "https://e.org/a", now=NOW)
    assert caught.value.reason is reason


def test_hidden_characters_reach_neither_title_nor_text() -> None:
    dirty = EN.replace("Taobao", "Tao\u200bbao\x00\x1b[31m\u202e")
    found = read(page(dirty, "<title>Tao\u202ebao <b>x</b></title>"))
    for text in (found.title, found.text):
        assert not set(text) & set("\x00\x1b\u200b\u202e")


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", b"<html><body><p>", b"<script>{"]))
def test_any_bytes_end_in_a_page_or_a_reason(body: bytes, start: bytes) -> None:
    with suppress(ExtractionError):
        assert extract(start + body, "https://e.org/a", now=NOW).text
