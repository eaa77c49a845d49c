from datetime import UTC, datetime

import pytest

from config.sources import FeedSpec
from config.words import FeedKind
from crawler.spiders import KINDS, read_feed
from crawler.spiders.reading import Document, FeedError

SEPTEMBER = datetime(2024, 9, 4, 7, 0, tzinfo=UTC)


def read(body: str | bytes, zone: str = "Asia/Shanghai", content_type: str | None = None):
    raw = body.encode() if isinstance(body, str) else body
    spec = FeedSpec.model_validate({"url": "https://example.org/feed", "kind": "rss"})
    return read_feed(Document("https://example.org/feed", raw, spec, content_type, zone)).entries


RSS2 = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>x</title>
<item><title>Taobao &amp; WeChat</title><link>/a?b=1&amp;c=2</link><pubDate>{date}</pubDate></item>
</channel></rss>"""

FORMATS = {
    "rss 0.91": '<rss version="0.91"><channel><title>x</title><item><title>T</title>'
    "<link>https://example.org/a</link></item></channel></rss>",
    "rss 1.0": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    '<channel rdf:about="x"><title>x</title></channel><item rdf:about="https://example.org/a">'
    "<title>T</title><link>https://example.org/a</link><dc:date>2024-09-04T15:00:00+08:00</dc:date>"
    "</item></rdf:RDF>",
    "rss 2.0": RSS2.format(date="Wed, 04 Sep 2024 15:00:00 +0800"),
    "atom": '<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><title>T</title>'
    '<link rel="enclosure" href="https://example.org/sound"/>'
    '<link rel="alternate" href="https://example.org/a"/><id>urn:1</id>'
    "<published>2024-09-04T07:00:00Z</published><updated>2024-09-05T07:00:00Z</updated>"
    "</entry></feed>",
    "json": '{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": [{"id": "1", '
    '"url": "https://example.org/a", "title": "T", "date_published": "2024-09-04T15:00:00+08:00"}]}',
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_yields_its_entry(name: str) -> None:
    (entry,) = read(FORMATS[name])
    assert entry.url.startswith("https://example.org/a")
    assert entry.title
    assert entry.published_at == (None if name == "rss 0.91" else SEPTEMBER)


@pytest.mark.parametrize(
    "date",
    [
        "Wed, 04 Sep 2024 15:00:00 +0800",
        "Wed, 04 Sep 2024 07:00:00 GMT",
        "Wed, 04 Sep 2024 15:00:00 CST",  # China's here, not Chicago's
        "Wed, 04 Sep 2024 15:00:00",
        "2024-09-04T15:00:00+08:00",
        "2024-09-04 15:00:00",
        "2024年9月4日 15:00",
        "2024/09/04 15:00:00",
        "2024. 9. 4. 오후 3:00",
        "1725433200",
    ],
)
def test_dates_are_read_in_the_zone_of_the_source(date: str) -> None:
    (entry,) = read(RSS2.format(date=date))
    assert entry.published_at == SEPTEMBER


@pytest.mark.parametrize("date", ["昨天 15:00", "3小时前", "soon", "", "0000-00-00", "9月4日"])
def test_dates_are_never_invented(date: str) -> None:
    (entry,) = read(RSS2.format(date=date))
    assert entry.published_at is None


def test_links_are_made_absolute_and_titles_lose_markup() -> None:
    (entry,) = read(RSS2.format(date="").replace("Taobao", "&lt;b&gt;Taobao&lt;/b&gt;"))
    assert entry.url == "https://example.org/a?b=1&c=2"
    assert entry.title == "Taobao & WeChat"


@pytest.mark.parametrize("encoding", ["gb18030", "big5hkscs", "euc_jp", "cp932"])
def test_a_feed_with_a_wrong_label_is_read(encoding: str) -> None:
    titles = {"gb18030": "淘宝支持微信支付的用户", "big5hkscs": "淘寶支援微信支付的用戶"}
    title = titles.get(encoding, "タオバオがウィーチャットペイを導入する")
    feed = RSS2.format(date="").replace("Taobao &amp; WeChat", title)
    (entry,) = read(feed.encode(encoding), content_type="text/xml; charset=utf-8")
    assert entry.title == title


@pytest.mark.parametrize(
    "damage",
    [
        lambda feed: feed.replace("&amp;c", "&c"),
        lambda feed: feed.replace("</channel></rss>", ""),
        lambda feed: "\n\n" + feed,
        lambda feed: feed.replace("<title>x", "<title>x\x0b\x00"),
        lambda feed: "\ufeff" + feed,
    ],
)
def test_a_slightly_broken_feed_is_read(damage) -> None:
    (entry,) = read(damage(RSS2.format(date="Wed, 04 Sep 2024 15:00:00 +0800")))
    assert entry.published_at == SEPTEMBER


@pytest.mark.parametrize("body", ["", "hello", "<html></html>", "{", "[]", '{"items": 3}', "{}"])
def test_what_is_no_feed_is_said_to_be_none(body: str) -> None:
    with pytest.raises(FeedError, match=r"https://example\.org/feed"):
        read(body)


def test_odd_json_items_are_left_out() -> None:
    assert read('{"items": [null, 3, {"title": "no link"}, {"url": 5}]}') == ()


def test_every_word_for_a_kind_has_a_parser() -> None:
    assert set(KINDS) == set(FeedKind)


@pytest.mark.parametrize(
    "reference", ["&#x110000;", "&#xd800;", "&#xDFFF", "&#0;", f"&#{'9' * 5000};", "&#x1F4B0;"]
)
def test_no_character_reference_spoils_a_feed(reference: str) -> None:
    body = RSS2.format(date="2024-09-04").replace("Taobao", f"Taobao {reference}")
    (entry,) = read(body)
    assert entry.title is not None
    assert entry.title.startswith("Taobao ")
    assert entry.title.encode()
