import json
import logging
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from sqlmodel import select

from config.logs import handler_for
from crawler.extraction.errors import ExtractionError, Reason
from crawler.extraction.pool import ExtractionPool
from crawler.rests import RESTS
from crawler.spider import FeedSpider
from storage.models import Article, CrawlRun, Feed, Rejection, RunStatus
from storage.runs import AGAIN_SECONDS
from tests.crawler.conftest import on_both
from tests.fakes.site import Site, article, dripping, endless, rss


def rows(world: Any, kind: type) -> list[Any]:
    with world.database.read() as session:
        return list(session.exec(select(kind)))


@on_both
async def test_a_feed_becomes_articles(site: Site, world) -> None:
    url = site.put("/feed", rss([f"{site.url}/a?utm_source=rss", f"{site.url}/b"]))
    site.put("/a", article("Taobao takes WeChat Pay"))
    site.put("/b", article("Meituan opens a shop", "Meituan opened a shop inside Alipay. " * 5))
    report = await world.crawl_one(url)
    assert report.result.status is RunStatus.OK
    assert (report.result.seen, report.result.stored, report.result.rejected) == (2, 2, 0)
    assert world.stored == 2
    stored = {row.url: row for row in rows(world, Article)}
    assert set(stored) == {f"{site.url}/a", f"{site.url}/b"}
    first = stored[f"{site.url}/a"]
    assert first.title == "Taobao takes WeChat Pay"
    assert first.text.count("\n") == 2
    assert first.text.startswith("Taobao said on Friday")
    assert first.language == "en"
    assert first.published_at == datetime(2024, 9, 27, 3, 5, tzinfo=UTC)
    assert first.published_how == "feed"
    assert first.followed_at is None
    feed = rows(world, Feed)[0]
    assert feed.newest_entry == datetime(2024, 9, 27, 3, 5, tzinfo=UTC)
    assert feed.next_due == world.clock.now + timedelta(seconds=900)


@on_both
async def test_known_pages_are_not_fetched_again(site: Site, world) -> None:
    url = site.put("/feed", rss([f"{site.url}/a"]))
    site.put("/a", article())
    await world.crawl_one(url)
    report = await world.crawl_one(url)
    assert (report.result.seen, report.result.stored) == (1, 0)
    assert site.paths().count("/a") == 1


@on_both
async def test_feeds_that_are_read_together_fetch_a_page_once(site: Site, world) -> None:
    page = site.put("/a", article())
    feeds = [site.put(f"/feed-{number}", rss([page])) for number in range(6)]
    reports = await world.crawl(*({"url": feed} for feed in feeds), concurrency=8)
    assert site.paths().count("/a") == 1
    assert sum(report.result.stored for report in reports.values()) == 1


@on_both
async def test_one_article_one_row_whichever_way_it_is_reached(site: Site, world) -> None:
    head = f"<link rel='canonical' href='{site.url}/story'>"
    site.put("/amp", article(head=head))
    site.put("/story", article(head=head))
    site.put("/short", status=302, headers={"Location": "/story"})
    feeds = [site.put(f"/feed-{way}", rss([f"{site.url}/{way}"])) for way in ("amp", "short")]
    reports = await world.crawl(*({"url": feed} for feed in feeds))
    assert sum(report.result.stored for report in reports.values()) == 1
    assert [row.url for row in rows(world, Article)] == [f"{site.url}/story"]
    before = len(site.paths())
    await world.crawl(*({"url": feed} for feed in feeds))
    assert len(site.paths()) == before + 2  # the feeds, and no page


async def test_a_template_that_states_one_address_for_all_does_not_merge(
    site: Site, world
) -> None:
    head = f"<link rel='canonical' href='{site.url}/news'>"
    links = []
    for name in ("one", "two"):
        text = f"Number {name}. " * 20
        links.append(site.put(f"/{name}", article(f"Title {name}", text, head=head)))
    await world.crawl_one(site.put("/feed", rss(links)))
    assert sorted(row.title for row in rows(world, Article)) == ["Title one", "Title two"]


def sitemap(url: str, edited: datetime) -> str:
    return f"<urlset><url><loc>{url}</loc><lastmod>{edited.isoformat()}</lastmod></url></urlset>"


