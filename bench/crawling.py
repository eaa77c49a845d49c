"""How fast the crawler is, beside bare Scrapy and beside `reader`, on a loopback site.

Everything runs in turns, each in a process of its own, against the same site in a third one. Walls
are what an operator sees; processor times (with children) tell more on a busy machine.

    .venv/bin/python bench/crawling.py [pages|polls|memory] [--turns 3] [--peer PYTHON]

`--peer` names an interpreter that has `reader` (pip install reader); without one it is left out.
"""

import argparse
import asyncio
import json
import logging
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

HOSTS = [f"127.0.1.{number}" for number in range(1, 41)]
PORT = 8_977
PAGES = 2_000
FEEDS = 1_000
RUNS = 1_000
AT_ONCE = 32

OFF_TOPIC = (
    "The bank raised its rates by a quarter of a point on Friday, and said that it would look at "
    "prices again in spring. Builders and shops had asked for a pause."
)
TOPIC = (
    "Taobao said on Friday that its buyers can pay with WeChat Pay from now on, in steps. Tencent "
    "said that receipts for Taobao orders would appear in the wallet of the buyer."
)


# ── the site ───────────────────────────────────────────────────────────────────────────────────


def page(number: int, *, topic: bool) -> bytes:
    """A page of 45 kB: scripts, menus, share buttons, an article of its own words, other news."""
    chance = random.Random(number)
    words = [f"word{chance.randrange(5000)}" for _ in range(400)]
    prose = [" ".join(words[at : at + 40]) + "." for at in range(0, 400, 40)]
    prose[0] = f"{TOPIC if topic else OFF_TOPIC} {number}"
    title = f"{'Taobao takes WeChat Pay' if topic else 'Rates rise again'} {number}"
    share = "".join(
        f"<a href='/s/{p}'>{p}</a>" for p in ("Facebook", "Twitter", "WhatsApp", "LINE")
    )
    menu = "".join(f"<li><a href='/m/{n}'>Section {n}</a></li>" for n in range(60))
    other = "".join(f"<li><a href='/o/{n}'>Other news of the day, {n}</a></li>" for n in range(90))
    body = "".join(f"<p>{one}</p>" for one in prose)
    return (
        f"<!doctype html><html><head><title>{title}</title><script>{'var a=1;' * 1800}</script>"
        f"<style>{'.a{b:c}' * 1200}</style></head><body><nav><ul>{menu}</ul></nav><div>{share}</div>"
        f"<article><h1>{title}</h1>{body}</article><aside><ul>{other}</ul></aside>"
        f"<footer>All rights reserved</footer></body></html>"
    ).encode()


def feed(number: int, pages: list[int]) -> bytes:
    items = "".join(
        f"<item><title>Entry {n}</title><link>{page_url(n)}</link></item>" for n in pages
    )
    channel = f"<channel><title>{number}</title>{items}</channel>"
    return f'<?xml version="1.0"?><rss version="2.0">{channel}</rss>'.encode()


def page_url(number: int) -> str:
    return f"http://{HOSTS[number % len(HOSTS)]}:{PORT}/page/{number}"


def feed_url(number: int) -> str:
    return f"http://{HOSTS[number % len(HOSTS)]}:{PORT}/feed/{number}"


async def serve(share: float) -> None:
    """Serve pages, of which a share is on topic, and feeds with an ETag, until killed."""
    every = max(1, round(1 / share))
    pages = [page(number, topic=number % every == 0) for number in range(PAGES)]
    by_host = {host: [n for n in range(PAGES) if HOSTS[n % len(HOSTS)] == host] for host in HOSTS}
    answers: dict[str, bytes] = {}
    for number, body in enumerate(pages):
        answers[f"/page/{number}"] = answer(body, "text/html; charset=utf-8")
    for number in range(FEEDS):
        own = by_host[HOSTS[number % len(HOSTS)]] if number < len(HOSTS) else []
        answers[f"/feed/{number}"] = answer(feed(number, own), "application/rss+xml", 'ETag: "1"')
    unchanged = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nContent-Length: 0\r\n\r\n'
    missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ", 2)[1].decode()
                known = b"if-none-match" in head.lower()
                writer.write(unchanged if known else answers.get(path, missing))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(talk, HOSTS, PORT, backlog=512)
    print("ready", flush=True)
    await server.serve_forever()


def answer(body: bytes, kind: str, *more: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *more]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


FEED_URLS = [feed_url(number) for number in range(FEEDS)]

# ── what is measured ───────────────────────────────────────────────────────────────────────────


def spent() -> float:
    """Processor seconds of this process and of those that it has started."""
    itself = psutil.Process()
    times = [one.cpu_times() for one in (itself, *itself.children(recursive=True))]
    return sum(one.user + one.system for one in times)


