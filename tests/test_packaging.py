"""A fresh machine gets the same bytes, and an installed wheel is complete."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PINNED = sorted((ROOT / "requirements").glob("*.txt"))
FOLDERS = ("alerts", "config", "crawler", "storage")


def pins(file: Path) -> dict[str, set[str]]:
    """Versions by name; one name may have two, for different Pythons."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(
        r"(?m)^([A-Za-z0-9._-]+)==([^ ;\\]+)", file.read_text("utf-8")
    ):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built with the pinned builder."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (file,) = folder.glob("*.whl")
    return file


@pytest.mark.parametrize("file", PINNED, ids=lambda file: file.name)
def test_every_pin_has_a_hash_and_no_address(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    entries = re.split(r"(?m)^(?=[A-Za-z])", text)[1:]
    assert entries
    for entry in entries:
        assert re.match(r"[A-Za-z0-9._-]+==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry
    assert "://" not in text
    assert "--index" not in text


def test_the_pins_satisfy_what_the_project_asks_for() -> None:
    main, dev = pins(ROOT / "requirements/main.txt"), pins(ROOT / "requirements/dev.txt")
    asked = {
        "main": PROJECT["project"]["dependencies"],
        "dev": PROJECT["dependency-groups"]["dev"],
    }
    for kind, found in (("main", main), ("dev", dev)):
        for text in asked[kind]:
            requirement = Requirement(text)
            versions = found.get(canonicalize_name(requirement.name), set())
            assert versions, f"{text} is not pinned: make lock"
            assert all(requirement.specifier.contains(version) for version in versions)


def test_tests_run_with_the_versions_that_the_image_gets() -> None:
    main, dev = pins(ROOT / "requirements/main.txt"), pins(ROOT / "requirements/dev.txt")
    assert {name: dev.get(name) for name in main} == main
    build = pins(ROOT / "requirements/build.txt")
    shared = (
        build.keys() & dev.keys()
    )  # what writes the image's list of parts is in the image alone
    assert {name: dev[name] for name in shared} == {name: build[name] for name in shared}
    assert "hatchling" in shared


def test_no_other_distribution_ships_a_folder_of_our_name() -> None:
    shipped = packages_distributions()
    for name in (*FOLDERS, "interopwatch"):
        assert set(shipped.get(name, [])) <= {"interopwatch"}, name


def test_the_wheel_holds_the_folders_with_their_data_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        licences = [name for name in archive.namelist() if name.endswith("licenses/LICENSE")]
    assert licences
    assert {name.partition("/")[0] for name in held} == {*FOLDERS, "interopwatch.py"}
    run = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *FOLDERS]
    tracked = subprocess.run(run, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert {name for name in tracked.splitlines() if (ROOT / name).exists()} <= held


def test_an_installed_wheel_finds_its_data(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    program = (
        "from config.load import PACKAGED_SOURCES, load_sources\n"
        "from storage import schema\n"
        "from storage.database import Database\n"
        "database = Database('sqlite:///installed.db')\n"
        "schema.upgrade(database)\n"
        "print(schema.__file__, schema.status(database).current, len(load_sources([PACKAGED_SOURCES])))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    file, revision, sources = run.stdout.split()
    assert file.startswith(str(tmp_path))
    assert revision.isdigit()
    assert int(sources) > 0


def test_make_lists_every_target_with_its_meaning() -> None:
    run = subprocess.run(["make"], cwd=ROOT, check=True, capture_output=True, text=True)
    listed = {line.split()[1] for line in run.stdout.splitlines()}
    assert listed >= {"install", "test", "demo", "run", "fix", "lock", "migration", "image-check"}


@pytest.mark.parametrize("code", [0, 2])
def test_ci_ends_as_the_tests_end_and_with_their_last_line(tmp_path: Path, code: int) -> None:
    make = tmp_path / "make"
    make.write_text(
        '#!/bin/sh\necho "$@"\necho "== 1 passed =="\n'
        f"[ {code} = 0 ] || echo 'make: *** [Makefile:50: tests] Error 1' >&2\nexit {code}\n"
    )
    make.chmod(0o755)
    run = subprocess.run(
        [ROOT / ".ci" / "run"], env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert run.stdout.splitlines() == ["--no-print-directory test", "== 1 passed =="]
    assert run.returncode == code


def test_the_versions_agree() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert f"ARG VERSION={PROJECT['project']['version']}\n" in dockerfile
