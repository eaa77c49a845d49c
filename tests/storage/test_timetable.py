"""When a subscription may be sent to, over all zones and changes of the clock."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.words import Rhythm
from storage.timetable import Timetable, is_zone

NIGHT = {"quiet_from": time(22), "quiet_to": time(7, 30)}
BERLIN = {"zone": "Europe/Berlin"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "now", "due", "part"),
    [
        ({}, "2024-09-04 12:00", "2024-09-04 12:00", 0),
        (NIGHT, "2024-09-04 12:00", "2024-09-04 12:00", 0),
        (NIGHT, "2024-09-04 23:00", "2024-09-05 07:30", 1),
        (NIGHT, "2024-09-04 22:00", "2024-09-05 07:30", 1),
        (NIGHT, "2024-09-05 03:00", "2024-09-05 07:30", 1),
        (NIGHT, "2024-09-05 07:30", "2024-09-05 07:30", 0),
        (NIGHT | {"zone": "Asia/Tokyo"}, "2024-09-04 14:00", "2024-09-04 22:30", 1),
        ({"quiet_from": time(9), "quiet_to": time(9)}, "2024-09-04 09:00", "2024-09-04 09:00", 0),
        ({"quiet_from": time(12), "quiet_to": time(14)}, "2024-09-04 13:00", "2024-09-04 14:00", 1),
        ({"quiet_from": time(12), "quiet_to": time(14)}, "2024-09-04 12:00", "2024-09-04 14:00", 1),
        ({"rhythm": Rhythm.DAILY}, "2024-09-04 08:59", "2024-09-04 09:00", 1),
        ({"rhythm": Rhythm.DAILY}, "2024-09-04 09:00", "2024-09-05 09:00", 1),
        ({"rhythm": Rhythm.DAILY, "zone": "Asia/Seoul"}, "2024-09-04 01:00", "2024-09-05 00:00", 1),
        ({"rhythm": Rhythm.WEEKLY}, "2024-09-04 12:00", "2024-09-09 09:00", 1),
        ({"rhythm": Rhythm.WEEKLY, "digest_weekday": 2}, "2024-09-04 12:00", "2024-09-11 09:00", 1),
        ({"rhythm": Rhythm.WEEKLY, "digest_weekday": 2}, "2024-09-04 01:00", "2024-09-04 09:00", 1),
        ({"rhythm": Rhythm.DAILY, "digest_at": time(6)} | NIGHT, "2024-09-04 12:00",
         "2024-09-05 07:30", 1),
        # the clock is set forward: 02:30 does not exist, and 03:30 comes instead
        (BERLIN | {"quiet_from": time(22), "quiet_to": time(2, 30)}, "2024-03-31 00:10",
         "2024-03-31 01:30", 1),
        (BERLIN | {"rhythm": Rhythm.DAILY, "digest_at": time(2, 30)}, "2024-03-30 12:00",
         "2024-03-31 01:30", 1),
        # the clock is set back: 02:30 comes twice, and there is one digest
        (BERLIN | {"rhythm": Rhythm.DAILY, "digest_at": time(2, 30)}, "2024-10-27 00:29",
         "2024-10-27 00:30", 1),
        (BERLIN | {"rhythm": Rhythm.DAILY, "digest_at": time(2, 30)}, "2024-10-27 00:31",
         "2024-10-28 01:30", 1),
        (BERLIN | {"quiet_from": time(22), "quiet_to": time(2, 45)}, "2024-10-27 01:15",
         "2024-10-27 01:45", 1),
        # a leap day is a day, and the clock goes on after the seconds of 32 bits
        ({"rhythm": Rhythm.DAILY}, "2040-02-28 09:00", "2040-02-29 09:00", 1),
        ({"rhythm": Rhythm.WEEKLY, "digest_weekday": 2}, "2040-02-28 12:00", "2040-02-29 09:00", 1),
        ({"rhythm": Rhythm.WEEKLY, "digest_weekday": 2}, "2040-02-29 09:00", "2040-03-07 09:00", 1),
        (NIGHT, "2038-01-19 03:14:08", "2038-01-19 07:30", 1),
        (BERLIN | {"rhythm": Rhythm.DAILY, "digest_at": time(2, 30)}, "2038-03-27 12:00",
         "2038-03-28 01:30", 1),
        (BERLIN | {"rhythm": Rhythm.DAILY, "digest_at": time(2, 30)}, "2038-10-31 00:31",
         "2038-11-01 01:30", 1),
    ],
)  # fmt: skip
def test_due(given, now, due, part):
    assert Timetable(**given).due(at(now)) == (at(due), part)


ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Asia/Kathmandu",
         "Australia/Lord_Howe", "Pacific/Apia"]  # fmt: skip
TIMETABLES = st.builds(
    Timetable,
    st.sampled_from(ZONES),
    st.none() | st.times(),
    st.none() | st.times(),
    st.sampled_from(Rhythm),
    st.times(),
    st.integers(0, 6),
)
MOMENTS = st.builds(
    lambda seconds: at("2011-01-01") + timedelta(seconds=seconds), st.floats(0, 28 * 365 * 86_400)
)


@settings(max_examples=300, deadline=None)
@given(TIMETABLES, MOMENTS)
def test_whatever_the_clocks_do_what_is_owed_goes_out_soon_and_never_in_quiet_hours(table, now):
    due, part = table.due(now)
    assert due >= now
    assert table.quiet_until(due) is None
    assert part == int(due != now or table.rhythm is not Rhythm.IMMEDIATE)
    longest = {Rhythm.IMMEDIATE: 0, Rhythm.DAILY: 1, Rhythm.WEEKLY: 7}[table.rhythm]
    assert due - now <= timedelta(days=longest + 2, hours=3)  # Apia once left out a day


@settings(max_examples=200, deadline=None)
@given(TIMETABLES, MOMENTS)
def test_there_is_one_digest_on_a_local_day_at_most(table, now):
    if table.rhythm is Rhythm.IMMEDIATE:
        return
    first = table.next_digest(now)
    second = table.next_digest(first)
    zone = ZoneInfo(table.zone)
    assert first.astimezone(zone).date() < second.astimezone(zone).date()
    assert table.next_digest(first - timedelta(microseconds=1)) == first


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Asia/Tokyo", True),
        ("UTC", True),
        ("Berlin", False),
        ("../etc/passwd", False),
        ("", False),
    ],
)
def test_zones(name, known):
    assert is_zone(name) is known