@on_both
async def test_an_article_that_its_publisher_edits_is_a_revision_of_it(site: Site, world) -> None:
    page = site.put("/a", article("First", "Taobao takes WeChat Pay in a test. " * 9))
    url = site.put("/map", sitemap(page, world.clock.now - timedelta(days=1)))
    await world.crawl_one(url, "sitemap")
    site.put("/a", article("Second", "Taobao takes WeChat Pay everywhere. " * 9))
    world.clock.advance(hours=2)
    await world.crawl_one(url, "sitemap")
    assert site.paths().count("/a") == 1  # nothing says that it was edited since
    site.put("/map", sitemap(page, world.clock.now))
    report = await world.crawl_one(url, "sitemap")
    assert [p.outcome for p in report.pages] == ["revised"]
    assert [row.title for row in rows(world, Article)] == ["Second"]
    world.clock.advance(hours=2)
    await world.crawl_one(url, "sitemap")
    assert site.paths().count("/a") == 2


async def test_an_edit_that_cannot_be_read_leaves_the_article_as_it_was(site: Site, world) -> None:
    page = site.put("/a", article("First"))
    url = site.put("/map", sitemap(page, world.clock.now))
    await world.crawl_one(url, "sitemap")
    site.put("/a", status=404)
    world.clock.advance(hours=2)
    site.put("/map", sitemap(page, world.clock.now))
    report = await world.crawl_one(url, "sitemap")
    assert [p.outcome for p in report.pages] == ["http-404"]
    assert rows(world, Rejection) == []
    assert [row.title for row in rows(world, Article)] == ["First"]


async def test_an_article_is_read_anew_only_while_it_is_young_and_not_too_often(
    site: Site, world
) -> None:
    page = site.put("/a", article("First"))
    url = site.put("/map", sitemap(page, world.clock.now))
    await world.crawl_one(url, "sitemap")
    for minutes in (10, 20, 40, 10):  # a feed that claims an edit whenever it is read
        world.clock.advance(minutes=minutes)
        site.put("/map", sitemap(page, world.clock.now))
        await world.crawl_one(url, "sitemap")
    assert site.paths().count("/a") == 2
    world.clock.advance(days=20)
    site.put("/map", sitemap(page, world.clock.now))
    await world.crawl_one(url, "sitemap")
    assert site.paths().count("/a") == 2


@on_both
async def test_a_reprint_elsewhere_is_marked(site: Site, world) -> None:
    text = "\n".join(f"Taobao said {n} that buyers can pay with WeChat Pay {n}." for n in range(9))
    links = [
        site.put("/a", article("Taobao takes WeChat Pay", text)),
        site.put("/b", article("Reprint", f"{text}\nOur correspondents wrote this in.")),
    ]
    await world.crawl_one(site.put("/feed", rss(links)), concurrency=1)
    first, second = rows(world, Article)
    assert (first.copy_of, second.copy_of) == (None, first.id)


@on_both
async def test_an_unchanged_feed_costs_one_request(site: Site, world) -> None:
    day = {"Last-Modified": "Fri, 27 Sep 2024 03:05:00 GMT"}
    url = site.put("/feed", rss([f"{site.url}/a"]), etag='"1"', headers=day)
    site.put("/a", article())
    await world.crawl_one(url)
    report = await world.crawl_one(url)
    assert site.seen[-1].headers["if-modified-since"] == day["Last-Modified"]
    assert report.result.status is RunStatus.UNCHANGED
    assert report.result.http_status == 304
    assert site.paths() == ["/feed", "/a", "/feed"]
    assert rows(world, Feed)[0].etag == '"1"'


async def test_pages_beyond_the_limit_remain_for_the_next_run(site: Site, world) -> None:
    links = [site.put(f"/{n}", article(f"Title {n}", f"Text {n}. " * 20)) for n in range(5)]
    url = site.put("/feed", rss(links), etag='"1"')
    first = await world.crawl_one(url, max_pages_per_run=2)
    second = await world.crawl_one(url, max_pages_per_run=2)
    third = await world.crawl_one(url, max_pages_per_run=2)
    assert [r.result.stored for r in (first, second, third)] == [2, 2, 1]
    assert [r.left for r in (first, second, third)] == [3, 1, 0]
    fourth = await world.crawl_one(url, max_pages_per_run=2)
    assert fourth.result.status is RunStatus.UNCHANGED


@on_both
async def test_a_dry_run_reports_and_writes_nothing(site: Site, world) -> None:
    url = site.put("/feed", rss([f"{site.url}/a", f"{site.url}/gone"]))
    site.put("/a", article("Taobao opens"))
    report = await world.crawl_one(url, dry_run=True)
    assert {(p.url.rpartition("/")[2], p.outcome, p.title) for p in report.pages} == {
        ("a", "new", "Taobao opens"),
        ("gone", "http-404", ""),
    }
    for kind in (Article, CrawlRun, Rejection):
        assert rows(world, kind) == []
    assert world.stored == 0


