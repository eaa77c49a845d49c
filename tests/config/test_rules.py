"""Rule packs as files: how they are read, and what is refused before any pattern is looked at."""

from pathlib import Path

import pytest

from config.errors import ConfigError
from config.rules import PACKAGED, load_rules
from config.words import Capability, Stage

PACK = """\
language: ja
frames:
  - id: accepts
    pattern: '{host}が{guest}に対応'
capabilities: {}
stages: {}
"""
SHIPPED = load_rules()


def write(folder: Path, text: str, name: str = "ja") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_a_pack_leaves_out_is_empty(tmp_path: Path) -> None:
    path = write(tmp_path, PACK)
    ((found, pack),) = load_rules([tmp_path]).values()
    (frame,) = pack.frames
    assert found == path
    assert (frame.strength, frame.polarity, frame.mutual, frame.capability) == (
        2,
        "open",
        False,
        None,
    )
    assert frame.match == ()
    assert frame.differ == pack.negations == pack.lists == pack.near.strong == ()


def test_a_file_of_a_later_folder_replaces_the_one_of_its_name(tmp_path: Path) -> None:
    write(tmp_path / "a", PACK)
    own = write(tmp_path / "b", PACK.replace("accepts", "mine"))
    packs = load_rules([tmp_path / "a", tmp_path / "b", tmp_path / "absent"])
    assert packs["ja"][0] == own
    assert packs["ja"][1].frames[0].id == "mine"


def test_two_packs_of_one_language_are_refused_with_both_files(tmp_path: Path) -> None:
    write(tmp_path, PACK)
    second = write(tmp_path, PACK, "more")
    with pytest.raises(ConfigError, match=r"language 'ja' is already in .*ja\.yaml") as caught:
        load_rules([tmp_path])
    assert caught.value.file == second


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("language: ja", "language: xx", 1, "language: found 'xx'"),
        ("id: accepts", "id: Accepts it", 3, "frames[0].id: found 'Accepts it'"),
        ("    pattern", "    strength: 9\n    pattern", 4, "strength: found '9'"),
        ("    pattern", "    polarity: shut\n    pattern", 4, "expected one of open, close"),
        ("    pattern", "    patern", 3, "did you mean 'pattern'?"),
        ("    pattern", "    capability: paying\n    pattern", 4, "capability: found 'paying'"),
        ("    pattern", "    match: [{txt: a}]\n    pattern", 4, "unknown key 'txt'"),
        ("stages: {}", "stages: {soon: {}}", 6, "soon"),
        ("stages: {}", "stages: {live: {srong: [a]}}", 6, "did you mean 'strong'?"),
        ("stages: {}", "stages: {}\nnegation: []", 7, "did you mean 'negations'?"),
        ("stages: {}", "stages: {}\nexclusions: [{id: a, words: [b], zone: body}]", 7, "zone"),
        ("stages: {}", "stages: {}\nexclusions: [{id: a, words: [b], weight: 0}]", 7, "weight"),
        ("stages: {}", "stages: {}\nstages: {}", 7, "stages"),
    ],
)
def test_a_key_or_value_that_is_wrong_is_refused_with_its_place(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    path = write(tmp_path, PACK.replace(old, new, 1))
    with pytest.raises(ConfigError) as caught:
        load_rules([tmp_path])
    assert (caught.value.file, caught.value.line) == (path, line)
    assert said in str(caught.value).replace("found 9;", "found '9';")


def test_a_file_without_a_pack_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "")
    with pytest.raises(ConfigError, match="the file is empty") as caught:
        load_rules([tmp_path])
    assert caught.value.file == path


def test_every_language_has_a_pack_in_a_file_of_its_name() -> None:
    assert set(SHIPPED) == {"zh", "ja", "ko", "en", "de", "fr", "es"}
    assert {language: path for language, (path, _) in SHIPPED.items()} == {
        language: PACKAGED / f"{language}.yaml" for language in SHIPPED
    }


@pytest.mark.parametrize("language", sorted(SHIPPED))
def test_a_shipped_pack_knows_all_words_of_the_trade(language: str) -> None:
    _, pack = SHIPPED[language]
    assert set(pack.stages) == set(Stage)
    assert set(pack.capabilities) >= set(Capability) - {Capability.OTHER}
    for part in (pack.near.strong, pack.negations, pack.background, pack.exclusions, pack.lists):
        assert part


@pytest.mark.parametrize("language", sorted(SHIPPED))
def test_ids_of_frames_and_exclusions_stand_once(language: str) -> None:
    _, pack = SHIPPED[language]
    for parts in (pack.frames, pack.exclusions):
        ids = [part.id for part in parts]
        assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("language", sorted(SHIPPED))
def test_most_frames_carry_an_example(language: str) -> None:
    _, pack = SHIPPED[language]
    bare = [frame.id for frame in pack.frames if not frame.match]
    assert len(bare) <= len(pack.frames) / 4, f"without an example: {bare}"
