import pytest

from alerts.tagging.names import merge_names
from tests.alerts.tagging.small import PLATFORMS, mentions, prepared


def merged(text: str, language: str = "en") -> list[tuple[str, str]]:
    whole = prepared(text, language)
    found = merge_names(mentions(whole, language), whole.folded, PLATFORMS)
    return [(m.platform, whole.clean[m.start : m.end]) for m in found]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("zh", "微信（WeChat）上线", [("wechat", "微信（WeChat）")]),
        ("zh", "微信 WeChat", [("wechat", "微信WeChat")]),
        ("ja", "アリペイ「Alipay」に対応", [("alipay", "アリペイ「Alipay」")]),
        ("en", "WeChat WeChat", [("wechat", "WeChat WeChat")]),
    ],
)
def test_two_names_of_one_platform_are_one_mention(language, text, expected):
    assert merged(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Google's Quick Share", [("quick-share", "Google's Quick Share")]),
        ("en", "Google “Quick Share”", [("quick-share", "Google “Quick Share")]),
        ("zh", "腾讯旗下的微信支付", [("wechat-pay", "腾讯旗下的微信支付")]),
        ("ko", "삼성의스마트싱스", [("smartthings", "삼성의스마트싱스")]),
        ("zh", "阿里巴巴淘宝", [("taobao", "阿里巴巴淘宝")]),
    ],
)
def test_an_owner_right_before_its_product_belongs_to_its_name(language, text, expected):
    assert merged(text, language) == expected


def test_an_owner_in_brackets_after_its_product_belongs_to_its_name():
    assert merged("微信支付（腾讯）接入", "zh") == [("wechat-pay", "微信支付（腾讯）")]


@pytest.mark.parametrize(
    "text",
    [
        "WeChat (Alipay) ",  # unrelated names in brackets
        "Google or Quick Share",  # another word between
        "Quick Share, Google",  # the owner after its product, without brackets
        "Alibaba's WeChat",  # not its owner
        "WeChat is unlike WeChat",  # the same name further on
        "WeChat (WeChat",  # a bracket that never closes
    ],
)
def test_other_names_stay_two(text):
    assert len(merged(text)) == 2


def test_names_in_two_lines_stay_two():
    assert len(merged("Taobao adds WeChat\nWeChat now works in it")) == 3
    assert len(merged("WeChat opens to Alibaba\nTaobao now opens it")) == 3
