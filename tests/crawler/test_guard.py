from ipaddress import ip_network

import pytest

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


@pytest.mark.parametrize("host", SPELLINGS)
@pytest.mark.parametrize("way", ["link", "redirect"])
async def test_no_spelling_of_loopback_is_connected_to(
    site: Site, world, host: str, way: str
) -> None:
    secret = f"http://{host}:{site.port}/secret"
    site.put("/secret", article())
    with Site("127.0.0.2") as outside:
        link = secret
        if way == "redirect":
            header = secret.encode().decode("latin-1")
            link = outside.put("/go", status=302, headers={"Location": header})
        url = outside.put("/feed", rss([link]))
        report = await world.crawl_one(url, allow_networks=(ip_network("127.0.0.2/32"),))
    assert site.seen == []
    assert (report.result.seen, report.result.stored, report.result.rejected) == (1, 0, 1)
    assert rows(world, Rejection)[0].reason in {"blocked-address", "dns", "bad-url", "connection"}


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
    import crawler.guard

    answers = [[(2, "127.0.0.1")], [(2, "10.0.0.1")]]
    asked: list[str] = []

    def addresses(host: str, _port: int) -> list[tuple[int, str]]:
        asked.append(host)
        return answers[min(len(asked), 2) - 1]

    monkeypatch.setattr(crawler.guard, "_addresses", addresses)
    site.put("/feed", rss([]))
    feed = f"http://rebind.example:{site.port}/feed"
    first = await world.crawl_one(feed)
    second = await world.crawl_one(feed)
    assert first.result.status is RunStatus.FAILED or first.result.status is RunStatus.OK
    assert "blocked-address" in (second.result.error or "")
    assert len(asked) >= 2
