import gzip

import pytest

from crawler.robots import CACHE
from storage.models import Rejection, RunStatus
from tests.crawler.test_crawl import rows
from tests.fakes.site import Site, article, rss


async def test_robots_txt_is_obeyed(site: Site, world) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /secret\n", content_type="text/plain")
    site.put("/secret/a", article())
    site.put("/b", article())
    url = site.put("/feed", rss([f"{site.url}/secret/a", f"{site.url}/b"]))
    report = await world.crawl_one(url)
    assert report.result.stored == 1
    assert "/secret/a" not in site.paths()
    assert rows(world, Rejection)[0].reason == "robots"


async def test_a_redirect_does_not_lead_past_robots_txt(site: Site, world) -> None:
    site.put("/robots.txt", "User-agent: interopwatch\nDisallow: /secret\n")
    site.put("/a", status=301, headers={"Location": "/secret/a"})
    site.put("/secret/a", article())
    await world.crawl_one(site.put("/feed", rss([f"{site.url}/a"])))
    assert "/secret/a" not in site.paths()


async def test_robots_txt_is_asked_for_once_per_process(site: Site, world) -> None:
    url = site.put("/feed", rss([f"{site.url}/a", f"{site.url}/b"]))
    await world.crawl_one(url)
    await world.crawl_one(url)
    assert [seen.path for seen in site.seen].count("/robots.txt") == 1


async def test_a_host_that_cannot_give_its_rules_is_left_alone(site: Site, world) -> None:
    site.put("/robots.txt", status=503)
    url = site.put("/feed", rss([]))
    report = await world.crawl_one(url)
    assert report.result.status is RunStatus.FAILED
    assert "robots" in (report.result.error or "")
    assert site.paths() == []


RULES = "User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"body": RULES, "delay": 3}, "timeout: "),
        ({"drop": True}, "connection: "),
        ({"raw": [b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nUser-agent: *"]}, "connection: "),
        ({"raw": [b"\0\1\2 no HTTP\r\n\r\n"]}, "connection: "),
        ({"body": b"# " * 4_500_000}, "too-large: "),
        (
            {"body": gzip.compress(b"# " * 4_500_000), "headers": {"Content-Encoding": "gzip"}},
            "too-large: ",
        ),
    ],
    ids=["late", "reset", "cut off", "no HTTP", "too large", "too large unpacked"],
)
async def test_a_host_whose_rules_cannot_be_had_is_left_alone(
    site: Site, world, given, reason
) -> None:
    site.put("/robots.txt", **given)
    url = site.put("/feed", rss([site.put("/a", article())]))
    seconds = 0.5 if "delay" in given else 20
    report = await world.crawl_one(url, timeout_seconds=seconds)
    assert (report.result.error or "").startswith(f"{reason}robots.txt: ")
    assert site.paths() == []
    CACHE.clear()  # a minute later
    site.put("/robots.txt", status=404)
    assert (await world.crawl_one(url)).result.stored == 1


@pytest.mark.parametrize(
    "given",
    [
        {"status": 404},
        {"status": 403},
        {"status": 301, "headers": {"Location": "/robots.txt"}},
        {"status": 301, "headers": {"Location": "javascript:alert(1)"}},
    ],
    ids=str,
)
async def test_a_host_without_rules_allows_everything(site: Site, world, given) -> None:
    site.put("/robots.txt", **given)
    report = await world.crawl_one(site.put("/feed", rss([site.put("/a", article())])))
    assert report.result.stored == 1


async def test_crawl_delay_is_kept(site: Site, world) -> None:
    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 0.5\n")
    links = [site.put(f"/{n}", article(f"T {n}", f"Text {n}. " * 20)) for n in range(3)]
    await world.crawl_one(site.put("/feed", rss(links)))
    times = [seen.at for seen in site.seen if seen.path != "/robots.txt"]
    assert len(times) == 4
    # Three delays of 0.5 s. A busy machine may note the first request late, which
    # shortens what is measured: one delay of slack, and far above no delay at all.
    assert times[-1] - times[0] > 1.0
