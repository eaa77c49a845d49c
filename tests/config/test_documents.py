"""Every mistake in a file is told with its place, what was found and what is expected."""

from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from config.documents import Document, read_mapping
from config.errors import ConfigError
from config.files import read_document
from config.words import Stage


class Rule(BaseModel):
    model_config = ConfigDict(extra="forbid")

    pattern: str
    stage: Stage = Stage.LIVE
    weight: int | float | None = None
    since: date | None = None


class Pack(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rules: tuple[Rule, ...] = Field(min_length=1)
    names: dict[str, Rule] = {}
    codes: tuple[Annotated[str, Field(pattern="^[a-z]+$")], ...] = ()
    shown: str = Field("", alias="display")
    token: SecretStr | None = None


class Lenient(BaseModel):
    title: str = "none"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "pack.yaml"


def complaint(file: Path, text: str | bytes, model: type[BaseModel] = Pack) -> list[str]:
    """What is said about a file, without the quoted lines and the file's folder."""
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(ConfigError) as caught:
        read_document(file, model)
    lines = str(caught.value).splitlines()
    return [line.removeprefix(f"{file.parent}/") for line in lines if not line.startswith("   ")]


def test_all_mistakes_of_a_file_are_told_at_once_in_the_order_of_lines(file: Path) -> None:
    text = """\
rules:
  - pattern: 163
    stag: live
  - {pattern: x, stage: lve}
  - stage: ja
    weight: heavy
names:
  a: {pattern: x, since: today}
rulez: []
"""
    stages = "expected one of rumour, test, announced, live, withdrawn"
    number = "rules[2].weight: found 'heavy'; expected a valid"
    assert complaint(file, text) == [
        "pack.yaml:2:14: rules[0].pattern: found 163; expected a text; put it in quotes",
        "pack.yaml:3:5: unknown key 'stag'; did you mean 'stage'?",
        f"pack.yaml:4:25: rules[1].stage: found 'lve'; {stages}; did you mean 'live'?",
        "pack.yaml:5:5: the key 'pattern' is missing in rules[2]",
        f"pack.yaml:5:12: rules[2].stage: found 'ja'; {stages}",
        f"pack.yaml:6:13: {number} integer, unable to parse string as an integer",
        f"pack.yaml:6:13: {number} number, unable to parse string as a number",
        "pack.yaml:8:26: names.a.since: found 'today'; expected a valid date or datetime, input is too short",
        "pack.yaml:9:1: unknown key 'rulez'; did you mean 'rules'?",
    ]


def test_the_line_is_quoted_with_a_mark_under_the_place(file: Path) -> None:
    file.write_text("rules:\n  - pattern: [a]\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_document(file, Pack)
    assert str(caught.value) == (
        f"{file}:2:14: rules[0].pattern: found a list; expected a valid string\n"
        "      - pattern: [a]\n"
        "                 ^"
    )
    error = caught.value
    assert (error.file, error.line, error.column, error.exit_code) == (file, 2, 14, 4)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("codes: [a, B]\nrules: [{pattern: x}]", "1:12: codes[1]: found 'B'; expected a text that matches ^[a-z]+$"),
        ("display: [a]\nrules: [{pattern: x}]", "1:10: display: found a list; expected a valid string"),
        ("displai: a\nrules: [{pattern: x}]", "1:1: unknown key 'displai'; did you mean 'display'?"),
        ("rules: []", "1:8: rules: found a list; expected 1 or more entries"),
        ("rules: 5", "1:8: rules: found 5; expected a list"),
        ("rules: yes", "1:8: rules: found 'yes'; expected a list"),
        ("rules: true", "1:8: rules: found true; expected a list"),
        ("rules:", "1:1: rules: found nothing; expected a list"),
        ("rules: {}", "1:8: rules: found a mapping; expected a list"),
        ("rules: [x]", "1:9: rules[0]: found 'x'; expected a mapping: lines of the form `key: value`"),
        ("names: 1\nrules: [{pattern: x}]", "1:8: names: found 1; expected a mapping: lines of the form `key: value`"),
        ("- a", "1:1: found a list at the top; expected a mapping: lines of the form `key: value`"),
        ("just words", "1:1: found a single value at the top; expected a mapping: lines of the form `key: value`"),
        ("", "1:1: the file is empty; expected rules"),
        ("# words\n", "1:1: the file is empty; expected rules"),
        ("a: b: c", "1:5: is no valid YAML: mapping values are not allowed here"),
        ("a: [b", "1:6: is no valid YAML: expected ',' or ']', but got '<stream end>'"),
        ("a: 1\n---\nb: 1", "2:1: is no valid YAML: expected a single document in the stream, but found another document"),
        ("a: 'b\n", "2:1: is no valid YAML: found unexpected end of stream"),
        ("a: *nobody", "1:4: is no valid YAML: found undefined alias 'nobody'"),
        ("rules:\n\t- pattern: x", "2:1: found a tab; expected spaces: YAML is indented with spaces only"),
        ("rules:\t\n- a", "1:7: found a tab; expected spaces: YAML is indented with spaces only"),
        ("a: 1\nb: \x07", "2:4: found the control character U+0007; remove it"),
        (b"a: 1\nb: \xd6\xd0", "2:4: found the byte 0xd6; expected UTF-8: save the file as such"),
        ("rules: &a [*a]", "1:8: contains itself through an alias"),
        ("rules: !secret x", "1:8: found the tag !secret; tags are not used here"),
        ("? [a]\n: x", "1:3: found braces or brackets as a key; put them in quotes"),
        ("a: {{ b }}", "1:5: found braces or brackets as a key; put them in quotes"),
    ],
)  # fmt: skip
def test_a_single_mistake(file: Path, text: str | bytes, said: str) -> None:
    assert complaint(file, text)[0] == f"pack.yaml:{said}"


