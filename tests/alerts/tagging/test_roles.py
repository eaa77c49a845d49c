import pytest

from alerts.tagging.roles import (
    alike,
    is_chat,
    opposite,
    orient,
    related,
    specialise,
    way_to_pay,
    whole,
)
from config.platforms import Platforms
from config.words import ANYONE, Capability
from tests.alerts.tagging.small import PLATFORMS, platform

C = Capability


@pytest.mark.parametrize(
    ("pair", "capability", "turned"),
    [
        (("alipay", "taobao"), C.PAYMENT, True),  # a shop takes a way to pay
        (("taobao", "alipay"), C.PAYMENT, False),
        (("wechat-pay", "wechat"), C.PAYMENT, True),  # a super app does as well
        (("suica", "apple-pay"), C.PAYMENT, True),  # a wallet holds a card
        (("apple-pay", "suica"), C.PAYMENT, False),
        (("apple-pay", "taobao"), C.PAYMENT, True),
        (("alipay", "wechat-pay"), C.PAYMENT, False),  # two ways to pay: as the words say
        (("taobao", "jd"), C.PAYMENT, False),
        (("douyin", "wechat"), C.MINIPROGRAM, True),  # a super app runs mini programs
        (("wechat", "douyin"), C.MINIPROGRAM, False),
        (("ford", "supercharger"), C.OTHER, True),  # a network charges cars
        (("supercharger", "ford"), C.OTHER, False),
        (("alipay", "taobao"), C.LINKS, False),  # where traits say nothing, the words do
        (("alipay", ANYONE), C.PAYMENT, False),
        ((ANYONE, "taobao"), C.PAYMENT, False),
        (("unheard-of", "taobao"), C.PAYMENT, False),
    ],
)
def test_what_platforms_can_do_says_who_is_the_host(pair, capability, turned):
    assert orient(pair[0], pair[1], capability, PLATFORMS) == (pair[::-1] if turned else pair)


@pytest.mark.parametrize(
    ("party", "mentioned", "capability", "expected"),
    [
        ("tencent", ["wechat-pay", "taobao"], C.PAYMENT, "wechat-pay"),
        ("tencent", ["wechat"], C.MESSAGING, "wechat"),
        ("tencent", ["wechat", "qq"], C.MESSAGING, "tencent"),  # two would do
        ("tencent", ["alipay"], C.PAYMENT, "tencent"),  # another owner's
        ("tencent", [], C.PAYMENT, "tencent"),
        ("alibaba", ["taobao"], C.PAYMENT, "alibaba"),  # a shop is no way to pay
        ("apple", ["ios", "apple-pay"], C.PAYMENT, "apple-pay"),
        ("jd", ["jd"], C.PAYMENT, "jd"),
        ("wechat", ["wechat-pay"], C.PAYMENT, "wechat"),  # a service stays what it is
        ("unheard-of", ["wechat-pay"], C.PAYMENT, "unheard-of"),
        ("google", ["quick-share"], C.REGULATION, "google"),  # nothing is asked for
    ],
)
def test_a_company_gives_way_to_the_one_product_that_is_meant(
    party, mentioned, capability, expected
):
    assert specialise(party, mentioned, capability, PLATFORMS) == expected


@pytest.mark.parametrize(
    ("party", "mentioned", "expected"),
    [
        ("wechat", ["taobao", "wechat-pay"], "wechat-pay"),
        ("wechat", ["alipay"], "wechat"),
        ("wechat", [], "wechat"),
        ("alipay", ["wechat-pay"], "alipay"),  # it is one already
    ],
)
def test_an_app_stands_for_its_own_way_to_pay(party, mentioned, expected):
    assert way_to_pay(party, mentioned, PLATFORMS) == expected


@pytest.mark.parametrize(
    ("party", "expected"),
    [
        ("taobao-live", "taobao"),  # a part of a service
        ("ios", "apple"),  # a system and its maker act as one
        ("taobao", "taobao"),  # a company's service is no part
        ("tmall", "tmall"),  # a twin is another service
        ("jd", "jd"),
        ("unheard-of", "unheard-of"),
        (ANYONE, ANYONE),
    ],
)
def test_a_part_stands_for_its_whole(party, expected):
    assert whole(party, PLATFORMS) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("taobao", "taobao", True),
        ("taobao", "tmall", True),  # twins
        ("tencent", "wechat", True),  # an owner and its own
        ("taobao-live", "alibaba", True),  # over two steps
        ("wechat", "wechat-pay", True),  # they do different things under one roof
        ("wechat", "qq", False),  # rivals under one roof
        ("taobao", "wechat", False),
        ("suica", "unheard-of", False),
        ("taobao", ANYONE, False),
    ],
)
def test_what_belongs_together_is_related(first, second, expected):
    assert related(first, second, PLATFORMS) is expected
    assert related(second, first, PLATFORMS) is expected


def test_a_way_to_pay_and_one_that_it_owns_open_to_each_other():
    known = Platforms(
        [platform("till", traits=["pay"]), platform("tab", traits=["pay"], owner="till")]
    )
    assert related("till", "tab", known) is False


@pytest.mark.parametrize(
    ("pair", "mentioned", "expected"),
    [
        (
            ("samsung", "homekit"),
            ["samsung", "smartthings", "homekit"],
            ("smartthings", "homekit"),
        ),
        (("homekit", "samsung"), ["smartthings"], ("homekit", "smartthings")),
        (("samsung", "homekit"), ["samsung", "homekit"], ("samsung", "homekit")),  # not named
        (("taobao", "homekit"), ["smartthings"], ("taobao", "homekit")),  # steers no home
        (("smartthings", "samsung"), ["smartthings"], ("smartthings", "samsung")),  # one house
        (("samsung", ANYONE), ["smartthings"], ("samsung", ANYONE)),
        (("apple", "suica"), [], ("apple-pay", "suica")),  # a phone holds cards in its wallet
        (("apple", "alipay"), [], ("apple", "alipay")),
        (("google", "suica"), [], ("google", "suica")),  # has none
        (("taobao", "suica"), [], ("taobao", "suica")),
    ],
)
def test_products_of_one_kind_stand_for_their_makers(pair, mentioned, expected):
    host, guest = pair
    assert alike(host, guest, mentioned, PLATFORMS) == expected


def test_messengers():
    assert is_chat("whatsapp", PLATFORMS)
    assert not is_chat("taobao", PLATFORMS)
    assert not is_chat(ANYONE, PLATFORMS)


@pytest.mark.parametrize(
    ("party", "other", "capability", "expected"),
    [
        ("volt", "ford", C.OTHER, "volt-plugs"),  # a car charges at the network of a maker
        ("volt", ANYONE, C.OTHER, "volt-plugs"),
        ("volt", "ford", C.CONTENT, "volt"),
        ("volt", "taobao", C.OTHER, "volt"),
        ("ford", "volt", C.OTHER, "ford"),  # has no network
        ("sony", "xbox", C.OTHER, "ps"),  # a console plays with a console
        ("sony", "douyin", C.OTHER, "sony"),
        ("ps", "xbox", C.OTHER, "ps"),
        (ANYONE, "ford", C.OTHER, ANYONE),
    ],
)
def test_what_stands_opposite_says_which_product_of_a_house_is_meant(
    party, other, capability, expected
):
    assert opposite(party, other, capability, PLATFORMS, hosts=True) == expected


def test_a_car_that_charges_elsewhere_is_no_network():
    assert opposite("volt", "ford", C.OTHER, PLATFORMS, hosts=False) == "volt"
    assert opposite("sony", "xbox", C.OTHER, PLATFORMS, hosts=False) == "ps"
