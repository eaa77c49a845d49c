"""Datasette opens the store as it is, with the file that is shipped, while the store is in use."""

import json
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlmodel import SQLModel

from storage.database import Database
from tests.fakes.processes import ROOT, environment, wait_until
from tests.storage.shelf import article, fill

METADATA = ROOT / "storage" / "datasette.yaml"
SHOWN: dict[str, Any] = yaml.safe_load(METADATA.read_text("utf-8"))["databases"]["interopwatch"]
PARAMS = {"claims_of_event": "?event=17", "of_platform": "?platform=wechat-pay"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Database]:
    """A store that stays open, as the daemon has it."""
    file = tmp_path_factory.mktemp("datasette") / "interopwatch.db"
    file.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{file}")
    fill(database)
    yield database
    database.close()


@pytest.fixture(scope="module")
def address(store: Database) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    service = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["datasette"]
    words = service["command"].split()
    words[words.index("/data/interopwatch.db")] = str(store.url.database)
    words[words.index("/datasette.yaml")] = str(METADATA)
    words[words.index("0.0.0.0")] = "127.0.0.1"
    words[words.index("8001")] = str(port)
    process = subprocess.Popen(
        [sys.executable, "-m", *words], env=environment(), cwd=Path(str(store.url.database)).parent,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    base = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: process.poll() is not None or answers(base), "the start of Datasette")
        assert process.poll() is None, process.stderr and process.stderr.read()
        yield base
    finally:
        process.terminate()
        process.communicate(timeout=30)


def answers(base: str) -> bool:
    try:
        return status(f"{base}/-/versions.json") == 200
    except OSError:
        return False


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def rows(url: str) -> list[dict[str, Any]]:
    with urllib.request.urlopen(url, timeout=30) as answer:
        found: list[dict[str, Any]] = json.load(answer)
    return found


@pytest.mark.parametrize("query", SHOWN["queries"])
def test_every_canned_query_answers(query: str, address: str) -> None:
    asked = PARAMS.get(query, "?")
    found = rows(f"{address}/interopwatch/{query}.json{asked}&_shape=array")
    assert found, query
    assert SHOWN["queries"][query]["title"]


def test_events_are_those_of_the_store(address: str) -> None:
    found = rows(f"{address}/interopwatch/events.json?_shape=array")
    assert [(one["event"], one["stage"], one["articles"]) for one in found] == [
        ("E17", "announced", 3), ("E18", "live", 1),
    ]  # fmt: skip


def test_what_is_written_meanwhile_is_shown(address: str, store: Database) -> None:
    before = rows(f"{address}/interopwatch/articles_by_month.json?_shape=array")
    with store.write() as session:
        session.add(article(99, "36kr", "zh-Hans", "2024-09-06", "又一篇"))
    after = rows(f"{address}/interopwatch/articles_by_month.json?_shape=array")
    assert sum(one["articles"] for one in after) == sum(one["articles"] for one in before) + 1


def test_tables_can_be_looked_at_but_not_those_about_people(address: str) -> None:
    assert status(f"{address}/interopwatch/article.json") == 200
    private = {"address", "subscription_id", "payload", "chat"}
    tables = SQLModel.metadata.tables.values()
    guarded = {table.name for table in tables if private & set(table.columns.keys())}
    assert {"subscription", "delivery", "update"} <= guarded
    for name in guarded:
        assert status(f"{address}/interopwatch/{name}.json") == 403, name


def test_nobody_asks_anything_else(address: str) -> None:
    asked = "?sql=select+address+from+subscription"
    assert status(f"{address}/interopwatch.json{asked}") == 403
    assert status(f"{address}/interopwatch.db") == 403
