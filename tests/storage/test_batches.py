"""Batches of evidence: whole openings, all of them, and never the whole store at once."""

import gc
from datetime import date
from weakref import ref

import pytest

from config.words import Capability
from storage import batches, listings
from storage.batches import by_openings
from storage.listings import Wanted
from storage.matrix import matrix, rows
from storage.models import Claim
from tests.storage.shelf import fill

TODAY = date(2024, 9, 30)

ASKED = (
    Wanted(),
    Wanted(capability=Capability.PAYMENT),
    Wanted(parties=frozenset({"taobao"})),
    Wanted(language="zh"),
)


@pytest.mark.parametrize("most", [1, 3, 1_000])
def test_the_matrix_is_the_same_however_its_evidence_comes(database, monkeypatch, most) -> None:
    monkeypatch.setattr(batches, "MOST_CLAIMS", most)
    fill(database)
    for wanted in ASKED:
        with database.read() as session:
            together = listings.claims(session, wanted)
            apart = list(by_openings(session, wanted))
        said = [one.claim.id for some in apart for one in some]
        assert said
        assert len(said) == len(together)
        assert set(said) == {one.claim.id for one in together}
        cells = [cell for some in apart for cell in matrix(some, TODAY)]
        assert rows(cells) == rows(matrix(together, TODAY))
        openings = [{one.opening for one in some} for some in apart]
        assert sum(map(len, openings)) == len(set().union(*openings)), "one is in two batches"


def test_cells_that_are_kept_keep_no_claims(shelf, monkeypatch) -> None:
    monkeypatch.setattr(batches, "MOST_CLAIMS", 1)
    read: list[ref[Claim]] = []
    sizes, kept = [], []
    with shelf.database().read() as session:
        for evidence in by_openings(session, Wanted()):
            sizes.append(len(evidence))
            read += [ref(one.claim) for one in evidence]
            kept += [cell.bare for cell in matrix(evidence, TODAY)]
        del evidence
    gc.collect()
    assert len(kept) > 1
    assert max(sizes) < sum(sizes)
    assert not any(one() for one in read)
