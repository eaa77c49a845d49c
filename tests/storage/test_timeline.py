from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.words import Capability, Stage
from storage.bounds import NEAR_DAYS, Bounds, disagree, narrowest
from storage.steps import SHARP_DAYS, Evidence, Step, compose
from storage.timeline import rows, timeline
from tests.storage.testimony import evidence, month

COMPANIES = {
    "taobao": "alibaba",
    "tmall": "alibaba",
    "alibaba": "alibaba",
    "wechat-pay": "tencent",
    "wechat": "tencent",
    "jd-pay": "jd",
}


def told(*all_of_it: Evidence, party: str = "taobao", other: str | None = None) -> list[Step]:
    return timeline(all_of_it, party, other, companies=COMPANIES)


def labels(steps: list[Step]) -> list[tuple[str, list[str]]]:
    return [(step.stage.value, [str(bounds) for bounds in step.dates]) for step in steps]


def test_two_dates_for_one_test_stand_side_by_side_with_who_said_so() -> None:
    steps = told(
        evidence(month("2022-02"), source="001", language="ja"),
        evidence(month("2022-03"), source="000", language="ja"),
        evidence(month("2022-03"), source="002"),
    )
    assert labels(steps) == [("test", ["2022-02", "2022-03"])]
    assert steps[0].disputed
    assert rows(steps)[0]["said"] == ["2022-02: 001", "2022-03: 000, 002"]


def test_tests_two_years_apart_are_two_steps() -> None:
    steps = told(evidence(month("2022-03")), evidence("2024-02-20"))
    assert labels(steps) == [("test", ["2022-03"]), ("test", ["2024-02-20"])]


def test_a_month_that_contains_a_named_day_is_no_dispute() -> None:
    [step] = told(evidence(month("2024-02")), evidence("2024-02-20"))
    assert [str(bounds) for bounds in step.dates] == ["2024-02-20"]
    assert not step.disputed
    assert len(step.datings) == 2


@pytest.mark.parametrize(("gap", "steps"), [(NEAR_DAYS, 1), (NEAR_DAYS + 1, 2)])
def test_how_far_apart_two_dates_of_one_step_may_lie(gap: int, steps: int) -> None:
    later = date(2024, 2, 20) + timedelta(days=gap)
    assert len(told(evidence("2024-02-20"), evidence(later.isoformat()))) == steps


def test_a_year_joins_a_step_that_it_can_mean_and_glues_none_together() -> None:
    steps = told(
        evidence("2021-02-10"), evidence("2021-11-10"), evidence(("2021-01-01", "2021-12-31"))
    )
    assert labels(steps) == [("test", ["2021-02-10"]), ("test", ["2021-11-10"])]
    assert [len(step.datings) for step in steps] == [2, 1]