def names_taobao(head: str, text: str) -> bool:
    return "Taobao" in head + text


async def test_what_is_not_worth_extracting_is_recorded_and_left(site: Site, world) -> None:
    url = site.put("/feed", rss([f"{site.url}/a", f"{site.url}/b"]), etag='"1"')
    site.put("/a", article())
    site.put("/b", article("Rates rise", "The bank raised its rates. " * 9))
    world.gate = names_taobao
    report = await world.crawl_one(url)
    assert (report.result.stored, report.result.skipped, report.result.rejected) == (1, 1, 0)
    assert [p.outcome for p in report.pages if p.url.endswith("/b")] == ["off-topic"]
    row = rows(world, Rejection)[0]
    assert (row.url, row.reason) == (f"{site.url}/b", "off-topic")
    assert rows(world, CrawlRun)[0].skipped == 1
    assert rows(world, Feed)[0].etag == '"1"'  # nothing is left to come back for
    site.put("/feed", rss([f"{site.url}/a", f"{site.url}/b"]))
    await world.crawl_one(url)
    assert site.paths().count("/b") == 1
    assert rows(world, Rejection)[0].attempts == row.attempts


async def test_all_pages_are_stored_on_demand(site: Site, world) -> None:
    url = site.put("/feed", rss([f"{site.url}/b"]))
    site.put("/b", article("Rates rise", "The bank raised its rates. " * 9))
    world.gate = names_taobao
    report = await world.crawl_one(url, store="all")
    assert (report.result.stored, report.result.skipped) == (1, 0)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"status": 404}, "http-404"),
        ({"status": 500}, "http-500"),
        ({"drop": True}, "connection"),
        ({"delay": 3}, "timeout"),
        ({"body": b""}, "empty"),
        ({"body": b"<html><body><p>Short.</p></body></html>"}, "no-article"),
        ({"body": bytes(range(256)) * 50}, "undecodable"),
        ({"body": b"%PDF", "content_type": "application/pdf"}, "not-html"),
        ({"body": b"<p>" + b"x" * 2_200_000}, "too-large"),
        ({"stream": "endless"}, "too-large"),
        ({"stream": "dripping"}, "timeout"),
        ({"status": 302, "headers": {"Location": "/page"}}, "redirects"),
        ({"status": 302, "headers": {"Location": "file:///etc/hostname"}}, "http-302"),
        ({"status": 302, "headers": {"Location": "http://10.0.0.1/"}}, "blocked-address"),
        ({"status": 302, "headers": {"Location": "http://169.254.169.254/x"}}, "blocked-address"),
    ],
)
async def test_a_bad_page_is_kept_aside_with_the_reason(
    site: Site, world, answer: dict[str, Any], reason: str
) -> None:
    if "stream" in answer:
        answer = {"stream": endless() if answer["stream"] == "endless" else dripping()}
    url = site.put("/feed", rss([f"{site.url}/page", f"{site.url}/good"]))
    site.put("/page", **answer)
    site.put("/good", article())
    seconds = 1 if reason == "timeout" else 60  # a busy machine takes its time to send too much
    report = await world.crawl_one(url, timeout_seconds=seconds)
    assert report.result.status is RunStatus.OK
    assert (report.result.stored, report.result.rejected) == (1, 1)
    assert [row.reason for row in rows(world, Rejection)] == [reason]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"body": b"<html><body>Not found</body></html>"}, "is a web page"),
        ({"body": b"hello"}, "is no feed"),
        ({"body": b""}, "is no feed"),
        ({"body": b"{broken"}, "is not"),
        ({"body": b'<!DOCTYPE x [<!ENTITY a "b">]><rss>&a;</rss>'}, "entities"),
        ({"status": 404}, "http 404"),
        ({"status": 500}, "http 500"),
        ({"drop": True}, "connection"),
        ({"delay": 3}, "timeout"),
    ],
)
async def test_a_bad_feed_fails_its_own_run_only(
    site: Site, world, answer: dict[str, Any], error: str
) -> None:
    bad = site.put("/bad", **answer)
    good = site.put("/good", rss([f"{site.url}/a"]))
    site.put("/a", article())
    reports = await world.crawl({"url": bad}, {"url": good}, timeout_seconds=1)
    assert reports[good].result.stored == 1
    assert reports[bad].result.status is RunStatus.FAILED
    assert error in reports[bad].result.error
    feed = next(row for row in rows(world, Feed) if row.url == bad)
    assert feed.failures == 1
    assert error in feed.last_error
    assert feed.next_due == world.clock.now + timedelta(seconds=1800)


