import gzip
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from config.sources import FeedSpec
from crawler.spiders import read_feed
from crawler.spiders.reading import MAX_ENTRIES, Document, FeedError, Reading
from crawler.spiders.sitemap import MAX_SITEMAPS
from tests.fakes.site import Site, article

SITEMAP = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'
NEWS = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://e.org/a</loc>'
    "<news:news><news:publication><news:name>E</news:name></news:publication>"
    "<news:publication_date>2024-09-04T15:00:00+08:00</news:publication_date>"
    "<news:title>Taobao &amp; more</news:title></news:news></url></urlset>"
)
NEWS_PLACE = (
    '<url><loc>https://e.org/{}</loc><n:news xmlns:n="x"><n:title>{}</n:title></n:news></url>'
)
INDEX = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</sitemapindex>'


def read(kind: str, body: str | bytes, **spec: Any) -> Reading:
    raw = body.encode() if isinstance(body, str) else body
    feed = FeedSpec.model_validate({"url": "https://e.org/feed", "kind": kind, **spec})
    return read_feed(Document("https://e.org/feed", raw, feed, None, "Asia/Shanghai"))


def test_a_news_sitemap_gives_titles_and_dates() -> None:
    for body in (NEWS.encode(), gzip.compress(NEWS.encode())):
        (entry,) = read("sitemap", body).entries
        assert entry.url == "https://e.org/a"
        assert entry.title == "Taobao & more"
        assert entry.published_at == datetime(2024, 9, 4, 7, tzinfo=UTC)


def test_lastmod_is_no_date_of_publication_but_orders() -> None:
    places = "".join(
        f"<url><loc>https://e.org/{n}</loc><lastmod>2024-09-{n:02}T00:00:00Z</lastmod></url>"
        for n in range(1, 4)
    )
    entries = read("sitemap", SITEMAP.format(places)).entries
    assert [entry.url[-1] for entry in entries] == ["3", "2", "1"]
    assert {entry.published_at for entry in entries} == {None}
    assert entries[0].updated_at == datetime(2024, 9, 3, tzinfo=UTC)


def test_an_index_names_its_newest_sitemaps() -> None:
    places = "".join(
        f"<sitemap><loc>https://e.org/s{n}.xml</loc><lastmod>2024-09-{n:02}</lastmod></sitemap>"
        for n in range(1, 10)
    )
    reading = read("sitemap", INDEX.format(places))
    assert reading.entries == ()
    assert reading.more == tuple(f"https://e.org/s{n}.xml" for n in range(9, 9 - MAX_SITEMAPS, -1))


def test_pictures_and_films_of_a_page_are_not_the_page() -> None:
    body = (
        '<urlset xmlns:i="http://www.google.com/schemas/sitemap-image/1.1" xmlns:n="x"><url>'
        "<i:image><i:loc>https://e.org/a.jpg</i:loc><i:title>A picture</i:title></i:image>"
        "<i:video><i:title>A film</i:title><i:publication_date>2020-01-01</i:publication_date>"
        "</i:video><loc>https://e.org/a</loc><n:news><n:title>Taobao opens</n:title>"
        "<n:publication_date>2024-09-04T00:00+08:00</n:publication_date></n:news></url></urlset>"
    )
    (entry,) = read("sitemap", body).entries
    assert (entry.url, entry.title) == ("https://e.org/a", "Taobao opens")
    assert entry.published_at == datetime(2024, 9, 3, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("names", "first"),
    [
        (["tags", "posts-1", "posts-2", "posts-10"], ["posts-10", "posts-2", "posts-1", "tags"]),
        (["2024-08", "2024-10", "2023-12", "news"], ["news", "2024-10", "2024-08", "2023-12"]),
    ],
)
def test_of_sitemaps_without_dates_their_names_tell(names: list[str], first: list[str]) -> None:
    places = "".join(f"<sitemap><loc>https://e.org/{name}.xml</loc></sitemap>" for name in names)
    reading = read("sitemap", INDEX.format(places))
    assert reading.more == tuple(f"https://e.org/{name}.xml" for name in first)
    assert not reading.settled, "they may change while the index does not"


def test_a_huge_sitemap_is_cut() -> None:
    places = "".join(f"<url><loc>https://e.org/{n}</loc></url>" for n in range(50_000))
    assert len(read("sitemap", SITEMAP.format(places)).entries) == MAX_ENTRIES


