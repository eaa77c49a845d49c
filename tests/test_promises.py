"""Every promise that names a test names one that is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "SECURITY.md", ROOT / "docs" / "reliability.md")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@cache
def names_in(file: Path) -> frozenset[str]:
    return frozenset(
        node.name
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    )


def rows(page: Path) -> list[str]:
    lines = page.read_text(encoding="utf-8").splitlines()
    return [
        line
        for at, line in enumerate(lines)
        if line.startswith("| ") and lines[at + 1 : at + 2] != ["|---|---|---|"]
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_line_names_the_test_that_holds_it(page: Path) -> None:
    found = rows(page)
    assert len(found) > 15
    for row in found:
        named = NAMED.findall(row)
        assert named, row
        for file, name in named:
            assert name in names_in(ROOT / file), f"{file}::{name}"
