"""Why edges are one event: the decisions of the partition, asked again for two edges at a time.

The partition itself is asked, so that what is said here cannot differ from what was done.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import combinations

from alerts.grouping.partition import (
    JOINT_DAYS,
    KINDRED_DAYS,
    NEAR_DAYS,
    VAGUE_DAYS,
    EdgeFact,
    kindred,
    partition,
)
from config.platforms import Platforms
from config.words import ANYONE


@dataclass(frozen=True, slots=True)
class Tie:
    """Two edges and what makes them one event."""

    one: EdgeFact
    two: EdgeFact
    because: str


def ties(
    edges: Iterable[EdgeFact], joint: Collection[tuple[int, int]], platforms: Platforms
) -> list[Tie]:
    """Every pair of edges that something ties directly; the others hang together through them.

    `joint` are pairs that one article leads with, the smaller id first.
    """
    ordered = sorted(edges, key=lambda edge: edge.id)
    found = (
        (one, two, because(one, two, joint, platforms)) for one, two in combinations(ordered, 2)
    )
    return [Tie(one, two, why) for one, two, why in found if why is not None]


def because(
    one: EdgeFact, two: EdgeFact, joint: Collection[tuple[int, int]], platforms: Platforms
) -> str | None:
    """What ties two edges to each other, or None."""
    one, two = sorted((one, two), key=lambda edge: edge.id)
    if len(partition((one, two), (), platforms)) == 1:
        return _kinship(one, two, platforms)
    pair = (one.id, two.id)
    if pair in joint and len(partition((one, two), (pair,), platforms)) == 1:
        return f"one article leads with both, and their news is at most {JOINT_DAYS} days apart"
    return None


def _kinship(one: EdgeFact, two: EdgeFact, platforms: Platforms) -> str:
    first, second = (
        (platforms.surface(edge.host), platforms.surface(edge.guest)) for edge in (one, two)
    )
    twins = _twins(one, two, platforms)
    if first == second and one.capability == two.capability:
        return f"the same surface: {twins}"
    if first == second:
        reading = f"{one.capability} and {two.capability} of the same parties"
    elif first == second[::-1]:
        reading = "the same parties the other way round"
    else:
        return f"{_vague(one, two, platforms)}, and the news is at most {VAGUE_DAYS} days apart"
    with_twins = f" ({twins})" if twins else ""
    days = KINDRED_DAYS if first == second and kindred(one, two) else NEAR_DAYS
    return f"{reading}{with_twins}, and the news is at most {days} days apart"


def _twins(one: EdgeFact, two: EdgeFact, platforms: Platforms) -> str:
    sides = sorted({one.host, one.guest} ^ {two.host, two.guest})
    acting = [f"{side} acts as {platforms.surface(side)}" for side in sides]
    return ", ".join(said for said in acting if said.split()[0] != said.split()[-1])


def _vague(one: EdgeFact, two: EdgeFact, platforms: Platforms) -> str:
    """Which party of the one may be which of the other."""
    sides = ((one, two), (two, one))
    if any(ANYONE in (edge.host, edge.guest) for edge in (one, two)):
        return "one of them does not name both parties"
    may = [
        f"{company} may stand for its {service}"
        for edge, other in sides
        for company in (edge.host, edge.guest)
        for service in (other.host, other.guest)
        if service != company and platforms.owner(service) == company
    ]
    return ", ".join(dict.fromkeys(may)) or "a company is named that may stand for its service"
