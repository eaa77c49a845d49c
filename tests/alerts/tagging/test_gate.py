import pickle

import pytest

from alerts.tagging.gate import Gate, PlatformGate
from config.platforms import PACKAGED, Platforms, load_platforms
from config.rules import load_rules


@pytest.fixture(scope="module")
def platforms() -> Platforms:
    return load_platforms()


@pytest.fixture(scope="module")
def gate(platforms: Platforms) -> Gate:
    return Gate(platforms)


FAR = "and the market went on to trade sideways for most of the afternoon session, " * 3


@pytest.mark.parametrize(
    ("head", "text", "passes"),
    [
        ("Taobao opens", "", True),
        ("淘寶開放微信支付", "", True),
        ("Markets today", "Rates rose. Taobao buyers may pay with WeChat Pay.", True),
        ("Markets today", "淘宝宣布接入微信支付。", True),
        ("市場", "淘寶宣佈接入微信支付。", True),
        ("市場", "タオバオ、ウィーチャットペイでの決済に対応", True),
        ("시장", "타오바오가 위챗페이 결제를 도입했다.", True),
        ("Markets today", "Rates rose by a quarter of a point.", False),
        ("Markets today", "Taobao reported its sales.", False),
        ("Markets today", f"Taobao reported its sales, {FAR} and so did WeChat Pay.", False),
        ("Markets today", "Taobao reported its sales.\nWeChat Pay did so, too.", False),
        ("Markets today", "Meta, which owns Instagram, reported its sales.", False),
        ("Markets today", "She stood in line and looked at the apple.", False),
        ("", "", False),
    ],
)
def test_platforms_decide(gate: Gate, head: str, text: str, passes: bool) -> None:
    assert gate.passes(head, text) is passes


def test_whatever_a_rule_must_match_passes(gate: Gate, platforms: Platforms) -> None:
    """No opening between two houses may be lost before anybody has read it."""
    stated = [
        example.text
        for _, pack in load_rules().values()
        for frame in pack.frames
        for example in frame.match
        if example.host
        and example.guest
        and example.guest in platforms.by_id
        and platforms.owner(example.host) != platforms.owner(example.guest)
    ]
    assert len(stated) > 200
    lost = [text for text in stated if not gate.passes("", text)]
    assert lost == []


def test_it_crosses_to_another_process_by_the_names_of_its_folders() -> None:
    packed = pickle.dumps(PlatformGate((PACKAGED,)))
    assert len(packed) < 500
    there = pickle.loads(packed)
    assert there("Taobao takes WeChat Pay", "")
    assert not there("Rates rose", "")
