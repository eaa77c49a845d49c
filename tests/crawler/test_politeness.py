import gzip
import socket
import ssl
import threading
from datetime import UTC, datetime
from logging import WARNING
from pathlib import Path

import psutil
import pytest
from scrapy.http.headers import Headers
from scrapy.settings.default_settings import DOWNLOAD_HANDLERS_BASE

from config.settings import Crawl
from crawler.politeness import retry_after_seconds, scrapy_settings, user_agent
from storage.feeds import enabled_feeds, sync_sources
from storage.models import RunStatus
from tests.crawler.conftest import source
from tests.fakes.certificates import certificate
from tests.fakes.site import Site, rss

NOW = datetime(2024, 9, 28, 12, tzinfo=UTC)


def test_what_scrapy_would_do_by_itself_is_off() -> None:
    settings = scrapy_settings(Crawl())
    for door in ("TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED", "COOKIES_ENABLED"):
        assert settings[door] is False
    for name in ("DNSCACHE_ENABLED", "HTTPPROXY_ENABLED", "RETRY_ENABLED", "MEMUSAGE_ENABLED"):
        assert settings[name] is False
    assert settings["DOWNLOAD_VERIFY_CERTIFICATES"] is True
    assert settings["ROBOTSTXT_OBEY"] is True
    assert settings["CONCURRENT_REQUESTS_PER_DOMAIN"] == 2
    handlers = {**DOWNLOAD_HANDLERS_BASE, **settings["DOWNLOAD_HANDLERS"]}
    assert {scheme for scheme, handler in handlers.items() if handler} == {"http", "https"}


def test_the_user_agent_says_who_we_are() -> None:
    assert user_agent("").startswith("interopwatch/")
    assert "https://example.org/bot" in user_agent("https://example.org/bot")


@pytest.mark.parametrize(
    ("asked", "date", "seconds"),
    [
        ("120", None, 120.0),
        ("999999999", None, 86400.0),
        ("Sat, 28 Sep 2024 12:10:00 GMT", None, 600.0),
        ("Sat, 28 Sep 2024 13:10:00 GMT", "Sat, 28 Sep 2024 13:00:00 GMT", 600.0),
        ("Sat, 28 Sep 2124 12:10:00 GMT", None, 86400.0),
        ("soon", None, None),
        ("", None, None),
        (None, "Sat, 28 Sep 2024 13:00:00 GMT", None),
    ],
)
def test_retry_after(asked: str | None, date: str | None, seconds: float | None) -> None:
    headers = Headers({"Retry-After": asked, "Date": date})
    assert retry_after_seconds(headers, NOW) == seconds


async def test_a_crawl_opens_no_door(site: Site, world) -> None:
    doors: set[int] = set()

    def look() -> None:
        for connection in psutil.Process().net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN:
                doors.add(connection.laddr.port)

    before_doors = {
        c.laddr.port
        for c in psutil.Process().net_connections("tcp")
        if c.status == psutil.CONN_LISTEN
    }
    url = site.put("/feed", rss([]), delay=0.5)
    timer = threading.Timer(0.3, look)
    timer.start()
    await world.crawl_one(url)
    timer.join()
    assert site.port in doors
    assert doors <= before_doors


class Distances:
    """In the place of HostTurns: the distance that each request was to keep, the last one last."""

    def __init__(self) -> None:
        self.kept: list[float] = []

    async def wait(self, host: str, apart: float) -> None:
        self.kept.append(apart)


async def test_a_host_that_answers_slowly_is_asked_slowly(site: Site, world) -> None:
    sources = [source({"url": site.put("/feed", rss([f"{site.url}/a"]), delay=0.2)})]
    await world.database.run(sync_sources, sources)
    crawler = world.crawler(sources)
    crawler.turns = distances = Distances()
    await crawler.crawl(await world.database.ask(enabled_feeds))
    assert site.paths() == ["/feed", "/a"]
    assert distances.kept[-1] > 0.1


async def test_a_crawl_that_goes_well_says_nothing(
    site: Site, world, caplog: pytest.LogCaptureFixture
) -> None:
    site.put("/moved", status=301, headers={"Location": "/feed"})
    site.put("/feed", rss([]))
    report = await world.crawl_one(f"{site.url}/moved")
    assert report.result.status is RunStatus.OK
    assert [line.getMessage() for line in caplog.records if line.levelno >= WARNING] == []


async def test_a_certificate_that_nobody_signed_is_refused(world, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    with Site() as site:
        site._server.socket = context.wrap_socket(site._server.socket, server_side=True)
        site.put("/feed", rss([]))
        report = await world.crawl_one(f"https://127.0.0.1:{site.port}/feed")
        assert report.result.status is RunStatus.FAILED
        assert site.paths() == []


async def test_a_handshake_that_nobody_answers_has_its_time(world) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/feed"
        report = await world.crawl_one(url, timeout_seconds=0.5)
    assert (report.result.error or "").startswith("timeout")


async def test_a_small_body_that_becomes_a_large_one_is_refused(site: Site, world) -> None:
    bomb = gzip.compress(bytes(64 * 1024 * 1024))
    url = site.put("/feed", bomb, headers={"Content-Encoding": "gzip"})
    before = psutil.Process().memory_info().rss
    report = await world.crawl_one(url, max_bytes=1024 * 1024)
    assert report.result.status is RunStatus.FAILED
    assert psutil.Process().memory_info().rss - before < 64 * 1024 * 1024


async def test_a_hundred_crawls_leave_nothing_behind(site: Site, world) -> None:
    url = site.put("/feed", rss([]), etag='"1"')
    for _ in range(10):
        await world.crawl_one(url)
    process = psutil.Process()
    files, threads = process.num_fds(), process.num_threads()
    for _ in range(100):
        await world.crawl_one(url)
    assert process.num_fds() <= files + 5
    assert process.num_threads() <= threads + 2
