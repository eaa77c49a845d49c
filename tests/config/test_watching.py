import asyncio
import os
from pathlib import Path

import pytest

from config.watching import Watch, changed, signature


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "a.yaml").write_text("slug: a")
    return tmp_path


def test_only_what_is_read_counts(folder: Path) -> None:
    before = signature(folder)
    assert list(before) == ["sources/a.yaml"]
    (folder / "sources" / ".a.yaml.swp").write_text("x")
    (folder / "notes.txt").write_text("x")
    assert signature(folder) == before


@pytest.mark.parametrize(
    "touch",
    [
        lambda file: file.write_text("slug: b "),
        lambda file: os.utime(file, (1, 1)),
        lambda file: file.unlink(),
        lambda file: (
            file.with_name("t").write_text("slug: a"),
            file.with_name("t").replace(file),
        ),
    ],
)
def test_every_way_of_saving_is_seen(touch, folder: Path) -> None:
    before = signature(folder)
    touch(folder / "sources" / "a.yaml")
    assert changed(before, signature(folder)) == ["sources/a.yaml"]


def test_a_folder_that_is_gone_holds_nothing(tmp_path: Path) -> None:
    assert signature(tmp_path / "gone") == {}


async def told(folder: Path | None, act, count: int) -> list[list[str]]:
    """What a watch tells of after an action, until it has told `count` times."""
    heard: list[list[str]] = []
    enough = asyncio.Event()

    async def hear(names: list[str]) -> None:
        heard.append(names)
        if len(heard) == count:
            enough.set()

    watch = Watch(folder, hear, seconds=0.01)
    task = asyncio.create_task(watch.run())
    await asyncio.sleep(0)
    await act(watch)
    await asyncio.wait_for(enough.wait(), 30)
    watch.stop()
    await asyncio.wait_for(task, 30)
    return heard


async def test_a_change_is_told_once_with_all_its_files(folder: Path) -> None:
    async def act(_watch: Watch) -> None:
        for name in ("b", "c"):
            (folder / "sources" / f"{name}.yaml").write_text("x")

    assert await told(folder, act, 1) == [["sources/b.yaml", "sources/c.yaml"]]


async def test_asking_tells_even_if_nothing_changed(folder: Path) -> None:
    async def act(watch: Watch) -> None:
        watch.ask()

    assert await told(folder, act, 1) == [[]]
    assert await told(None, act, 1) == [[]]
