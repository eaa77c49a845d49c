"""A store that this user may not write to: the message says whose it is and what to do."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from config.errors import InteropwatchError
from storage.database import Database, absent
from storage.rights import hindrance


@pytest.mark.parametrize("place", ["", "watch.db", "watch.db-wal"])
def test_what_belongs_to_another_is_named_with_what_mends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    file = tmp_path / "watch.db"
    foreign = tmp_path / place
    if place:
        foreign.touch()
    assert hindrance(file) is None
    # Root may do everything, and tests often run as root.
    monkeypatch.setattr(os, "access", lambda one, _: Path(one) != foreign)
    detail, mending = hindrance(file) or ("", "")
    assert detail.startswith(f"{foreign} belongs to {os.getuid()}:{os.getgid()}")
    assert f"chown -R {os.getuid()}:{os.getgid()} {tmp_path}" in mending


def test_a_read_only_file_system_is_told_from_rights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_flag=os.ST_RDONLY))
    found = hindrance(tmp_path / "watch.db")
    assert found is not None
    assert "mounted read-only" in found[0]


def test_the_message_of_a_start_says_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "watch.db"
    file.mkdir()  # cannot be opened by anybody
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(InteropwatchError, match="To mend it: chown"):
        Database(f"sqlite:///{file}")
    monkeypatch.undo()
    with pytest.raises(InteropwatchError, match=r"unable to open database file\. Check"):
        Database(f"sqlite:///{file}")


def test_what_is_no_database_is_said_in_its_own_words(tmp_path: Path) -> None:
    file = tmp_path / "watch.db"
    file.write_text("once upon a time, " * 100)
    with pytest.raises(InteropwatchError, match="file is not a database") as caught:
        Database(f"sqlite:///{file}")
    assert "sqlalche.me" not in str(caught.value)


def test_a_place_that_cannot_be_looked_into_is_left_to_the_opening(tmp_path: Path) -> None:
    """Root may look everywhere, but nobody at a name so long: both are errors, and no "not there"."""
    assert absent(f"sqlite:///{tmp_path / 'watch.db'}") == tmp_path / "watch.db"
    assert absent(f"sqlite:///{tmp_path / ('x' * 300)}") is None
