"""No connection to an address that is not public, whatever the spelling, redirect or DNS answer.

The guard stands where every connection of the reactor gets its addresses: names and literals alike
pass its resolver, after DNS and before the connect. A setting of Scrapy's would do nothing here,
because only CrawlerProcess reads it.
"""

import asyncio
import socket
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from twisted.internet.address import IPv4Address as Peer4
from twisted.internet.address import IPv6Address as Peer6
from twisted.internet.interfaces import (
    IHostnameResolver,
    IHostResolution,
)
from zope.interface import implementer  # type: ignore[import-untyped]

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

# What `is_global` calls public in one Python version or another and must not be fetched from:
# protocol and benchmark ranges, Azure's host, documentation, site-local, translation prefixes
# (::ffff:0:0:0/96 is not the mapped form, but reaches IPv4 hosts through a translator as well).
_DENIED: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32",
        "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
        "::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/23", "2001:db8::/32",
        "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/9", "ff00::/8",
    )
)  # fmt: skip
_NAT64 = ip_network("64:ff9b::/96")


def unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for (mapped, NAT64, 6to4), or the address itself."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address.sixtofour is not None:
            return address.sixtofour
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def is_allowed(text: str, allowed: Iterable[Network] = ()) -> bool:
    """Whether the address (as a resolver gives it) may be connected to."""
    try:
        address = unwrapped(ip_address(text.partition("%")[0]))
    except ValueError:
        return False
    if any(address in network for network in allowed):
        return True
    if any(address in network for network in _DENIED):
        return False
    return address.is_global and not address.is_multicast


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        raise NotImplementedError


@implementer(IHostnameResolver)
class Guard:
    """A resolver that gives out public addresses only, and remembers what it refused.

    `allowed` opens private networks; it may be changed between crawls.
    """

    def __init__(self, allowed: Sequence[Network] = ()) -> None:
        self.allowed: tuple[Network, ...] = tuple(allowed)
        self._refused: OrderedDict[str, str] = OrderedDict()
        self._running: set[asyncio.Task[None]] = set()
        self._threads = ThreadPoolExecutor(8, thread_name_prefix="resolver")

    def refusal(self, host: str) -> str | None:
        """The address for which the host was refused lately, if it was."""
        return self._refused.get(host.rstrip(".").lower())

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: ARG002, N803
    ) -> Any:
        """Resolve a name as Twisted asks for it; only allowed addresses reach the receiver."""
        resolution = _Resolution(hostName)
        work = self._resolve(resolutionReceiver, resolution, hostName, portNumber, addressTypes)
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return resolution

    async def _resolve(
        self,
        receiver: Any,
        resolution: _Resolution,
        host: str,
        port: int,
        kinds: Sequence[type] | None,
    ) -> None:
        receiver.resolutionBegan(resolution)
        try:
            found = await asyncio.get_running_loop().run_in_executor(
                self._threads, _addresses, host, port
            )
        except (OSError, UnicodeError):
            found = []
        self._refused.pop(host.rstrip(".").lower(), None)
        for family, address in found:
            if not is_allowed(address, self.allowed):
                self._remember(host, address)
                continue
            peer = Peer4 if family == socket.AF_INET else Peer6
            if kinds is None or peer in kinds:
                receiver.addressResolved(peer("TCP", address, port))
        receiver.resolutionComplete()

    def _remember(self, host: str, address: str) -> None:
        self._refused[host.rstrip(".").lower()] = address
        while len(self._refused) > 1000:
            self._refused.popitem(last=False)


def _addresses(host: str, port: int) -> list[tuple[int, str]]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(
        dict.fromkeys(
            (family, str(place[0]))
            for family, _, _, _, place in found
            if family in {socket.AF_INET, socket.AF_INET6}
        )
    )
