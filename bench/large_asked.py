"""What people ask of a store and what the daemon asks and writes: measured by bench/large.py."""

import random
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import text
from sqlmodel import Session, func, select

from config.words import Stage
from storage import deliveries, retention
from storage.clocks import mend_clock
from storage.heartbeats import moment
from storage.models import Delivery, Event, StageChange
from storage.work import undone

LONG_AGO = timedelta(hours=2)
"""Alerts that are due for so long make the health check ask when something was sent last."""

Work = Callable[[Session, datetime, int], object]
"""Of a moment and an event."""


def questions(chance: random.Random, names: list[str]) -> list[list[str]]:
    """Commands of people, with other words every time."""
    one, other = chance.sample(names, 2)
    return [
        ["events", "--limit", "50"],
        ["events", "--platform", one],
        ["event", f"E{chance.randrange(1, 40)}"],
        ["articles", "--limit", "50"],
        ["articles", "--platform", one],
        ["claims", "--platform", one],
        ["search", "微信"],
        ["search", one],
        ["timeline", one],
        ["timeline", one, other],
        ["matrix"],
        ["matrix", "--at", "2024"],
        ["contradictions"],
        ["slippage"],
        ["stats", "--by", "source"],
        ["deliveries"],
        ["deliveries", "--failed"],
        ["sources", "health"],
        ["sources", "rejections", "--skipped"],
        ["db", "status"],
        ["doctor"],
        ["health"],
    ]


def works() -> dict[str, Work]:
    """What the daemon asks and writes, again and again."""
    return {
        "claim of two alerts": lambda s, now, _: deliveries.claim(s, now, 2, (), ["telegram"]),
        "claim of edits": lambda s, now, _: deliveries.claim_edits(s, now, 2, (), ["telegram"]),
        "when the next falls due": lambda s, now, _: deliveries.next_due(s, now),
        "taking back what a crash left": lambda s, now, _: deliveries.recover(s, now),
        "giving up what is too old": lambda s, now, _: deliveries.drop_owed(s, now),
        "a step queued for all chats": _queue,
        "more coverage of a told event": lambda s, now, event: deliveries.touch(s, event, now),
        "deliveries by status": lambda s, *_: deliveries.count_by_status(s),
        "an alert laid out": lambda s, *_: deliveries.alert_view(s, _newest(s)),
        "its answer stored": _settle,
        "what a wrong clock put off": lambda s, now, _: mend_clock(s, now),
        "health, alerts late": _health,
        "forgetting of a feed": lambda s, now, _: retention.forget(s, 1, now),
    }


def _queue(session: Session, now: datetime, number: int) -> object:
    event = session.get_one(Event, number)
    step = StageChange(event_id=number, stage=Stage.ANNOUNCED, cycle=9, seen_at=now, alerted=True)
    session.add(step)
    session.flush()
    return deliveries.queue(session, event, step, now)


def _settle(session: Session, now: datetime, _: int) -> None:
    one = deliveries.claim(session, now, 1, (), ["telegram"])[0]
    deliveries.settle_sent(session, one, 1, "x", now)


def _health(session: Session, now: datetime, _: int) -> object:
    def ask(question: str) -> datetime | None:
        return moment(session.connection().execute(text(question)).scalar())

    return undone(ask, now + LONG_AGO)


def _newest(session: Session) -> int:
    return int(session.exec(select(func.max(Delivery.id))).one() or 0)