def test_what_has_no_date_joins_nothing_where_it_can_mean_two_steps() -> None:
    by_a_day, undated = evidence((None, "2023-08-01")), evidence(None, published=None)
    steps = told(evidence("2024-09-10"), by_a_day, undated)
    assert labels(steps) == [
        ("test", ["by 2023-08-01"]), ("test", ["2024-09-10"]), ("test", ["undated"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "published", "label"),
    [
        (month("2021-09"), "2024-09-04", "2021-09"),
        (("2021-01-01", "2021-12-31"), "2024-09-04", "2021"),
        (("2020-01-01", "2021-12-31"), "2024-09-04", "2020..2021"),
        (("2023-10-01", "2023-11-30"), "2024-09-04", "2023-10..2023-11"),
        (("2023-05-20", "2023-06-18"), "2024-09-04", "2023-05-20..2023-06-18"),
        (None, "2024-09-04", "by 2024-09-04"),
        ((None, "2024-08-01"), "2024-09-04", "by 2024-08-01"),
        (("2024-08-01", None), "2024-09-04", "from 2024-08-01"),
        (None, None, "undated"),
    ],
)
def test_uncertain_dates_are_shown_as_bounds(said, published, label) -> None:
    assert labels(told(evidence(said, published=published))) == [("test", [label])]


def test_undated_news_joins_the_last_step_before_it() -> None:
    steps = told(
        evidence("2022-03-01"), evidence("2024-02-20"), evidence(None, published="2024-03-30")
    )
    assert [len(step.datings) for step in steps] == [1, 2]


def test_what_has_no_date_at_all_stays_apart_when_two_steps_could_be_meant() -> None:
    steps = told(evidence("2022-03-01"), evidence("2024-02-20"), evidence(None, published=None))
    assert labels(steps)[-1] == ("test", ["undated"])


def test_a_plan_is_a_step_to_come_beside_its_announcement() -> None:
    steps = told(evidence("2024-09-04", stage=Stage.ANNOUNCED, planned="2024-09-30"))
    assert [(step.stage, step.planned, str(step.dates[0])) for step in steps] == [
        (Stage.ANNOUNCED, False, "2024-09-04"),
        (Stage.LIVE, True, "2024-09-30"),
    ]


def test_a_launch_that_is_only_planned_has_not_happened() -> None:
    [step] = told(evidence(None, stage=Stage.LIVE, planned=month("2024-10")))
    assert step.planned


def test_a_claim_without_mode_joins_the_only_mode_that_is_near() -> None:
    [step] = told(evidence(month("2022-02"), mode="scan"), evidence(month("2022-03")))
    assert (step.mode, step.disputed) == ("scan", True)
    assert len(told(
        evidence("2022-02-01", mode="scan"), evidence("2022-02-01", mode="friend"),
        evidence("2022-02-02"),
    )) == 3  # fmt: skip


def test_background_and_news_are_told_apart() -> None:
    steps = told(evidence("2022-03-01", background=True), evidence("2024-02-20"))
    assert [row["marks"] for row in rows(steps)] == [["background"], []]


def test_copies_count_as_the_outlet_that_they_copy() -> None:
    [step] = told(
        evidence("2024-02-20", source="wire"),
        evidence("2024-02-20", source="portal", origin="wire"),
        evidence("2024-02-20", source="paper"),
    )
    assert rows([step])[0]["sources"] == 2


def test_one_step_of_an_event_for_several_openings_is_told_once() -> None:
    [step] = told(
        evidence("2024-09-04", quote="both"), evidence("2024-09-04", host="tmall", quote="both"),
        party="alibaba",
    )  # fmt: skip
    assert [opening.host for opening in step.openings] == ["taobao", "tmall"]
    assert rows([step])[0]["hosts"] == ["taobao", "tmall"]


def test_whose_timeline_a_step_belongs_to() -> None:
    pay = evidence("2024-09-04", event=1)
    links = evidence(
        "2021-11-30", host="wechat", guest="taobao", capability=Capability.LINKS, event=2
    )
    owners = evidence("2021-09-13", host="alibaba", guest="tencent", event=3)
    other = evidence("2024-05-20", host="jd-pay", guest="wechat-pay", event=4)
    everything = (pay, links, owners, other)

    def events(party: str, counterpart: str | None = None) -> set[int]:
        return {step.event_id for step in told(*everything, party=party, other=counterpart)}

    assert events("taobao") == {1, 2}
    assert events("tencent") == {1, 2, 3, 4}
    assert events("taobao", "wechat-pay") == events("wechat-pay", "taobao") == {1, 3}
    assert events("taobao", "tencent") == {1, 2, 3}
    assert events("taobao", "jd-pay") == set()


def test_evidence_is_complete() -> None:
    one = evidence("2024-02-20", quote="淘宝内测微信支付", source="36kr")
    [row] = rows(told(one))
    [said] = row["evidence"]
    assert said["quote"] == row["quote"] == "淘宝内测微信支付"
    assert (said["source"], said["outlet"], said["language"]) == ("36kr", "36Kr", "zh-Hans")
    assert said["url"] == row["url"] == one.article.url


DAYS = st.dates(date(2021, 1, 1), date(2024, 12, 31))


@st.composite
def claimed(draw: st.DrawFn) -> Evidence:
    first = draw(st.none() | DAYS)
    last = draw(st.none() | DAYS)
    if first and last and draw(st.booleans()):
        last = first + timedelta(days=draw(st.integers(0, 400)))
    if first and last and last < first:
        first, last = last, first
    return evidence(
        (first.isoformat() if first else None, last.isoformat() if last else None),
        mode=draw(st.sampled_from([None, "scan"])),
        stage=draw(st.sampled_from([Stage.TEST, Stage.LIVE])),
        published=draw(st.sampled_from([None, "2022-06-01", "2024-09-04"])),
        planned=draw(st.none() | DAYS.map(date.isoformat)),
        source=draw(st.sampled_from(["a", "b", "c"])),
        background=draw(st.booleans()),
    )


@given(st.lists(claimed(), max_size=8), st.randoms())
def test_the_order_of_the_rows_does_not_matter(said, random) -> None:
    shuffled = list(said)
    random.shuffle(shuffled)
    assert rows(compose(said)) == rows(compose(shuffled))


@given(st.lists(claimed(), max_size=8))
def test_no_claim_is_lost_or_told_twice(said) -> None:
    facts = Counter(
        dating.evidence.claim.id
        for step in compose(said)
        if not step.planned
        for dating in step.datings
    )
    assert facts == Counter(one.claim.id for one in said if not one.only_planned)


@given(st.lists(claimed(), min_size=1, max_size=8))
def test_the_dates_that_say_most_are_those_that_contain_no_other(said) -> None:
    parts = [one.dated for one in said]
    kept = narrowest(parts)
    ends = {part: (part.start or date.min, part.end or date.max) for part in parts}
    assert set(kept) == {
        part
        for part in parts
        if not any(
            ends[part][0] <= ends[other][0] and ends[other][1] <= ends[part][1]
            for other in parts
            if other != part
        )
    }
    assert disagree(kept) == any(one.gap_days(two) > 0 for one in parts for two in parts)


def sharp(step: Step) -> list[Bounds]:
    every = [dating.bounds for dating in step.datings]
    return [one for one in every if one.span_days is not None and one.span_days <= SHARP_DAYS]


@given(st.lists(claimed(), max_size=8))
def test_near_days_of_one_mode_are_never_in_two_steps(said) -> None:
    steps = compose(said)
    for step in steps:
        for other in steps:
            same = (step.stage, step.mode, step.planned) == (
                other.stage,
                other.mode,
                other.planned,
            )
            if step is not other and same and step.mode is not None:
                named = [one for one in sharp(step) for two in sharp(other) if one.near(two)]
                assert not named or any(
                    dating.evidence.claim.mode is None
                    for dating in (*step.datings, *other.datings)
                )
