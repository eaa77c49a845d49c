"""The words of the interface: all there in every language."""

import ast
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as fluent
from fluent.syntax.visitor import Visitor

import alerts
import alerts.delivery.words
from alerts.delivery.words import LANGUAGES, nearest_language, words_for
from config.words import Capability, Stage

FOLDER = Path(alerts.delivery.words.__file__).parent
CODE = Path(alerts.__file__).parent


class Values(Visitor):
    """The names of the values that a message is to be given."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node):  # noqa: N802 - Fluent's own way of naming
        self.names.add(node.id.name)


def messages(language: str) -> dict[str, set[str]]:
    """Every message of a language with its values. Fails on what Fluent cannot read."""
    found: dict[str, set[str]] = {}
    for file in sorted((FOLDER / language).glob("*.ftl")):
        for entry in FluentParser().parse(file.read_text("utf-8")).body:
            assert not isinstance(entry, fluent.Junk), f"{file}: {entry.content}"
            if isinstance(entry, fluent.Message):
                assert entry.id.name not in found, f"{file}: {entry.id.name} stands twice"
                values = Values()
                values.visit(entry)
                found[entry.id.name] = values.names
    return found


def said_in_code() -> tuple[set[str], set[str]]:
    """Texts in the code, and the beginnings of those that are put together."""
    whole, begun = set(), set()
    for file in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                begun.add(str(node.values[0].value))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
    return whole, begun


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_is_missing_anywhere_and_every_one_takes_the_same_values(language):
    assert messages(language) == messages("en")
    assert all(key in words_for(language) for key in messages("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_is_there(language):
    def names(of: str) -> list[str]:
        return sorted(file.name for file in (FOLDER / of).iterdir())

    assert names(language) == names("en")


def test_every_folder_is_a_language():
    assert {file.parent.name for file in FOLDER.rglob("*.ftl")} == set(LANGUAGES)


def test_the_code_says_every_key_and_no_other():
    whole, begun = said_in_code()
    keys = set(messages("en"))
    families = {key.partition("-")[0] for key in keys}
    begun = {start for start in begun if start.endswith("-") and start[:-1] in families}
    unsaid = {key for key in keys - whole if not any(key.startswith(start) for start in begun)}
    assert unsaid == set()
    calls = {
        node.args[0].value
        for file in CODE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and "words" in ast.unparse(node.func)
    }
    assert calls - keys - set(LANGUAGES) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_capability_and_stage_has_a_name(language):
    for word in (*Capability,):
        assert f"capability-{word}" in words_for(language)
    for word in (*Stage,):
        assert f"stage-{word}" in words_for(language)


def test_an_unknown_key_and_a_missing_value_are_errors():
    with pytest.raises(KeyError, match="no words for 'alert-never' in ja"):
        words_for("ja")("alert-never")
    with pytest.raises(ValueError, match="alert-since"):
        words_for("ja")("alert-since")


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("zh-TW", "zh-Hant"),
        ("zh_HK", "zh-Hant"),
        ("yue", "zh-Hant"),
        ("zh-hant", "zh-Hant"),
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("ja-JP", "ja"),
        ("ko", "ko"),
        ("de", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_nearest_language(code, language):
    assert nearest_language(code) == language


def test_counts_choose_their_form():
    assert words_for("en")("alert-independent", count=1) == "1 independent source"
    assert words_for("en")("alert-independent", count=2000) == "2,000 independent sources"
    assert words_for("ja")("alert-independent", count=1) == "独立した情報源 1 件"


def test_values_stand_as_they_are_given():
    assert words_for("en")("date-year", year="2024") == "2024"
    assert words_for("en")("alert-since", date="{ $date } \u05d0") == "Since { $date } \u05d0"
