"""What a server asks for by Retry-After, in seconds, whatever its clock and ours show."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def seconds_asked(retry_after: str, date: str, now: datetime) -> float | None:
    """Seconds that an answer asks us to wait; None where it says nothing sensible.

    A moment is counted from the answer's own `date`, so that neither clock need be right; `now`
    stands in where it has none. A moment that has passed asks for 0.
    """
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    until = moment(text)
    if until is None:
        return None
    return max((until - (moment(date) or now)).total_seconds(), 0.0)


def moment(text: str) -> datetime | None:
    """The moment that an HTTP date names; None where it is none. Without a zone it is in UTC."""
    try:
        at = parsedate_to_datetime(text.strip())
    except (ValueError, TypeError, OverflowError):  # numbers of any length may stand in it
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
