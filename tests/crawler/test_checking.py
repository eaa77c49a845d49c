from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

import pytest

from config.settings import Crawl
from crawler.checking import Check, check_all
from crawler.visiting import Visitor
from tests.crawler.conftest import NOW, source
from tests.fakes.site import Site, article, rss

LOOPBACK = (ip_network("127.0.0.0/8"),)


def politely(**rest: Any) -> Crawl:
    values = {"host_delay_seconds": 0, "timeout_seconds": 5, "allow_networks": LOOPBACK}
    return Crawl.model_validate({**values, **rest})


async def check(pool, *feeds: dict[str, Any], **rest: Any) -> list[Check]:
    async with Visitor(politely(**rest)) as visitor:
        return await check_all([source(*feeds)], visitor, pool, NOW)


async def test_a_feed_that_leads_to_an_article_is_fine(site: Site, pool, reactor) -> None:
    site.put("/a", article("Taobao takes WeChat Pay"))
    url = site.put("/feed", rss([f"{site.url}/a", f"{site.url}/b"]))
    (found,) = await check(pool, {"url": url})
    assert found.ok
    assert (found.status, found.entries, found.dated, found.robots) == (200, 2, 2, "allowed")
    assert found.newest == datetime(2024, 9, 27, 3, 5, tzinfo=UTC)
    assert (found.article, found.title) == (f"{site.url}/a", "Taobao takes WeChat Pay")
    assert found.characters > 100
    assert found.language == "en"


async def test_an_entry_that_is_no_article_is_passed_over(site: Site, pool, reactor) -> None:
    site.put("/video", b"\0\0", content_type="video/mp4")
    site.put("/a", article())
    links = ["javascript:x()", f"{site.url}/video", f"{site.url}/a"]
    (found,) = await check(pool, {"url": site.put("/feed", rss(links))})
    assert found.ok
    assert found.article == f"{site.url}/a"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"status": 404}, "http 404"),
        ({"body": b"<html><body>gone</body></html>"}, "is a web page"),
        ({"body": rss([])}, "it has no entries"),
        ({"body": rss(["javascript:x()"])}, "is no web address"),
        ({"drop": True}, "connection"),
        ({"delay": 3}, "timeout"),
    ],
)
async def test_what_is_wrong_is_said(
    site: Site, pool, reactor, answer: dict[str, Any], said: str
) -> None:
    url = site.put("/feed", **answer)
    (found,) = await check(pool, {"url": url}, timeout_seconds=1)
    assert not found.ok
    assert said in found.error


async def test_robots_are_asked_for_feed_and_articles(site: Site, pool, reactor) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /private\nDisallow: /a")
    feeds = [site.put("/private", rss([])), site.put("/feed", rss([f"{site.url}/a"]))]
    private, forbidden = await check(pool, *({"url": url} for url in feeds))
    assert private.robots == "forbids feed"
    assert forbidden.robots == "forbids articles"
    assert not forbidden.ok
    assert "/a" not in site.paths()


async def test_an_index_is_followed_to_its_sitemaps(site: Site, pool, reactor) -> None:
    site.put("/a", article())
    stated = f"<loc>{site.url}/a</loc><lastmod>2024-09-27T11:05:00Z</lastmod>"
    site.put("/s.xml", f"<urlset><url>{stated}</url></urlset>")
    places = f"<sitemap><loc>{site.url}/s.xml</loc></sitemap>"
    url = site.put("/index", f"<sitemapindex>{places}</sitemapindex>")
    (found,) = await check(pool, {"url": url, "kind": "sitemap"})
    assert (found.ok, found.entries, found.dated) == (True, 1, 0)
    assert found.newest == datetime(2024, 9, 27, 11, 5, tzinfo=UTC)


async def test_the_guard_holds_here_too(site: Site, pool, reactor) -> None:
    url = site.put("/feed", rss([]))
    (found,) = await check(pool, {"url": url}, allow_networks=())
    assert "blocked-address" in found.error
    assert site.seen == []


async def test_an_address_that_cannot_be_asked_for_is_an_answer(reactor) -> None:
    async with Visitor(politely()) as visitor:
        assert (await visitor.get("file:///etc/passwd")).reason == "bad-url"
        assert not (await visitor.get("http://[bad/")).ok
        assert not (await visitor.get("http://127.0.0.1:99999/")).ok
        assert (await visitor.get("http://127.0.0.1:9/")).problem.startswith("connection")
