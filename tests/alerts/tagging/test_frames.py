from contextlib import suppress
from typing import Any

import pytest

from alerts.tagging.frames import CompiledPack, PatternError, compile_packs, found
from tests.alerts.tagging.small import PLATFORMS, mentions, pack, prepared, rules, sentence

Hosts = tuple[str, ...]


def hits(rules: CompiledPack, text: str) -> list[tuple[Hosts, Hosts]]:
    language = rules.pack.language
    whole = prepared(text, language)
    masked = rules.masks.mask(sentence(whole, language), mentions(whole, language))
    return [(hit.hosts, hit.guests) for hit in rules.hits(masked)]


def one(pattern: str, text: str, language: str = "en", **parts: Any) -> list[tuple[Hosts, Hosts]]:
    return hits(pack(language, pattern, **parts), text)


@pytest.mark.parametrize(
    ("language", "pattern", "text", "expected"),
    [
        ("en", "{host} adds {guest}", "Taobao adds Alipay", [(("taobao",), ("alipay",))]),
        ("en", "{guest} comes to {host}", "Alipay comes to Taobao", [(("taobao",), ("alipay",))]),
        ("en", "{host} opens up", "Taobao opens up", [(("taobao",), ())]),
        ("en", "into {guest}", "into Taobao", [((), ("taobao",))]),
        ("en", "{host} adds {guest}", "Taobao adds nothing", []),
        ("en", "{host} adds {guest}", "Nothing at all", []),
        ("en", "{host} and {any} add {guest}", "Taobao and QQ add Alipay",
         [(("taobao",), ("alipay",))]),
        ("en", "{host}{~5}adds{~5}{guest}", "Taobao now adds Alipay", [(("taobao",), ("alipay",))]),
        ("en", "{host}{~5}adds{~5}{guest}", "Taobao very soon adds Alipay", []),
        ("en", "{host} adds {guest:pay}", "Taobao adds QQ. Taobao adds Alipay",
         [(("taobao",), ("alipay",))]),
        ("en", "{host:shop} adds {guest:pay}", "QQ adds Alipay", []),
        ("zh", "{host}接入{guest}", "淘寶 接入 微信支付", [(("taobao",), ("wechat-pay",))]),
        ("ko", "{host}, {guest} 지원", "구글, 위챗 지원", [(("google",), ("wechat",))]),
    ],
)  # fmt: skip
def test_roles_are_read_where_the_pattern_has_them(language, pattern, text, expected):
    assert one(pattern, text, language) == expected


def test_both_asks_for_a_list_and_gives_it_both_roles():
    members = ("taobao", "qq")
    assert one("{both} join", "Taobao and QQ join", lists=[" and "]) == [(members, members)]
    assert one("{both} join", "Taobao join", lists=[" and "]) == []


def test_lists_stand_in_one_role_together():
    found = one("{host} adds {guest}", "Taobao adds Alipay and QQ", lists=[" and "])
    assert found == [(("taobao",), ("alipay", "qq"))]


def test_words_stand_for_all_their_alternatives():
    words = {"add": ["adds", "takes? in"], "now": ["now"]}
    pattern = "{host} (?:<now> )?<add> {guest}"
    for text in ("Taobao adds Alipay", "Taobao now take in Alipay", "Taobao takes in Alipay"):
        assert one(pattern, text, words=words) == [(("taobao",), ("alipay",))]


def test_the_closest_host_wins():
    assert one("{host}{~30}adds {guest}", "While QQ sleeps, Taobao adds Alipay") == [
        (("taobao",), ("alipay",))
    ]


def test_many_frames_are_found_together_each_by_itself():
    patterns = ["{host} adds {guest}", "{host} takes {guest}", "{guest} comes to {host}", "{host}"]
    together = pack("en", *patterns)
    for text in ("Taobao adds Alipay", "Alipay comes to Taobao, Taobao takes QQ", "Taobao", "no"):
        each = [hit for pattern in patterns for hit in one(pattern, text)]
        assert hits(together, text) == each


def test_a_pack_without_frames_finds_none():
    assert hits(pack("en"), "Taobao adds Alipay") == []


def test_a_frame_is_found_as_often_as_it_stands():
    text = "Taobao adds Alipay, Tmall adds QQ"
    assert one("{host} adds {guest}", text) == [(("taobao",), ("alipay",)), (("tmall",), ("qq",))]


def test_groups_of_the_author_do_not_disturb_the_roles():
    pattern = r"(now|today),? {host} (adds|(takes)) (\w+ )?{guest}"
    assert one(pattern, "Now Taobao adds also Alipay") == [(("taobao",), ("alipay",))]


def test_brackets_of_the_text_are_written_with_a_backslash():
    assert one(r"{host} \({guest}\)", "Taobao (Alipay)") == [(("taobao",), ("alipay",))]
    assert one(r"{host}[(\[]{guest}", "Taobao[Alipay") == [(("taobao",), ("alipay",))]


