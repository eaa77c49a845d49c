from collections.abc import Iterable
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from alerts.grouping.steps import Said, Step, course, moves_on
from config.words import Stage

START = date(2024, 2, 20)

claims = st.lists(
    st.builds(
        Said,
        claim=st.integers(1, 50),
        stage=st.sampled_from(Stage),
        day=st.one_of(st.integers(0, 400), st.integers(0, 3)).map(
            lambda days: START + timedelta(days=days)
        ),
        sure=st.none() | st.sampled_from((0.0, 1.0, 2.5, 9.0)),
    ),
    max_size=12,
    unique_by=lambda said: said.claim,
)


def said(claim: int, stage: Stage, days: int, sure: float | None = None) -> Said:
    return Said(claim, stage, START + timedelta(days=days), sure)


def steps(found: Iterable[Said]) -> list[Step]:
    return list(course(found).steps)


def test_a_later_stage_is_a_step_and_an_earlier_one_is_coverage():
    found = steps(
        [
            said(1, Stage.TEST, 0),
            said(2, Stage.ANNOUNCED, 196),
            said(3, Stage.TEST, 197),
            said(4, Stage.LIVE, 219),
        ]
    )
    assert [(step.stage, step.previous) for step in found] == [
        (Stage.TEST, None),
        (Stage.ANNOUNCED, Stage.TEST),
        (Stage.LIVE, Stage.ANNOUNCED),
    ]


def test_what_comes_after_a_withdrawal_is_a_new_cycle():
    found = steps(
        [
            said(1, Stage.LIVE, 0),
            said(2, Stage.WITHDRAWN, 30),
            said(3, Stage.WITHDRAWN, 31),
            said(4, Stage.LIVE, 60),
        ]
    )
    assert found[-1] == Step(Stage.LIVE, 1, Stage.WITHDRAWN, 4)
    assert [step.stage for step in found] == [Stage.LIVE, Stage.WITHDRAWN, Stage.LIVE]


def test_reports_of_one_day_are_one_step_and_the_surest_says_which():
    weak, strong = said(1, Stage.LIVE, 5, 1.0), said(2, Stage.ANNOUNCED, 5, 4.0)
    taken = course([weak, strong])
    assert taken.steps == (Step(Stage.ANNOUNCED, 0, None, 2),)
    assert taken.counted == dict.fromkeys((1, 2), Stage.ANNOUNCED)
    surer = said(3, Stage.LIVE, 5, 4.5)
    assert course([weak, strong, surer]).steps == (Step(Stage.LIVE, 0, None, 3),)


def test_of_two_that_are_equally_sure_the_earlier_stage_counts_and_a_withdrawal_before_all():
    live, announced, end = (
        said(number, stage, 5, 2.0)
        for number, stage in enumerate((Stage.LIVE, Stage.ANNOUNCED, Stage.WITHDRAWN))
    )
    assert [step.stage for step in steps([live, announced])] == [Stage.ANNOUNCED]
    assert [step.stage for step in steps([live, announced, end])] == [Stage.WITHDRAWN]


def test_a_claim_that_names_no_day_stands_alone_and_so_does_another_day():
    announced = said(1, Stage.ANNOUNCED, 5, 9.0)
    for other in (said(2, Stage.LIVE, 5), said(2, Stage.LIVE, 6, 0.5)):
        assert [step.stage for step in steps([announced, other])] == [Stage.ANNOUNCED, Stage.LIVE]


def test_a_withdrawal_is_never_silenced_and_silences_what_is_less_sure():
    end, live = said(1, Stage.WITHDRAWN, 5, 2.0), said(2, Stage.LIVE, 5, 6.0)
    assert [step.stage for step in steps([end, live])] == [Stage.WITHDRAWN, Stage.LIVE]
    weak = said(3, Stage.ANNOUNCED, 5, 1.0)
    assert [step.stage for step in steps([end, weak])] == [Stage.WITHDRAWN]


@given(claims)
def test_claims_that_name_one_day_count_as_what_the_surest_of_them_says(found):
    counted = course(found).counted
    assert counted.keys() == {one.claim for one in found}
    for one in found:
        if one.sure is None or one.stage is Stage.WITHDRAWN:
            assert counted[one.claim] is one.stage
            continue
        peers = [p for p in found if p.day == one.day and p.sure is not None]
        most = max(p.sure or 0.0 for p in peers)
        surest = [p.stage for p in peers if p.sure == most]
        assert counted[one.claim] is min(surest, key=lambda stage: stage.rank)


@given(claims)
def test_a_step_is_founded_by_a_claim_that_carries_it(found):
    by_claim = {one.claim: one for one in found}
    for step in steps(found):
        founder = by_claim[step.claim]
        assert founder.stage is step.stage
        if founder.sure is not None and founder.stage is not Stage.WITHDRAWN:
            others = (p for p in found if p.day == founder.day and p.stage is not step.stage)
            assert all((p.sure or 0.0) <= founder.sure for p in others)


@given(claims, claims)
def test_what_is_less_sure_of_a_known_day_is_no_step(found, more):
    """Weaker readings of days that are told of surely change no step."""
    told = {one.day: one for one in found if one.sure is not None}
    sure = [
        said(n, one.stage, (day - START).days, 10.0) for n, (day, one) in enumerate(told.items())
    ]
    weak = [
        said(100 + n, one.stage, (day - START).days, 9.0)
        for n, (day, one) in enumerate(zip(told, more, strict=False))
        if one.stage is not Stage.WITHDRAWN
    ]
    assert steps([*sure, *weak]) == steps(sure)


@given(claims, st.randoms())
def test_the_order_of_arrival_is_nothing(found, random):
    shuffled = list(found)
    random.shuffle(shuffled)
    assert steps(shuffled) == steps(found)


@given(claims)
def test_no_step_is_taken_twice(found):
    taken = [(step.stage, step.cycle) for step in steps(found)]
    assert len(taken) == len(set(taken))


@given(claims)
def test_every_step_is_news_to_somebody_who_was_told_the_ones_before(found):
    told: list[tuple[Stage, int]] = []
    for step in steps(found):
        assert moves_on(step.stage, step.cycle, told)
        told.append((step.stage, step.cycle))
        assert not moves_on(step.stage, step.cycle, told)


def test_an_earlier_stage_is_no_news_after_a_later_one():
    assert not moves_on(Stage.TEST, 0, [(Stage.ANNOUNCED, 0)])
    assert moves_on(Stage.WITHDRAWN, 0, [(Stage.LIVE, 0)])
    assert moves_on(Stage.RUMOUR, 1, [(Stage.LIVE, 0), (Stage.WITHDRAWN, 0)])
    assert not moves_on(Stage.LIVE, 0, [(Stage.LIVE, 0), (Stage.WITHDRAWN, 0)])
