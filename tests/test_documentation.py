"""What README.md and docs/ show is run, loaded or looked up: documentation that lies fails here."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser

from config.documents import read_mapping
from config.load import load_settings, load_sources

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("changelog.d/*.md")])
TARGETS = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8")))
SECRETS = {"INTEROPWATCH_WEBHOOKS_SECRET": f"whsec_{'x' * 44}"}
"""What no page shows in a file, and a file that needs it is not loaded without."""

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def load_yaml(example: Example) -> None:
    """A file whose name stands in its first line is loaded as such a file."""
    name = str(example.parsed).partition("\n")[0].removeprefix("#").strip()
    folder = Path(example.namespace["folder"])
    file = folder / (name if name.endswith(".yaml") else "any.yaml")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(example.parsed, encoding="utf-8")
    if name == "interopwatch.yaml":
        load_settings(folder, SECRETS)
    elif name.startswith("sources/"):
        load_sources([file.parent])
    else:
        read_mapping(file)


def look_up(example: Example) -> None:
    """Every command that a reader is told to type exists."""
    marked = example.parsed.startswith("$ ")
    for line in example.parsed.splitlines():
        if marked and not line.startswith("$ "):
            continue
        program, *words = line.removeprefix("$ ").split("#")[0].split() or [""]
        if program == "make":
            goals = [word for word in words if "=" not in word]
            assert set(goals) <= TARGETS, f"no such target in {line!r}"
        elif program.endswith("interopwatch"):
            command = next((word for word in words if not word.startswith("-")), None)
            ask_for_help(command)


def ask_for_help(command: str | None) -> None:
    asked = [sys.executable, "-m", "interopwatch", *([command] if command else []), "--help"]
    run = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


SYBIL = Sybil(
    parsers=[
        PythonCodeBlockParser(),
        CodeBlockParser("yaml", load_yaml),
        *(CodeBlockParser(language, look_up) for language in ("console", "sh", "bash", "shell")),
    ],
    path=str(ROOT),
)


def examples() -> Iterator[object]:
    for page in PAGES:
        for example in SYBIL.parse(page).examples():
            yield pytest.param(example, id=f"{page.relative_to(ROOT)}:{example.line}")


@pytest.mark.parametrize("example", list(examples()))
def test_what_a_page_shows_works(example: Example, tmp_path: Path) -> None:
    example.namespace["folder"] = tmp_path
    example.evaluate()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
