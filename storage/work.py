"""What should have been done by now: a process may live, beat, and get nothing done.

The health check asks this twice a minute, of a SQLite file without SQLAlchemy: plain questions in
SQL that both kinds of database understand, each answered with one moment.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

LATE = timedelta(minutes=30)
"""Work that is due for so long is not being done."""

Ask = Callable[[str], datetime | None]
"""Answers a question with its one moment."""

_OPEN = """
    FROM delivery d JOIN subscription s ON s.id = d.subscription_id
    WHERE d.status IN ('pending', 'uncertain')
      AND s.active AND NOT s.paused AND s.paused_reason IS NULL
"""
OLDEST_UNDELIVERED = f"SELECT min(d.due_at) {_OPEN}"
OLDEST_UNFOLLOWED = """
    SELECT min(fetched_at) FROM article WHERE followed_at IS NULL AND follow_attempts < 3
"""
LONGEST_DUE = "SELECT min(next_due) FROM feed WHERE enabled"
_LAST_SENT = """
    SELECT max(sent_at) FROM
      (SELECT sent_at FROM delivery WHERE status = 'sent' ORDER BY due_at DESC LIMIT 1000) d
"""
"""Of those that were due last: millions were sent before, and no index knows when."""
_LAST_RUN = """
    SELECT max(finished_at) FROM (SELECT finished_at FROM crawlrun ORDER BY id DESC LIMIT 200) r
"""
_LAST_FOLLOWED = "SELECT max(followed_at) FROM article WHERE followed_at IS NOT NULL"

_QUESTIONS = {
    "sender": (
        OLDEST_UNDELIVERED,
        _LAST_SENT,
        "an alert has been due since {}, and none was sent",
    ),
    "follower": (
        OLDEST_UNFOLLOWED,
        _LAST_FOLLOWED,
        "an article has been waiting to be read since {}, and none was",
    ),
    "crawler": (LONGEST_DUE, _LAST_RUN, "a feed has been due since {}, and no run has ended"),
}


def undone(ask: Ask, now: datetime, role: str | None = None) -> list[str]:
    """What is due for too long while nothing of its kind gets done, for one role or all."""
    limit = now - LATE
    found = []
    for who, (oldest, latest, words) in _QUESTIONS.items():
        if role not in (None, who):
            continue
        due = ask(oldest)
        if due is None or due >= limit:
            continue
        done = ask(latest)  # a long queue that moves is no fault
        if done is None or done < limit:
            found.append(words.format(f"{due.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"))
    return found
