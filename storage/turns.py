"""Taking turns between processes on PostgreSQL: at a host, in a chat, at the Bot API, in the store.

A turn is a moment before which nobody else may begin. It is kept by the clock of the database, so
that machines whose clocks differ keep the same distance, and a process that dies leaves nothing
behind but a moment that passes.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from storage.models import Turn
from storage.outbox import Claimed
from storage.subscriptions import Address

HOST, BOT_API, CHAT, EDIT = "host", "bot-api", "chat", "edit"
"""What turns are taken at; the key of a turn says at which of them."""

HELD = timedelta(seconds=90)
"""A chat is its sender's for so long; longer than a request may take, its wait before included."""

KEPT = timedelta(days=1)
"""Turns that passed so long ago are forgotten."""

_CLAIMING = 0x1_0F0_C1A1
_FOLLOWING = 0x1_0F0_F011
"""Any numbers that nobody else locks on."""


def follow_alone(session: Session) -> None:
    """Let no other process change events until this transaction ends; SQLite sees to it itself."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(select(func.pg_advisory_xact_lock(_FOLLOWING)))


def take(session: Session, kind: str, key: str, apart: float) -> float:
    """Take the next turn, `apart` seconds after the one before; gives the seconds until it comes."""
    spell = literal(timedelta(seconds=apart))
    now = func.clock_timestamp()
    new = insert(Turn).values(kind=kind, key=key, free_at=now + spell)
    taken = new.on_conflict_do_update(
        index_elements=[col(Turn.kind), col(Turn.key)],
        set_={"free_at": func.greatest(col(Turn.free_at), now) + spell},
    ).returning(func.extract("epoch", col(Turn.free_at) - spell - now))
    return max(0.0, float(session.connection().execute(taken).scalar_one()))


def put_off(session: Session, kind: str, key: str, seconds: float) -> None:
    """Let the next turn come in so many seconds, whatever was said before."""
    free_at = func.clock_timestamp() + literal(timedelta(seconds=seconds))
    new = insert(Turn).values(kind=kind, key=key, free_at=free_at)
    session.connection().execute(
        new.on_conflict_do_update(
            index_elements=[col(Turn.kind), col(Turn.key)], set_={"free_at": free_at}
        )
    )


def claim_in_turn(
    session: Session,
    claim: Callable[..., list[Claimed]],
    kinds: Sequence[str],
    *,
    now: datetime,
    limit: int,
    busy: Collection[Address] = (),
    channels: Collection[str] | None = None,
) -> list[Claimed]:
    """Claim deliveries of chats whose turn it is by all these kinds, and hold these chats.

    Senders claim one after another, so that no two of them take deliveries of one chat.
    """
    session.connection().execute(select(func.pg_advisory_xact_lock(_CLAIMING)))
    waiting = select(col(Turn.key)).where(
        col(Turn.kind).in_(kinds), col(Turn.free_at) > func.clock_timestamp()
    )
    held = {_address(key) for key in session.connection().execute(waiting).scalars()}
    taken = claim(session, now, limit, held | set(busy), channels)
    for one in taken:
        put_off(session, CHAT, key_of(one.address), HELD.total_seconds())
    return taken


def forget_past(session: Session) -> None:
    """Forget turns that passed long ago: hosts and chats come and go."""
    old = func.clock_timestamp() - literal(KEPT)
    session.connection().execute(delete(Turn).where(col(Turn.free_at) < old))


def key_of(address: Address) -> str:
    """The key of a chat."""
    return f"{address.channel} {address.chat}"


def _address(key: str) -> Address:
    channel, _, chat = key.partition(" ")
    return Address(channel, chat)