FAR = f"<!-- <rss {'x' * 30_000} -->"
NAMED = "<!ENTITY a 'EXPANDED'>"
BOMBS = {
    "before the type": f"{FAR}<!DOCTYPE r [{NAMED}]>",
    "behind no element": f"{FAR.replace('<rss', 'rss')}<!DOCTYPE r [{NAMED}]>",
    "inside the type": f"<!DOCTYPE r [{FAR}{NAMED}]>",
    "after words": f"words {FAR}<!DOCTYPE r [\n{NAMED}\n]>",
    "a large one": f"{FAR}<!DOCTYPE r [<!ENTITY a 'EXPANDED{'x' * 100_000}'>]>",
    "by another": f"""{FAR}<!DOCTYPE r [<!ENTITY % b "{NAMED.replace("'", "&#39;")}"> %b;]>""",
    "laughs": f"{FAR}<!DOCTYPE r [<!ENTITY b 'EXPANDED'><!ENTITY a '{'&b;' * 1000}'>]>",
    "a file": f"{FAR}<!DOCTYPE r [<!ENTITY a SYSTEM '{Path(__file__).as_uri()}'>]>",
}
REFERRING = {
    "rss": "<rss version='2.0'><channel>{}</channel></rss>",
    "atom": "<feed xmlns='http://www.w3.org/2005/Atom'>{}</feed>",
    "sitemap": "<urlset>{}</urlset>",
}
ONE = {
    "rss": "<item><title>t&a;</title><link>http://e.org/{}&a;</link></item>",
    "atom": "<entry><title>t&a;</title><link href='http://e.org/{}&a;'/></entry>",
    "sitemap": "<url><loc>http://e.org/{}&a;</loc></url>",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("kind", REFERRING)
def test_entities_that_are_declared_late_are_not_expanded(kind, bomb, encoding) -> None:
    ones = "".join(ONE[kind].format(n) for n in range(200))
    body = f"<?xml version='1.0'?>{BOMBS[bomb]}{REFERRING[kind].format(ones)}".encode(encoding)
    began = time.process_time()
    try:
        found = read("rss" if kind == "atom" else kind, body).entries
    except FeedError:
        found = ()
    assert time.process_time() - began < 5, "what a page has"
    said = "".join(f"{entry.url} {entry.title}" for entry in found)
    assert "EXPANDED" not in said
    assert "BOMBS" not in said


def test_an_article_about_entities_is_read() -> None:
    item = "<item><title>How <![CDATA[<!ENTITY]]> works</title><link>http://e.org/a</link></item>"
    many = "<item><title>t</title><link>http://e.org/{}</link></item>"
    body = REFERRING["rss"].format("".join(many.format(n) for n in range(500)) + item)
    assert [entry.url for entry in read("rss", body).entries][-1] == "http://e.org/a"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_feed_that_begins_with_entities_is_refused(encoding: str) -> None:
    with pytest.raises(FeedError, match="defines XML entities"):
        read("rss", f"<!DOCTYPE r [{NAMED}]>{REFERRING['rss']}".encode(encoding))


def test_entities_of_a_sitemap_are_not_expanded() -> None:
    body = '<!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + SITEMAP.format(
        "<url><loc>https://e.org/&x;</loc></url><url><loc>https://e.org/b</loc></url>"
    )
    urls = [entry.url for entry in read("sitemap", body).entries]
    assert "https://e.org/b" in urls
    assert set(urls) <= {"https://e.org/b", "https://e.org/"}


@pytest.mark.parametrize(
    ("stated", "encoding", "name"),
    [("gb2312", "gb18030", "朱镕基"), ("gb2312", "utf-8", "淘宝"), ("UTF-8", "gbk", "淘宝")],
)
def test_a_sitemap_is_read_to_its_end_whatever_its_label_says(
    stated: str, encoding: str, name: str
) -> None:
    title = f"{name}和微信支付的新闻"
    places = [NEWS_PLACE.format(n, title) for n in range(9)]
    body = f'<?xml version="1.0" encoding="{stated}"?>\n' + SITEMAP.format("".join(places))
    entries = read("sitemap", body.encode(encoding)).entries
    assert [entry.title for entry in entries] == [title] * 9


@pytest.mark.parametrize("body", ["", "hello", "<html></html>", "<rss/>", b"\x1f\x8bbroken"])
def test_what_is_no_sitemap_is_said_to_be_none(body: str | bytes) -> None:
    with pytest.raises(FeedError):
        read("sitemap", body)


LISTING = """<html><body><ul class="news"><li><a href="/a/1">Taobao <b>opens</b></a></li>
<li><a href="/a/2" title="The whole title of the second">The whole ti…</a></li>
<li><a href="javascript:x()">No</a></li><li><a href="/ad/3">Advert</a></li></ul>
<a href="/about">About</a></body></html>"""


def test_a_listing_gives_the_links_of_the_selector() -> None:
    entries = read("listing", LISTING, links="ul.news li", pattern="/a/").entries
    assert [(entry.url, entry.title) for entry in entries] == [
        ("https://e.org/a/1", "Taobao opens"),
        ("https://e.org/a/2", "The whole title of the second"),
    ]


def test_a_listing_without_a_match_is_empty() -> None:
    assert read("listing", LISTING, links="h2 a").entries == ()


def test_an_empty_listing_cannot_be_read() -> None:
    with pytest.raises(FeedError):
        read("listing", "")


API = {"data": {"list": [{"id": 7, "name": "Taobao opens", "at": 1725433200000}, {"name": "x"}]}}
FIELDS = {
    "entries": "data.list",
    "url": "id && join('', ['https://e.org/a/', to_string(id)])",
    "title": "name",
    "published": "at",
}


