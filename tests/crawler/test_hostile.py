"""Hostile servers, pages and feeds: each with its expected outcome, and none holds up the others.

All pages of a kind go through one crawl, as they would in a bad feed; what became of each is then
looked at by itself.
"""

import asyncio
import json
import shutil
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlmodel import col, select

from crawler.extraction.pool import ExtractionPool
from crawler.pipelines import MAX_TEXT
from crawler.polls import PageReport
from crawler.robots import CACHE
from crawler.spiders.reading import MAX_ENTRIES
from storage.database import Database
from storage.models import Article, Rejection, RunStatus
from tests.crawler.conftest import NOW, Clock, World
from tests.crawler.test_crawl import rows
from tests.fakes.hostile import ANSWERS, DOCUMENTS, ENCODED
from tests.fakes.site import Site, article, rss

MEMORY = 64 * 1024 * 1024
"""What a crawl may take on top: one answer may be 8 MB, and eight are under way at once."""


HOST = Path("/etc/hostname").read_text(encoding="utf-8").strip() or "nothing"


def always(head: str, text: str) -> bool:
    """A gate that lets everything pass, after the page was looked at."""
    return True


class Crawled:
    """What became of the pages of one feed."""

    def __init__(self, pages: dict[str, PageReport], stored: dict[str, Article]) -> None:
        self.pages = pages
        self.stored = stored
        self.status: RunStatus | None = None
        self.memory = 0
        self.lag: float = 0.0
        self.cookies: set[str] = set()


@pytest.fixture(scope="module")
async def module_world(
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
    reactor: None,
) -> AsyncIterator[World]:
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("hostile") / "hostile.db")
    database = Database(f"sqlite:///{file}")
    CACHE.clear()
    pool = ExtractionPool(1, seconds=60)  # what takes too long is the matter of test_pool
    await pool.warm_up()
    world = World(database, Clock(), pool)
    world.gate = always
    await crawl(world, {"a page": {"body": article()}})  # the first crawl of a process is slow
    yield world
    await pool.close()
    database.close()


async def crawl(world: World, answers: dict[str, dict[str, Any]], **settings: Any) -> Crawled:
    with Site() as site:
        paths = {name: f"/{number}" for number, name in enumerate(answers)}
        for name, answer in answers.items():
            if answer.get("headers", {}).get("Location") == "?":
                answer["headers"]["Location"] = paths[name]
            site.put(paths[name], **answer)
        feed = site.put("/feed", rss([f"{site.url}{path}" for path in paths.values()]))
        before = psutil.Process().memory_info().rss
        lags: list[float] = [0.0]
        watching = asyncio.create_task(_note_lags(lags))
        report = await world.crawl_one(
            feed, max_pages_per_run=100, run_budget_seconds=300, **settings
        )
        watching.cancel()
        by_url = {page.url: page for page in report.pages}
        stored = {row.url: row for row in rows(world, Article)}
        crawled = Crawled(
            {name: by_url[f"{site.url}{path}"] for name, path in paths.items()},
            {name: stored[f"{site.url}{path}"] for name, path in paths.items()
             if f"{site.url}{path}" in stored},
        )  # fmt: skip
    crawled.cookies = {seen.headers.get("cookie", "") for seen in site.seen}
    crawled.status = report.result.status
    crawled.memory = psutil.Process().memory_info().rss - before
    crawled.lag = max(lags)
    return crawled


async def _note_lags(lags: list[float]) -> None:
    """Processor seconds of this thread between two looks: how long it was kept from anything else."""
    while True:
        began = time.thread_time()
        await asyncio.sleep(0.01)
        lags.append(time.thread_time() - began)


@pytest.fixture(scope="module")
async def answered(module_world: World) -> Crawled:
    answers = {name: dict(answer) for name, (answer, _) in ANSWERS.items()}
    return await crawl(module_world, answers, timeout_seconds=1.5)


@pytest.fixture(scope="module")
async def documents(module_world: World) -> Crawled:
    pages = {name: {"body": body} for name, (body, _) in DOCUMENTS.items()}
    return await crawl(module_world, pages, timeout_seconds=30)


