"""A clock that was ahead and is set back keeps no reader waiting, and breaks no other promise."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlmodel import Session, col, delete, select

from config.words import Rhythm
from storage import deliveries
from storage.clocks import LONGEST_HOLD, mend_clock
from storage.database import Database
from storage.models import Delivery, DeliveryStatus
from tests.fakes import rows

SPANS = (timedelta(hours=1), timedelta(days=1), timedelta(days=4000))
ZONES = ("UTC", "Asia/Tokyo", "Europe/Berlin", "America/New_York", "Pacific/Apia")
NOWS = (
    rows.NOW,
    datetime(2024, 3, 31, 0, 30, tzinfo=UTC),  # the clocks of Berlin are set, both ways
    datetime(2024, 10, 27, 0, 30, tzinfo=UTC),
    datetime(2028, 2, 29, 12, tzinfo=UTC),
    datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC),
)


def due(session: Session) -> list[datetime]:
    return list(session.exec(select(Delivery.due_at).order_by(col(Delivery.id))))


@pytest.mark.parametrize("zone", ZONES)
def test_what_was_owed_by_a_wrong_clock_goes_out_as_if_it_were_owed_now(
    sqlite_database: Database, zone: str
) -> None:
    with sqlite_database.write() as session:
        rows.subscribe(session, "1", zone=zone)
        rows.subscribe(session, "2", zone=zone, quiet_from=time(22), quiet_to=time(7))
        rows.subscribe(session, "3", zone=zone, rhythm=Rhythm.DAILY)
        rows.subscribe(session, "4", zone=zone, rhythm=Rhythm.WEEKLY, digest_weekday=3)
        event = rows.make_event(session)
        change = rows.make_change(session, event)
        for now in NOWS:
            for span in SPANS:
                deliveries.queue(session, event, change, now)
                expected = due(session)
                assert mend_clock(session, now) == 0
                session.exec(delete(Delivery))
                deliveries.queue(session, event, change, now + span)
                assert mend_clock(session, now) > 0
                assert due(session) == expected
                assert mend_clock(session, now) == 0
                session.exec(delete(Delivery))


@pytest.mark.postgresql
@pytest.mark.sqlite
def test_what_a_channel_holds_up_keeps_its_time(database: Database) -> None:
    until = rows.NOW + timedelta(hours=12)
    with database.write() as session:
        rows.owe(session, "1")
        rows.owe(session)
        (held,) = deliveries.claim(session, rows.NOW, 2)
        deliveries.settle_retry(session, held, until, "flood")
        before = due(session)
        assert mend_clock(session, rows.NOW) == 0
        assert due(session) == before
        assert until in before
        assert mend_clock(session, until - LONGEST_HOLD - timedelta(seconds=1)) > 0


@pytest.mark.postgresql
@pytest.mark.sqlite
def test_a_claim_of_the_time_to_come_is_taken_back(database: Database) -> None:
    later = rows.NOW + timedelta(days=1)
    with database.write() as session:
        rows.owe(session, "1")
        (claimed,) = deliveries.claim(session, later, 1)
        assert deliveries.recover(session, rows.NOW, timedelta(0)) == 0
        mend_clock(session, rows.NOW)
        lease = timedelta(minutes=3)
        assert deliveries.recover(session, rows.NOW, lease) == 0, "it may be on its way"
        assert deliveries.recover(session, rows.NOW + lease, lease) == 1
        row = session.get_one(Delivery, claimed.delivery_id)
        assert row.status is DeliveryStatus.UNCERTAIN


def test_an_edit_of_the_time_to_come_is_due(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        rows.owe(session, "1")
        (row,) = session.exec(select(Delivery))
        for ahead, now in ((timedelta(hours=1), False), (timedelta(days=30), True)):
            row.edit_due_at = rows.NOW + ahead
            session.add(row)
            mend_clock(session, rows.NOW)
            session.refresh(row)
            assert (row.edit_due_at == rows.NOW) is now
