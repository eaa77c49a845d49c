"""Classifying lines: one prediction a line, in order of arrival, and a word for every wrong line."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from alerts.classify import classify
from config.errors import InteropwatchError
from config.words import ANYONE
from tests.fakes.readers import TellingReader, opening

KEYS = {
    "id", "relevant", "event", "platforms", "pairs", "capability", "stage", "event_date", "lang",
    "quote",
}  # fmt: skip


@pytest.fixture
def reader() -> TellingReader:
    return TellingReader()


def line(number: object, title: str = "", **more: object) -> str:
    return json.dumps({"id": number, "title": title, "text": title, **more}) + "\n"


def predict(reader: TellingReader, *lines: str) -> list[dict[str, Any]]:
    return list(classify(lines, reader.as_reader, lambda _: "en", "articles.jsonl"))


def test_a_line_in_is_a_line_out_with_all_keys(reader: TellingReader):
    reader.tell("one", opening(day="2024-09-04"), opening("jd", "alipay", leading=False))
    (found,) = predict(reader, line("a1", "one", published="2024-09-05", url="https://x.test/1"))
    assert found.keys() == KEYS
    assert found == {
        "id": "a1",
        "relevant": True,
        "event": "E1",
        "platforms": ["taobao", "wechat-pay"],
        "pairs": [["taobao", "wechat-pay"]],
        "capability": "payment",
        "stage": "announced",
        "event_date": "2024-09-04",
        "lang": "en",
        "quote": "taobao opens to wechat-pay",
    }


def test_an_article_about_something_else_says_nothing(reader: TellingReader):
    reader.tell("history", opening(leading=False))
    (found,) = predict(reader, line(7, "history", lang="ja"))
    assert found["id"] == "7"
    assert found["lang"] == "ja"
    assert (found["relevant"], found["pairs"], found["platforms"]) == (False, [], [])
    assert {found[key] for key in KEYS - {"id", "lang", "relevant", "pairs", "platforms"}} == {
        None
    }


def test_articles_of_one_event_share_its_key(reader: TellingReader):
    reader.tell("one", opening())
    reader.tell("two", opening("tmall", stage="live"))
    reader.tell("other", opening("jd", "alipay"))
    found = predict(
        reader,
        line(1, "one", published="2024-09-04"),
        line(2, "other", published="2024-09-05"),
        line(3, "two", published="2024-09-27"),
    )
    first, other, second = (one["event"] for one in found)
    assert first == second != other


def test_the_stage_is_that_of_the_step(reader: TellingReader):
    reader.tell("sure", opening(stage="announced", day="2024-09-04", sure=6.0))
    reader.tell("misread", opening(stage="live", day="2024-09-04", sure=1.0))
    reader.tell("next", opening(stage="live", day="2024-09-27", sure=1.0))
    found = predict(
        reader,
        line(1, "sure", published="2024-09-04"),
        line(2, "misread", published="2024-09-05"),
        line(3, "next", published="2024-09-27"),
    )
    assert [one["stage"] for one in found] == ["announced", "announced", "live"]


def test_an_opening_to_anyone_is_no_pair(reader: TellingReader):
    reader.tell("apple", opening("apple", ANYONE))
    (found,) = predict(reader, line(1, "apple"))
    assert (found["relevant"], found["platforms"], found["pairs"]) == (True, ["apple"], [])


def test_a_date_that_is_not_a_day_is_left_out(reader: TellingReader):
    reader.tell("undated", opening())
    (found,) = predict(reader, line(1, "undated", published="2024-09-04"))
    assert found["event_date"] is None


def test_a_language_that_is_not_given_is_detected(reader: TellingReader):
    asked: list[str] = []

    def detect(text: str) -> str:
        asked.append(text)
        return "ko"

    given = [line(1, "one"), line(2, "two", lang="ja")]
    found = list(classify(given, reader.as_reader, detect))
    assert [one["lang"] for one in found] == ["ko", "ja"]
    assert asked == ["one\none"]


def test_the_same_article_twice_is_two_lines(reader: TellingReader):
    reader.tell("one", opening())
    found = predict(reader, line(1, "one"), line(1, "one"))
    assert [one["event"] for one in found] == ["E1", "E1"]


def test_predictions_come_one_by_one(reader: TellingReader):
    reader.tell("one", opening())

    def arriving() -> Iterator[str]:
        yield line(1, "one")
        raise AssertionError("nothing more was asked for")

    found = classify(arriving(), reader.as_reader, lambda _: "en")
    assert next(found)["id"] == "1"


def test_nothing_is_left_behind(
    reader: TellingReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    found = classify([line(1, "one"), line(2, "two")], reader.as_reader, lambda _: "en")
    next(found)
    assert list(tmp_path.iterdir()) != []
    found.close()  # type: ignore[attr-defined]
    assert list(tmp_path.iterdir()) == []


def test_blank_lines_and_other_keys_are_nothing(reader: TellingReader):
    found = predict(reader, "\n", line(1, "one", author="x"), "  \n", line(2, "two"))
    assert [one["id"] for one in found] == ["1", "2"]


def test_half_a_character_is_dropped(reader: TellingReader):
    (found,) = predict(reader, '{"id": "a\\ud83d", "title": "\\ud83d", "text": "x\\udc00y"}')
    assert found["id"] == "a"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('{"id": 1,', "Expecting property name"),
        ("[1, 2]", "found [1, 2]"),
        ("null", "found None"),
        ('{"id": 1}', "text: Field required"),
        ('{"text": "t"}', "id: Field required"),
        ('{"id": 1, "text": "t", "published": "soon"}', "published:"),
        ('{"id": 1, "text": "t", "published": "2024-09-04T10:00:00"}', "published:"),
        ('{"id": [], "text": "t"}', "id:"),
        ("[" * 50_000, "nested too deeply"),
    ],
)
def test_a_wrong_line_is_named_with_what_is_expected(reader: TellingReader, wrong: str, said: str):
    found = classify([line(1), "\n", wrong], reader.as_reader, lambda _: "en", "articles.jsonl")
    assert next(found)["id"] == "1"
    with pytest.raises(InteropwatchError) as error:
        next(found)
    message = str(error.value)
    assert message.startswith("articles.jsonl:3: ")
    assert said in message
    assert "one JSON object with id, text" in message
    assert len(message) < 300