async def bare(urls: list[str], headers: dict[str, str]) -> dict[str, float]:
    """Stock Scrapy downloads the addresses and does nothing with them."""
    from scrapy import Request, Spider
    from scrapy.crawler import AsyncCrawlerRunner

    from crawler.reactor import install_reactor

    install_reactor([ip_network("127.0.0.0/8")])
    logging.getLogger("scrapy").setLevel(logging.ERROR)
    seen = []

    class Bare(Spider):
        name = "bare"

        async def start(self) -> AsyncIterator[Request]:
            for url in urls:
                yield Request(url, headers=headers)

        def parse(self, response: Any) -> None:
            seen.append(response.status)

    settings = {
        "CONCURRENT_REQUESTS": AT_ONCE, "CONCURRENT_REQUESTS_PER_DOMAIN": AT_ONCE,
        "DOWNLOAD_DELAY": 0, "HTTPERROR_ALLOW_ALL": True, "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False, "STATS_DUMP": False, "LOG_INSTALL_ROOT_HANDLER": False,
        "ROBOTSTXT_OBEY": False, "DNSCACHE_ENABLED": True,
    }  # fmt: skip
    began, used = time.monotonic(), spent()
    await AsyncCrawlerRunner(settings).crawl(Bare)
    return {"done": len(seen), "wall": time.monotonic() - began, "cpu": spent() - used}


class Watch:
    """The crawler over the site, with gate, extraction, store and follower, as the daemon has it."""

    def __init__(self, folder: Path, feeds: int) -> None:
        from alerts.follow_loop import FollowLoop
        from alerts.tagging.gate import PlatformGate
        from config.settings import Settings
        from config.sources import SourceSpec
        from crawler.crawl import Crawler
        from interopwatch import Installation, follower_of
        from storage.database import Database
        from storage.schema import upgrade

        logging.getLogger("scrapy").setLevel(logging.ERROR)
        crawl = {
            "allow_networks": ["127.0.0.0/8"],
            "host_delay_seconds": 0,
            "concurrency": AT_ONCE,
        }
        crawl |= {"max_pages_per_run": PAGES, "run_budget_seconds": 3600}
        given = Installation(settings=Settings.model_validate({"crawl": crawl}))
        self.database = Database(f"sqlite:///{folder / 'bench.db'}")
        upgrade(self.database)
        follower = follower_of(given)
        self.follow = FollowLoop(self.database, follower, self.clock, lambda: None)
        gate = PlatformGate(given.folders("platforms"))
        self.crawler = Crawler(
            self.database, given.settings.crawl, self.clock, self.follow.wake, gate=gate
        )
        self.sources = [
            SourceSpec.model_validate(
                {
                    "slug": f"s{number}", "name": "S", "homepage": feed_url(number),
                    "feeds": [{"url": feed_url(number)}],
                }
            )
            for number in range(feeds)
        ]  # fmt: skip

    @staticmethod
    def clock() -> datetime:
        """The present moment."""
        return datetime.now(UTC)

    async def begin(self) -> list[Any]:
        """Start the processes; gives the feeds."""
        from crawler.reactor import install_reactor
        from storage.feeds import enabled_feeds, sync_sources

        install_reactor([ip_network("127.0.0.0/8")])
        await self.crawler.pool.warm_up()
        await self.database.run(sync_sources, self.sources)
        return list(await self.database.ask(enabled_feeds))


async def whole_path(folder: Path) -> dict[str, float]:
    """Fetch, gate, extraction, store, follow: until the last page is followed."""
    watch = Watch(folder, len(HOSTS))
    feeds = await watch.begin()
    began, used = time.monotonic(), spent()
    reports = await watch.crawler.crawl(feeds)
    await watch.follow.follow_due()
    wall, cpu = time.monotonic() - began, spent() - used
    await watch.crawler.stop()
    done = sum(len(report.pages) for report in reports)
    stored = sum(report.result.stored for report in reports)
    return {"done": done, "wall": wall, "cpu": cpu, "stored": stored}


async def polls(folder: Path) -> dict[str, float]:
    """Unchanged feeds, in batches as the schedule makes them; robots.txt was read before."""
    from crawler.schedule import MAX_BATCH

    watch = Watch(folder, FEEDS)
    feeds = (await watch.begin())[:]
    rounds = []
    for _ in range(2):
        began, used = time.monotonic(), spent()
        statuses = []
        for start in range(0, len(feeds), MAX_BATCH):
            reports = await watch.crawler.crawl(feeds[start : start + MAX_BATCH])
            statuses += [report.result.status for report in reports]
        rounds.append((time.monotonic() - began, spent() - used, statuses.count("unchanged")))
        from storage.feeds import enabled_feeds

        feeds = list(await watch.database.ask(enabled_feeds))
    await watch.crawler.stop()
    wall, cpu, unchanged = rounds[-1]
    return {"done": unchanged, "wall": wall, "cpu": cpu}


