"""A snippet is a verbatim part of its text, and its marks are on what was looked for."""

from hypothesis import given
from hypothesis import strategies as st

from storage.search_query import parse
from storage.search_snippets import WIDTH, snippet
from storage.search_words import folded


def shown(text: str, *words: str) -> str:
    expressions = [parse(word, lambda _: {}).expressions[0] for word in words]
    return snippet(text, expressions).marked("[", "]")


def test_the_part_with_most_of_the_words_is_shown() -> None:
    far = "微信。" + "无关的话。" * 40 + "后来淘宝宣布将支持微信付款。" + "无关的话。" * 40
    assert shown(far, "微信", "淘宝").startswith("后来[淘宝]宣布将支持[微信]付款。")
    assert shown(far, "微信").startswith("[微信]。无关的话。")
    assert shown(far, "付款").startswith("后来淘宝宣布将支持微信[付款]。")


def test_line_breaks_inside_a_word_are_no_matter() -> None:
    assert shown("计划接入微信支\n付，明天", "微信支付") == "计划接入[微信支 付]，明天"


def test_traditional_text_stays_as_it_was_written() -> None:
    assert shown("淘寶開放", "淘宝", "开放") == "[淘寶][開放]"


def test_english_is_cut_at_the_beginning_of_a_sentence() -> None:
    text = "Nothing here. " * 9 + "Then Taobao took WeChat Pay. " + "Nothing here. " * 9
    assert shown(text, "taobao").startswith("…Then [Taobao] took WeChat Pay. Nothing")


def test_what_is_not_there_shows_the_beginning() -> None:
    assert shown("开头。" + "无" * 500, "微信").startswith("开头。无")


@given(
    text=st.text(alphabet="微信支付淘宝 WeChat.\n。，é", max_size=400),
    words=st.lists(st.sampled_from(["微信", "支付", "付", "we", "chat", "淘宝"]), min_size=1),
)
def test_marks_are_on_the_words(text: str, words: list[str]) -> None:
    expressions = [parse(word, lambda _: {}).expressions[0] for word in words]
    found = snippet(text, expressions)
    assert "\n" not in found.text
    assert len(found.text) <= WIDTH + 2
    last = 0
    for start, end in found.marks:
        assert last <= start < end <= len(found.text)
        last = end
        marked = folded(found.text[start:end])
        assert any(expression.search(marked) for expression in expressions)
    if any(expression.search(folded(text)) for expression in expressions):
        assert found.marks
