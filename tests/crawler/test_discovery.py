from datetime import datetime
from ipaddress import ip_network

import pytest

from config.settings import Crawl
from crawler.discovery import Discovery, DiscoveryError, discover, read_home
from crawler.visiting import Visitor
from tests.crawler.conftest import NOW
from tests.fakes.site import Site, article, rss

HOME = "<html lang='ja'><head><title>The Paper | Home</title>{}</head><body>{}</body></html>"
LINK = "<link rel='alternate' type='application/rss+xml' title='{1}' href='{0}'>"


async def find(pool, url: str, now: datetime = NOW) -> Discovery:
    settings = Crawl.model_validate(
        {"host_delay_seconds": 0, "allow_networks": (ip_network("127.0.0.0/8"),)}
    )
    async with Visitor(settings) as visitor:
        return await discover(url, visitor, pool, now)


def feed(site: Site, path: str, count: int = 1, **how: str) -> str:
    links = [site.put(f"{path}-{n}", article(f"Entry {n} of {path}")) for n in range(count)]
    return site.put(path, rss(links, **how))


async def test_the_feed_that_a_page_declares_is_found(site: Site, pool, reactor) -> None:
    feed(site, "/news.rss", 3)
    feed(site, "/comments.rss", 9)
    site.put("/gone.rss", status=404)
    links = [("/gone.rss", "Old"), ("/comments.rss", "Comments on it"), ("news.rss", "News")]
    url = site.put("/", HOME.format("".join(LINK.format(*one) for one in links), ""))
    found = await find(pool, url)
    assert found.best is not None
    place, check = found.best
    assert (place.url, place.how, place.title) == (f"{site.url}/news.rss", "link", "News")
    assert (check.entries, check.title) == (3, "Entry 0 of /news.rss")
    assert found.homepage == f"{site.url}/"
    assert (found.page.name, found.page.language) == ("The Paper", "ja")
    assert [check.ok for _, check in found.tried] == [False, True, True]
    assert "/feed" not in site.paths(), "nothing is guessed where something is declared"


async def test_a_feed_that_is_alive_is_better_than_a_full_one(site: Site, pool, reactor) -> None:
    feed(site, "/old", 9, date="Fri, 02 Jan 2015 11:05:00 +0800")
    feed(site, "/new", 2)
    url = site.put("/", HOME.format(LINK.format("/old", "") + LINK.format("/new", ""), ""))
    found = await find(pool, url)
    assert found.best is not None
    assert found.best[0].url == f"{site.url}/new"


@pytest.mark.parametrize(
    ("path", "body", "how"),
    [
        ("/feed", "", "usual path"),
        ("/blog/atom.xml", "", "usual path"),
        ("/special/rss/all", "<a href='/special/rss/all'>RSS</a>", "page"),
    ],
)
async def test_without_a_declaration_usual_places_are_tried(
    site: Site, pool, reactor, path: str, body: str, how: str
) -> None:
    feed(site, path)
    found = await find(pool, site.put("/blog/", HOME.format("", body)))
    assert found.best is not None
    assert (found.best[0].url, found.best[0].how) == (site.url + path, how)


async def test_sitemaps_are_the_last_resort(site: Site, pool, reactor) -> None:
    site.put("/a", article())
    site.put("/maps/news.xml", f"<urlset><url><loc>{site.url}/a</loc></url></urlset>")
    site.put("/robots.txt", "User-agent: *\nAllow: /\nSitemap: /maps/news.xml\n")
    found = await find(pool, site.put("/", HOME.format("", "")))
    assert found.best is not None
    assert (found.best[0].kind, found.best[0].how) == ("sitemap", "robots.txt")
    assert [seen.path for seen in site.seen].count("/robots.txt") == 1


@pytest.mark.parametrize("kind", ["rss", "sitemap"])
async def test_the_address_of_a_feed_is_taken_as_it_is(site: Site, pool, reactor, kind) -> None:
    site.put("/a", article())
    body = rss([f"{site.url}/a"]) if kind == "rss" else (
        f"<urlset><url><loc>{site.url}/a</loc></url></urlset>"
    )  # fmt: skip
    found = await find(pool, site.put("/x?y=1", body))
    assert found.best is not None
    assert (found.best[0].url, found.best[0].kind) == (f"{site.url}/x?y=1", kind)
    assert site.paths() == ["/x?y=1", "/a"]  # nothing twice


async def test_a_site_without_feeds_has_none(site: Site, pool, reactor) -> None:
    found = await find(pool, site.put("/", HOME.format("", "<a href='http://[x'>?</a>")))
    assert found.best is None
    assert {check.ok for _, check in found.tried} == {False}


@pytest.mark.parametrize(("path", "said"), [("/none", "http 404"), ("/empty", "neither feed nor")])
async def test_what_cannot_be_read_is_said(
    site: Site, pool, reactor, path: str, said: str
) -> None:
    site.put("/empty", b"")
    with pytest.raises(DiscoveryError, match=said):
        await find(pool, site.url + path)


def test_only_web_addresses_of_feeds_are_taken_from_a_page() -> None:
    head = (
        LINK.format("javascript:alert(1)", "")
        + LINK.format("file:///etc/passwd", "")
        + LINK.format("http://[bad", "")
        + "<link rel='alternate' hreflang='en' href='/en'>"
        + "<link rel='stylesheet' type='text/xml' href='/x'><link rel='alternate'>"
        + LINK.format("//feeds.example.org/x", "a <b>title</b>")
    )
    page = read_home(HOME.format(head, "").encode(), "https://e.org/", "text/html")
    assert [place.url for place in page.declared] == ["https://feeds.example.org/x"]
