"""What stands in a database of an earlier version is still there, and means the same, after it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from config.words import Rhythm, Stage
from storage import schema
from storage.database import Database
from storage.interests import Wanted, add, interests_of, remove
from storage.models import Delivery, Interest, Subscription
from tests.fakes.rows import make_event

OLD = """
INSERT INTO subscription (id, channel, address, topic, language, platforms, capabilities,
                          least_stage, active, paused_reason)
VALUES (:id, 'telegram', :address, 0, 'ja', :platforms, :capabilities, :least_stage, true, :reason)
"""

OWED = """
INSERT INTO event
VALUES (1, 'a', 'b', 'payment', 'live', 'a|b', '2024-09-04 12:00', '2024-09-04 12:00', NULL);
INSERT INTO stagechange (id, event_id, stage, cycle, seen_at, alerted)
VALUES (1, 1, 'live', 0, '2024-09-04 12:00', true);
INSERT INTO delivery (id, subscription_id, stage_change_id, event_id, status, due_at, attempts)
VALUES (1, 2, 1, 1, 'pending', '2024-09-04 12:00', 0)
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def first(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database at the first revision."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.db'}"
    else:
        url = request.getfixturevalue("empty_postgresql_url")
    database = Database(url)
    schema.run(database, lambda command, config: command.upgrade(config, "0001"))
    yield database
    database.close()


def insert(
    database: Database, number: int, platforms: Any = (), capabilities: Any = (), **given: Any
) -> None:
    row = {"id": number, "address": str(number), "least_stage": "rumour", "reason": None} | given
    row |= {"platforms": json.dumps(platforms), "capabilities": json.dumps(capabilities)}
    with database.engine.begin() as connection:
        connection.execute(text(OLD), row)


def interests(session: Session) -> list[tuple[int, str, str, Stage]]:
    return [
        (row.subscription_id, row.platform, row.capability, row.least_stage)
        for row in session.exec(select(Interest).order_by(col(Interest.id)))
    ]


def test_filters_become_interests(first: Database) -> None:
    insert(first, 1)
    insert(first, 2, ["taobao", "line"], ["payment"], least_stage="live", reason="blocked")
    insert(first, 3, [], ["payment", "links"])
    with first.engine.begin() as connection:
        for statement in OWED.split(";"):
            connection.execute(text(statement))
    schema.upgrade(first)
    with first.read() as session:
        assert interests(session) == [
            (1, "", "", Stage.RUMOUR),
            (2, "taobao", "payment", Stage.LIVE),
            (2, "line", "payment", Stage.LIVE),
            (3, "", "payment", Stage.RUMOUR),
            (3, "", "links", Stage.RUMOUR),
        ]
        two = session.get_one(Subscription, 2)
        assert (two.language, two.zone, two.rhythm) == ("ja", "UTC", Rhythm.IMMEDIATE)
        assert (two.configured, two.paused, two.paused_reason) == (True, False, "blocked")
        assert two.digest_at.hour == 9
        assert session.exec(select(Delivery)).one().part == 0


def test_and_filters_again_as_far_as_filters_can_say_it(first: Database) -> None:
    insert(first, 1)
    insert(first, 2, ["line", "taobao"], ["payment"], least_stage="live")
    schema.upgrade(first)
    schema.run(first, lambda command, config: command.downgrade(config, "0001"))
    with first.engine.connect() as connection:
        found = connection.execute(
            text("SELECT platforms, capabilities, least_stage FROM subscription ORDER BY id")
        ).all()
    read = [
        json.loads(one) if isinstance(one, str) and one[:1] == "[" else one for one in found[1]
    ]
    assert read == [["line", "taobao"], ["payment"], "live"]


def test_no_number_that_people_hold_on_to_is_given_twice(first: Database) -> None:
    schema.run(first, lambda command, config: command.upgrade(config, "0007"))
    now = datetime(2024, 9, 4, 12, tzinfo=UTC)
    with first.engine.begin() as connection:
        connection.execute(text(PLACE), {"before": json.dumps({"interests": [{"id": 3}]})})
        connection.execute(text(WANTED), {"id": 2})
        if first.engine.dialect.name == "postgresql":  # where numbers were never given again
            connection.execute(text("SELECT setval('interest_id_seq', 3)"))
    schema.upgrade(first)
    with first.write() as session:
        held = interests_of(session, session.get_one(Subscription, 1))
        assert [row.id for row in held] == [2]
        assert add(session, session.get_one(Subscription, 1), [Wanted("line")], now)[0].id == 4
        remove(session, session.get_one(Subscription, 1), 4)
    with first.write() as session:
        place = session.get_one(Subscription, 1)
        assert add(session, place, [Wanted("taobao")], now)[0].id == 5
        event = make_event(session)
        number = event.id or 0
        session.delete(event)
    with first.write() as session:
        assert make_event(session).id == number + 1


PLACE = """
INSERT INTO subscription (id, channel, address, topic, language, zone, rhythm, digest_at,
                          digest_weekday, active, configured, paused, owner_told, before)
VALUES (1, 'telegram', '5', 0, 'en', 'UTC', 'immediate', '09:00:00.000000', 0, true, false, false,
        false, :before)
"""
WANTED = """
INSERT INTO interest (id, subscription_id, platform, other, directed, capability, language,
                      least_stage, least_sources, paused, configured, since)
VALUES (:id, 1, '', '', false, '', '', 'rumour', 1, false, false, '2024-09-04 12:00:00.000000')
"""
