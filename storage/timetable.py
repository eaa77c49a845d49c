"""When a subscription may be sent to: quiet hours and digests, in its readers' own time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from config.words import Rhythm
from storage.models import Subscription

_WEEK = 7


@dataclass(frozen=True, slots=True)
class Timetable:
    """The part of a subscription that decides when; equal ones decide alike."""

    zone: str = "UTC"
    quiet_from: time | None = None
    quiet_to: time | None = None
    rhythm: Rhythm = Rhythm.IMMEDIATE
    digest_at: time = time(9)
    digest_weekday: int = 0

    def due(self, now: datetime) -> tuple[datetime, int]:
        """When something that is owed since `now` is to go out, and its `part` of a delivery.

        The part is 0 where it goes out at once by itself, and 1 where it waits for others.
        """
        moment = now if self.rhythm is Rhythm.IMMEDIATE else self.next_digest(now)
        until = self.quiet_until(moment)
        return until or moment, int(until is not None or self.rhythm is not Rhythm.IMMEDIATE)

    def quiet_until(self, now: datetime) -> datetime | None:
        """When the quiet hours end that `now` lies in; None outside of them."""
        begin, end = self.quiet_from, self.quiet_to
        if begin is None or end is None or begin == end:
            return None
        zone = _zone(self.zone)
        local = now.astimezone(zone)
        clock = local.time()
        quiet = begin <= clock < end if begin < end else clock >= begin or clock < end
        if not quiet:
            return None
        day = local.date() if clock < end else local.date() + timedelta(days=1)
        return next(moment for moment in _moments(day, end, zone) if moment > now)

    def next_digest(self, now: datetime) -> datetime:
        """The first digest after `now`: one on every local day, or on one day of every week."""
        zone = _zone(self.zone)
        today = now.astimezone(zone).date()
        for ahead in range(_WEEK + 2):
            day = today + timedelta(days=ahead)
            if self.rhythm is Rhythm.WEEKLY and day.weekday() != self.digest_weekday:
                continue
            if (moment := _moments(day, self.digest_at, zone)[0]) > now:
                return moment
        raise AssertionError("no digest within nine days")  # pragma: no cover - cannot be


def timetable(subscription: Subscription) -> Timetable:
    """The timetable of a subscription."""
    return Timetable(
        subscription.zone,
        subscription.quiet_from,
        subscription.quiet_to,
        subscription.rhythm,
        subscription.digest_at,
        subscription.digest_weekday,
    )


def is_zone(name: str) -> bool:
    """True for an IANA name such as `Asia/Tokyo` that can be used here."""
    return name in zones()


@cache
def zones() -> frozenset[str]:
    """All names that can be used here."""
    return frozenset(available_timezones()) - {"localtime", "Factory"}


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _moments(day: date, clock: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When the clock shows a time on a day: twice where it is set back, the same moment else.

    A time that is skipped where the clock is set forward counts as the one that comes instead.
    """
    first = datetime.combine(day, clock, zone).astimezone(UTC)
    second = datetime.combine(day, clock.replace(fold=1), zone).astimezone(UTC)
    return first, max(first, second)
