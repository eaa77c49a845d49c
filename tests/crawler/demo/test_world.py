import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html import unescape
from http.client import HTTPConnection
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
import trafilatura
from scrapy.selector import Selector

from config.words import FeedKind
from crawler.demo.rendering import render_site
from crawler.demo.site import NewsSite
from crawler.demo.world import Outlet, Page, World, load_world

WORLD = load_world()
FEEDS = [pytest.param(outlet, id=outlet.slug) for outlet in WORLD.outlets]
PAGES = [pytest.param(page, id=page.slug) for page in WORLD.pages]
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
ATOM = "{http://www.w3.org/2005/Atom}"


class Fetched(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


def fetch(url: str, method: str = "GET", **headers: str) -> Fetched:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urlopen(Request(url, headers=named, method=method), timeout=5) as response:
            return Fetched(response.status, dict(response.headers), response.read())
    except HTTPError as error:
        with error:
            return Fetched(error.code, dict(error.headers), error.read())


@pytest.fixture(scope="module")
def site() -> Iterator[NewsSite]:
    with NewsSite(WORLD) as running:
        running.publish(len(WORLD.rounds))
        yield running


@pytest.fixture
def fresh() -> Iterator[NewsSite]:
    with NewsSite() as running:
        yield running


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


class TestWorld:
    def test_names_are_unique_and_refer_to_something(self):
        slugs = [page.slug for page in WORLD.pages]
        assert len(set(slugs)) == len(slugs) == 20
        assert len({outlet.slug for outlet in WORLD.outlets}) == 8
        for page in WORLD.pages:
            assert WORLD.outlet(page.outlet)
            assert page.copy_of is None or WORLD.page(page.copy_of)

    def test_languages(self):
        languages = sorted(outlet.language for outlet in WORLD.outlets)
        assert languages == ["en", "en", "ja", "ko", "zh-Hans", "zh-Hans", "zh-Hant", "zh-Hant"]

    def test_rounds_follow_each_other_and_carry_their_pages(self):
        assert [step.number for step in WORLD.rounds] == [1, 2, 3, 4]
        clocks = [step.now for step in WORLD.rounds]
        assert clocks == sorted(clocks)
        assert all(now.utcoffset() == timedelta(0) for now in clocks)
        for page in WORLD.pages:
            now = clocks[page.round - 1]
            assert now - timedelta(days=5) < WORLD.seen_at(page) <= now

    def test_dates_are_in_the_outlets_zone(self):
        page = WORLD.page("taobao-wechat-pay-shiken")
        assert page.published == datetime(2024, 2, 21, 11, 20, tzinfo=ZoneInfo("Asia/Tokyo"))
        assert WORLD.page("taote-weixin-zhifu").published is None

    def test_every_round_brings_news_and_the_first_three_bring_lookalikes(self):
        for step in WORLD.rounds:
            pages = [page for page in WORLD.pages if page.round == step.number]
            assert any(page.opening for page in pages)
            assert step.number == 4 or any(page.opening is None for page in pages)

    def test_the_stages_of_the_main_event_come_in_order(self):
        stages = [
            page.opening.stage.rank
            for page in WORLD.pages
            if page.opening and (page.opening.host, page.opening.guest) == ("taobao", "wechat-pay")
        ]
        assert stages == sorted(stages)
        assert set(stages) == {1, 2, 3}

    def test_a_reprint_repeats_nearly_all_of_its_original(self):
        (copy,) = (page for page in WORLD.pages if page.copy_of)
        original = WORLD.page(copy.copy_of or "")
        shared = set(copy.paragraphs) & set(original.paragraphs)
        assert len(original.paragraphs) - 1 == len(shared)
        assert copy.outlet != original.outlet

    def test_unknown_names_are_key_errors(self):
        with pytest.raises(KeyError):
            WORLD.outlet("nobody")
        with pytest.raises(KeyError):
            WORLD.page("nothing")

    def test_visible_is_newest_first(self):
        pages = WORLD.visible(3, "pacific-ledger")
        assert [page.slug for page in pages] == ["taobao-tmall-to-add-wechat-pay"]
        times = [WORLD.seen_at(page) for page in WORLD.visible(4)]
        assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("precision", [False, True])
def test_extraction_finds_the_article_and_hardly_any_chrome(page: Page, precision: bool):
    outlet = WORLD.outlet(page.outlet)
    answer = render_site(WORLD, page.round, "http://127.0.0.1")[page.path]
    text = answer.body.decode(outlet.charset)
    found = trafilatura.extract(text, include_comments=False, favor_precision=precision)
    rest = squeezed(found or "")
    for paragraph in page.paragraphs:
        assert squeezed(paragraph) in rest
        rest = rest.replace(squeezed(paragraph), "")
    assert len(rest.replace(squeezed(page.title), "")) < 50
    for chrome in (*page.related, *page.comments, *outlet.ticker):
        assert chrome in unescape(text)
        assert squeezed(chrome) not in rest


def fields(element: ET.Element, *names: str) -> tuple[str, ...]:
    return tuple(element.findtext(name, "") for name in names)


def announced(outlet: Outlet, body: bytes) -> list[tuple[str, ...]]:
    """Link, title and date of every entry, read as a crawler would."""
    if outlet.feed.kind is FeedKind.LISTING:
        found = Selector(text=body.decode(outlet.charset)).css(outlet.feed.links or "")
        return [(a.attrib["href"], a.css("::text").get(""), "") for a in found]
    root = ET.fromstring(body)
    if outlet.feed.format == "news-sitemap":
        names = ("{*}loc", f".//{NEWS}title", f".//{NEWS}publication_date")
        return [fields(url, *names) for url in root]
    if outlet.feed.format == "atom":
        return [
            (link.attrib["href"], *fields(entry, f"{ATOM}title", f"{ATOM}published"))
            for entry in root.iter(f"{ATOM}entry")
            for link in entry.iter(f"{ATOM}link")
        ]
    return [fields(item, "link", "title", "pubDate") for item in root.iter("item")]


class TestFeeds:
    @pytest.mark.parametrize("outlet", FEEDS)
    def test_every_feed_announces_its_pages(self, site: NewsSite, outlet: Outlet):
        fetched = fetch(site.feed_url(outlet))
        assert fetched.status == 200
        pages = WORLD.visible(4, outlet.slug)
        entries = announced(outlet, fetched.body)
        assert [title for _, title, _ in entries] == [page.title for page in pages]
        assert [link.removeprefix(site.base_url) for link, _, _ in entries] == [
            page.path for page in pages
        ]
        for page, (_, _, stated) in zip(pages, entries, strict=True):
            if not stated:
                assert outlet.feed.kind is FeedKind.LISTING
                continue
            rfc822 = outlet.feed.format == "rss"
            date = parsedate_to_datetime(stated) if rfc822 else datetime.fromisoformat(stated)
            assert page.published is not None
            assert date == page.published
            assert date.utcoffset() == page.published.utcoffset()

    @pytest.mark.parametrize("outlet", FEEDS)
    def test_an_unchanged_feed_is_not_sent_again(self, site: NewsSite, outlet: Outlet):
        first = fetch(site.feed_url(outlet))
        by_tag = fetch(site.feed_url(outlet), If_None_Match=f'"x", W/{first.headers["ETag"]}')
        by_date = fetch(site.feed_url(outlet), If_Modified_Since=first.headers["Last-Modified"])
        assert (by_tag.status, by_tag.body) == (304, b"")
        assert (by_date.status, by_date.body) == (304, b"")
        assert by_tag.headers["ETag"] == first.headers["ETag"]

    @pytest.mark.parametrize(
        "headers",
        [
            {"If_None_Match": '"other"'},
            {"If_Modified_Since": "Mon, 01 Jan 2024 00:00:00 GMT"},
            {"If_Modified_Since": "Mon, 01 Jan 2024 00:00:00 -0000"},
            {"If_Modified_Since": "yesterday"},
            # RFC 9110: the tag decides, the date is ignored.
            {"If_None_Match": '"x"', "If_Modified_Since": "Fri, 01 Jan 2027 00:00:00 GMT"},
        ],
    )
    def test_other_validators_fetch_the_feed(self, site: NewsSite, headers: dict[str, str]):
        assert fetch(site.feed_url(WORLD.outlets[0]), **headers).status == 200

    @pytest.mark.parametrize("outlet", FEEDS)
    def test_a_feed_grows_with_its_rounds(self, fresh: NewsSite, outlet: Outlet):
        seen = {fetch(fresh.feed_url(outlet)).headers["ETag"]}
        assert announced(outlet, fetch(fresh.feed_url(outlet)).body) == []
        for step in WORLD.rounds:
            fresh.publish(step.number)
            seen.add(fetch(fresh.feed_url(outlet)).headers["ETag"])
        rounds = {page.round for page in WORLD.pages if page.outlet == outlet.slug}
        assert len(seen) == 1 + len(rounds)


class TestNewsSite:
    def test_pages_appear_with_their_round(self, fresh: NewsSite):
        url = fresh.page_url(WORLD.page("taote-wechatpay"))
        assert fetch(url).status == 404
        fresh.publish(1)
        assert fetch(url).status == 404
        fresh.publish(2)
        assert fetch(url).status == 200

    @pytest.mark.parametrize("page", PAGES)
    def test_articles_say_their_charset(self, site: NewsSite, page: Page):
        fetched = fetch(site.page_url(page))
        outlet = WORLD.outlet(page.outlet)
        declared = "text/html; charset=utf-8" if outlet.charset_header else "text/html"
        assert fetched.headers["Content-Type"] == declared
        assert page.title in unescape(fetched.body.decode(outlet.charset))

    def test_one_outlet_declares_gb18030_in_its_pages_only(self, site: NewsSite):
        (outlet,) = (outlet for outlet in WORLD.outlets if not outlet.charset_header)
        body = fetch(site.feed_url(outlet)).body
        assert b'<meta charset="gb18030">' in body
        with pytest.raises(UnicodeDecodeError):
            body.decode("utf-8")

    def test_requests_are_logged(self, fresh: NewsSite, capfd: pytest.CaptureFixture[str]):
        assert fetch(fresh.base_url + "/robots.txt").body == b"User-agent: *\nAllow: /\n"
        assert fetch(fresh.base_url + "/nowhere?a=1").status == 404
        assert fetch(fresh.base_url + "/robots.txt", method="HEAD").body == b""
        assert fresh.requests == [
            ("GET", "/robots.txt", 200),
            ("GET", "/nowhere?a=1", 404),
            ("HEAD", "/robots.txt", 200),
        ]
        assert capfd.readouterr() == ("", "")

    def test_a_query_does_not_hide_a_page(self, site: NewsSite):
        url = site.page_url(WORLD.pages[0])
        assert fetch(f"{url}?utm_source=rss").body == fetch(url).body

    def test_articles_carry_no_validators(self, site: NewsSite):
        fetched = fetch(site.page_url(WORLD.pages[0]), If_None_Match='"a"')
        assert fetched.status == 200
        assert "ETag" not in fetched.headers

    def test_a_closed_site_refuses_connections(self):
        with NewsSite(World((), (), ())) as running:
            port = int(running.base_url.rsplit(":", 1)[1])
        with pytest.raises(ConnectionRefusedError):
            HTTPConnection("127.0.0.1", port, timeout=5).request("GET", "/")

    def test_last_modified_is_the_newest_page(self, site: NewsSite):
        outlet = WORLD.outlet("minato-shoko")
        stated = parsedate_to_datetime(fetch(site.feed_url(outlet)).headers["Last-Modified"])
        assert stated == datetime(2024, 9, 5, 3, 40, tzinfo=UTC)