@pytest.mark.xdist_group("hostile")
@pytest.mark.parametrize("name", ANSWERS)
async def test_what_a_server_does_is_a_reason(answered: Crawled, name: str) -> None:
    expected = ANSWERS[name][1]
    assert answered.pages[name].outcome == (expected or "new"), answered.pages[name].detail
    assert (name in answered.stored) is (expected is None)


@pytest.mark.xdist_group("hostile")
@pytest.mark.parametrize("name", DOCUMENTS)
async def test_a_document_is_a_clean_article_or_a_reason(documents: Crawled, name: str) -> None:
    expected = DOCUMENTS[name][1]
    assert documents.pages[name].outcome == (expected or "new"), documents.pages[name].detail
    assert (name in documents.stored) is (expected is None)
    if expected is None:
        row = documents.stored[name]
        for text in (row.title, row.text):
            assert text
            assert not [c for c in text if (c < " " and c != "\n") or c in HIDDEN], repr(text[:99])
        assert len(row.title) <= 300
        assert len(row.text) <= MAX_TEXT


HIDDEN = {
    "\x7f", "\x9b", "\xad", "\u200b", "\u200e", "\u200f", "\u202a", "\u202e", "\u2060",
    "\u2066", "\u2069", "\ufeff", "\ufffe", "\uffff",
}  # fmt: skip


@pytest.mark.xdist_group("hostile")
async def test_no_crawl_of_them_fails_grows_or_blocks(
    answered: Crawled, documents: Crawled
) -> None:
    for crawled in (answered, documents):
        assert crawled.status is RunStatus.OK
        assert crawled.memory < MEMORY, crawled.memory
        assert crawled.lag < 0.5  # parsing one of the pages here takes longer


@pytest.mark.xdist_group("hostile")
async def test_no_cookie_is_ever_sent_back(answered: Crawled) -> None:
    assert "1,000 cookies" in answered.stored
    assert answered.cookies == {""}


@pytest.mark.xdist_group("hostile")
async def test_a_local_file_is_in_no_article(documents: Crawled) -> None:
    assert HOST not in documents.stored["doctype with entities"].text
    assert "\u0301" * 5 not in documents.stored["1,000 marks on a letter"].text
    assert documents.stored["title with markup"].title == "Bold alert(1) news"


@pytest.mark.xdist_group("hostile")
async def test_wrong_labels_do_not_matter(module_world: World) -> None:
    crawled = await crawl(module_world, {name: dict(a) for name, (a, _) in ENCODED.items()})
    assert {name: word in crawled.stored[name].text for name, (_, word) in ENCODED.items()} == (
        dict.fromkeys(ENCODED, True)
    )
    assert all("\ufffd" not in row.title for row in crawled.stored.values())


# ── feeds ──────────────────────────────────────────────────────────────────────────────────────

LAUGHS = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
FEEDS: dict[str, tuple[str, str | bytes, str | None]] = {
    "a page": ("rss", article(), "is a web page"),
    "a page as sitemap": ("sitemap", article(), "is a web page"),
    "a page as api": ("api", article(), "is not JSON"),
    "laughs": ("rss", f"<!DOCTYPE r [<!ENTITY l0 'ha'>{LAUGHS}]><rss>&l9;</rss>", "entities"),
    "laughs in a sitemap": (
        "sitemap", f"<!DOCTYPE r [<!ENTITY l0 'ha'>{LAUGHS}]><urlset><url><loc>&l9;</loc></url></urlset>", None,
    ),
    "a file as entity": (
        "rss", "<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><rss>&x;</rss>", "entities",
    ),
    "a file in a sitemap": (
        "sitemap", "<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><urlset><url><loc>http://e.org/&x;</loc></url></urlset>", None,
    ),
    "deep tags": ("rss", "<rss>" + "<item>" * 20_000, None),
    "deep tags in a sitemap": ("sitemap", "<urlset>" + "<url>" * 100_000, None),
    "deep JSON": ("api", "[" * 100_000, "is not JSON"),
    "deep JSON as feed": ("rss", '{"items":' * 50_000, "is not"),
    "null": ("api", "null", "finds no list"),
    "null as feed": ("rss", '{"items": null}', "without a list of items"),
    "odd items": ("rss", '{"items": [null, 1, "x", [], {"url": null}, {"url": 5}]}', None),
    "noise": ("rss", bytes(range(256)) * 40, "undecodable"),
    "NUL": ("rss", b"\0" * 5000, "undecodable"),
    "gzip that is none": ("sitemap", b"\x1f\x8b" + b"x" * 99, "cannot be unpacked"),
    "a listing of nothing": ("listing", "", "cannot be read as a listing"),
}  # fmt: skip


