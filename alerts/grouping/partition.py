"""Which edges are one event: a function of all that is known, so the order of arrival is nothing.

Entity ids carry the decision; text similarity across languages is worth nothing here. Edges that
name services on both sides are joined first; an edge that names only a company, or anyone, is
vague and is attached to the one cluster that it fits best.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from config.platforms import Platforms
from config.words import ANYONE, Capability

JOINT_DAYS = 14
"""Edges that one article tells of together are one event if their news began this close."""

NEAR_DAYS = 30
"""News of the same parties this close together is one event although its capability or its
direction was read differently; two real openings of one pair so close are rarer than a misreading.
"""

KINDRED_DAYS = 800
"""The same where one reads in the same direction, and what reports of one event do confuse: a bot
in a messenger is a mini program to one reporter and messaging to another, years apart."""

VAGUE_DAYS = 60
"""How far the news of a company may lie from that of its service and still be the same event."""

VAGUE_SHARED_DAYS = 400
"""The same where the other side is named alike: `Apple takes RCS` and `iMessage takes RCS` are one
event from the first rumour to the launch."""

_KINDRED = (
    frozenset((Capability.PAYMENT, Capability.TRANSFER, Capability.DEVICE, Capability.OTHER)),
    frozenset((Capability.LINKS, Capability.ADS, Capability.CONTENT, Capability.MINIPROGRAM)),
    frozenset((Capability.MESSAGING, Capability.MEETING, Capability.DEVICE, Capability.CONTENT)),
    frozenset((Capability.DATA, Capability.DEVICE, Capability.CONTENT, Capability.OTHER)),
    frozenset((Capability.REGULATION, Capability.OTHER, Capability.PAYMENT, Capability.MESSAGING)),
)
"""Capabilities that reports of one event confuse."""


@dataclass(frozen=True, slots=True)
class EdgeFact:
    """What the partition needs of an edge: its key and the days of its first and last news."""

    id: int
    host: str
    guest: str
    capability: Capability
    first_news: date | None
    last_news: date | None


def partition(
    edges: Iterable[EdgeFact], joint: Iterable[tuple[int, int]], platforms: Platforms
) -> list[frozenset[int]]:
    """Clusters of edge ids, each an event. `joint` are pairs that one article leads with."""
    ordered = sorted(edges, key=lambda e: (e.host, e.guest, e.capability))
    by_id = {edge.id: edge for edge in ordered}
    clusters = _Clusters(by_id)
    vague = [edge for edge in ordered if _vague(edge, platforms)]
    for between in _by_surfaces(set(ordered).difference(vague), platforms):
        for edge, other in combinations(between, 2):
            if _same(edge, other, platforms):
                clusters.join(edge.id, other.id)
    for first, second in sorted(joint):
        if first in by_id and second in by_id and _close(by_id[first], by_id[second], JOINT_DAYS):
            clusters.join(first, second)
    for edge in vague:
        _attach(edge, ordered, clusters, platforms)
    return clusters.sets()


def _by_surfaces(edges: Iterable[EdgeFact], platforms: Platforms) -> Iterable[Sequence[EdgeFact]]:
    """Edges between the same two surfaces, whichever of them opens: only these can be the same."""
    found: defaultdict[frozenset[str], list[EdgeFact]] = defaultdict(list)
    for edge in edges:
        sides = frozenset((platforms.surface(edge.host), platforms.surface(edge.guest)))
        found[sides].append(edge)
    return found.values()


def _vague(edge: EdgeFact, platforms: Platforms) -> bool:
    sides = (edge.host, edge.guest)
    return ANYONE in sides or any(_unspecific(side, platforms) for side in sides)


def _unspecific(party: str, platforms: Platforms) -> bool:
    """True for a company, and for a device or a system that stands for whatever runs on it."""
    known = platforms.by_id.get(party)
    if known is None:
        return False
    return known.kind in ("company", "device") or "os" in known.traits


def _same(edge: EdgeFact, other: EdgeFact, platforms: Platforms) -> bool:
    """Both sides the same surface; else capability or direction may differ while news is near.

    Between two platforms that do the same (two payment networks, two messengers) an opening goes
    both ways or is read so, and what is a transfer to one reporter is a payment to another.
    """
    one = (platforms.surface(edge.host), platforms.surface(edge.guest))
    two = (platforms.surface(other.host), platforms.surface(other.guest))
    if one not in (two, two[::-1]):
        return False
    peers = bool(platforms.traits(one[0]) & platforms.traits(one[1]))
    same = edge.capability == other.capability or (
        peers and {edge.capability, other.capability} <= _MONEY
    )
    if same and one == two:
        return True
    both_ways = same and peers and edge.capability in _BOTH_WAYS
    if both_ways:
        return True
    alike = one == two and kindred(edge, other)
    return _close(edge, other, KINDRED_DAYS if alike else NEAR_DAYS)


_BOTH_WAYS = frozenset(
    (Capability.PAYMENT, Capability.TRANSFER, Capability.MESSAGING, Capability.MEETING)
)
"""What peers open to each other at once; data, links and logins go one way at a time."""

_MONEY = frozenset((Capability.PAYMENT, Capability.TRANSFER))


def _close(edge: EdgeFact, other: EdgeFact, days: int) -> bool:
    """True if news of both fell within some days of each other."""
    if edge.first_news is None or other.first_news is None:
        return False
    gap = max(
        (other.first_news - (edge.last_news or edge.first_news)).days,
        (edge.first_news - (other.last_news or other.first_news)).days,
    )
    return gap <= days


def _attach(
    edge: EdgeFact, others: Sequence[EdgeFact], clusters: "_Clusters", platforms: Platforms
) -> None:
    """Join a vague edge to the nearest edge that it may be about."""
    fitting = [
        (_distance(edge, other), other.host, other.guest, other.capability, other.id)
        for other in others
        if other.id != edge.id and _about_the_same(edge, other, platforms)
    ]
    if fitting:
        clusters.join(edge.id, min(fitting)[-1])


def _about_the_same(edge: EdgeFact, other: EdgeFact, platforms: Platforms) -> bool:
    if {edge.host, edge.guest} == {other.host, other.guest} and _close(edge, other, NEAR_DAYS):
        return True
    if not _kin(edge, other, platforms) or not kindred(edge, other):
        return False
    if ANYONE in (edge.host, edge.guest) and ANYONE in (other.host, other.guest):
        # Without a guest on either side the capability alone tells one opening from another.
        return edge.capability == other.capability and _close(edge, other, VAGUE_DAYS)
    shared = {edge.host, edge.guest} & {other.host, other.guest} - {ANYONE}
    return _close(edge, other, VAGUE_SHARED_DAYS if shared else VAGUE_DAYS)


def _kin(edge: EdgeFact, other: EdgeFact, platforms: Platforms) -> bool:
    """True if both sides may be the same party: equal, owner and owned, or anyone."""
    straight = _party(edge.host, other.host, platforms) and _party(
        edge.guest, other.guest, platforms
    )
    crossed = _party(edge.host, other.guest, platforms) and _party(
        edge.guest, other.host, platforms
    )
    return straight or crossed


def _party(one: str, two: str, platforms: Platforms) -> bool:
    if ANYONE in (one, two) or platforms.surface(one) == platforms.surface(two):
        return True
    if not (_unspecific(one, platforms) or _unspecific(two, platforms)):
        return False
    return platforms.owner(one) == platforms.owner(two)


def kindred(edge: EdgeFact, other: EdgeFact) -> bool:
    """True if reports of one event may give both capabilities; `other` is what nobody named."""
    two = {edge.capability, other.capability}
    return Capability.OTHER in two or len(two) == 1 or any(two <= kin for kin in _KINDRED)


def _distance(edge: EdgeFact, other: EdgeFact) -> int:
    if edge.first_news is None or other.first_news is None:
        return VAGUE_DAYS
    return abs((edge.first_news - other.first_news).days)


class _Clusters:
    """Disjoint sets of edge ids."""

    def __init__(self, ids: Iterable[int]) -> None:
        self._parent = {i: i for i in ids}

    def find(self, i: int) -> int:
        while self._parent[i] != i:
            self._parent[i] = self._parent[self._parent[i]]
            i = self._parent[i]
        return i

    def join(self, one: int, two: int) -> None:
        first, second = sorted((self.find(one), self.find(two)))
        self._parent[second] = first

    def sets(self) -> list[frozenset[int]]:
        members: dict[int, set[int]] = {}
        for i in self._parent:
            members.setdefault(self.find(i), set()).add(i)
        return [frozenset(group) for group in members.values()]
