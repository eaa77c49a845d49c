"""The full-text query asks for no more than it needs."""

from collections.abc import Mapping, Sequence

import pytest

from storage.search_query import parse
from storage.search_sql import match, needs_of

NAMES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "pay": {"wechat-pay": ("WeChat Pay", "微信支付", "Weixin Pay")},
    "wechat": {"wechat": ("WeChat", "微信", "We Chat", "WECHAT", "wechat app")},
}


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("淘宝", '((("淘宝")))'),
        ("宝", '((("宝")))'),
        ("淘宝网 app", '((("淘宝" AND "宝网")) AND (("app")))'),
        ("wechat", '((("wechat") OR ("微信") OR ("we" AND "chat")))'),
        ("pay", '((("pay") OR ("微信" AND "信支" AND "支付")))'),
        ('淘宝 -"微信"', '(((("淘宝"))) NOT (("微信")))'),
        ('淘宝 -"微信支付"', '((("淘宝")))'),
    ],
)
def test_spellings_that_another_one_finds_are_left_out(written, asked) -> None:
    assert match(needs_of(parse(written, lambda text: NAMES.get(text, {})))) == asked


def test_titles_and_platforms_have_words_of_their_own() -> None:
    query = parse("宝 网络 -app", lambda _: {})
    assert match(needs_of(query, title=True)) == '(((("¶宝")) AND (("¶网络"))) NOT (("app")))'
    about = needs_of(parse("pay", lambda text: NAMES.get(text, {})), claims=True)
    assert match(about) == '((("pay") OR ("微信" AND "信支" AND "支付") OR ("¶wechat¶pay")))'
