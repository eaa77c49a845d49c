"""What a subscription wants to hear of: added, changed, paused, ended, undone and passed on."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, time
from typing import Any

from sqlmodel import Session, col, select

from config.errors import InteropwatchError, NotFoundError
from config.words import Rhythm, Stage
from storage.models import Interest, Share, Subscription
from storage.owed import plan_again
from storage.subscriptions import Address
from storage.timetable import is_zone

MOST_INTERESTS = 60
"""Of one subscription, so that nobody fills the store."""

_CODE = 16
_SETTINGS = (
    "language",
    "zone",
    "quiet_from",
    "quiet_to",
    "rhythm",
    "digest_at",
    "digest_weekday",
    "paused",
)
"""What readers may change, and take back."""


class TooManyError(InteropwatchError):
    """A subscription has as many interests as it may have."""


class ConfiguredError(InteropwatchError):
    """An interest comes from the configuration: only there it can be changed or ended."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An interest as a value, before it is anybody's. The fields mean what Interest's mean."""

    platform: str = ""
    other: str = ""
    directed: bool = False
    capability: str = ""
    language: str = ""
    least_stage: Stage = Stage.RUMOUR
    least_sources: int = 1

    def __post_init__(self) -> None:
        if self.least_sources < 1:
            raise ValueError("an interest asks for one source at least")
        if self.least_stage is Stage.WITHDRAWN:
            raise ValueError("withdrawn is no least stage: it is told where its opening was")


_WANTED = tuple(field.name for field in fields(Wanted))


def wanted(interest: Interest) -> Wanted:
    """The value behind a row."""
    return Wanted(**{name: getattr(interest, name) for name in _WANTED})


def subscription_at(session: Session, address: Address, topic: int = 0) -> Subscription | None:
    """The subscription of a chat and topic, if there is one."""
    return session.exec(
        select(Subscription).where(
            Subscription.channel == address.channel,
            Subscription.address == address.chat,
            Subscription.topic == topic,
        )
    ).first()


def subscribe(
    session: Session, address: Address, topic: int = 0, *, language: str, owner: str | None = None
) -> Subscription:
    """The subscription of a chat and topic, made when it is new; `language` is for a new one."""
    row = subscription_at(session, address, topic)
    if row is None:
        row = Subscription(
            channel=address.channel, address=address.chat, topic=topic, language=language
        )
    row.active = True
    row.owner = row.owner or owner
    session.add(row)
    session.flush()
    return row


def interests_of(session: Session, subscription: Subscription) -> list[Interest]:
    """What it wants to hear of, oldest first."""
    mine = select(Interest).where(Interest.subscription_id == subscription.id)
    return list(session.exec(mine.order_by(col(Interest.id))))


def add(
    session: Session, subscription: Subscription, given: Iterable[Wanted], now: datetime
) -> list[Interest]:
    """Want these too; gives their rows. What is wanted already stays, and is paused no longer.

    Raises TooManyError, with nothing changed, when there would be more than MOST_INTERESTS.
    """
    held = {wanted(row): row for row in interests_of(session, subscription)}
    found = dict.fromkeys(given)
    if len(held.keys() | found.keys()) > MOST_INTERESTS:
        raise TooManyError(f"a chat may follow {MOST_INTERESTS} things; end some of them first")
    if any(one not in held or held[one].paused for one in found):
        _remember(session, subscription)
    for one in found:
        row = held.setdefault(
            one, Interest(subscription_id=subscription.id or 0, since=now, **asdict(one))
        )
        if row.paused:
            row.paused, row.since = False, now
        session.add(row)
    session.flush()
    return [held[one] for one in found]


def interest(session: Session, subscription: Subscription, number: int) -> Interest:
    """One interest of this subscription. Raises NotFoundError, also for somebody else's."""
    row = session.get(Interest, number)
    if row is None or row.subscription_id != subscription.id:
        raise NotFoundError(f"this chat follows nothing with the number {number}")
    return row


def edit(
    session: Session, subscription: Subscription, number: int, now: datetime, **changes: Any
) -> Interest:
    """Change an interest (fields of Wanted). Where another one says the same, that one stays.

    Raises NotFoundError, ConfiguredError, and ValueError for a value that means nothing.
    """
    row = _own(session, subscription, number)
    new = replace(wanted(row), **changes)
    same = [
        other
        for other in interests_of(session, subscription)
        if other.id != row.id and wanted(other) == new
    ]
    _remember(session, subscription)
    if same:
        session.delete(row)
        session.flush()
        return same[0]
    _become(session, row, new, now)
    session.flush()
    return row


def edit_all(
    session: Session, subscription: Subscription, now: datetime, **changes: Any
) -> list[Interest]:
    """Change all interests but those from the configuration; what then says the same is one.

    Raises ValueError for a value that means nothing.
    """
    own = [row for row in interests_of(session, subscription) if not row.configured]
    _remember(session, subscription)
    kept: dict[Wanted, Interest] = {}
    for row in own:
        new = replace(wanted(row), **changes)
        if new in kept:
            session.delete(row)
        else:
            kept[new] = _become(session, row, new, now)
    session.flush()
    return list(kept.values())


def pause_interest(
    session: Session, subscription: Subscription, number: int, now: datetime, *, paused: bool
) -> Interest:
    """Rest an interest, or go on with it from now. Raises NotFoundError and ConfiguredError."""
    row = _own(session, subscription, number)
    _remember(session, subscription)
    row.paused, row.since = paused, row.since if paused else now
    session.add(row)
    session.flush()
    return row


