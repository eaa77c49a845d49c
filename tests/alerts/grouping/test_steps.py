from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from alerts.grouping.steps import Said, Step, moves_on, steps
from config.words import Stage

START = date(2024, 2, 20)

claims = st.lists(
    st.builds(
        Said,
        claim=st.integers(1, 50),
        stage=st.sampled_from(Stage),
        day=st.integers(0, 400).map(lambda days: START + timedelta(days=days)),
    ),
    max_size=12,
    unique_by=lambda said: said.claim,
)


def said(claim: int, stage: Stage, days: int) -> Said:
    return Said(claim, stage, START + timedelta(days=days))


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
