"""What is installed: pinned, hashed, under licences that we take, and listed in the image."""

import importlib.metadata
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
MAIN = (ROOT / "requirements" / "main.txt").read_text(encoding="utf-8")
PINNED = re.findall(r"(?m)^([A-Za-z0-9._-]+(?:\[[^\]]*\])?)==(\S+)", MAIN)
TAKEN = re.compile(
    r"apache|bsd|mit\b|mit-|isc|psf|python software|mpl|mozilla|lgpl|lesser general|unlicense"
    r"|zpl|zope|public domain|0bsd|hpnd|cnri|zlib",
    re.IGNORECASE,
)
UNSAID = {"pysqlite3": "Zlib"}
"""Of packages that do not say so themselves, from their repositories."""

REFUSED = re.compile(r"\bAGPL|affero|(?<!L)(?<!Lesser )\bGPL", re.IGNORECASE)


def licence_of(name: str) -> str:
    """What a distribution says of itself: an expression, else classifiers, else a field."""
    about: Any = importlib.metadata.metadata(name)
    if expression := about.get("License-Expression"):
        return str(expression)
    classifiers = [
        one.rpartition(" :: ")[2]
        for one in about.get_all("Classifier") or []
        if one.startswith("License :: ") and one.count(" :: ") > 1
    ]
    field = str(about.get("License") or "").partition("\n")[0]
    return ", ".join(classifiers) or field or UNSAID.get(name, "")


def installed() -> list[str]:
    """Names of what is pinned and needed on this system."""
    names = []
    for name, _ in PINNED:
        bare = name.partition("[")[0]
        try:
            importlib.metadata.version(bare)
        except importlib.metadata.PackageNotFoundError:  # for other systems
            continue
        names.append(bare)
    return names


@pytest.mark.parametrize(
    "file", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda f: f.name
)
def test_every_requirement_is_pinned_with_a_hash(file: Path) -> None:
    blocks = re.split(r"(?m)^(?=[A-Za-z0-9])", file.read_text(encoding="utf-8"))
    for block in filter(None, (block.strip() for block in blocks)):
        if not block.startswith("#"):
            assert re.match(r"[A-Za-z0-9._-]+(\[[^\]]*\])?==", block), block[:80]
            assert "--hash=sha256:" in block, block[:80]
            assert "://" not in block.replace("://github", ""), block[:80]


@pytest.mark.parametrize("name", installed())
def test_every_licence_is_one_that_we_take(name: str) -> None:
    licence = licence_of(name)
    assert TAKEN.search(licence), f"{name}: {licence!r}"
    assert not REFUSED.search(licence) or " OR " in licence, f"{name}: {licence!r}"


def test_the_list_of_licences_is_complete() -> None:
    page = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"(?m)^\| ([a-z0-9._-]+) \|", page))
    assert {name.lower() for name in installed()} <= listed


def test_the_image_lists_what_is_in_it() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"cyclonedx-py environment .*-o /opt/interopwatch/sbom\.json", text)
    assert "cyclonedx-bom==" in (ROOT / "requirements" / "build.txt").read_text(encoding="utf-8")


def test_an_audit_that_learns_nothing_is_no_all_clear() -> None:
    made = re.findall(r"(?m)^\t\$\(BIN\)/pip-audit (.*)$", (ROOT / "Makefile").read_text("utf-8"))
    assert {options.rpartition("/")[2] for options in made} == {"main.txt", "build.txt"}
    assert all({"--strict", "--require-hashes"} <= set(options.split()) for options in made)
