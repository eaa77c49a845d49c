"""The commands of people who write rules, on the real rules; texts are as plain as can be."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import interopwatch
from config.errors import ConfigError, InteropwatchError
from interopwatch import Installation

ROOT = Path(__file__).parents[2]
PLAIN = {
    "id": "plain",
    "title": "Taobao adds WeChat Pay",
    "text": "Taobao said on 4 September that it will add WeChat Pay.",
    "published": "2024-09-05",
}
OTHER = {"id": "other", "text": "Sanma fishing began off Hokkaido, and prices rose.", "lang": "en"}


@pytest.fixture(scope="module")
def installation() -> Installation:
    """Rules compiled once for all tests of this file."""
    return Installation()


def call(installation: Installation, *words: str, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(interopwatch.app, list(words), obj=installation, input=stdin)


def lines(*articles: dict[str, Any]) -> bytes:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in articles).encode()


# ── classify ───────────────────────────────────────────────────────────────────────────────────


def test_a_file_is_classified(installation: Installation, tmp_path: Path):
    file = tmp_path / "articles.jsonl"
    file.write_bytes(lines(PLAIN, OTHER))
    result = call(installation, "classify", str(file))
    assert result.exit_code == 0, result.output
    plain, other = map(json.loads, result.stdout.splitlines())
    assert (plain["id"], plain["relevant"], plain["lang"]) == ("plain", True, "en")
    assert {"taobao", "wechat-pay"} <= set(plain["platforms"])
    assert plain["quote"] in f"{PLAIN['title']}\n{PLAIN['text']}"
    assert (other["id"], other["relevant"], other["event"]) == ("other", False, None)


def test_standard_input_is_classified_like_a_file(installation: Installation, tmp_path: Path):
    file = tmp_path / "articles.jsonl"
    file.write_bytes(lines(PLAIN, OTHER))
    by_file = call(installation, "classify", str(file))
    by_stdin = call(installation, "classify", "-", stdin=file.read_bytes())
    assert by_stdin.stdout == by_file.stdout
    assert by_stdin.exit_code == 0


def test_an_editor_of_another_system_wrote_the_file(installation: Installation):
    """A byte order mark at its start and CRLF at its ends."""
    given = b"\xef\xbb\xbf" + lines(PLAIN, OTHER).replace(b"\n", b"\r\n")
    result = call(installation, "classify", "-", stdin=given)
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["plain", "other"]


def test_what_is_printed_is_unicode_and_no_escapes(installation: Installation):
    result = call(installation, "classify", "-", stdin=lines({"id": "淘宝", "text": "天气"}))
    assert '"淘宝"' in result.stdout


def test_a_wrong_line_is_named(installation: Installation, tmp_path: Path):
    file = tmp_path / "articles.jsonl"
    file.write_bytes(lines(OTHER) + b'{"id": 2, "title": "no text"}\n')
    result = call(installation, "classify", str(file))
    assert isinstance(result.exception, InteropwatchError)
    assert str(result.exception).startswith(f"{file}:2: text: Field required")
    assert json.loads(result.stdout)["id"] == "other"


def test_a_byte_that_is_no_utf_8_is_named(installation: Installation):
    result = call(installation, "classify", "-", stdin=lines(OTHER) + b'{"id": "\xff"}')
    assert str(result.exception) == "-:2: found the byte 0xff; expected UTF-8"


@pytest.mark.parametrize(("name", "said"), [("none.jsonl", "No such file"), ("", "directory")])
def test_a_file_that_cannot_be_read_is_named(
    installation: Installation, tmp_path: Path, name: str, said: str
):
    result = call(installation, "classify", str(tmp_path / name))
    assert isinstance(result.exception, InteropwatchError)
    assert str(tmp_path / name) in str(result.exception)
    assert said in str(result.exception)


# ── rules check ────────────────────────────────────────────────────────────────────────────────

SMALL = r"""language: en
words:
  opens: [opens, adds]
frames:
  - id: opens-to
    pattern: '{host} <opens> {guest}'
    strength: 2
    match:
      - {text: Taobao adds WeChat Pay., host: taobao, guest: wechat-pay}
    differ:
      - Taobao sells tea.
