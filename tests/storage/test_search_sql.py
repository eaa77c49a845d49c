"""The full-text query asks for no more than it needs."""

from collections.abc import Mapping, Sequence

import pytest

from storage.search_query import parse
from storage.search_sql import match

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
    assert match("sqlite", parse(written, lambda text: NAMES.get(text, {}))) == asked


def test_the_other_database_is_asked_the_same() -> None:
    query = parse("宝 网络 -app", lambda _: {})
    assert match("postgresql", query) == "(((('宝')) & (('网络'))) & !(('app')))"
    assert match("postgresql", query, title=True).startswith(
        "(((('¶宝')) & (('¶网络'))) & !(('app'))"
    )
    about = match("sqlite", parse("pay", lambda text: NAMES.get(text, {})), claims=True)
    assert about == '((("pay") OR ("微信" AND "信支" AND "支付") OR "¶wechat¶pay"))'
