"""A copy of a large file gives what the file holds, or is made anew; it never says anything else."""

import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config import kept as module
from config.kept import kept, places
from config.quick import quick

TEXT = "names: [" + ", ".join(f"name{n}" for n in range(900)) + "]\nno: on\nn: .nan\ni: -.inf\n"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing can be written beside the code, so that the copy lies in the user's cache."""
    monkeypatch.setattr(module, "__file__", "/dev/null/config/kept.py")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "large.yaml"


def copy_of(file: Path) -> Path:
    return Path(places(file)[1])


def never(_: str) -> dict[str, Any] | None:
    raise AssertionError("the file was read")


def test_the_copy_says_the_same_until_the_file_changes(file: Path) -> None:
    first = kept(file, TEXT, quick)
    assert repr(kept(file, TEXT, never)) == repr(first) == repr(quick(TEXT))
    changed = TEXT.replace("name7,", "name8,")
    assert repr(kept(file, changed, quick)) == repr(quick(changed))
    with pytest.raises(AssertionError, match="was read"):
        kept(file, TEXT, never)


def test_small_files_and_wrong_ones_leave_nothing_behind(file: Path) -> None:
    assert kept(file, "a: b", quick) == {"a": "b"}
    assert kept(file, TEXT + "no: twice", quick) is None
    assert not copy_of(file).exists()


@given(cut=st.integers(0, 200), flip=st.integers(0, 7))
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_damaged_copy_is_made_anew(file: Path, cut: int, flip: int) -> None:
    kept(file, TEXT, quick)
    raw = bytearray(copy_of(file).read_bytes())
    at = cut * len(raw) // 201
    raw[at] ^= 1 << flip
    for damaged in (bytes(raw), bytes(raw[:at])):
        copy_of(file).write_bytes(damaged)
        assert repr(kept(file, TEXT, quick)) == repr(quick(TEXT))
        assert repr(kept(file, TEXT, never)) == repr(quick(TEXT))


def test_whatever_is_put_there_is_data_at_most(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = sha256(f"1\n{TEXT}".encode()).hexdigest()
    copy_of(file).parent.mkdir(parents=True)
    for body in (b"[" * 100_000, b"[1]", b"{", b"\x80\x04.", json.dumps({"a": 1}).encode()):
        copy_of(file).write_bytes(f"{of} {sha256(body).hexdigest()}\n".encode() + body)
        found = kept(file, TEXT, quick)
        assert found in ({"a": 1}, found if repr(found) == repr(quick(TEXT)) else None)
    real = os.fstat
    monkeypatch.setattr(
        os, "fstat", lambda n: os.stat_result((*real(n)[:4], os.getuid() + 7, *real(n)[5:]))
    )
    assert repr(kept(file, TEXT, quick)) == repr(quick(TEXT))  # somebody else's: not believed
