from pathlib import Path

import pytest

from alerts.tagging.checking import check_pack, sentence_hits
from alerts.tagging.frames import CompiledPack, compile_packs
from alerts.tagging.gazetteer import Gazetteer
from config.files import read_document
from config.platforms import Platforms, load_platforms
from config.problems import Problem
from config.rules import RulePack, load_rules
from tests.alerts.tagging.small import GAZETTEER, PLATFORMS, pack

SOUND = """\
language: en
words:
  add: [adds, takes]
frames:
  - id: accepts
    pattern: '{host} <add> {guest}'
    match:
      - {text: Taobao adds Alipay, host: taobao, guest: alipay}
    differ: [Taobao sees Alipay]
capabilities:
  payment: {strong: [checkout], weak: [pay]}
modes:
  payment: {scan: [scan]}
stages:
  live: {strong: [now], weak: [live]}
near: {strong: [open], weak: [use]}
negations: [not]
background: [previously]
now: [today]
unsure: [whether]
exclusions:
  - {id: results, words: [revenue]}
chrome: [share]
lists: [" and "]
"""


def problems(folder: Path, old: str = "", new: str = "") -> list[Problem]:
    """What is found after one change to a sound pack."""
    assert old in SOUND
    path = folder / "en.yaml"
    path.write_text(SOUND.replace(old, new, 1), encoding="utf-8")
    return check_pack(path, read_document(path, RulePack), PLATFORMS)


def place(text: str) -> tuple[int, int]:
    """Line and column of a piece of the sound pack."""
    before = SOUND[: SOUND.index(text)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def test_a_sound_pack_has_no_problems(tmp_path):
    assert problems(tmp_path) == []


@pytest.mark.parametrize(
    ("part", "word"),
    [
        ("words.add", "takes]"),
        ("capabilities.strong", "checkout"),
        ("capabilities.weak", "pay]}"),
        ("modes", "scan]"),
        ("stages.strong", "now], weak"),
        ("stages.weak", "live]"),
        ("near.strong", "open]"),
        ("near.weak", "use]"),
        ("negations", "not]"),
        ("background", "previously"),
        ("now", "today"),
        ("unsure", "whether"),
        ("exclusions", "revenue"),
        ("chrome", "share]"),
    ],
)
def test_a_word_that_cannot_be_read_is_named_with_its_place(tmp_path, part, word):
    bare = word.rstrip("]}").split("]")[0]
    found = problems(tmp_path, word, word.replace(bare, "'(bad'", 1))
    assert (found[0].line, found[0].column) == place(word)
    assert found[0].file == tmp_path / "en.yaml"
    assert "missing )" in found[0].text


def test_a_separator_of_lists_that_cannot_be_read_is_named_with_its_place(tmp_path):
    found = problems(tmp_path, '" and "', "'(bad'")
    assert [(p.line, p.column) for p in found] == [place('" and "')]


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("'adds it'", "names no {host}"),
        ("'{host} <ad> {guest}'", "<ad> is not among"),
        ("'{host} {host}'", "{host} stands twice"),
        ("'{host} (adds {guest}'", "frame 'accepts': missing )"),
        ("'{host} adds {guest'", "found '{guest'; expected a role like {host}"),
        ("'{host} adds { guest}'", "found '{'; expected a role"),
        ("'{host}{~} adds {guest}'", "found '{~}'; expected a role"),
        ("'{host}{6} (?=adds) {guest}'", "frame 'accepts': invalid perl operator: (?="),
    ],
)
def test_a_pattern_that_cannot_be_read_is_named_with_its_place(tmp_path, pattern, why):
    found = problems(tmp_path, "'{host} <add> {guest}'", pattern)
    assert [(p.line, p.column) for p in found] == [place("'{host} <add> {guest}'")]
    assert why in found[0].message


@pytest.mark.parametrize("pattern", [r"'{host} \{add {guest}'", r"'{host} a{1,2}\x{20}{guest}'"])
def test_braces_that_are_meant_may_stand(tmp_path, pattern):
    said = [p.message for p in problems(tmp_path, "'{host} <add> {guest}'", pattern)]
    assert all("expected a role" not in message for message in said)
    assert all("reads" in message for message in said)  # another sentence than the example's


