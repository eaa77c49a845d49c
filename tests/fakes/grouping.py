"""Tests that share one costly run go to one process of pytest-xdist.

`--dist loadgroup` is meant to do that, but pytest-xdist 3.8.0 writes the group into an attribute that
pytest 9 no longer reads: all groups are ignored without a word, and every run is made twice. So the
groups are read from the files here. Goes when a newer pytest-xdist keeps them by itself.
"""

import ast
from functools import cache
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[2]


class GroupScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Like its parent, with a group as the scope; a test without one is a scope of its own."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, rest = nodeid.partition("::")
        name = rest.rpartition("::")[2].partition("[")[0]
        groups = groups_of(file)
        group = groups.get(name) or groups.get("")
        return f"{file}@{group}" if group else nodeid


@cache
def groups_of(file: str) -> dict[str, str]:
    """Group by name of test; that of the whole file has the name ''."""
    path = ROOT / file
    if not path.is_file():
        return {}
    found: dict[str, str] = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                marks: list[ast.expr] = node.decorator_list
                name = node.name
            case ast.Assign(targets=[ast.Name(id="pytestmark")]):
                marks, name = [node.value], ""
            case _:
                continue
        for group in _groups(marks):
            found[name] = group
    return found


def _groups(marks: list[ast.expr]) -> list[str]:
    return [
        str(call.args[0].value)
        for mark in marks
        for call in ast.walk(mark)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "xdist_group"
        and call.args
        and isinstance(call.args[0], ast.Constant)
    ]
