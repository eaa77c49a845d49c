"""Contradictions, slippage, statistics, and the difference between two matrices."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from config.words import Stage
from storage import contradictions, differences, slippage
from storage.cli import app
from storage.matrix import matrix
from tests.storage.shelf import Shelf, fill, filled
from tests.storage.testimony import evidence

TODAY = date(2024, 12, 31)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    shelf = filled(tmp_path_factory.mktemp("reviews"))
    yield shelf
    shelf.close()


def answer(shelf: Shelf, *words: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(app, [*words, "-o", "json"], obj=shelf)
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def told(*claims) -> list[dict[str, Any]]:
    return contradictions.rows(matrix(claims, TODAY))


def late(*claims, at: date = TODAY) -> list[tuple[list[str], int]]:
    rows = slippage.rows(slippage.slips(matrix(claims, at), at))
    return [(row["planned"], row["days_late"]) for row in rows]


# contradictions -----------------------------------------------------------------------------


def test_contradicting_dates_stand_beside_who_gave_them(shelf) -> None:
    [row] = answer(shelf, "contradictions")
    assert (row["event"], row["about"], row["stage"]) == ("E17", "date", "test")
    assert row["said"] == ["2022-02: nikkei", "2022-03: 36kr"]
    assert {one["url"] for one in row["evidence"]} == {
        "https://36kr.example/1", "https://nikkei.example/2",
    }  # fmt: skip
    assert answer(shelf, "contradictions", "--platform", "wechat", "--source", "36kr") == []


@pytest.mark.parametrize("swapped", [False, True])
def test_live_for_one_and_withdrawn_for_another_is_a_contradiction(swapped) -> None:
    claims = [
        evidence("2024-09-01", stage=Stage.LIVE, source="a", published="2024-09-02"),
        evidence("2024-09-03", stage=Stage.WITHDRAWN, source="b", published="2024-09-03"),
    ]
    [row] = told(*(reversed(claims) if swapped else claims))
    assert row["about"] == "stage"
    assert sorted(row["said"]) == ["live 2024-09-01: a", "withdrawn 2024-09-03: b"]
    assert {one["stage"] for one in row["evidence"]} == {Stage.LIVE, Stage.WITHDRAWN}


def test_test_and_live_on_the_same_days_is_a_contradiction_only_in_one_mode() -> None:
    test = evidence("2024-09-04", stage=Stage.TEST, source="a", mode="scan")
    live = evidence("2024-09-04", stage=Stage.LIVE, source="b", mode="scan")
    other = evidence("2024-09-04", stage=Stage.LIVE, source="b", mode="direct")
    assert [row["about"] for row in told(test, live)] == ["stage"]
    assert told(test, other) == []


def test_one_outlet_does_not_contradict_itself() -> None:
    assert told(
        evidence("2024-09-01", stage=Stage.LIVE, source="a"),
        evidence("2024-09-03", stage=Stage.WITHDRAWN, source="a"),
    ) == []  # fmt: skip


# slippage -----------------------------------------------------------------------------------

PLAN: dict[str, Any] = {
    "stage": Stage.ANNOUNCED, "planned": "2024-09-30", "published": "2024-09-04",
}  # fmt: skip


def test_a_planned_day_that_passed_without_a_launch_has_slipped(shelf) -> None:
    assert answer(shelf, "slippage") == []  # the day itself is not over
    [row] = answer(shelf, "slippage", "--at", "2024-10-02")
    assert (row["event"], row["planned"], row["days_late"]) == ("E17", ["2024-09-30"], 2)
    assert (row["stage"], row["planned_stage"]) == ("announced", "live")
    assert row["evidence"][0]["url"] == "https://36kr.example/1"
    assert answer(shelf, "slippage", "--at", "2024-10-02", "--platform", "wechat") == []


def test_a_launch_settles_a_plan_in_its_mode_only() -> None:
    plan = evidence("2024-09-04", mode="direct", **PLAN)
    launch = evidence("2024-10-15", stage=Stage.LIVE, published="2024-10-15", mode="direct")
    unnamed = evidence("2024-10-15", stage=Stage.LIVE, published="2024-10-15")
    scan = evidence("2024-10-15", stage=Stage.LIVE, published="2024-10-15", mode="scan")
    assert late(plan) == [(["2024-09-30"], 92)]
    assert late(plan, at=date(2024, 10, 14)) == [(["2024-09-30"], 14)]
    assert late(plan, launch) == late(plan, unnamed) == []
    assert late(plan, scan) == [(["2024-09-30"], 92)]


def test_a_withdrawal_settles_what_was_planned_before_it_and_ends_what_was_live() -> None:
    before = evidence("2022-01-01", stage=Stage.LIVE, published="2022-01-01")
    gone = evidence("2023-01-01", stage=Stage.WITHDRAWN, published="2023-01-01")
    plan = evidence("2024-09-04", **PLAN)
    assert late(before, plan) == []
    assert late(before, gone, plan) == [(["2024-09-30"], 92)]
    later = evidence("2024-10-01", stage=Stage.WITHDRAWN, published="2024-10-01")
    assert late(plan, later) == []


def test_of_several_planned_days_the_last_counts_and_an_open_one_is_never_late() -> None:
    plan = evidence("2024-09-04", source="a", **PLAN)
    later = evidence("2024-09-04", source="b", **(PLAN | {"planned": "2024-10-30"}))
    assert late(plan, later) == [(["2024-09-30", "2024-10-30"], 62)]
    assert late(evidence("2024-09-04", **(PLAN | {"planned": ("2024-09-30", None)}))) == []


# stats --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "found"),
    [
        ("source", {"36kr": (1, 2, 1), "nikkei": (2, 3, 2), "portal": (1, 1, 1)}),
        ("lang", {"zh-Hans": (2, 3, 1), "ja": (2, 3, 2)}),
        ("stage", {"announced": (3, 3, 1), "test": (2, 2, 1), "live": (1, 1, 1)}),
        ("capability", {"payment": (3, 5, 1), "links": (1, 1, 1)}),
    ],
)
def test_everything_is_counted(by, found, shelf) -> None:
    rows = answer(shelf, "stats", "--by", by)
    assert {row[by]: (row["articles"], row["claims"], row["events"]) for row in rows} == found


def test_counts_can_be_narrowed_down(shelf) -> None:
    [portal] = answer(shelf, "stats", "--since", "2024-09-05")
    assert (portal["source"], portal["copies"], portal["relevant"]) == ("portal", 1, 1)
    assert portal["latest"] == "2024-09-05T04:00:00Z"
    assert answer(shelf, "stats", "--source", "36kr", "--by", "lang", "--until", "2023") == []


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "question", ["stats", "stats --by lang", "stats --by stage --since 2024", "stats --by capability",
                 "contradictions", "slippage --at 2025", "matrix --diff 2022 2024"],
)  # fmt: skip
def test_postgresql_answers_the_same(question, shelf, postgresql_database) -> None:
    fill(postgresql_database)
    other = Shelf(postgresql_database.url.render_as_string(hide_password=False))
    assert answer(other, *question.split()) == answer(shelf, *question.split())
    other.close()


# matrix --diff ------------------------------------------------------------------------------


def test_the_difference_between_two_days(shelf) -> None:
    changed = answer(shelf, "matrix", "--diff", "2022", "2024-09-30")
    assert [(one["host"], one["guest"], one["changed"]) for one in changed] == [
        ("taobao", "wechat-pay", ["stage", "since", "planned", "sources"]),
        ("tmall", "wechat-pay", ["new"]),
    ]
    pay = changed[0]
    assert (pay["stage_before"], pay["stage"]) == ("test", "announced")
    assert (pay["since_before"], pay["since"]) == (["2022-02", "2022-03"], ["2024-09-04"])
    assert pay["planned"] == ["2024-09-30"]
    back = answer(shelf, "matrix", "--diff", "2024-09-30", "2022", "--stage", "announced")
    assert [(one["changed"][0], one["stage_before"], one["stage"]) for one in back] == [
        ("stage", "announced", "test"),  # it had that stage on one of the two days
        ("gone", "announced", None),
    ]
    table = CliRunner().invoke(app, ["matrix", "--diff", "2022", "2024", "-o", "md"], obj=shelf)
    assert "| taobao | wechat-pay | payment | stage since planned sources |" in table.stdout


def test_a_day_differs_from_itself_in_nothing() -> None:
    cells = matrix([evidence("2024-09-01", stage=Stage.LIVE)], TODAY)
    assert differences.rows(cells, cells) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("matrix --diff 2024", "requires 2 arguments"),
        ("matrix --diff 2024 soon", "'soon' is no time"),
        ("matrix --diff 2023 2024 --at 2024", "give either --at or --diff"),
        ("stats --by colour", "'colour' is none; there are source, lang"),
        ("slippage --at never", "'never' is no time"),
    ],
)
def test_mistakes_in_usage(words, told, shelf) -> None:
    result = CliRunner().invoke(app, words.split(), obj=shelf)
    assert (result.exit_code, told in " ".join(result.stderr.split())) == (2, True), result.stderr


def test_nothing_is_known_of_an_empty_store(tmp_path: Path, database) -> None:
    empty = Shelf(database.url.render_as_string(hide_password=False))
    for words in ("contradictions", "slippage", "stats", "matrix --diff 2023 2024"):
        assert answer(empty, *words.split()) == []
    empty.close()
