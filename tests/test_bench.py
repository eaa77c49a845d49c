"""Short runs of the large benchmarks, so that they are not found broken when they are wanted."""

import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from storage.database import Database
from tests.fakes.rows import NOW, make_article

BENCH = Path(__file__).parents[1] / "bench"


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCH))
    return importlib.import_module("large")


def test_a_busy_day_is_read_and_told() -> None:
    words = [
        "--minutes",
        "0.05",
        "--sources",
        "4",
        "--rate",
        "10",
        "--chats",
        "6",
        "--groups",
        "2",
        "--interval",
        "1",
        "--delay",
        "0",
    ]
    done = subprocess.run(
        [sys.executable, str(BENCH / "load.py"), *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "the burst: 8 of 8 sent" in done.stdout, done.stdout + done.stderr
    assert "30 articles at 10 a second from 4 sources" in done.stdout
    assert "\nstore " in done.stdout


def test_a_store_of_years_is_filled_and_asked(
    large: ModuleType, sqlite_database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    size = large.Size(events=4, chats=5, unsent=4, feeds=2, runs=3, rejections=5)
    with sqlite_database.write() as session:
        for number in range(size.events * 10):
            make_article(session, number, "outlet", title=f"Taobao 微信 {number}")
    large.fill(sqlite_database, size, NOW)
    asked = large.questions
    # what it looks at besides the store takes seconds
    monkeypatch.setattr(large, "questions", lambda *of: [q for q in asked(*of) if q != ["doctor"]])
    monkeypatch.setattr(large, "WRITTEN", 2)
    large.ask_works([sqlite_database, sqlite_database], 1)
    large.ask_questions([sqlite_database, sqlite_database], 0)
    large.back_up(sqlite_database, tmp_path)
    told = capsys.readouterr().out
    for part in ("a step queued for all chats", "/metrics", "timeline …", "all of them", "backup"):
        assert part in told