def test_all_broken_parts_are_named_at_once(tmp_path):
    path = tmp_path / "en.yaml"
    text = (
        SOUND.replace("[not]", "['(']").replace("[today]", "['<x>']").replace("{host} <", "<", 1)
    )
    path.write_text(text.replace("{guest}'", "x'", 1), encoding="utf-8")
    found = check_pack(path, read_document(path, RulePack), PLATFORMS)
    assert len(found) == 3


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("host: taobao, guest: alipay", "host: alipay, guest: taobao", "expected alipay > taobao"),
        ("host: taobao, guest: alipay", "host: jd", "expected jd > any guest"),
        ("host: taobao, guest: alipay", "guest: jd", "expected any host > jd"),
        ("text: Taobao adds Alipay", "text: Taobao sees Alipay", "reads nothing"),
    ],
)
def test_an_example_that_reads_otherwise_is_named_with_its_place(tmp_path, old, new, said):
    found = problems(tmp_path, old, new)
    assert [(p.line, p.column) for p in found] == [place("{text: Taobao adds")]
    assert said in found[0].message
    assert "'accepts'" in found[0].message


def test_a_counter_example_that_matches_is_named_with_its_place(tmp_path):
    found = problems(tmp_path, "[Taobao sees", "[Nothing, Taobao adds")
    line, column = place("[Taobao sees")
    assert [(p.line, p.column) for p in found] == [(line, column + len("[Nothing, "))]
    assert "matches this sentence" in found[0].message


def test_an_example_may_leave_a_side_open(tmp_path):
    assert problems(tmp_path, ", host: taobao, guest: alipay", "") == []


def test_another_frame_does_not_answer_for_an_example(tmp_path):
    other = "  - {id: other, pattern: '{host} sees {guest}'}\ncapabilities:"
    assert problems(tmp_path, "capabilities:", other) == []


@pytest.mark.parametrize(
    ("language", "pattern", "text"),
    [
        ("fr", "{host} intègre {guest}", "Taobao intègre Alipay"),
        ("zh", "{host}接入{guest}", "淘寶 接入 支付寶"),
        ("ja", "{host}が{guest}に対応", "アップルがアリペイに対応"),
        ("ko", "{host}, {guest} 지원", "구글, 위챗 지원"),
    ],
)
def test_examples_are_folded_like_articles(language, pattern, text):
    assert len(sentence_hits(text, pack(language, pattern), GAZETTEER)) == 1


SHIPPED = load_rules()


@pytest.fixture(scope="module")
def platforms() -> Platforms:
    return load_platforms()


@pytest.mark.parametrize("language", sorted(SHIPPED))
def test_a_shipped_pack_reads_its_examples(language, platforms):
    path, rules = SHIPPED[language]
    assert [str(problem) for problem in check_pack(path, rules, platforms)] == []


@pytest.fixture(scope="module")
def packs(platforms) -> dict[str, CompiledPack]:
    return compile_packs({key: rules for key, (_, rules) in SHIPPED.items()}, platforms)


@pytest.fixture(scope="module")
def gazetteer(platforms) -> Gazetteer:
    return Gazetteer(platforms)


EXAMPLES = [
    pytest.param(language, frame.id, number, id=f"{language}-{frame.id}-{number}")
    for language, (_, rules) in sorted(SHIPPED.items())
    for frame in rules.frames
    for number in range(len(frame.match))
]


@pytest.mark.parametrize(("language", "frame", "number"), EXAMPLES)
def test_an_example_of_a_frame(language, frame, number, packs, gazetteer):
    rules = next(f for f in packs[language].pack.frames if f.id == frame)
    example = rules.match[number]
    hits = [h for h in sentence_hits(example.text, packs[language], gazetteer) if h.frame is rules]
    assert any(
        (example.host is None or example.host in hit.hosts)
        and (example.guest is None or example.guest in hit.guests)
        for hit in hits
    )


DIFFERENT = [
    pytest.param(language, frame.id, number, id=f"{language}-{frame.id}-{number}")
    for language, (_, rules) in sorted(SHIPPED.items())
    for frame in rules.frames
    for number in range(len(frame.differ))
]


@pytest.mark.parametrize(("language", "frame", "number"), DIFFERENT)
def test_a_counter_example_of_a_frame(language, frame, number, packs, gazetteer):
    rules = next(f for f in packs[language].pack.frames if f.id == frame)
    hits = sentence_hits(rules.differ[number], packs[language], gazetteer)
    assert not any(hit.frame is rules for hit in hits)
