"""A store from before the search index can be searched after its upgrade."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import schema
from storage.database import Database
from storage.search_index import BATCH
from tests.storage.test_search import found
from tests.storage.test_search_events import found as found_events

BEFORE = "0001"
MANY = BATCH + 50

ROWS = """
INSERT INTO source (slug, name, homepage, timezone, enabled)
 VALUES ('s', 'S', 'https://s.example/', 'UTC', true);
INSERT INTO event (id, host, guest, capability, stage, bucket, first_seen, last_seen)
 VALUES (7, 'taobao', 'wechat-pay', 'payment', 'live', 'a|t', '2024-09-04', '2024-09-04');
INSERT INTO edge (id, event_id, host, guest, capability)
 VALUES (3, 7, 'taobao', 'wechat-pay', 'payment')
"""
ARTICLE = (
    "INSERT INTO article (id, url, source_slug, language, title, text, fetched_at, text_digest,"
    " follow_attempts, reasons) VALUES (:id, :url, 's', 'zh-Hans', :title, '正文', '2024-09-04',"
    " 'd', 0, '[]')"
)
CLAIM = (
    "INSERT INTO claim (id, article_id, event_id, edge_id, host, guest, capability, stage,"
    ' background, "leading", quote, start, "end", reasons) VALUES (:id, :id, 7, 3, \'taobao\','
    " 'wechat-pay', 'payment', 'live', false, true, '今起上线', 0, 4, '[]')"
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A store of the released schema from before, with some hundred articles in it."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("empty_postgresql_url")
    database = Database(url)
    schema.run(database, lambda command, config: command.upgrade(config, BEFORE))
    with database.engine.begin() as connection:
        for statement in ROWS.split(";"):
            connection.execute(text(statement))
        for number in range(1, MANY + 1):
            values = {"id": number, "url": f"https://s.example/{number}", "title": f"第{number}"}
            connection.execute(text(ARTICLE), values)
            connection.execute(text(CLAIM), {"id": number})
    yield database
    database.close()


def test_what_was_stored_before_is_found_after_the_upgrade(old) -> None:
    schema.upgrade(old)
    assert found(old, "正文", limit=1000) == list(range(MANY, 0, -1))
    assert found(old, f"第{MANY}") == [MANY]
    assert found_events(old, "上线") == [7]
