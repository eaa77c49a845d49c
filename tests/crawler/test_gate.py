"""What a page shows: the paragraphs that the gate is asked about."""

import json

import pytest

from crawler.extraction.errors import ExtractionError, Reason
from crawler.extraction.page import Announced
from crawler.gate import Gate, is_plain, read_page, shown
from tests.fakes.site import article

SENTENCE = "Taobao said on Friday that its buyers can pay with WeChat Pay from now on."


def test_the_head_is_title_and_description() -> None:
    head, _ = shown(
        "<title>One</title><meta name=description content='Two'>"
        "<meta property='og:title' content='Three'><meta name=keywords content='WeChat'>"
    )
    assert head.split("\n") == ["One", "Two", "Three"]


def test_paragraphs_are_whole_whatever_stands_inside_them() -> None:
    body = SENTENCE.replace("WeChat Pay", "<a href='/x'><b>WeChat</b> Pay</a>")
    _, text = shown(f"<body><main><p>{body}</p></main></body>")
    assert SENTENCE in text.split("\n")


@pytest.mark.parametrize(
    "around",
    [
        "<footer><p>{}</p></footer>",
        "<nav>{}</nav>",
        "<style>{}</style>",
        "<p>Share: <a>Facebook</a> <a>Twitter</a></p>",
        "<ul><li>Facebook</li><li>Twitter</li></ul>",
        "<div>分享到微信</div>",
    ],
)
def test_what_stands_around_an_article_does_not_count(around: str) -> None:
    prose = "Rates rose by a quarter of a point, the bank said. " * 20
    _, text = shown(f"<body><p>{prose}</p>{around.format(SENTENCE)}</body>")
    assert text == prose.strip()


def test_short_wide_lines_are_paragraphs() -> None:
    _, text = shown("<body><p>淘宝宣布接入微信支付，本周起逐步开放给用户</p></body>")
    assert "微信支付" in text


def test_a_page_that_keeps_its_text_in_a_script_shows_that() -> None:
    island = json.dumps({"props": {"body": f"淘宝\n{SENTENCE}"}})
    _, text = shown(f"<body><div id=app></div><script id=__NEXT_DATA__>{island}</script></body>")
    assert SENTENCE in text
    escaped = json.dumps({"body": "淘宝宣布接入微信支付，本周起逐步开放给用户"})
    _, text = shown(f"<body><script>window.initialState={escaped}</script></body>")
    assert "微信支付" in text


def asks(word: str) -> Gate:
    return lambda head, text: word in head or word in text


def read(body: str, gate: Gate | None, announced: Announced | None = None) -> object:
    return read_page(
        body.encode(), "https://e.org/a", gate=gate, announced=announced or Announced()
    )


def test_only_what_passes_is_extracted() -> None:
    page = article("Rates rise", "The bank raised its rates by a quarter of a point. " * 5)
    assert read(page, asks("quarter")) is not None
    assert read(page, asks("WeChat")) is None
    assert read(page, None) is not None
    assert read(page, asks("WeChat"), Announced("Now with WeChat")) is not None


@pytest.mark.parametrize("passed", [True, False])
def test_what_passes_the_gate_is_read_precisely(
    monkeypatch: pytest.MonkeyPatch, passed: bool
) -> None:
    precise = []
    monkeypatch.setattr("crawler.gate.extract", lambda *_, **how: precise.append(how["precise"]))
    read(article("Rates rise", SENTENCE * 5), asks("Taobao") if passed else None)
    assert precise == [passed]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", Reason.EMPTY),
        ("x" * 2_200_000, Reason.TOO_LARGE),
        (f"<p {'a=1 ' * 20_000}>", Reason.TOO_LARGE),
        ("\0\1\2" * 99, Reason.UNDECODABLE),
    ],
)
def test_what_is_no_page_is_not_taken_for_off_topic(body: str, reason: Reason) -> None:
    with pytest.raises(ExtractionError) as caught:
        read(body, asks("WeChat"))
    assert caught.value.reason is reason


@pytest.mark.parametrize(
    ("page", "plain"),
    [
        ("", True),
        ("<p>words", True),
        ("<p>words</p>" * 50_000, True),
        ("<br>words" * 9_000, True),
        ("<script>" + "if (a < b) {}" * 50_000 + "</script>", True),
        ("<b>" * 11_000, False),
        ("<b>" * 11_000 + "</b>" * 11_000, False),
    ],
)
def test_a_page_at_which_a_quick_look_would_take_long_is_told(page: str, plain: bool) -> None:
    assert is_plain(page.encode()) is plain


def test_such_a_page_is_extracted_unseen() -> None:
    page = article("Rates rise", "The bank raised its rates by a quarter of a point. " * 5)
    assert read(page + "<b>" * 50_000, asks("WeChat")) is not None
