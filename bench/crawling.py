"""How fast the crawler is, beside bare Scrapy and beside `reader`, on a loopback site.

Everything runs in turns, each in a process of its own, against the same site in a third one. Walls
are what an operator sees; processor times (with children) tell more on a busy machine. Ratios are
medians of those between neighbours in time.

    .venv/bin/python bench/crawling.py [pages|polls|memory|copies] [--turns 3] [--peer PYTHON]

`--peer` names an interpreter that has `reader` (pip install reader); without one it is left out.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from crawling_site import FEED_URLS, HOSTS, PAGES

HERE = Path(__file__).parent
ALL_RELEVANT = 400
"""Pages when all of them are relevant: each takes ten times as long."""

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

Figures = dict[str, float]


def part(name: str, pages: int = PAGES) -> Figures:
    """Measure one part in a process of its own."""
    return _figures([sys.executable, str(HERE / "crawling_parts.py"), name, str(pages)])


def peer(python: str) -> Figures:
    """The same polls by `reader`."""
    return _figures([python, "-c", PEER], json.dumps(FEED_URLS[len(HOSTS) :]))


def _figures(command: list[str], given: str | None = None) -> Figures:
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command}: {done.stderr[-2000:]}")
    found: Figures = json.loads(done.stdout.splitlines()[-1])
    return found


def compare(title: str, turns: int, parts: dict[str, Callable[[], Figures]], per: str) -> None:
    """Run the parts in turns, and print the medians; the first one is the yardstick."""
    print(f"\n{title}", flush=True)
    found: dict[str, list[Figures]] = {name: [] for name in parts}
    for _ in range(turns):
        for name, work in parts.items():
            found[name].append(work())
            print(f"  . {name}: {found[name][-1]}", file=sys.stderr, flush=True)
    yard = next(iter(found.values()))
    for name, mine in found.items():
        rates = [one["done"] / one["wall"] for one in mine]
        costs = [1000 * one["cpu"] / one["done"] for one in mine]
        faster = [_rate(one) / _rate(other) for one, other in zip(mine, yard, strict=True)]
        dearer = [_cost(one) / _cost(other) for one, other in zip(mine, yard, strict=True)]
        print(
            f"  {name:12} {statistics.median(rates):7.0f} {per}/s {statistics.median(faster):6.2f}"
            f"   {statistics.median(costs):6.2f} ms of processor {statistics.median(dearer):6.2f}"
            f"{_shares(mine)}",
            flush=True,
        )


def _rate(one: Figures) -> float:
    return one["done"] / one["wall"]


def _cost(one: Figures) -> float:
    return one["cpu"] / one["done"]


def _shares(mine: list[Figures]) -> str:
    """Of that, what extraction and the follower took."""
    shares = [name for name in ("extraction", "follow") if mine[0].get(name)]
    told = [
        f"{name} {statistics.median(1000 * one[name] / one['done'] for one in mine):.2f}"
        for name in shares
    ]
    return f"   ({', '.join(told)})" if told else ""


def with_site(share: float, pages: int) -> subprocess.Popen[str]:
    """The site in a process of its own, serving."""
    command = [sys.executable, str(HERE / "crawling_site.py"), str(share), str(pages)]
    site = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    if site.stdout is None or site.stdout.readline().strip() != "ready":
        sys.exit("the site did not start")
    return site


def on_site(what: str | None, turns: int, python: str | None, *, share: float, pages: int) -> None:
    """What is measured on a site of so many pages."""
    site = with_site(share, pages)
    try:
        if what in (None, "pages"):
            names = ("bare-pages", "lean-pages", "pages")
            parts = {name: lambda n=name: part(n, pages) for name in names}
            compare(f"{pages} pages, {share:.0%} of them relevant", turns, parts, "pages")
        if what in (None, "polls") and share < 1:
            parts = {
                name: lambda n=name: part(n) for name in ("bare-polls", "lean-polls", "polls")
            }
            if python:
                parts["reader"] = lambda: peer(python)
            compare(f"{len(FEED_URLS) - len(HOSTS)} unchanged feeds", turns, parts, "polls")
        if what in (None, "memory") and share < 1:
            print(f"\ncrawl runs: {part('memory')}")
    finally:
        site.kill()
        site.wait()


def main() -> None:
    """Ask what is wanted, and measure it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", nargs="?", choices=["pages", "polls", "memory", "copies"])
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--peer")
    asked = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    for share, pages in ((0.05, PAGES), (1.0, ALL_RELEVANT)):
        if asked.what != "copies" and (share < 1 or asked.what in (None, "pages")):
            on_site(asked.what, asked.turns, asked.peer, share=share, pages=pages)
    if asked.what in (None, "copies"):
        subprocess.run([sys.executable, str(HERE / "crawling_copies.py")], check=True)


if __name__ == "__main__":
    main()