@pytest.mark.xdist_group("hostile")
@pytest.mark.parametrize("name", FEEDS)
async def test_a_feed_that_is_none_says_so(site: Site, world: World, name: str) -> None:
    kind, body, error = FEEDS[name]
    good = site.put("/good", rss([site.put("/a", article())]))
    reports = await world.crawl(
        {"url": site.put("/bad", body), "kind": kind}, {"url": good}, timeout_seconds=20
    )
    assert reports[good].result.stored == 1
    result = reports[f"{site.url}/bad"].result
    if error is None:
        assert (result.status, result.stored) == (RunStatus.OK, 0)
    else:
        assert result.status is RunStatus.FAILED
        assert error in (result.error or "")


async def test_a_huge_sitemap_is_read_in_part_and_by_and_by(site: Site, world: World) -> None:
    places = "".join(f"<url><loc>{site.url}/{n}</loc></url>" for n in range(50_000))
    url = site.put("/map", f"<urlset>{places}</urlset>")
    report = await world.crawl_one(url, "sitemap", max_pages_per_run=3, timeout_seconds=20)
    assert report.result.seen == MAX_ENTRIES
    assert report.left == MAX_ENTRIES - 3
    assert len(site.paths()) == 4


async def test_one_page_announced_often_is_fetched_once(site: Site, world: World) -> None:
    page = site.put("/a", article())
    spellings = [page, f"{page}?utm_source=rss", f"{page}#top", page, f"{page}/"]
    items = "".join(f"<item><guid>1</guid><link>{link}</link></item>" for link in spellings)
    url = site.put("/feed", f"<rss version='2.0'><channel>{items}</channel></rss>")
    await world.crawl_one(url)
    assert [path for path in site.paths() if path.startswith("/a")] == ["/a"]
    assert len(rows(world, Article)) == 1


STRANGE = [
    "javascript:alert(1)",
    "file:///etc/passwd",
    "data:text/html,x",
    "ftp://e.org/a",
    "tg://resolve?domain=x",
    "http://",
    "http://[::",
    f"http://e.org/{'x' * 5000}",
]


async def test_a_feed_is_no_article_of_its_own(site: Site, world: World) -> None:
    items = [{"url": link} for link in ("", "//", "?utm_source=rss", "\x00", "feed")]
    url = site.put("/feed", json.dumps({"version": "1", "items": items}))
    await world.crawl_one(url)
    assert site.paths() == ["/feed"]


async def test_links_that_lead_nowhere_are_rejections(site: Site, world: World) -> None:
    items = [{"url": link, "title": "x"} for link in [*STRANGE, site.put("/a", article())]]
    url = site.put("/feed", json.dumps({"version": "1", "items": items}))
    report = await world.crawl_one(url)
    assert (report.result.status, report.result.stored) == (RunStatus.OK, 1)
    with world.database.read() as session:
        reasons = set(session.exec(select(col(Rejection.reason))))
    assert reasons == {"bad-url"}


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Sat, 28 Sep 2054 11:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None),
        ("Mon, 00 Foo -1 99:99:99", None),
        ("Sat, 28 Sep 2024 11:00:00 GMT", datetime(2024, 9, 28, 11, tzinfo=UTC)),
    ],
)
async def test_dates_that_cannot_be_are_not_believed(
    site: Site, world: World, date: str, published: datetime | None
) -> None:
    await world.crawl_one(site.put("/feed", rss([site.put("/a", article())], date=date)))
    (row,) = rows(world, Article)
    assert row.published_at == published
    assert row.published_at is None or row.published_at <= NOW
