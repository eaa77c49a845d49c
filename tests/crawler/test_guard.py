import socket
from ipaddress import ip_network
from typing import Any

import pytest

import crawler.guard
from crawler.guard import is_allowed
from storage.models import Rejection, RunStatus
from tests.crawler.test_crawl import rows
from tests.fakes.site import Site, article, rss

PRIVATE = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.9.9.9",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "nonsense",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "172.32.0.1",
    "203.0.114.1",
    "2606:4700::1111",
    "64:ff9b::808:808",
    "2002:808:808::",
]

SPELLINGS = [
    "127.0.0.1",
    "localhost",
    "LOCALHOST",
    "2130706433",
    "0x7f.1",
    "0x7f000001",
    "017700000001",
    "127.1",
    "0",
    "0.0.0.0",
    "127.0.0.1.",
    "①②⑦.⓪.⓪.①",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::]",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_public_are_refused(address: str) -> None:
    assert not is_allowed(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_allowed(address)


def test_a_network_can_be_opened() -> None:
    loopback = (ip_network("127.0.0.0/8"),)
    assert is_allowed("127.0.0.1", loopback)
    assert is_allowed("::ffff:127.0.0.1", loopback)
    assert not is_allowed("10.0.0.1", loopback)


OPEN = "127.0.0.2"
"""Where the outlets of these tests are; it stands for a public address."""


@pytest.fixture
def connects(reactor: None, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses to which connections were begun."""
    from twisted.internet import reactor as it

    begun: list[str] = []
    connect = it.connectTCP

    def connect_to(host: Any, *rest: Any, **how: Any) -> Any:
        begun.append(host)
        return connect(host, *rest, **how)

    monkeypatch.setattr(it, "connectTCP", connect_to)
    return begun


def answer_names(monkeypatch: pytest.MonkeyPatch, names: dict[str, list[list[str]]]) -> None:
    """Names have these addresses, one list for each time they are asked for, the last for ever."""
    resolve = crawler.guard._addresses

    def addresses(host: str, port: int) -> list[tuple[int, str]]:
        if host not in names:
            return resolve(host, port)
        left = names[host]
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET6 if ":" in one else socket.AF_INET, one) for one in found]

    monkeypatch.setattr(crawler.guard, "_addresses", addresses)


async def test_no_way_to_an_address_that_is_not_public_is_taken(
    world, connects: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every address as a link, by a name (alone, beside a public one, after one), by a redirect."""
    addresses = [address for address in PRIVATE if "%" not in address and address != "nonsense"]
    names: dict[str, list[list[str]]] = {}
    with Site() as site, Site(OPEN) as outside:
        links = [f"http://{host}:{site.port}/secret" for host in SPELLINGS]
        for number, address in enumerate(addresses):
            host = f"[{address}]" if ":" in address else address
            names[f"only{number}.example"] = [[address]]
            names[f"both{number}.example"] = [[address, OPEN]]
            names[f"then{number}.example"] = [[OPEN], [address]]
            links += [f"http://{host}:{site.port}/secret", f"https://{host}/secret"]
        for number, link in enumerate([*links]):
            header = {"Location": link.encode().decode("latin-1")}
            links.append(outside.put(f"/go/{number}", status=302, headers=header))
        links += [f"http://{name}:{outside.port}/by-name" for name in names]
        answer_names(monkeypatch, names)
        for variable in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(variable, site.url)
        url = outside.put("/feed", rss(links))
        outside.put("/robots.txt", "", headers={"Connection": "close"})
        report = await world.crawl_one(
            url, allow_networks=(ip_network(f"{OPEN}/32"),), max_pages_per_run=1000
        )
    assert site.seen == []
    assert set(connects) == {OPEN}
    assert (report.result.status, report.result.stored, report.left) == (RunStatus.OK, 0, 0)
    by_name = {seen.headers["host"] for seen in outside.seen if seen.path == "/by-name"}
    assert {name[:4] for name in by_name} == {"both"}, "the public address may be asked"
    reasons = {row.reason for row in rows(world, Rejection)}
    assert reasons <= {"blocked-address", "dns", "bad-url", "connection", "http-404"}
    assert len(rows(world, Rejection)) == report.result.rejected > 9 * len(addresses) - 60


async def test_a_page_on_a_private_address_is_a_rejection(site: Site, world) -> None:
    site.put("/a", article())
    url = site.put("/feed", rss(["http://192.168.0.1/a", f"{site.url}/a"]))
    report = await world.crawl_one(url)
    assert report.result.stored == 1
    (rejection,) = rows(world, Rejection)
    assert (rejection.reason, "192.168.0.1" in rejection.detail) == ("blocked-address", True)


async def test_a_name_that_changes_its_address_is_looked_at_each_time(
    site: Site, world, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_names(monkeypatch, {"rebind.example": [["127.0.0.1"]] * 2 + [["10.0.0.1"]]})
    site.put("/feed", rss([]))
    site.put("/robots.txt", "", headers={"Connection": "close"})
    feed = f"http://rebind.example:{site.port}/feed"
    first = await world.crawl_one(feed)
    second = await world.crawl_one(feed)
    assert first.result.status is RunStatus.OK
    assert "blocked-address" in (second.result.error or "")