@pytest.mark.parametrize(
    ("language", "pattern", "text"),
    [
        ("en", r"{host} ADDS\s\S+ {guest}", "Taobao adds the Alipay"),
        ("en", r"{host} \w+ {guest}", "Taobao Adds Alipay"),
        ("fr", r"{host} intègre\b {guest}", "Taobao intègre Alipay"),
        ("fr", r"{host} intègre {guest}", "Taobao INTEGRE Alipay"),
        ("de", r"{host} öffnet für {guest}", "Taobao öffnet für Alipay"),
        ("es", r"{host} abrirá {guest}", "Taobao abrirá Alipay"),
        ("zh", "{host}支援{guest}", "淘宝支援微信支付"),
        ("zh", "{host}開放{guest}", "淘宝开放微信支付"),  # rules may be written in Traditional
        ("ja", r"{host}が{guest}に対応", "ＱＱがアリペイに対応"),
    ],
)
def test_patterns_are_folded_like_texts_but_escapes_are_left_alone(language, pattern, text):
    assert len(one(pattern, text, language)) == 1


@pytest.mark.parametrize(
    ("language", "word", "text", "expected"),
    [
        ("en", "sued", "it issued shares", False),
        ("en", "sued", "it was sued.", True),
        ("en", "tests?", "the tests began", True),
        ("en", "tests?", "a testament", False),
        ("en", "a|b", "cab", False),
        ("en", r"roll\w*", "rolled out", True),
        ("en", "(?:one|two) years?", "two years ago", True),
        ("en", "- beta", "new - beta", True),
        ("en", r"^which .{3,20}\?", "which one wins?", True),
        ("fr", "bientôt", "tres bientot la", True),
        ("zh", "接入", "已接入了", True),
        ("ko", "지원", "지원한다", True),
    ],
)
def test_words_stand_alone_in_languages_with_spaces(language, word, text, expected):
    rules = pack(language, "{host}", negations=[word])
    assert bool(found(rules.negations, text)) is expected


def test_no_words_are_never_found():
    empty = pack("en", "{host}")
    assert empty.negations is None
    assert found(empty.negations, "anything") == set()
    assert empty.near.score("anything") == 0


def test_strong_cues_count_three_weak_ones_one_and_each_word_once():
    rules = pack("en", "{host}", near={"strong": ["open"], "weak": ["link", "pay"]})
    assert rules.near.score("open link open link") == 3 + 1


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("now adds", r"names no \{host\}"),
        ("{any} adds {~4}", r"names no \{host\}"),
        ("{host} <add> {guest}", r"<add> is not among"),
        ("{host} adds {host}", r"\{host\} stands twice"),
        ("{host} adds ({guest}", r"frame 'f0': .*missing \)"),
        ("{host}{~2000}{guest}", r"frame 'f0': .*repetition"),
        (r"{host} (?=adds) {guest}", r"frame 'f0': "),
        (r"{host} (a)\1 {guest}", r"frame 'f0': "),
    ],
)
def test_a_pattern_that_says_nothing_or_cannot_be_read_is_refused(pattern, why):
    with pytest.raises(PatternError, match=why):
        pack("en", pattern)


@pytest.mark.parametrize("part", ["negations", "background", "now", "unsure", "aside", "chrome"])
def test_words_that_cannot_be_read_are_refused(part):
    with pytest.raises(PatternError):
        pack("en", "{host}", **{part: ["(open"]})
    with pytest.raises(PatternError, match="<none> is not among"):
        pack("en", "{host}", **{part: ["<none>"]})


def test_packs_are_compiled_by_language():
    packs = compile_packs({"en": rules("en", "{host}"), "zh": rules("zh", "{host}")}, PLATFORMS)
    assert {language: p.chinese for language, p in packs.items()} == {"en": False, "zh": True}
    assert {language: p.latin for language, p in packs.items()} == {"en": True, "zh": False}


def test_a_long_pattern_over_a_long_sentence_takes_no_time():
    rules = pack("en", "{host}" + "{~80}(?:a|a?)" * 8 + "{guest}")
    assert hits(rules, "Taobao " + "a" * 5000 + " Alipay") == []


# What ought to be refused when rules are loaded, and what ought not to break the reading.


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("（新）{host}接入{guest}", "（新）淘宝接入微信支付"), ("{host}？{guest}", "淘宝？微信支付")],
)
def test_full_width_marks_stand_for_themselves(pattern, text):
    assert len(one(pattern, text, "zh")) == 1


@pytest.mark.parametrize("pattern", ["{host}接入(?:了{guest})?", "(?:{host}接入|开放给{guest})"])
def test_a_role_that_may_be_absent_is_refused_or_left_out(pattern):
    try:
        rules = pack("zh", pattern)
    except PatternError:
        return
    assert hits(rules, "淘宝接入和微信") == [(("taobao",), ())]


@pytest.mark.parametrize("pattern", ["{hots} adds {guest}", "{host:shp} adds {guest}"])
def test_unknown_roles_and_traits_are_refused(pattern):
    with pytest.raises(PatternError):
        pack("en", pattern)


def test_lists_that_cannot_be_read_are_refused():
    with pytest.raises(PatternError):
        pack("en", "{host}", lists=["("])


def test_an_empty_word_is_refused():
    with pytest.raises((PatternError, ValueError)):
        pack("en", "{host}", negations=[""])


def test_words_inside_words_are_refused_or_work():
    words = {"may": ["<can> now"], "can": ["can"]}
    with suppress(PatternError):
        assert len(one("{host} <may> use {guest}", "Taobao can now use Alipay", words=words)) == 1
