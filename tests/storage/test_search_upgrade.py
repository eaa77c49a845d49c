"""A store from before the search index can be searched after its upgrade."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from storage import schema
from storage.database import Database
from storage.search_index import BATCH
from storage.search_parts import ENTRIES
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


OF_0007 = """
ALTER TABLE $ ADD COLUMN words tsvector NOT NULL;
CREATE INDEX $_fts ON $ USING gin (words)
"""


@pytest.mark.postgresql
def test_words_that_postgresql_kept_in_a_column_are_kept_in_blocks(empty_postgresql_url) -> None:
    old = Database(empty_postgresql_url)
    schema.run(old, lambda command, config: command.upgrade(config, "0007"))
    with old.engine.begin() as connection:
        for statement in ROWS.split(";"):
            connection.execute(text(statement))
        for table in ENTRIES:
            for statement in OF_0007.replace("$", table).split(";"):
                connection.execute(text(statement))
        for number in (1, 2, 3):
            values = {"id": number, "url": f"https://s.example/{number}", "title": f"第{number}"}
            connection.execute(text(ARTICLE), values)
        for number in (2, 1):  # the first was revised; the third has no entry, as after a mishap
            statement = "INSERT INTO articlewords (article_id, words) VALUES (:id, 'a')"
            connection.execute(text(statement), {"id": number})
    schema.upgrade(old)
    assert found(old, "正文") == [3, 1, 2]
    shape = inspect(old.engine)
    assert [one["name"] for one in shape.get_columns("articlewords")] == ["id", "article_id"]
    indexes = [one["name"] for one in shape.get_indexes("articlewords")]
    assert indexes == ["uq_articlewords_article_id"]
    old.close()
