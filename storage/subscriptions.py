"""Who gets alerts: chats from the configuration as rows, paused and moved as Telegram says."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from config.settings import Chat
from config.words import Stage
from storage.models import Delivery, DeliveryStatus, Subscription

TELEGRAM = "telegram"
CONSOLE = "console"


@dataclass(frozen=True)
class Address:
    """A chat of one channel: what limits and outages are about. Its topics share it."""

    channel: str
    chat: str

    @property
    def is_group(self) -> bool:
        """True for Telegram's groups and channels, which have a tighter limit than people."""
        return self.chat.startswith("-")


def sync_chats(session: Session, chats: Iterable[Chat], *, console: bool) -> int:
    """Make the subscriptions those of the configuration; returns how many are active.

    With `console` (no token is set) the one subscription is the console, and the chats wait
    inactive. A chat that Telegram had paused is tried again: its operator has just been here.
    """
    wanted = {(TELEGRAM, str(chat.chat), chat.topic): chat for chat in chats if not console}
    rows = {(row.channel, row.address, row.topic): row for row in session.exec(_ours())}
    if console:
        wanted[(CONSOLE, CONSOLE, 0)] = Chat(chat=0)
    for key, row in rows.items():
        if key not in wanted and row.active:
            row.active = False
            session.add(row)
    for key, chat in wanted.items():
        channel, address, topic = key
        row = rows.get(key) or Subscription(channel=channel, address=address, topic=topic)
        row.language = chat.language
        row.platforms = list(chat.platforms)
        row.capabilities = [capability.value for capability in chat.capabilities]
        row.least_stage = Stage(chat.least_stage)
        row.active, row.paused_reason = True, None
        session.add(row)
    session.flush()
    return len(wanted)


def _ours() -> SelectOfScalar[Subscription]:
    return select(Subscription).where(col(Subscription.channel).in_((TELEGRAM, CONSOLE)))


def pause(session: Session, address: Address, topic: int, reason: str) -> None:
    """Send nothing more there until somebody resumes it; what is owed is kept."""
    session.connection().execute(
        update(Subscription)
        .where(
            col(Subscription.channel) == address.channel,
            col(Subscription.address) == address.chat,
            col(Subscription.topic) == topic,
        )
        .values(paused_reason=reason)
    )


def resume(session: Session, address: Address) -> int:
    """Send to this chat again, for instance after its /start; the number of subscriptions."""
    done = session.connection().execute(
        update(Subscription)
        .where(
            col(Subscription.channel) == address.channel,
            col(Subscription.address) == address.chat,
            col(Subscription.paused_reason).is_not(None),
        )
        .values(paused_reason=None)
    )
    return done.rowcount


def migrate(session: Session, address: Address, new_chat: str) -> None:
    """Carry everything of a group over to the supergroup that it became.

    Where the new chat is subscribed already, what it is owed or has got stays, and only what it
    lacks is carried over.
    """
    for old in _of(session, address.channel, address.chat):
        new = next(
            (row for row in _of(session, address.channel, new_chat) if row.topic == old.topic),
            None,
        )
        if new is None:
            old.address = new_chat
            session.add(old)
            continue
        has = select(Delivery.stage_change_id).where(Delivery.subscription_id == new.id)
        mine = col(Delivery.subscription_id) == old.id
        unsent = col(Delivery.status) != DeliveryStatus.SENT
        connection = session.connection()
        connection.execute(
            delete(Delivery).where(mine, unsent, col(Delivery.stage_change_id).in_(has))
        )
        connection.execute(update(Delivery).where(mine, unsent).values(subscription_id=new.id))
        new.active, new.paused_reason = True, None
        old.active, old.paused_reason = False, f"became the supergroup {new_chat}"
        session.add_all((old, new))
    session.flush()


def _of(session: Session, channel: str, chat: str) -> list[Subscription]:
    wanted = select(Subscription).where(
        Subscription.channel == channel, Subscription.address == chat
    )
    return list(session.exec(wanted))
