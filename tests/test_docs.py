"""What the documentation names in the code is there, under that name, in that file."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md")])
NAMED = re.compile(r"\[`([A-Za-z_][\w.]*)`\]\(([^)#\s]+\.py)\)")
"""A link whose text is a name: [`Crawler.crawl`](../crawler/crawl.py)."""


@cache
def names(file: Path) -> frozenset[str]:
    """Functions, classes, methods and constants that a file defines."""
    found: set[str] = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        found |= defined(node)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{name}" for part in node.body for name in defined(part)}
    return frozenset(found)


def defined(node: ast.stmt) -> set[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return {node.name}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
        case ast.Assign():
            return {target.id for target in node.targets if isinstance(target, ast.Name)}
        case _:
            return set()


def mentions() -> list[object]:
    return [
        pytest.param(page, name, target, id=f"{page.relative_to(ROOT)}-{name}")
        for page in PAGES
        for name, target in sorted(set(NAMED.findall(page.read_text(encoding="utf-8"))))
    ]


@pytest.mark.parametrize(("page", "name", "target"), mentions())
def test_a_name_that_is_linked_is_defined_there(page: Path, name: str, target: str) -> None:
    if not name.endswith(".py"):
        assert name in names((page.parent / target).resolve())


def test_the_walk_names_its_code() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert len(NAMED.findall(text)) > 40


def test_the_house_is_drawn_as_it_is_checked() -> None:
    drawn = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rules = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for folder in ("crawler", "alerts"):
        contract = re.search(rf'name = "inside {folder}: ([^"]+)"', rules)
        assert contract
        assert re.search(rf"inside {folder}: +{re.escape(contract[1])}", drawn)


@pytest.mark.journey
def test_the_demo_prints_what_the_readme_shows() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (excerpt,) = re.findall(r"(?s)<!-- demo -->\n```text\n(.*?)```", text)
    run = subprocess.run(
        [sys.executable, "-m", "interopwatch", "demo"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    printed = iter(run.stdout.splitlines())
    for line in excerpt.splitlines():
        if line.strip() not in ("", "…"):
            assert any(line == other for other in printed), f"{line!r} is not printed (any more)"
