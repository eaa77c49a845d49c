"""Who gets alerts: chats as rows, named by the configuration, paused and moved as Telegram says."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from config.settings import Chat, Filters, Settings
from config.words import Stage
from storage.models import Delivery, DeliveryStatus, Interest, Mute, Subscription

TELEGRAM = "telegram"
CONSOLE = "console"
WEBHOOK = "webhook"
FILES = "files"


@dataclass(frozen=True)
class Address:
    """A chat of one channel: what limits and outages are about. Its topics share it."""

    channel: str
    chat: str

    @property
    def is_group(self) -> bool:
        """True for Telegram's groups and channels, which have a tighter limit than people."""
        return self.chat.startswith("-")


def sync_chats(
    session: Session,
    chats: Iterable[Chat],
    now: datetime,
    *,
    console: bool,
    operators: Sequence[int] = (),
    admits: Callable[[int], bool] = lambda _: True,
) -> int:
    """Bring the subscriptions in line with the configuration; returns how many it names.

    Those that readers made for themselves stay where `admits` is true of their chat. With `console` (no token is set) the one
    subscription in use is the console, and all chats wait inactive. A configured chat that
    Telegram had paused is tried again: its operator has just been here, and the first operator
    is who will be told if it cannot be reached.
    """
    wanted = {(TELEGRAM, str(chat.chat), chat.topic): chat for chat in chats if not console}
    if console:
        wanted[(CONSOLE, CONSOLE, 0)] = Chat(chat=0)
    ours = select(Subscription).where(col(Subscription.channel).in_((TELEGRAM, CONSOLE)))
    rows = {(row.channel, row.address, row.topic): row for row in session.exec(ours)}
    for key, row in rows.items():
        if key not in wanted:
            row.active = not console and _is_their_own(session, row) and admits(int(row.address))
            _configure(session, row, (), now)
    for key, chat in wanted.items():
        channel, address, topic = key
        row = rows.get(key) or Subscription(channel=channel, address=address, topic=topic)
        for name in ("language", "zone", "quiet_from", "quiet_to", "rhythm", "digest_at"):
            if (said := getattr(chat, name)) is not None:
                setattr(row, name, said)
        row.active, row.paused_reason = True, None
        row.owner = row.owner or next((str(one) for one in operators), None)
        session.add(row)
        session.flush()
        _configure(session, row, _asked_for(chat), now)
    session.flush()
    return len(wanted)


def sync_others(session: Session, settings: Settings, now: datetime) -> None:
    """Bring the subscriptions of webhooks and of feed files in line with the configuration.

    One that was paused is tried again.
    """
    hooks = {one.name: (one.language, one) for one in settings.webhooks.targets}
    _sync(session, WEBHOOK, hooks, now)
    publish = settings.publish
    _sync(session, FILES, {FILES: (publish.language, Filters())} if publish.folder else {}, now)


def _sync(
    session: Session, channel: str, targets: Mapping[str, tuple[str, Filters]], now: datetime
) -> None:
    mine = select(Subscription).where(Subscription.channel == channel)
    rows = {row.address: row for row in session.exec(mine)}
    for name in rows.keys() - targets.keys():
        rows[name].active = False
        _configure(session, rows[name], (), now)
    for name, (language, filters) in targets.items():
        row = rows.get(name) or Subscription(channel=channel, address=name)
        row.language, row.active, row.paused_reason = language, True, None
        session.add(row)
        session.flush()
        _configure(session, row, _asked_for(filters), now)


def _is_their_own(session: Session, row: Subscription) -> bool:
    """True when readers, not the configuration, want something in this chat, or have set it up."""
    if row.channel == TELEGRAM and row.before is not None:
        return True
    own = select(Interest.id).where(
        Interest.subscription_id == row.id, col(Interest.configured).is_(False)
    )
    return row.channel == TELEGRAM and session.exec(own.limit(1)).first() is not None


Asked = tuple[str, str, Stage, int]
"""What an interest from the configuration says: platform, capability, least stage and sources."""


def _asked_for(chat: Filters) -> set[Asked]:
    return {
        (platform, capability, Stage(chat.least_stage), chat.least_sources)
        for platform in chat.platforms or ("",)
        for capability in [one.value for one in chat.capabilities] or [""]
    }