@on_both
async def test_failures_double_the_wait_and_a_success_ends_it(site: Site, world) -> None:
    url = site.put("/feed", status=500)
    for _ in range(3):
        await world.crawl_one(url)
    feed = rows(world, Feed)[0]
    assert feed.failures == 3
    assert feed.next_due == world.clock.now + timedelta(seconds=900 * 8)
    site.put("/feed", rss([]))
    await world.crawl_one(url)
    feed = rows(world, Feed)[0]
    assert (feed.failures, feed.last_error) == (0, None)
    assert feed.next_due == world.clock.now + timedelta(seconds=900)


@pytest.mark.parametrize(
    ("header", "date", "hours"),
    [
        ("7200", None, 2),
        ("999999", None, 24),
        ("soon", None, 0.5),
        ("Thu, 29 Feb 2040 02:30:00 GMT", "Wed, 29 Feb 2040 00:30:00 GMT", 2),  # their clock
        ("Mon, 01 Jan 2001 00:00:00 GMT", None, 0.5),  # it has passed
        ("Sat, 01 Jan 2101 00:00:00 GMT", None, 24),
        (f"Sat, 01 Jan {'9' * 30} 00:00:00 GMT", None, 0.5),
    ],
)
async def test_retry_after_is_honoured(site: Site, world, header, date, hours: float) -> None:
    url = site.put(
        "/feed", status=429, headers={"Retry-After": header} | ({"Date": date} if date else {})
    )
    await world.crawl_one(url)
    assert len(site.paths()) == 1  # not tried again at once
    assert rows(world, Feed)[0].next_due == world.clock.now + timedelta(hours=hours)


async def test_a_host_that_asks_for_a_rest_gets_it(site: Site, world) -> None:
    tired: dict[str, Any] = {"status": 429, "headers": {"Retry-After": "7200"}}
    url = site.put("/feed", rss(site.put(f"/{n}", **tired) for n in range(6)), etag='"1"')
    report = await world.crawl_one(url, concurrency=1)
    assert len(site.paths()) == 2, "the feed and one page"
    assert (report.result.status, report.result.rejected, report.left) == (RunStatus.OK, 1, 5)
    (feed,) = rows(world, Feed)
    assert feed.next_due - world.clock.now > timedelta(minutes=119)
    assert (feed.failures, feed.etag) == (0, None), "what was left is to be announced again"
    other = await world.crawl_one(site.put("/other", rss([])))
    assert "asked to be left alone" in (other.result.error or "")
    assert other.result.retry_after > 7000
    assert len(site.paths()) == 2
    RESTS.clear()
    world.clock.advance(hours=2)
    for number in range(6):
        site.put(f"/{number}", article(f"T {number}", f"Text {number}. " * 20))
    await world.crawl_one(url)
    assert len(rows(world, Article)) == 6


@pytest.mark.parametrize("dated", [True, False])
async def test_an_index_says_whether_its_sitemaps_changed_only_by_dates(
    site: Site, world, dated: bool
) -> None:
    date = "<lastmod>2024-09-27</lastmod>" if dated else ""
    child = site.put("/child", "<urlset></urlset>")
    index = f"<sitemapindex><sitemap><loc>{child}</loc>{date}</sitemap></sitemapindex>"
    url = site.put("/map", index, etag='"1"')
    await world.crawl_one(url, "sitemap")
    site.put("/child", f"<urlset><url><loc>{site.put('/a', article())}</loc></url></urlset>")
    report = await world.crawl_one(url, "sitemap")
    assert (report.result.status is RunStatus.UNCHANGED) is dated
    assert len(rows(world, Article)) == (0 if dated else 1)


BAD_PLACES = ["http://[bad/", "javascript:x()", "file:///etc/passwd", "http://e.org:99999/"]


async def test_an_address_that_is_none_keeps_nobody_from_the_other_sitemaps(
    site: Site, world
) -> None:
    child = site.put(
        "/child", f"<urlset><url><loc>{site.put('/a', article())}</loc></url></urlset>"
    )
    for bad in BAD_PLACES:
        places = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in (bad, child))
        url = site.put("/map", f"<sitemapindex>{places}</sitemapindex>")
        report = await world.crawl_one(url, "sitemap")
        assert (report.result.status, report.result.seen, report.left) == (RunStatus.OK, 1, 0)
        assert "bad-url" in (report.result.error or "") or bad.startswith("file:")
    assert len(rows(world, Article)) == 1


