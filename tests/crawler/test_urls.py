import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.urls import canonical_url, is_home_page, same_site, spellings, url_key

SAME = [
    ("https://e.org/a?utm_source=x&id=1&fbclid=y", "https://e.org/a?id=1"),
    ("HTTPS://User:Pw@E.org:443/A/b#top", "https://e.org/A/b"),
    ("http://e.org:80", "http://e.org/"),
    ("http://e.org:8080/", "http://e.org:8080/"),
    ("https://e.org/a?b=2&a=1", "https://e.org/a?a=1&b=2"),
    ("https://e.org/a?from=timeline", "https://e.org/a"),
    ("https://e.org/a?from=2024-09-04", "https://e.org/a?from=2024-09-04"),
    ("https://e.org/a?source=rss", "https://e.org/a"),
    ("https://e.org/a?source=17", "https://e.org/a?source=17"),
    ("https://e.org/x/../a//b/./c/", "https://e.org/a/b/c/"),
    ("https://e.org/淘宝", "https://e.org/%E6%B7%98%E5%AE%9D"),
    ("https://e.org/a%2fb", "https://e.org/a%2Fb"),
    ("https://e.org/#!/a/1", "https://e.org/#!/a/1"),
    ("https://e.org/#/a/1", "https://e.org/#/a/1"),
    ("https://e.org/#comments", "https://e.org/"),
    ("https://例え.jp/a", "https://xn--r8jz45g.jp/a"),
    ("https://e.org./a", "https://e.org/a"),
    (
        "https://mp.weixin.qq.com/s?__biz=B&mid=1&idx=2&sn=S&chksm=c&scene=0&xtrack=1#rd",
        "https://mp.weixin.qq.com/s?__biz=B&idx=2&mid=1&sn=S",
    ),
    (
        "https://mp.weixin.qq.com/s?__biz=B&amp;mid=1&amp;idx=2&amp;sn=S",
        "https://mp.weixin.qq.com/s?__biz=B&idx=2&mid=1&sn=S",
    ),
    ("https://www.heise.de/news/a-1.html?wt_mc=rss.red.ho", "https://www.heise.de/news/a-1.html"),
    ("https://udn.com/news/story/7240/1?from=udn-ch1", "https://udn.com/news/story/7240/1"),
    ("https://mp.weixin.qq.com/s/AbCd-_9?from=x", "https://mp.weixin.qq.com/s/AbCd-_9"),
    ("https://www-e-org.cdn.ampproject.org/c/s/www.e.org/a", "https://www.e.org/a"),
    ("https://www.google.com/amp/s/e.org/a", "https://e.org/a"),
    (" https://e.org/\na ", "https://e.org/a"),
    ("https://e.org/a\\b", "https://e.org/a/b"),
    ("https://[2606:4700::1111]/a", "https://[2606:4700::1111]/a"),
]


@pytest.mark.parametrize(("url", "canonical"), SAME)
def test_canonical(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "mailto:a@e.org",
        "data:text/html,x",
        "http://",
        "http://[bad/",
        "https:///a",
        "ftp://e.org/a",
        "tg://x",
        "http://e.org:x/",
    ],
)
def test_what_is_no_web_address_is_none(url: str) -> None:
    assert canonical_url(url) is None


def test_relative_links() -> None:
    assert canonical_url("../b", "https://e.org/a/c") == "https://e.org/b"
    assert canonical_url("//f.org/b", "https://e.org/a") == "https://f.org/b"


ONE_PAGE = [
    "https://www.e.org/a", "http://e.org/a/", "https://m.e.org/a", "https://amp.e.org/a",
    "https://e.org/a/amp", "https://e.org/a/index.html", "https://e.org/amp/a", "https://e.org/a.amp",
]  # fmt: skip


def test_the_key_is_equal_for_ways_to_one_page() -> None:
    assert len({url_key(url) for url in ONE_PAGE}) == 1
    assert url_key("https://e.org/a?id=1") != url_key("https://e.org/a?id=2")
    assert url_key("https://e.org/a.amp.html") == url_key("https://e.org/a.html")
    assert url_key("https://e.org/ampere") != url_key("https://e.org/ere")
    assert url_key("https://e.org/A") != url_key("https://e.org/a")


def test_spellings_meet() -> None:
    for one in ONE_PAGE[:3]:
        for other in ONE_PAGE[:3]:
            assert other in spellings(one)


def test_sites() -> None:
    assert same_site("https://www.e.org/a", "http://m.e.org/b")
    assert same_site("https://news.e.org/a", "https://e.org/b")
    assert not same_site("https://e.org/a", "https://f.org/a")
    assert not same_site("https://e.org/a", "https://evile.org/a")
    assert is_home_page("https://e.org/index.html")
    assert not is_home_page("https://e.org/?p=1")


@given(st.text(max_size=60))
def test_any_text_is_taken_and_settles_at_once(text: str) -> None:
    for url in (text, f"https://e.org/{text}", f"https://e.org/?{text}"):
        once = canonical_url(url)
        if once is not None:
            assert canonical_url(once) == once
            assert once in spellings(once)
            assert url_key(once)
