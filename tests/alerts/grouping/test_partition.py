from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.grouping.partition import EdgeFact, partition
from config.platforms import Platform, Platforms
from config.words import ANYONE, Capability


def platform(id_: str, kind: str = "service", owner: str | None = None, twin: str | None = None):
    return Platform.model_validate(
        {"id": id_, "kind": kind, "owner": owner, "with": twin, "names": {"en": [id_]}}
    )


PLATFORMS = Platforms(
    [
        platform("alibaba", "company"),
        platform("taobao", owner="alibaba"),
        platform("tmall", owner="alibaba", twin="taobao"),
        platform("taote", owner="alibaba"),
        platform("tencent", "company"),
        platform("wechat", owner="tencent"),
        platform("wechat-pay", owner="tencent"),
        platform("jd", "company"),
        platform("alipay"),
    ]
)
DAY = date(2024, 9, 4)
numbers = count(1)


def edge(host: str, guest: str, days: int = 0, capability: Capability = Capability.PAYMENT):
    day = DAY + timedelta(days=days)
    return EdgeFact(next(numbers), host, guest, capability, day, day)


def grouped(*edges: EdgeFact, joint: tuple[tuple[int, int], ...] = ()) -> set[frozenset[int]]:
    return set(partition(edges, joint, PLATFORMS))


def test_twins_are_one_event_however_far_apart():
    one, two = edge("taobao", "wechat-pay"), edge("tmall", "wechat-pay", 300)
    assert grouped(one, two) == {frozenset((one.id, two.id))}


def test_sisters_are_two_events():
    one, two = edge("taobao", "wechat-pay"), edge("taote", "wechat-pay")
    assert len(grouped(one, two)) == 2


def test_what_one_article_opens_together_is_one_event():
    one, two = edge("taobao", "wechat-pay"), edge("taote", "wechat-pay", 3)
    assert len(grouped(one, two, joint=((one.id, two.id),))) == 1


def test_an_article_that_looks_back_does_not_join_what_began_apart():
    one, two = edge("taobao", "wechat-pay"), edge("taote", "wechat-pay", 200)
    assert len(grouped(one, two, joint=((one.id, two.id),))) == 2


@pytest.mark.parametrize(
    ("capability", "days", "events"),
    [
        (Capability.LOGIN, 10, 1),
        (Capability.LOGIN, 200, 2),
        (Capability.ADS, 700, 1),  # what reports confuse with links
        (Capability.ADS, 900, 2),
        (Capability.OTHER, 700, 1),  # what nobody named
    ],
)
def test_another_capability_of_a_pair_is_another_event_unless_near_or_alike(
    capability, days, events
):
    one = edge("taobao", "wechat", capability=Capability.LINKS)
    assert len(grouped(one, edge("taobao", "wechat", days, capability))) == events


def test_what_is_alike_in_the_other_direction_is_another_event():
    one = edge("taobao", "wechat", capability=Capability.LINKS)
    assert len(grouped(one, edge("wechat", "taobao", 200, Capability.ADS))) == 2


def test_a_company_is_joined_to_the_nearest_of_its_services():
    near, far = edge("taobao", "wechat-pay", 2), edge("taote", "wechat-pay", -20)
    vague = edge("alibaba", "wechat-pay")
    assert grouped(near, far, vague) == {frozenset((near.id, vague.id)), frozenset((far.id,))}


def test_an_opening_to_anyone_is_joined_to_the_guest_that_is_named():
    named = edge("wechat", "taobao", capability=Capability.LINKS)
    anyone = edge("wechat", ANYONE, 1, Capability.LINKS)
    assert len(grouped(named, anyone)) == 1


def test_without_any_guest_only_the_capability_tells_openings_apart():
    payment = edge("taobao", ANYONE)
    law = edge("alibaba", ANYONE, -20, Capability.REGULATION)
    owner, late = edge("alibaba", ANYONE, 20), edge("alibaba", ANYONE, 90)
    assert len(grouped(payment, law)) == 2
    assert len(grouped(payment, owner)) == 1
    assert len(grouped(payment, late)) == 2


edges = st.lists(
    st.builds(
        lambda host, guest, days, capability: (host, guest, days, capability),
        st.sampled_from(["alibaba", "taobao", "tmall", "taote", "jd"]),
        st.sampled_from(["tencent", "wechat", "wechat-pay", "alipay", ANYONE]),
        st.integers(-400, 400),
        st.sampled_from([Capability.PAYMENT, Capability.LINKS, Capability.ADS]),
    ),
    max_size=10,
    unique_by=lambda e: (e[0], e[1], e[3]),
)


@given(edges, st.randoms())
def test_the_order_of_arrival_is_nothing(found, random):
    """Keys, not ids: ids are given in the order of arrival."""

    def keys(order):
        facts = [
            EdgeFact(i, h, g, c, DAY + timedelta(d), DAY + timedelta(d))
            for i, (h, g, d, c) in enumerate(order, 1)
        ]
        by_id = {f.id: (f.host, f.guest, f.capability) for f in facts}
        return {frozenset(by_id[i] for i in group) for group in partition(facts, (), PLATFORMS)}

    shuffled = list(found)
    random.shuffle(shuffled)
    assert keys(shuffled) == keys(found)