@on_both
async def test_a_rejected_page_is_tried_again_later_and_then_given_up(site: Site, world) -> None:
    url = site.put("/feed", rss([f"{site.url}/a"]), etag='"1"')
    site.put("/a", status=500)
    await world.crawl_one(url)
    await world.crawl_one(url)
    assert site.paths().count("/a") == 1
    for _ in range(5):
        world.clock.advance(hours=5)
        await world.crawl_one(url)
    assert site.paths().count("/a") == 4
    assert rows(world, Rejection)[0].attempts == 4
    assert rows(world, Feed)[0].etag == '"1"'


@on_both
async def test_a_page_that_recovers_becomes_an_article(site: Site, world) -> None:
    url = site.put("/feed", rss([f"{site.url}/a"]))
    site.put("/a", status=503)
    await world.crawl_one(url)
    site.put("/a", article())
    world.clock.advance(hours=1)
    await world.crawl_one(url)
    assert len(rows(world, Article)) == 1
    assert rows(world, Rejection) == []


@on_both
async def test_addresses_that_are_no_web_pages_are_rejected(site: Site, world) -> None:
    links = ["javascript:alert(1)", "file:///etc/passwd", "http://[bad/", f"{site.url}/a"]
    site.put("/a", article())
    report = await world.crawl_one(site.put("/feed", rss(links)))
    assert report.result.stored == 1
    assert {row.reason for row in rows(world, Rejection)} == {"bad-url"}


async def test_a_mistake_of_ours_in_a_callback_is_logged_and_ends_the_run_all_the_same(
    site: Site, world, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def mistaken(*_: object) -> None:
        raise LookupError("a mistake")

    monkeypatch.setattr(FeedSpider, "_done", mistaken)
    report = await world.crawl_one(site.put("/feed", rss([])))
    assert "1 requests were not made" in (report.result.error or "")
    [said] = [one.getMessage() for one in caplog.records if one.levelname == "ERROR"]
    assert "/feed" in said
    assert "LookupError: a mistake" in caplog.text


async def test_a_line_about_a_document_says_the_run_and_the_feed(
    site: Site, world, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise ExtractionError(Reason.BROKEN, "a mistake")

    monkeypatch.setattr(ExtractionPool, "run", broken)
    url, written = site.put("/feed", rss([])), StringIO()
    handler = handler_for(written)
    logging.getLogger("crawler").addHandler(handler)
    try:
        await world.crawl_one(url)
    finally:
        logging.getLogger("crawler").removeHandler(handler)
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    (line,) = [one for one in lines if one["logger"] == "crawler.pipelines"]
    (run,) = rows(world, CrawlRun)
    assert (line["run"], line["feed"], line["message"]) == (run.id, url, f"{url} cannot be read")
    assert "broken: a mistake" in line["traceback"]


async def test_time_is_up(site: Site, world) -> None:
    links = [site.put(f"/{n}", article(f"T {n}", f"Text {n}. " * 20), delay=0.5) for n in range(8)]
    url = site.put("/feed", rss(links), etag='"1"')
    report = await world.crawl_one(url, run_budget_seconds=1, concurrency=1)
    assert report.result.status is RunStatus.OK
    assert 0 < report.result.stored < 8
    assert report.left
    assert "out of time" in (report.result.error or "")
    assert report.result.etag is None
    again = await world.crawl_one(url)
    assert again.result.stored + report.result.stored == 8


async def test_a_host_of_many_feeds_has_its_news_read_before_all_of_them_are_asked(
    site: Site, world
) -> None:
    feeds = []
    for n in range(40):
        page = site.put(f"/{n}", article(f"T {n}", f"Text {n}. " * 20))
        feeds.append({"url": site.put(f"/feed/{n}", rss([page]))})
    settings = {"run_budget_seconds": 2, "host_delay_seconds": 0.1}  # forty feeds need four
    results = [one.result for one in (await world.crawl(*feeds, **settings)).values()]
    assert sum(one.stored for one in results)
    late = [one for one in results if one.status is RunStatus.INTERRUPTED]
    assert late
    due = [one.next_due for one in rows(world, Feed)]
    assert sum(one <= world.clock() + timedelta(seconds=AGAIN_SECONDS) for one in due) == len(late)


async def test_every_request_says_who_we_are_and_keeps_no_cookies(site: Site, world) -> None:
    url = site.put("/feed", rss([f"{site.url}/a"]), headers={"Set-Cookie": "a=b"})
    site.put("/a", article(), headers={"Set-Cookie": "a=b"})
    await world.crawl_one(url, contact="https://example.org/bot")
    for seen in site.seen:
        assert seen.headers["user-agent"].startswith("interopwatch/")
        assert "https://example.org/bot" in seen.headers["user-agent"]
        assert not {"cookie", "referer", "authorization"} & seen.headers.keys()
