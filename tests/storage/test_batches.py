"""Batches of evidence: whole openings, all of them, and never the whole store at once."""

import gc
from datetime import date

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
    gc.collect()
    before = _claims()
    most, kept = 0, []
    with shelf.database().read() as session:
        for evidence in by_openings(session, Wanted()):
            most = max(most, _claims() - before)
            kept += [cell.bare for cell in matrix(evidence, TODAY)]
            del evidence
            gc.collect()
        everything = len(listings.claims(session, Wanted()))
    gc.collect()
    assert kept
    assert _claims() <= before
    assert 0 < most < everything


def _claims() -> int:
    return sum(isinstance(one, Claim) for one in gc.get_objects())