def remove(session: Session, subscription: Subscription, number: int) -> None:
    """End an interest. What is owed already still goes out.

    Raises NotFoundError and ConfiguredError.
    """
    row = _own(session, subscription, number)
    _remember(session, subscription)
    session.delete(row)
    session.flush()


def remove_all(session: Session, subscription: Subscription) -> int:
    """End all interests but those from the configuration; how many were ended."""
    _remember(session, subscription)
    return _end_own(session, subscription)


def change(session: Session, subscription: Subscription, now: datetime, **settings: Any) -> None:
    """Change settings of a subscription; what waits for it is planned anew.

    They are language, zone, quiet_from and quiet_to (times, both or none), rhythm, digest_at,
    digest_weekday and paused.

    Raises ValueError for an unknown setting or a value that means nothing.
    """
    if unknown := settings.keys() - set(_SETTINGS):
        raise ValueError(f"not a setting: {', '.join(sorted(unknown))}")
    state = {name: getattr(subscription, name) for name in _SETTINGS} | settings
    if not is_zone(state["zone"]):
        raise ValueError(f"not a time zone: {state['zone']}")
    if (state["quiet_from"] is None) != (state["quiet_to"] is None):
        raise ValueError("quiet hours have a beginning and an end, or neither")
    if state["digest_weekday"] not in range(7):
        raise ValueError(f"not a day of the week: {state['digest_weekday']}")
    _remember(session, subscription)
    _set(session, subscription, state)
    plan_again(session, subscription, now)


def undo(session: Session, subscription: Subscription, now: datetime) -> bool:
    """Take the last change of interests or settings back; False when there is none.

    Done twice it takes itself back.
    """
    state = subscription.before
    if state is None:
        return False
    _remember(session, subscription)
    settings = state["settings"]
    for name in ("quiet_from", "quiet_to", "digest_at"):
        settings[name] = time.fromisoformat(settings[name]) if settings[name] else None
    _set(session, subscription, settings)
    _bring_back(session, subscription, state["interests"])
    plan_again(session, subscription, now)
    return True


def _bring_back(
    session: Session, subscription: Subscription, interests: Iterable[dict[str, Any]]
) -> None:
    """Make its own interests these, each with the number that it had, unless that is taken."""
    held = {row.id: row for row in interests_of(session, subscription) if not row.configured}
    for kept in interests:
        kept["since"] = datetime.fromisoformat(kept["since"])
        kept["least_stage"] = Stage(kept["least_stage"])
        number = kept.pop("id", None)
        row = held.pop(number, None)
        if row is None:
            taken = number is None or session.get(Interest, number) is not None
            place = {"subscription_id": subscription.id or 0, "since": kept["since"]}
            row = Interest(id=None if taken else number, **place)
        for name, value in kept.items():
            setattr(row, name, value)
        session.add(row)
    for row in held.values():
        session.delete(row)
    session.flush()


def share(session: Session, subscription: Subscription, now: datetime) -> str | None:
    """A code under which others find these interests as they are now; None when there are none.

    It says nothing of the chat, and the same interests always have the same code.
    """
    values = {wanted(row) for row in interests_of(session, subscription)}
    if not values:
        return None
    listed = sorted((asdict(one) for one in values), key=lambda one: json.dumps(one))
    digest = hashlib.sha256(json.dumps(listed, sort_keys=True).encode()).hexdigest()
    code = digest[:_CODE]
    if session.get(Share, code) is None:
        session.add(Share(code=code, interests=listed, made_at=now))
        session.flush()
    return code


def shared(session: Session, code: str) -> list[Wanted]:
    """The interests behind a code. Raises NotFoundError."""
    row = session.get(Share, code)
    if row is None:
        raise NotFoundError("there is no shared subscription with this code")
    return [Wanted(**(one | {"least_stage": Stage(one["least_stage"])})) for one in row.interests]


def _become(session: Session, row: Interest, new: Wanted, now: datetime) -> Interest:
    """Make a row say something else; what was before now is not told on account of it."""
    if wanted(row) != new:
        for name, value in asdict(new).items():
            setattr(row, name, value)
        row.since = now
        session.add(row)
    return row


def _own(session: Session, subscription: Subscription, number: int) -> Interest:
    row = interest(session, subscription, number)
    if row.configured:
        raise ConfiguredError(
            "this comes from the configuration (telegram.chats); its operator can change it there"
        )
    return row


def _end_own(session: Session, subscription: Subscription) -> int:
    """End what does not come from the configuration.

    Row by row: the session must learn of it, because a database may give their ids anew.
    """
    own = [row for row in interests_of(session, subscription) if not row.configured]
    for row in own:
        session.delete(row)
    session.flush()
    return len(own)


def _set(session: Session, subscription: Subscription, settings: dict[str, Any]) -> None:
    for name in _SETTINGS:
        setattr(subscription, name, settings[name])
    subscription.rhythm = Rhythm(subscription.rhythm)
    session.add(subscription)
    session.flush()


def _remember(session: Session, subscription: Subscription) -> None:
    """Keep things as they are, for undoing what comes next."""
    settings = {name: _plain(getattr(subscription, name)) for name in _SETTINGS}
    kept = [
        {name: _plain(getattr(row, name)) for name in ("id", *_WANTED, "paused", "since")}
        for row in interests_of(session, subscription)
        if not row.configured
    ]
    subscription.before = {"settings": settings, "interests": kept}
    session.add(subscription)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | time) else value
