import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.tagging.sentences import Zone, sentences
from tests.alerts.tagging.small import prepared, texts


def cut(text: str, language: str = "en", title_end: int = 0) -> list[str]:
    whole = prepared(text, language)
    return texts(list(sentences(whole, title_end, latin=language not in ("zh", "ja"))), whole)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "It opens. It closes! Why?", ["It opens.", "It closes!", "Why?"]),
        ("en", 'He said "it opens." Then he left.', ['He said "it opens."', "Then he left."]),
        ("en", "It costs 3.50 a month, says v2.1 of it.", ["It costs 3.50 a month, says v2.1 of it."]),
        ("en", "Dr. Who and J. R. Lee of Foo Inc. Ltd. came.", ["Dr. Who and J. R. Lee of Foo Inc. Ltd. came."]),
        ("en", "It met JD.com executives. Then it left.", ["It met JD.com executives.", "Then it left."]),
        ("en", "One thing; another thing", ["One thing;", "another thing"]),
        ("de", "Das gilt z. B. ab dem 3. März 2024. Über mehr schweigt Nr. 5.", ["Das gilt z. B. ab dem 3. März 2024.", "Über mehr schweigt Nr. 5."]),
        ("fr", "Il ouvre. Évidemment, il ferme. «Bien.» À demain.", ["Il ouvre.", "Évidemment, il ferme.", "«Bien.»", "À demain."]),
        ("es", "El Sr. Pérez abre. ¿Quién cierra? Nadie.", ["El Sr. Pérez abre. ¿Quién cierra?", "Nadie."]),
        ("ko", "네이버가 지원한다. 카카오는 아니다. 끝", ["네이버가 지원한다.", "카카오는 아니다.", "끝"]),
        ("zh", "淘宝接入微信支付。3.2版已上线！“很好。”他说", ["淘宝接入微信支付。", "3.2版已上线！", "“很好。”", "他说"]),
        ("zh", "淘宝开放；微信也开放", ["淘宝开放；", "微信也开放"]),
        ("ja", "「対応した。」と発表。詳細は未定", ["「対応した。」", "と発表。", "詳細は未定"]),
        ("en", "", []),
        ("en", " \n \t \n", []),
    ],
)  # fmt: skip
def test_sentences_end_where_readers_hear_them_end(language, text, expected):
    assert cut(text, language) == expected


def test_the_title_is_one_sentence_whatever_it_holds():
    title = "It opens. It closes!"
    whole = prepared(f"{title}\nBody.\n\nMore.")
    found = list(sentences(whole, len(title), latin=True))
    assert texts(found, whole) == [title, "Body.", "More."]
    assert [s.zone for s in found] == [Zone.TITLE, Zone.BODY, Zone.BODY]
    assert [s.index for s in found] == [0, 1, 2]
    assert len({s.paragraph for s in found}) == 3


def test_without_a_title_everything_is_body():
    found = list(sentences(prepared("\nBody. And more."), 0, latin=True))
    assert [(s.index, s.paragraph, s.zone) for s in found] == [
        (0, 0, Zone.BODY),
        (1, 0, Zone.BODY),
    ]


@pytest.mark.parametrize(("latin", "folded"), [(True, "cafe ouvert"), (False, "café ouvert")])
def test_words_lose_their_accents_in_latin_languages_only(latin, folded):
    (found,) = sentences(prepared("Café ouvert"), 0, latin=latin)
    assert found.folded == folded


@settings(deadline=None)
@given(st.text(st.sampled_from("ab Z。.!？?;；\n\t”」)微信가 1"), max_size=80), st.integers(0, 10))
def test_sentences_hold_every_character_once_and_in_order(text, title_end):
    whole = prepared(text, "zh")
    title_end = min(title_end, len(whole.clean))
    at = 0
    for found in sentences(whole, title_end, latin=False):
        assert at <= found.start < found.end
        assert not whole.clean[at : found.start].strip()
        assert len(found.folded) == found.end - found.start
        at = found.end
    assert not whole.clean[at:].strip()


def test_a_name_that_holds_a_mark_is_not_cut():
    glued = prepared("Yahoo!ショッピングとPayLah!与它。ok! はい", "ja")
    assert len(list(sentences(glued, 0, latin=False))) == 3
    text = prepared("Yahoo! JAPAN takes it. Really! It does.")
    assert texts(list(sentences(text, 0, latin=True)), text) == [
        "Yahoo! JAPAN takes it.",
        "Really!",
        "It does.",
    ]
