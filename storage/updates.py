"""The bot's inbox: an update is stored before Telegram may forget it, and handled once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from storage.models import Update
from storage.upserts import insert

MOST_ATTEMPTS = 3
"""An update that fails so often is left aside with its error."""

KEPT_FOR = timedelta(days=30)
"""Ids are kept so long for telling repeats; Telegram starts new ids after a week of silence."""


ANSWER = "our answer"
"""Beside what Telegram gave: what is to be answered to an update whose effect is committed."""


@dataclass(frozen=True)
class Received:
    """One update as Telegram gave it."""

    id: int
    payload: dict[str, Any]

    @property
    def is_done(self) -> bool:
        """Whether what it asks for was done, and only its answer may not have been given."""
        return ANSWER in self.payload


def store(session: Session, updates: Iterable[Received], now: datetime) -> int:
    """Keep what is new; returns how many were."""
    rows = [
        {"id": one.id, "payload": _sound(one.payload), "received_at": now, "attempts": 0}
        for one in updates
    ]
    if not rows:
        return 0
    statement = insert(session, Update).on_conflict_do_nothing().returning(col(Update.id))
    return len(session.connection().execute(statement, rows).all())


def _sound(value: Any) -> Any:
    """Without NUL and lone surrogates: one update that cannot be stored would stop all that follow."""
    match value:
        case str():
            return value.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
        case dict():
            return {_sound(key): _sound(one) for key, one in value.items()}
        case list():
            return [_sound(one) for one in value]
        case _:
            return value


def take(session: Session, now: datetime) -> Received | None:
    """The oldest update that waits, with one attempt counted; None when none waits.

    The attempt is committed before the update is handled: one that kills the process is tried
    three times, not for ever.
    """
    row = session.exec(
        select(Update)
        .where(col(Update.handled_at).is_(None))
        .order_by(col(Update.received_at), col(Update.id))
        .limit(1)
    ).first()
    if row is None:
        return None
    received = Received(row.id, row.payload)
    row.attempts += 1
    if row.attempts > MOST_ATTEMPTS:
        row.handled_at, row.payload = now, {}
        row.error = row.error or f"not handled in {MOST_ATTEMPTS} attempts"
    session.add(row)
    session.flush()
    return take(session, now) if row.handled_at else received


def keep_answer(session: Session, received: Received, answer: dict[str, Any] | None) -> None:
    """Note that an update has taken effect, in the transaction of the effect, with its answer.

    Whoever finds it after a crash gives the answer, and does nothing twice.
    """
    session.connection().execute(
        update(Update)
        .where(col(Update.id) == received.id)
        .values(payload={**received.payload, ANSWER: _sound(answer)})
    )


def settle(session: Session, update_id: int, now: datetime) -> None:
    """It is handled. What people wrote is forgotten; the id stays to tell a repeat."""
    session.connection().execute(
        update(Update)
        .where(col(Update.id) == update_id)
        .values(handled_at=now, payload={}, error=None)
    )


def fail(session: Session, update_id: int, error: str) -> None:
    """It was not handled this time; the reason is kept."""
    session.connection().execute(
        update(Update).where(col(Update.id) == update_id).values(error=error)
    )


def forget(session: Session, now: datetime) -> int:
    """Drop what was handled long ago; returns how many."""
    done = session.connection().execute(
        delete(Update).where(col(Update.handled_at) < now - KEPT_FOR)
    )
    return done.rowcount
