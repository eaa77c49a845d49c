"""Files that are put in place whole, or not at all."""

import os
from pathlib import Path

import pytest

from config import caches
from config.drafts import draft_of


def test_a_file_takes_its_place_only_if_all_went_well(tmp_path: Path) -> None:
    file = tmp_path / "feed.xml"
    (tmp_path / ".feed.xml.part").write_text("of a process that was killed")
    with draft_of(file) as draft:
        assert not draft.exists()
        draft.write_text("one")
    with pytest.raises(TypeError), draft_of(file) as draft, draft.open("wb") as half:
        half.writelines([b"half of t", None])  # type: ignore[list-item]
    assert (list(tmp_path.iterdir()), file.read_text()) == ([file], "one")
    with pytest.raises(OSError, match="Not a directory"), draft_of(file / "below") as draft:
        draft.write_text("two")
    assert file.read_text() == "one"


def test_two_that_write_one_file_do_not_meet(tmp_path: Path) -> None:
    file = tmp_path / "feed.xml"
    left = tmp_path / ".feed.xml.0123abcd.part"
    left.write_text("of a process that was killed")
    os.utime(left, (0, 0))
    with draft_of(file, shared=True) as draft:
        draft.write_text("half of t")
        with draft_of(file, shared=True) as other:
            other.write_text("the other")
        assert file.read_text() == "the other"
        draft.write_text("the one")
    assert (list(tmp_path.iterdir()), file.read_text()) == ([file], "the one")


def test_what_a_cache_cannot_keep_leaves_no_draft(tmp_path: Path) -> None:
    (tmp_path / "outline").mkdir()
    assert not caches.replace(os.fspath(tmp_path / "outline"), b"a folder is in its place")
    assert [path.name for path in tmp_path.iterdir()] == ["outline"]
