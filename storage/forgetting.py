"""Forgetting a chat: everything that is kept of it, at once and for good."""

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from storage.models import Delivery, Interest, Mute, Report, Subscription, Turn
from storage.reports import digest_of
from storage.subscriptions import Address
from storage.turns import key_of


def forget(session: Session, address: Address) -> bool:
    """Forget a chat with all its topics; False where nothing was kept of it.

    What it was told and is owed goes, too, and chats that it set up lose their owner. What the
    configuration names comes back at the next start, as new.
    """
    here = (Subscription.channel == address.channel, Subscription.address == address.chat)
    mine = session.exec(select(Subscription.id).where(*here)).all()
    for table in (Delivery, Interest, Mute):
        session.execute(delete(table).where(col(table.subscription_id).in_(mine)))
    session.execute(delete(Subscription).where(col(Subscription.id).in_(mine)))
    owned = session.connection().execute(
        update(Subscription)
        .where(
            col(Subscription.channel) == address.channel, col(Subscription.owner) == address.chat
        )
        .values(owner=None)
    )
    reports = session.connection().execute(
        delete(Report).where(col(Report.reporter) == digest_of(address))
    )
    session.execute(delete(Turn).where(col(Turn.key) == key_of(address)))
    return bool(mine or owned.rowcount or reports.rowcount)
