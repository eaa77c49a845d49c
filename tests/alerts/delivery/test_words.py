"""The words of the interface: all there in every language."""

import re
from pathlib import Path

import pytest

import alerts.delivery.words
from alerts.delivery.words import LANGUAGES, nearest_language, words_for
from config.words import Capability, Stage


def keys(language: str) -> set[str]:
    return {re.sub(r"\.(one|other)$", "", key) for key in words_for(language).keys()}  # noqa: SIM118


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_is_missing_anywhere(language):
    assert keys(language) == keys("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_capability_and_stage_has_a_name(language):
    for word in (*Capability,):
        assert f"capability.{word}" in words_for(language)
    for word in (*Stage,):
        assert f"stage.{word}" in words_for(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_fills_in_the_same_values(language):
    for key in keys("en"):
        form = key if key in words_for("en") else f"{key}.other"
        own = key if key in words_for(language) else f"{key}.other"
        wanted = re.findall(r"{(\w+)}", words_for("en")._flat[form])
        assert sorted(re.findall(r"{(\w+)}", words_for(language)._flat[own])) == sorted(wanted)


def test_every_file_is_a_language():
    folder = Path(alerts.delivery.words.__file__).parent
    assert {file.stem for file in folder.glob("*.yaml")} == set(LANGUAGES)


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
    assert words_for("en")("alert.independent", count=1) == "1 independent source"
    assert words_for("en")("alert.independent", count=2) == "2 independent sources"
    assert words_for("ja")("alert.independent", count=1) == "独立した情報源 1 件"