async def memory(folder: Path) -> dict[str, float]:
    """Resident memory of the process after crawl runs, each a crawl of one feed with pages."""
    watch = Watch(folder, len(HOSTS))
    feeds = await watch.begin()
    sizes = []
    for run in range(RUNS):
        await watch.crawler.crawl([feeds[run % len(feeds)]])
        if run + 1 in (100, RUNS // 2, RUNS):
            sizes.append(psutil.Process().memory_info().rss / 1e6)
    children = psutil.Process().children(recursive=True)
    extraction = max((child.memory_info().rss / 1e6 for child in children), default=0)
    handles = psutil.Process().num_fds()
    await watch.crawler.stop()
    first, half, last = sizes
    return {"MB after 100": first, "MB after 500": half, "MB after 1000": last,
            "MB extraction": extraction, "handles": handles}  # fmt: skip


PEER = """
import json, resource, sys, tempfile, time
from reader import make_reader
urls = json.loads(sys.stdin.read())
def spent():
    usage = resource.getrusage(resource.RUSAGE_SELF); return usage.ru_utime + usage.ru_stime
with tempfile.TemporaryDirectory() as folder:
    reader = make_reader(folder + "/db.sqlite")
    for url in urls:
        reader.add_feed(url)
    reader.update_feeds(workers=8, scheduled=False)
    began, used = time.monotonic(), spent()
    reader.update_feeds(workers=8, scheduled=False)
    print(json.dumps({"done": len(urls), "wall": time.monotonic() - began, "cpu": spent() - used}))
"""


# ── turns ──────────────────────────────────────────────────────────────────────────────────────


def part(name: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        match name:
            case "bare-pages":
                work = bare([page_url(number) for number in range(PAGES)], {})
            case "bare-polls":
                work = bare(FEED_URLS, {"If-None-Match": '"1"'})
            case "pages":
                work = whole_path(Path(folder))
            case "polls":
                work = polls(Path(folder))
            case _:
                work = memory(Path(folder))
        return asyncio.run(work)


def turn(*words: str, given: str | None = None, python: str = sys.executable) -> dict[str, float]:
    command = [python, "-c", PEER] if given is not None else [python, __file__, "--part", *words]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{words}: {done.stderr[-2000:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def compare(title: str, turns: int, parts: dict[str, Any], per: str) -> None:
    """Run the parts in turns, and print the medians; the first one is the yardstick."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in parts}
    for _ in range(turns):
        for name, work in parts.items():
            found[name].append(work())
    print(f"\n{title}")
    yard = _medians(next(iter(found.values())))
    for name, results in found.items():
        mine = _medians(results)
        print(
            f"  {name:22} {mine['rate']:8.0f} {per}/s  {mine['rate'] / yard['rate']:5.2f}   "
            f"{mine['cpu']:7.2f} ms of processor  {mine['cpu'] / yard['cpu']:5.2f}   "
            f"({results[-1]})"
        )


def _medians(results: list[dict[str, float]]) -> dict[str, float]:
    return {
        "rate": statistics.median(one["done"] / one["wall"] for one in results),
        "cpu": statistics.median(1000 * one["cpu"] / one["done"] for one in results),
    }


def with_site(share: float) -> subprocess.Popen[str]:
    site = subprocess.Popen(
        [sys.executable, __file__, "--serve", str(share)], stdout=subprocess.PIPE, text=True
    )
    if site.stdout is None or site.stdout.readline().strip() != "ready":
        sys.exit("the site did not start")
    return site


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", nargs="?", choices=["pages", "polls", "memory"])
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--peer")
    parser.add_argument("--part", help=argparse.SUPPRESS)
    parser.add_argument("--serve", type=float, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        asyncio.run(serve(asked.serve))
    elif asked.part:
        print(json.dumps(part(asked.part)))
    else:
        run(asked.what, asked.turns, asked.peer)


def run(what: str | None, turns: int, peer: str | None) -> None:
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    for share in (0.05, 1.0):
        site = with_site(share)
        try:
            if what in (None, "pages"):
                parts = {name: lambda n=name: turn(n) for name in ("bare-pages", "pages")}
                compare(f"{PAGES} pages, {share:.0%} of them relevant", turns, parts, "pages")
            if what in (None, "polls") and share < 1:
                parts = {name: lambda n=name: turn(n) for name in ("bare-polls", "polls")}
                if peer:
                    parts["reader"] = lambda: turn(given=json.dumps(FEED_URLS), python=peer)
                compare(f"{FEEDS} unchanged feeds", turns, parts, "polls")
            if what in (None, "memory") and share < 1:
                print(f"\n{RUNS} crawl runs: {turn('memory')}")
        finally:
            site.kill()
            site.wait()


if __name__ == "__main__":
    main()
