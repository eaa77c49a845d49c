"""Shapes of pages from which the text must come out whole, and nothing else with it."""

import logging

import pytest

from crawler.extraction import body, candidates
from crawler.extraction.page import extract, parse

LINES = [
    "Shoppers on Taobao can now pay with WeChat Pay, the company said in a note on Friday.",
    "The launch is happening in steps, and everyone should see the button within some days.",
    "Tencent said that receipts for Taobao orders would appear in the wallet of the buyer.",
    "Merchants need not do anything: what they are paid arrives in the account they know.",
]
TEXT = "\n".join(LINES)
OTHER = (
    "A museum of bicycles has opened its doors in the old town, with two hundred wheels on show."
)


def paragraphs(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def read(html: str, *, precise: bool = False) -> str:
    html = f"<html><head><title>T</title></head><body>{html}</body></html>"
    return extract(html.encode(), "https://e.org/a", precise=precise).text


@pytest.mark.parametrize("precise", [False, True])
def test_a_body_in_pieces_is_joined(precise: bool) -> None:
    first, second = paragraphs(*LINES[:2]), paragraphs(*LINES[2:])
    advert = "<div class=ad><a href=/x>Buy wheels</a></div>"
    html = (
        f"<article><h1>T</h1><div><div class='body article__body'>{first}</div></div>{advert}"
        f"<div><div class='body article__body'>{second}</div></div></article>"
    )
    assert read(html, precise=precise) == TEXT


def test_the_bodies_of_several_articles_stay_apart() -> None:
    one = f"<article><h1>T</h1><div class=article-body>{paragraphs(*LINES)}</div></article>"
    two = f"<article><h1>U</h1><div class=article-body>{paragraphs(OTHER, OTHER)}</div></article>"
    assert read(f"<main>{one}{two}</main>") == TEXT


@pytest.mark.parametrize("precise", [False, True])
@pytest.mark.parametrize(
    "link", ["<a href=/b>WhatsApp lets others in, too</a>", "<b><a href=/b>MORE ON WECHAT</a></b>"]
)
def test_a_paragraph_that_is_a_link_leads_elsewhere(link: str, precise: bool) -> None:
    html = f"<article><h1>T</h1>{paragraphs(*LINES[:2], link, *LINES[2:])}</article>"
    assert read(html, precise=precise) == TEXT


@pytest.mark.parametrize(
    "line",
    [
        "Read more: WhatsApp lets others in, too",
        "[Related: How messengers came to talk to each other]",
        "延伸阅读：支付宝接入了什么",
        "【関連記事】LINEペイの終わり",
        "관련기사: 카카오톡, 문을 열다",
        "Lesen Sie auch: Was sich bei WhatsApp ändert",
    ],
)
def test_a_line_that_points_elsewhere_goes(line: str) -> None:
    html = f"<article><h1>T</h1>{paragraphs(*LINES[:2], line, *LINES[2:])}</article>"
    assert read(html) == TEXT


def test_a_sentence_about_what_is_related_stays() -> None:
    line = "Related businesses such as Alipay must let others in as well, the ministry said."
    html = f"<article><h1>T</h1>{paragraphs(*LINES, line)}</article>"
    assert read(html) == f"{TEXT}\n{line}"


def test_a_link_inside_a_paragraph_stays() -> None:
    linked = LINES[1].replace("in steps", "<a href=/b>in steps, the company says</a>")
    html = f"<article><h1>T</h1>{paragraphs(LINES[0], linked, *LINES[2:])}</article>"
    assert "in steps, the company says" in read(html)


def test_a_lead_without_an_element_is_kept() -> None:
    html = f"<article>{LINES[0]} <b>Soon.</b><br><br>{'<br><br>'.join(LINES[1:])}</article>"
    assert read(html) == "\n".join([f"{LINES[0]} Soon.", *LINES[1:]])


def test_a_quick_text_that_misses_most_of_the_page_is_not_believed() -> None:
    """What the markup calls the article is a notice; the article stands in a nameless place."""
    notice = paragraphs(
        *["We use your data, as everybody does, to show you what you like best."] * 4
    )
    rest = paragraphs(*LINES * 3)
    html = f"<div class='article-body'>{notice}</div><div id=x><h1>T</h1>{rest}</div>"
    tree = parse(f"<html><body>{html}</body></html>".encode(), None)
    assert LINES[0] not in candidates.quick_text(tree)
    assert "\n".join(LINES * 3) in read(html)


@pytest.mark.parametrize(
    ("texts", "agreed"),
    [
        ([TEXT + OTHER, TEXT, TEXT], TEXT),
        ([OTHER, TEXT, TEXT + "\n" + LINES[0]], TEXT),
        (["", "", OTHER], OTHER),
        (["", "", ""], ""),
        (["淘宝支持微信支付了", "淘宝支持微信支付", "天气很好"], "淘宝支持微信支付了"),
    ],
)
def test_the_text_that_most_agree_on(
    monkeypatch: pytest.MonkeyPatch, texts: list[str], agreed: str
) -> None:
    left = iter(texts)
    monkeypatch.setattr(candidates, "_extracted", lambda tree, options: next(left))
    monkeypatch.setattr(candidates, "_readable", lambda tree: next(left))
    assert candidates.agreed_text(None, cjk="淘宝" in texts[0]) == agreed


@pytest.mark.parametrize(("times", "wide"), [(1, True), (4, False)])
def test_a_large_page_is_passed_over_once(
    monkeypatch: pytest.MonkeyPatch, times: int, wide: bool
) -> None:
    asked: list[bool] = []

    def agreed(tree: object, *, cjk: bool) -> str:
        asked.append(cjk)
        return TEXT

    monkeypatch.setattr(body, "agreed_text", agreed)
    line = f"<p>{LINES[0]} <b>And</b> <i>so</i> it goes on.</p>"
    assert read(f"<article>{line * (times * 1_000)}</article>", precise=True)
    assert bool(asked) is wide


def test_precise_survives_pages_without_a_body() -> None:
    html = f"<main><article>{paragraphs(*LINES)}</article></main>"
    found = extract(f"<frameset>{html}".encode(), "https://e.org/a", precise=True)
    assert LINES[0] in found.text


def test_trafilatura_says_nothing_on_its_own(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        read(f"<article>{paragraphs(*LINES)}</article>", precise=True)
        candidates.quick_text(parse(b"<html><body></body></html>", None))
    assert not caplog.records
