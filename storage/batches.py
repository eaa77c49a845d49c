"""Evidence a batch at a time, so that a question over the whole store never fills memory.

A claim with its article takes 5 to 10 kB while it is read, and a store may hold a hundred thousand.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from sqlmodel import Session, col, func, select

from storage import listings
from storage.listings import Wanted, of_edge
from storage.models import Claim, Edge
from storage.steps import Evidence

MOST_CLAIMS = 200
"""Claims of one batch, unless a single opening has more."""


def by_openings(session: Session, wanted: Wanted) -> Iterator[list[Evidence]]:
    """All that `listings.claims` gives, in batches of whole openings in the order of their names."""
    batch: list[int] = []
    held = 0
    for edges, claims in _openings(session, wanted):
        if batch and held + claims > MOST_CLAIMS:
            yield listings.claims(session, wanted, of_edges=batch)
            batch, held = [], 0
        batch += edges
        held += claims
    if batch:
        yield listings.claims(session, wanted, of_edges=batch)


def _openings(session: Session, wanted: Wanted) -> Iterable[tuple[list[int], int]]:
    """For each opening its edges, one in every event that it belongs to, and how many claims."""
    counted = (
        select(Edge, func.count(col(Claim.id)))
        .join(Claim, col(Claim.edge_id) == col(Edge.id))
        .where(*of_edge(wanted))
        .group_by(col(Edge.id))
    )
    # sorted here: two databases put names in different orders
    named = sorted(session.exec(counted), key=lambda one: (*_names(one[0]), one[0].id or 0))
    for _, group in groupby(named, lambda one: _names(one[0])):
        edges = list(group)
        yield [edge.id or 0 for edge, _ in edges], sum(claims for _, claims in edges)


def _names(edge: Edge) -> tuple[str, str, str]:
    return edge.host, edge.guest, edge.capability.value
