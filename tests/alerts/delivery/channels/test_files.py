"""Feeds as files: whole at every moment, valid, and an entry for every stage change."""

import json
from pathlib import Path
from typing import Any

import feedparser
import pytest
from jsonschema import validate

from alerts.delivery.channels.files import FilesChannel
from alerts.delivery.pacing import Pace
from alerts.delivery.sender import Sender
from config.settings import Publish, Settings
from config.words import Capability, Stage
from storage import deliveries
from storage.database import Database
from storage.models import Event
from storage.subscriptions import sync_others
from tests.fakes import rows

JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": {"type": "string"},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "content_text"],
                "properties": {
                    "id": {"type": "string"},
                    "title": {"type": "string"},
                    "content_text": {"type": "string"},
                    "external_url": {"type": "string", "format": "uri"},
                    "date_published": {"type": "string", "format": "date-time"},
                    "tags": {"type": "array", "items": {"type": "string"}},
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}
"""JSON Feed 1.1, as far as we use it."""


class Gazetteer:
    def name(self, platform: str, language: str) -> str:
        return f"{platform.title()} ({language})"


@pytest.fixture
def published(tmp_path) -> Settings:
    return Settings(publish=Publish(folder=tmp_path / "feeds", language="ko-KR"))


@pytest.fixture
def made(published, sqlite_database, wall) -> Sender:
    channel = FilesChannel(published.publish, sqlite_database, Gazetteer(), wall)
    return Sender(
        sqlite_database, {"files": channel}, Gazetteer(), clock=wall, pace=Pace(), alone=True
    )


def happen(
    database: Database,
    published: Settings,
    stage: Stage = Stage.ANNOUNCED,
    event: Any = None,
    **at,
) -> Event:
    with database.write() as session:
        sync_others(session, published, rows.NOW)
        found = event and session.get_one(Event, event.id)
        found = found or rows.make_event(session, stage=stage, **at)
        found.stage = stage
        number = (found.id or 0) * 10 + stage.rank
        article = rows.make_article(session, number, "outlet")
        claim = rows.make_claim(session, found, article, quote=f"</content> & “淘宝”\x00 {stage}")
        change = rows.make_change(session, found, stage, claim_id=claim.id, alerted=True)
        deliveries.queue(session, found, change, rows.NOW)
        rows.make_change(
            session, found, Stage.RUMOUR, cycle=9 + stage.rank
        )  # background: nobody is told
    return found


def read(folder: Path, name: str) -> list[tuple[str, str]]:
    """Ids and titles of both forms of a feed, which must be valid and say the same."""
    parsed = feedparser.parse((folder / f"{name}.atom").read_bytes())
    assert not parsed.bozo, parsed.bozo_exception
    assert parsed.version == "atom10"
    assert parsed.feed.id
    assert parsed.feed.updated
    other = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    validate(other, JSON_FEED)
    entries = [(one.id, one.title) for one in parsed.entries]
    assert entries == [(one["id"], one["title"]) for one in other["items"]]
    assert [one.content[0].value for one in parsed.entries] == [
        one["content_text"] for one in other["items"]
    ]
    return entries


async def test_a_stage_change_is_a_new_entry_wherever_it_belongs(
    made, published, sqlite_database, wall
):
    folder = published.publish.folder
    event = happen(sqlite_database, published)
    await made.drain()
    (first,) = read(folder, "all")
    assert first[1] == "Taobao (ko) → Wechat-Pay (ko): announced"
    happen(sqlite_database, published, Stage.LIVE, event)
    happen(sqlite_database, published, host="line", guest="kakao", capability=Capability.LINKS)
    await made.drain()
    everything = read(folder, "all")
    assert len(everything) == len({number for number, _ in everything}) == 3
    assert first in everything  # its id is what it was
    for name, number in {
        "platforms/taobao": 2, "platforms/wechat-pay": 2, "platforms/line": 1, "platforms/kakao": 1,
        "capabilities/payment": 2, "capabilities/links": 1, "capabilities/ads": 0,
        "stages/announced": 2, "stages/live": 1, "stages/rumour": 0, "stages/withdrawn": 0,
    }.items():  # fmt: skip
        assert len(read(folder, name)) == number, name
    before = {file: file.stat().st_ino for file in folder.rglob("*.*")}
    with sqlite_database.write() as session:
        deliveries.touch_coverage(session, event.id or 0, wall())
    wall.move(minutes=11)
    await made.drain()
    assert {file: file.stat().st_ino for file in folder.rglob("*.*")} == before


async def test_files_are_there_before_there_is_news(made, published):
    channel = made._channels["files"]
    await channel.open()
    assert read(published.publish.folder, "all") == []
    await channel.close()


async def test_a_folder_that_cannot_be_written_to_loses_nothing(
    made, published, sqlite_database, wall, caplog
):
    folder = published.publish.folder
    folder.write_text("in the way", encoding="utf-8")
    await made._channels["files"].open()
    assert "feeds cannot be written" in caplog.text
    happen(sqlite_database, published)
    await made.drain()
    with sqlite_database.read() as session:
        (row,) = deliveries.pending(session)
    assert "feeds cannot be written" in (row.error or "")
    folder.unlink()
    wall.move(minutes=6)
    await made.drain()
    assert len(read(folder, "all")) == 1
    assert len(read(folder, "capabilities/ads")) == 0
    assert not list(folder.rglob(".*"))


def test_a_channel_needs_a_folder(sqlite_database, wall):
    with pytest.raises(ValueError, match=r"publish\.folder"):
        FilesChannel(Publish(), sqlite_database, Gazetteer(), wall)