def test_an_api_is_read_by_its_expressions() -> None:
    (entry,) = read("api", json.dumps(API), fields=FIELDS).entries
    assert entry.url == "https://e.org/a/7"
    assert entry.title == "Taobao opens"
    assert entry.published_at == datetime(2024, 9, 4, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ("<html>", FIELDS),
        ("{}", FIELDS),
        ("[]", FIELDS),
        (json.dumps(API), {**FIELDS, "url": "missing"}),
        (json.dumps(API), {**FIELDS, "url": "join('', id)"}),
    ],
)
def test_an_api_that_changed_is_said_to_have_changed(body: str, fields: dict[str, str]) -> None:
    with pytest.raises(FeedError):
        read("api", body, fields=fields)


BODIES = {
    "rss": '<rss version="2.0"><channel><item><link>{url}/a</link></item></channel></rss>',
    "sitemap": SITEMAP.format("<url><loc>{url}/a</loc></url>"),
    "listing": "<html><body><h2><a href='{url}/a'>Taobao opens</a></h2></body></html>",
    "api": '[{{"url": "{url}/a", "title": "Taobao opens"}}]',
}


@pytest.mark.parametrize("kind", BODIES)
async def test_every_kind_leads_to_an_article(site: Site, world, kind: str) -> None:
    site.put("/a", article())
    url = site.put("/feed", BODIES[kind].format(url=site.url))
    report = await world.crawl_one(url, kind)
    assert (report.result.seen, report.result.stored) == (1, 1), report


async def test_an_index_is_followed_to_its_pages(site: Site, world) -> None:
    site.put("/a", article())
    site.put("/s1.xml", SITEMAP.format(f"<url><loc>{site.url}/a</loc></url>"))
    site.put("/s2.xml", status=500)
    places = "".join(f"<sitemap><loc>{site.url}/s{n}.xml</loc></sitemap>" for n in (1, 2))
    report = await world.crawl_one(site.put("/index", INDEX.format(places)), "sitemap")
    assert (report.result.seen, report.result.stored) == (1, 1)
    assert "http 500" in (report.result.error or "")


async def test_a_listing_that_loses_its_links_is_a_failure(site: Site, world) -> None:
    site.put("/a", article())
    url = site.put("/list", BODIES["listing"].format(url=site.url))
    assert (await world.crawl_one(url, "listing")).result.error is None
    site.put("/list", "<html><body><p>A new design</p></body></html>")
    assert "redesigned" in ((await world.crawl_one(url, "listing")).result.error or "")


@pytest.mark.parametrize(
    "links",
    ["//ul[@class='news']//a", "(//ul)[1]/li", "//ul//a/@href", "./body/ul/li/a", ".news a"],
)
def test_links_are_found_by_xpath_as_by_css(links: str) -> None:
    entries = read("listing", LISTING, links=links, pattern="/a/").entries
    assert [entry.title for entry in entries] == ["Taobao opens", "The whole title of the second"]


@pytest.mark.parametrize("links", ["//a[", "ul >", "//a[nothing()]", "count(", "//x:a"])
def test_a_selector_that_is_none_is_refused_on_load_or_when_used(links: str) -> None:
    with pytest.raises((FeedError, ValueError), match=r"selector|XPath"):
        read("listing", LISTING, links=links)


def test_a_selector_that_counts_finds_no_links() -> None:
    with pytest.raises(FeedError, match="not links"):
        read("listing", LISTING, links="(count(//a))")


PAGED = "<html><body><h2><a href='/a/{0}'>Entry {0}</a></h2>{1}</body></html>"


@pytest.mark.parametrize("next_page", ["a.next", "//a[@class='next']/@href"])
async def test_older_pages_of_a_listing_are_read_up_to_a_bound(
    site: Site, world, next_page: str
) -> None:
    for number in range(1, 7):
        text = f"Text number {number} is of its own. " * 9
        site.put(f"/a/{number}", article(f"Entry {number}", text))
        link = f"<a class='next' href='/list/{number + 1}'>older</a>"
        site.put(f"/list/{number}", PAGED.format(number, link))
    spec = {"url": f"{site.url}/list/1", "kind": "listing", "next_page": next_page, "max_pages": 3}
    report = (await world.crawl(spec))[spec["url"]]
    assert (report.result.seen, report.result.stored) == (3, 3), report
    await world.crawl(spec)
    assert site.paths().count("/list/1") == 2
    assert site.paths().count("/list/2") == 1, "nothing new on the first page: no older ones"


async def test_an_empty_older_page_is_no_redesign(site: Site, world) -> None:
    spec = {"url": f"{site.url}/list/1", "kind": "listing", "next_page": "a.next"}
    link = "<a class='next' href='/list/2'>older</a>"
    for number in (1, 2):
        site.put(f"/a/{number}", article(f"Entry {number}", f"The text of page {number}. " * 9))
        site.put("/list/1", PAGED.format(number, link))
        site.put("/list/2", "<html><body><p>No more</p></body></html>")
        report = (await world.crawl(spec))[spec["url"]]
        assert (report.result.error, report.result.stored) == (None, 1)


def test_the_page_itself_is_not_its_next_page() -> None:
    body = PAGED.format(1, "<a class='next' href='https://e.org/feed'>first</a>")
    assert read("listing", body, next_page="a.next").more == ()
