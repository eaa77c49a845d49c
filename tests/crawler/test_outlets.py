import pytest

from crawler.outlets import language_of, place_of, slug_of, zone_of


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("https://www.example.co.jp/news", "example"),
        ("https://36kr.com", "36kr"),
        ("https://rss.itmedia.co.jp/rss/2.0", "itmedia"),
        ("https://cn.technode.com/feed/", "technode-cn"),
        ("https://news.ltn.com.tw/", "ltn"),
        ("http://127.0.0.1:8080/", "127-0-0-1"),
        ("https://新闻.example/", "source"),
        ("http://localhost/", "localhost"),
    ],
)
def test_a_slug_comes_from_the_host(url: str, slug: str) -> None:
    assert slug_of(url) == slug or (slug == "source" and slug_of(url))
    assert slug_of(url, {slug_of(url)}) == f"{slug_of(url)}-2"


@pytest.mark.parametrize(
    ("url", "language", "place"),
    [
        ("https://e.co.jp/", None, ("JP", "Asia/Tokyo")),
        ("https://e.com/", "ko", ("KR", "Asia/Seoul")),
        ("https://e.com.tw/", "zh-Hans", ("TW", "Asia/Taipei")),
        ("https://e.com/", "en", (None, "UTC")),
    ],
)
def test_a_place_comes_from_the_host_or_the_language(url, language, place) -> None:
    assert place_of(url, language) == place


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("zh", "zh-Hans"), ("zh-CN", "zh-Hans"), ("zh_TW", "zh-Hant"), ("zh-Hant-HK", "zh-Hant"),
        ("zh-Hans-HK", "zh-Hans"), ("ja-JP", "ja"), ("EN_us", "en"), ("pt-BR", None), ("", None),
    ],
)  # fmt: skip
def test_languages_are_known_by_any_of_their_codes(code: str, language: str | None) -> None:
    assert language_of(code) == language


@pytest.mark.parametrize(
    ("name", "zone"), [("Asia/Tokyo", "Asia/Tokyo"), ("../etc/passwd", None), ("", None)]
)
def test_a_zone_must_exist(name: str, zone: str | None) -> None:
    assert zone_of(name) == zone
