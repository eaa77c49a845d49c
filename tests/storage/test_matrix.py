from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.words import Capability, Stage
from storage.matrix import Cell, matrix, rows
from storage.steps import Evidence
from tests.storage.testimony import evidence, month

TODAY = date(2024, 12, 31)

COURSE = (
    evidence(month("2022-02"), mode="scan", source="001"),
    evidence(month("2022-03"), mode="scan", source="000"),
    evidence("2024-02-20", mode="direct", source="000", published="2024-02-21"),
    evidence(
        "2024-09-04", stage=Stage.ANNOUNCED, mode="direct", source="001", planned="2024-09-30"
    ),
    evidence("2024-09-27", stage=Stage.LIVE, mode="direct", source="36kr", published="2024-09-27"),
)  # fmt: skip


def cell(*said: Evidence, at: date = TODAY) -> Cell:
    [only] = matrix(said, at)
    return only


def seen(one: Cell) -> tuple[str | None, list[str]]:
    return one.stage and one.stage.value, [str(bounds) for bounds in one.since]


@pytest.mark.parametrize(
    ("at", "stage", "since", "planned"),
    [
        ("2022-12-31", "test", ["2022-02", "2022-03"], []),
        ("2024-02-20", "test", ["2024-02-20"], []),
        ("2024-09-04", "announced", ["2024-09-04"], ["2024-09-30"]),
        ("2024-09-26", "announced", ["2024-09-04"], ["2024-09-30"]),
        ("2024-09-27", "live", ["2024-09-27"], []),
    ],
)
def test_a_cell_as_of_a_date(at, stage, since, planned) -> None:
    as_of = cell(*COURSE, at=date.fromisoformat(at))
    assert seen(as_of) == (stage, since)
    assert [str(bounds) for bounds in as_of.planned] == planned
    assert as_of.disputed  # the test of 2022 has two dates, and the cell keeps both


def test_before_anything_happened_there_is_no_cell() -> None:
    assert matrix(COURSE, date(2022, 2, 14)) == []


def test_a_fact_counts_from_the_day_on_which_it_was_told() -> None:
    told = evidence(month("2024-09"), published="2024-09-10")
    assert matrix([told], date(2024, 9, 9)) == []
    assert cell(told, at=date(2024, 9, 10)).stage is Stage.TEST


def test_the_later_stage_wins_on_one_day() -> None:
    both = evidence("2024-09-04", stage=Stage.LIVE), evidence("2024-09-04", stage=Stage.ANNOUNCED)
    assert cell(*both).stage is cell(*reversed(both)).stage is Stage.LIVE


def test_coverage_of_an_earlier_stage_does_not_turn_the_clock_back() -> None:
    late = evidence(None, stage=Stage.ANNOUNCED, published="2024-11-01")
    assert cell(*COURSE, late).stage is Stage.LIVE
    dated = evidence("2024-11-01", stage=Stage.ANNOUNCED, published="2024-11-01")
    assert cell(*COURSE, dated).stage is Stage.LIVE


def test_withdrawn_counts_when_it_is_later() -> None:
    shop = evidence(month("2022-10"), stage=Stage.LIVE, source="001")
    gone = evidence((None, "2024-09-04"), stage=Stage.WITHDRAWN, source="001")
    assert seen(cell(shop, gone)) == ("withdrawn", ["by 2024-09-04"])
    early = evidence("2022-09-01", stage=Stage.WITHDRAWN, source="001")
    assert cell(shop, early).stage is Stage.LIVE


def test_an_opening_can_be_reopened() -> None:
    said = (
        evidence("2022-03-01", stage=Stage.LIVE),
        evidence("2023-03-01", stage=Stage.WITHDRAWN),
        evidence("2024-03-01", stage=Stage.LIVE),
    )
    assert seen(cell(*said)) == ("live", ["2024-03-01"])
    assert seen(cell(*said, at=date(2023, 6, 1))) == ("withdrawn", ["2023-03-01"])


def test_since_is_the_first_day_of_the_mode_that_holds() -> None:
    said = (
        evidence(("2021-01-01", "2021-12-31"), stage=Stage.LIVE, mode="scan"),
        evidence("2024-08-28", stage=Stage.LIVE, mode="direct"),
        evidence("2024-12-01", stage=Stage.LIVE, mode="direct", published="2024-12-01"),
    )
    assert seen(cell(*said)) == ("live", ["2024-08-28"])


def test_sources_are_counted_once_however_often_they_are_copied() -> None:
    assert cell(
        evidence("2024-09-27", source="wire"),
        evidence("2024-09-27", source="wire"),
        evidence("2024-09-27", source="portal", origin="wire"),
        evidence("2024-09-27", source="paper"),
    ).sources == 2  # fmt: skip


def test_stages_that_disagree_are_marked() -> None:
    live = evidence("2024-08-28", stage=Stage.LIVE, source="001", mode="direct")
    some = evidence("2024-08-28", stage=Stage.TEST, source="002", mode="direct")
    assert cell(live, some).disputed
    assert not cell(live, evidence("2024-06-01", stage=Stage.TEST, source="002")).disputed

    selling = evidence(month("2023-05"), stage=Stage.LIVE, source="002", published=None)
    gone = evidence((None, "2024-09-04"), stage=Stage.WITHDRAWN, source="001")
    assert cell(selling, gone).disputed
    own = evidence(month("2023-05"), stage=Stage.LIVE, source="001")
    assert not cell(own, gone).disputed


def test_what_has_no_date_counts_from_the_day_of_reading() -> None:
    undated = evidence(None, stage=Stage.LIVE, published=None)  # read on 7 September 2024
    plan = evidence(None, stage=Stage.LIVE, published=None, planned="2025-01-01", host="jd")
    both = [undated, plan]
    assert matrix(both, date(2024, 9, 6)) == []
    assert [str(cell.stage) for cell in matrix(both, date(2024, 9, 7))] == ["None", "live"]


def test_a_cell_may_hold_nothing_but_a_plan() -> None:
    only = cell(evidence(None, stage=Stage.LIVE, planned="2025-01-01"))
    assert (only.stage, only.since, str(only.planned[0])) == (None, (), "2025-01-01")
    assert rows([only])[0]["stage"] is None


def test_one_cell_per_opening() -> None:
    said = (
        evidence("2024-09-04", event=1),
        evidence("2021-11-30", host="wechat", guest="taobao", capability=Capability.LINKS, event=2),
        evidence("2024-09-04", host="tmall", event=1),
    )  # fmt: skip
    assert [(row["host"], row["guest"]) for row in rows(matrix(said, TODAY))] == [
        ("taobao", "wechat-pay"), ("tmall", "wechat-pay"), ("wechat", "taobao"),
    ]  # fmt: skip
    assert [cell.event_id for cell in matrix(said, TODAY)] == [1, 1, 2]


@given(st.permutations(COURSE))
def test_the_order_of_the_rows_does_not_matter(said) -> None:
    assert rows(matrix(said, TODAY)) == rows(matrix(COURSE, TODAY))
