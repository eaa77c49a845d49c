"""The end of every help: three examples that work as they stand."""

import shlex
import shutil
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

import interopwatch
from config.settings import Settings
from interopwatch import Installation
from storage import outlining
from storage.database import Database
from tests.storage.shelf import NOW, fill

ROOT: Any = get_command(interopwatch.app)  # making it takes longer than most commands

ASK_OTHERS = {
    "run": "never ends",
    "demo": "takes seconds, and has tests of its own",
    "crawl": "asks outlets",
    "extract": "asks a page",
    "sources check": "asks outlets",
    "sources add": "asks an outlet",
    "sources enable": "writes into the operator's folder",
    "sources disable": "writes into the operator's folder",
    "sources import": "writes into the operator's folder",
    "doctor": "asks Telegram",
    "health": "asks for a daemon",
    "classify": "reads a file of articles",
    "rules test --url": "asks a page",
    "rules explain": "takes apart an event that rules found",
    "db restore": "needs a copy",
    "db copy": "needs two stores",
    "db retag": "reads articles with all rules",
}
"""Examples that are only read, not run: their commands have tests with loopback servers."""


def every_help() -> Iterator[tuple[str, Any]]:
    def walk(command: Any, path: str) -> Iterator[tuple[str, Any]]:
        yield path, command
        for name, child in getattr(command, "commands", {}).items():
            yield from walk(child, f"{path} {name}".strip())

    yield from walk(ROOT, "")


def examples(command: Any) -> list[str]:
    return [line.strip() for line in (command.epilog or "").splitlines()[2:]]


EVERY = dict(every_help())
HELPS = outlining.outlined(typer.Context(ROOT, info_name="interopwatch", terminal_width=200))


@pytest.mark.parametrize("path", EVERY)
def test_every_help_ends_with_three_examples(path: str) -> None:
    found = examples(EVERY[path])
    assert len(found) == 3, found
    assert all(f"interopwatch {path}".strip() in one or "--config-dir" in one for one in found)
    assert [line.strip() for line in HELPS[path]["help"].splitlines()[-3:]] == found


def calls(example: str) -> list[list[str]]:
    """The arguments of every call of interopwatch in a line for a shell."""
    words: list[list[str]] = [[]]
    lexer = shlex.shlex(example, posix=True, punctuation_chars="|&<>")
    lexer.whitespace_split = True
    skip = False
    for word in lexer:
        if word in {"|", "||", "&&"}:
            words.append([])
        elif word in {"<", ">"}:
            skip = True
        elif skip:
            skip = False
        else:
            words[-1].append(word)
    return [one[one.index("interopwatch") + 1 :] for one in words if "interopwatch" in one]


ALL = list(dict.fromkeys(one for command in EVERY.values() for one in examples(command)))


@pytest.mark.parametrize("example", ALL)
def test_every_example_is_read_without_a_mistake(example: str) -> None:
    for words in calls(example):
        command = ROOT
        context = command.make_context("interopwatch", list(words), obj=Installation())
        while hasattr(command, "commands"):
            rest = [*context._protected_args, *context.args]
            name, *rest = rest
            command = command.commands[name]
            context = command.make_context(name, rest, parent=context)


@pytest.fixture(scope="module")
def installation(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("examples") / "store.db")
    database = Database(f"sqlite:///{file}")
    fill(database)
    database.close()
    installation = Installation(
        settings=Settings.model_validate({"database_url": f"sqlite:///{file}"})
    )
    seconds = count()
    installation.clock = lambda: NOW + timedelta(seconds=next(seconds))
    return installation


def run_here(words: list[str]) -> bool:
    line = " ".join(word for word in words if word not in {"--config-dir", "."})
    return not any(line.startswith(known) for known in ASK_OTHERS) and "--source" not in line


@pytest.mark.parametrize(
    "example", [one for one in ALL if "|" not in one and all(map(run_here, calls(one)))]
)
def test_every_example_that_asks_nobody_else_works(
    example: str,
    installation: Installation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for words in calls(example):
        ended = ROOT.main(words, "interopwatch", obj=installation, standalone_mode=False)
        assert ended in {0, None}, capsys.readouterr()