def _configure(session: Session, row: Subscription, asked: Iterable[Asked], now: datetime) -> None:
    """Make the interests that come from the configuration these; what stays keeps its age."""
    wanted = set(asked)
    row.configured = bool(wanted)
    session.add(row)
    held = session.exec(
        select(Interest).where(
            Interest.subscription_id == row.id, col(Interest.configured).is_(True)
        )
    )
    for interest in held:
        key = (
            interest.platform,
            interest.capability,
            interest.least_stage,
            interest.least_sources,
        )
        if key in wanted:
            wanted.remove(key)
        else:
            session.delete(interest)
    for platform, capability, stage, sources in sorted(wanted):
        session.add(
            Interest(
                subscription_id=row.id or 0,
                platform=platform,
                capability=capability,
                least_stage=stage,
                least_sources=sources,
                configured=True,
                since=now,
            )
        )


def telegram_places(session: Session) -> set[tuple[int, int]]:
    """The Telegram chats that are subscribed, with their topics."""
    rows = session.exec(
        select(Subscription.address, Subscription.topic).where(
            Subscription.channel == TELEGRAM, col(Subscription.active)
        )
    )
    return {(int(address), topic) for address, topic in rows}


def paused_webhooks(session: Session) -> dict[str, str]:
    """The webhooks that get nothing, by name, each with the reason."""
    rows = session.exec(
        select(Subscription.address, Subscription.paused_reason).where(
            Subscription.channel == WEBHOOK,
            col(Subscription.active),
            col(Subscription.paused_reason).is_not(None),
        )
    )
    return {name: reason or "" for name, reason in rows}


def pause(session: Session, address: Address, topic: int, reason: str) -> None:
    """Send nothing more there until somebody resumes it; what is owed is kept."""
    session.connection().execute(
        update(Subscription)
        .where(
            col(Subscription.channel) == address.channel,
            col(Subscription.address) == address.chat,
            col(Subscription.topic) == topic,
            col(Subscription.paused_reason).is_(None),
        )
        .values(paused_reason=reason, owner_told=False)
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
    lacks is carried over: deliveries, interests and mutes.
    """
    for old in _of(session, address.channel, address.chat):
        new = next(
            (row for row in _of(session, address.channel, new_chat) if row.topic == old.topic),
            None,
        )
        if new is None:
            old.address = new_chat
            session.add(old)
            _leave_messages(session, old)
            continue
        _carry_over(session, old, new)
        new.active, new.paused_reason = True, None
        old.active, old.paused_reason = False, f"became the supergroup {new_chat}"
        session.add_all((old, new))
    session.flush()


def _leave_messages(session: Session, row: Subscription) -> None:
    """What was told stays told; but its messages stay behind, and other ones get their numbers."""
    session.connection().execute(
        update(Delivery)
        .where(
            col(Delivery.subscription_id) == row.id, col(Delivery.status) == DeliveryStatus.SENT
        )
        .values(message_id=None, edit_due_at=None)
    )


def _carry_over(session: Session, old: Subscription, new: Subscription) -> None:
    has = select(Delivery.stage_change_id).where(Delivery.subscription_id == new.id)
    mine = col(Delivery.subscription_id) == old.id
    unsent = col(Delivery.status) != DeliveryStatus.SENT
    connection = session.connection()
    connection.execute(
        delete(Delivery).where(mine, unsent, col(Delivery.stage_change_id).in_(has))
    )
    connection.execute(update(Delivery).where(mine, unsent).values(subscription_id=new.id))
    here, there = col(Interest.subscription_id) == old.id, col(Interest.subscription_id) == new.id
    if session.exec(select(Interest.id).where(there).limit(1)).first() is None:
        connection.execute(update(Interest).where(here).values(subscription_id=new.id))
    muted = select(Mute.event_id).where(Mute.subscription_id == new.id)
    connection.execute(
        update(Mute)
        .where(col(Mute.subscription_id) == old.id, col(Mute.event_id).not_in(muted))
        .values(subscription_id=new.id)
    )


def _of(session: Session, channel: str, chat: str) -> list[Subscription]:
    wanted = select(Subscription).where(
        Subscription.channel == channel, Subscription.address == chat
    )
    return list(session.exec(wanted))
