"""A small gazetteer for the bot, and pages that are stored under the addresses they are sent by."""

from alerts.delivery.commands.asking import Knowledge
from config.platforms import Platform, Platforms
from crawler.urls import canonical_url, spellings

PLATFORMS = Platforms(
    [
        Platform(
            id="taobao",
            kind="service",
            owner="alibaba",
            names={"en": ("Taobao",), "zh-Hans": ("淘宝",), "ja": ("タオバオ",)},
        ),
        Platform(id="alibaba", kind="company", names={"en": ("Alibaba",)}),
        Platform(
            id="wechat-pay",
            kind="service",
            owner="tencent",
            names={"en": ("WeChat Pay",), "zh-Hans": ("微信支付",)},
        ),
        Platform(id="tencent", kind="company", names={"en": ("Tencent",)}),
    ]
)


def addresses(url: str) -> tuple[str, ...]:
    """As the composition root reads them."""
    canonical = canonical_url(url)
    return () if canonical is None else spellings(canonical)


KNOWLEDGE = Knowledge(lambda: PLATFORMS, addresses)