capabilities: {}
stages: {}
"""


class Only(Installation):
    """Reads rules from one folder alone, and shares the gazetteer: no test waits for the others."""

    def __init__(self, rules: Path, config_dir: Path, like: Installation) -> None:
        super().__init__(config_dir)
        self._rules = rules
        self.platforms = like.platforms

    def folders(self, name: str) -> tuple[Path, ...]:
        return (self._rules,) if name == "rules" else super().folders(name)


@pytest.fixture
def overlay(tmp_path: Path, installation: Installation) -> Callable[[str], Installation]:
    """Makes an installation whose English rules are replaced, and whose others are left out."""

    def make(pack: str) -> Installation:
        rules = tmp_path / "rules"
        rules.mkdir()
        (rules / "en.yaml").write_text(pack, encoding="utf-8")
        return Only(rules, tmp_path, installation)

    return make


def test_good_rules_pass(overlay: Callable[[str], Installation]):
    result = call(overlay(SMALL), "rules", "check")
    assert result.exit_code == 0, result.output
    assert "en: 1 frames, 2 examples" in result.stderr
    assert "all rules are well-formed" in result.stderr


@pytest.mark.parametrize(
    ("right", "wrong", "place", "said"),
    [
        ("'{host} <opens> {guest}'", "'{host} (opens'", "6:14", "{host} (opens"),
        ("'{host} <opens> {guest}'", "'{host} <closes> {guest}'", "6:14", "<closes>"),
        ("'{host} <opens> {guest}'", "'opens up'", "6:14", "{host}"),
        ("guest: wechat-pay}", "guest: alipay}", "9:9", "expected taobao > alipay"),
        ("Taobao sells tea.", "Taobao adds WeChat Pay.", "11:9", "matches this sentence"),
        ("strength: 2", "strenght: 2", "7:5", "did you mean 'strength'"),
    ],
)
def test_what_is_wrong_with_rules_is_told_with_its_place(
    overlay: Callable[[str], Installation],
    tmp_path: Path,
    right: str,
    wrong: str,
    place: str,
    said: str,
):
    assert SMALL.count(right) == 1
    result = call(overlay(SMALL.replace(right, wrong)), "rules", "check")
    assert isinstance(result.exception, ConfigError)
    assert str(result.exception).startswith(f"{tmp_path / 'rules' / 'en.yaml'}:{place}: ")
    assert said in str(result.exception)


def test_an_overlay_replaces_the_packaged_pack_of_its_name(tmp_path: Path):
    folder = tmp_path / "rules"
    folder.mkdir()
    shutil.copy(ROOT / "config" / "rules" / "en.yaml", folder / "zh.yaml")
    packaged, own = Installation(tmp_path).folders("rules")
    assert (packaged, own) == (ROOT / "config" / "rules", folder)


def test_rules_that_do_not_compile_are_told_with_their_place_before_anything_starts(
    overlay: Callable[[str], Installation],
):
    broken = overlay(SMALL.replace("'{host} <opens> {guest}'", "'{host} (opens'"))
    with pytest.raises(ConfigError, match=r"en\.yaml:6:14: ") as error:
        _ = broken.reader
    assert error.value.exit_code == 4


# ── rules test ─────────────────────────────────────────────────────────────────────────────────


def test_rules_say_what_they_read_and_why(installation: Installation):
    result = call(
        installation, "rules", "test", "--text", PLAIN["text"], "--title", PLAIN["title"],
        "--published", "2024-09-05",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    said = [line.split(maxsplit=1)[0] for line in result.stdout.splitlines()]
    assert said[0] == "language"
    assert said[-1] == "relevant"
    assert {"mention", "reason", "leading"} <= set(said)
    assert "mention   taobao  'Taobao' at 0" in result.stdout
    assert result.stdout.endswith("relevant  yes\n")


def test_rules_say_which_words_gave_the_dates(installation: Installation):
    text = "Taobao tested WeChat Pay on September 3 and will take it from October 1."
    result = call(
        installation, "rules", "test", "--title", PLAIN["title"], "--text", text,
        "--published", "2024-09-05",
    )  # fmt: skip
    (told,) = (line for line in result.stdout.splitlines() if line.startswith("leading"))
    assert "2024-09-03..2024-09-03 (month-day), planned 2024-10-01..2024-10-01" in told
    assert "date: 'September 3'; planned: 'October 1'" in told


def test_a_single_line_counts_as_the_title_wherever_it_comes_from(
    installation: Installation, tmp_path: Path
):
    file = tmp_path / "page.txt"
    file.write_text(f"{PLAIN['title']}\n", encoding="utf-8")
    by_text = call(installation, "rules", "test", "--text", PLAIN["title"], "--lang", "en")
    by_file = call(installation, "rules", "test", "--file", str(file), "--lang", "en")
    by_stdin = call(
        installation, "rules", "test", "--file", "-", "--lang", "en", stdin=file.read_bytes()
    )
    assert by_text.stdout == by_file.stdout == by_stdin.stdout
    assert "mention   taobao  'Taobao' at 0" in by_text.stdout


def test_a_text_about_nothing_is_said_to_be_irrelevant(installation: Installation):
    result = call(installation, "rules", "test", "--text", OTHER["text"], "--lang", "en")
    assert result.stdout.splitlines()[-1] == "relevant  no"


def test_a_language_without_rules_is_said_to_be_one(installation: Installation):
    result = call(installation, "rules", "test", "--text", "Hei verden", "--lang", "no")
    assert "no rules for language 'no'" in result.stdout


@pytest.mark.parametrize("words", [[], ["--text", "a", "--file", "b"]])
def test_one_text_is_asked_for(installation: Installation, words: list[str]):
    result = call(installation, "rules", "test", *words)
    assert result.exit_code == 2
    assert "--text" in result.stderr