def test_a_key_that_stands_twice_is_refused_wherever_it_is(file: Path) -> None:
    assert complaint(file, "rules: []\nnames: {a: 1, a: 2}\nrules: []\n") == [
        "pack.yaml:2:15: the key 'a' stands already in line 2",
        "pack.yaml:3:1: the key 'rules' stands already in line 1",
    ]


def test_a_file_that_nests_without_end_is_refused(file: Path) -> None:
    assert complaint(file, "[" * 5000) == ["pack.yaml: is nested too deeply"]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere.yaml: cannot be read: No such file"):
        read_document(tmp_path / "nowhere.yaml", Pack)
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        read_mapping(tmp_path)


def test_secrets_are_never_repeated(file: Path) -> None:
    token = "1234567890:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
    text = (
        f"rules: [{{pattern: x}}]\ntoken: [{token}]\ntokn: {token}\nurl: https://me:pw@a.example\n"
    )
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_document(file, Pack)
    said = str(caught.value)
    assert token not in said
    assert "me:pw" not in said
    assert "token: found something else; expected a valid string" in said
    assert "tokn: ****" in said


def test_an_empty_file_is_enough_where_every_key_has_a_default(file: Path) -> None:
    file.write_text("# title: x\n", encoding="utf-8")
    assert read_document(file, Lenient) == Lenient()
    with pytest.raises(ConfigError, match="found an empty file; expected a mapping"):
        read_mapping(file)


def test_values_are_read_as_yaml_1_2_reads_them(file: Path) -> None:
    text = """\
\ufeffwords: [no, on, y, "1", 12:30:45, 2024-09-04, ~, null, True, false, '']
numbers: [0, -7, +7, 1_000, 007, 0x1F, 0o17, 1.5, 1e3, .inf, -.inf]
block: |
  two
  lines
alias: [&x {a: 1}, *x]
no: keys are texts
88: so is this
empty:
"""
    file.write_text(text, encoding="utf-8")
    data: dict[str, Any] = read_mapping(file).data
    assert data == {
        "words": ["no", "on", "y", "1", "12:30:45", "2024-09-04", None, None, True, False, ""],
        "numbers": [0, -7, 7, 1000, 7, 31, 15, 1.5, 1000.0, float("inf"), float("-inf")],
        "block": "two\nlines\n",
        "alias": [{"a": 1}, {"a": 1}],
        "no": "keys are texts",
        "88": "so is this",
        "empty": None,
    }


def test_positions_are_given_for_checks_of_the_callers_own(file: Path) -> None:
    file.write_text(
        "rules:\n  - {pattern: x}\n  - pattern: 微信 (\n    weight:\n", encoding="utf-8"
    )
    document = read_mapping(file)
    assert document.position(("rules", 1, "pattern")) == (3, 14)
    assert document.key_position(("rules", 1, "pattern")) == (3, 5)
    assert document.position(("rules", 1, "weight")) == (4, 5), "an absent value is at its key"
    assert document.position(("rules", 7, "pattern")) == (2, 3), "as near as there is"
    assert document.position(()) == (1, 1)
    assert document.key_position(()) == (1, 1)
    assert document.holds(("rules", 0, "pattern"))
    assert not document.holds(("rules", 0, "weight"))

    error = document.refuse(
        [(("rules", 1, "pattern"), "the bracket is never closed"), (("rules", 0), "says nothing")]
    )
    assert str(error).splitlines()[0].endswith("pack.yaml:2:5: says nothing")
    assert str(error).splitlines()[3].endswith("pack.yaml:3:14: the bracket is never closed")


def test_an_empty_document_has_a_position_too(file: Path) -> None:
    document = Document(file, {}, "", None)
    assert document.position(("a", "b")) == (1, 1)
    assert not document.holds(("a",))


@given(st.text(max_size=80) | st.text(alphabet="a:- []{}#&*!|>'\"\n\t0", max_size=40))
def test_whatever_stands_in_a_file_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    with suppress(ConfigError):
        read_document(file, Lenient)
