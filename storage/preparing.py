"""Making the store ready for a process that watches: its schema, and who is to be told."""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from sqlmodel import col, select

from config.errors import InteropwatchError
from config.settings import Settings
from config.words import Role
from storage.database import Database, address_of
from storage.models import Subscription
from storage.schema import status, upgrade
from storage.subscriptions import sync_chats, sync_others

LOOK_SECONDS = 1.0
"""How often to look whether the schema is there."""

log = logging.getLogger(__name__)


class Installed(Protocol):
    """What the composition root hands in."""

    clock: Callable[[], datetime]

    @property
    def settings(self) -> Settings:
        """All settings."""
        ...

    def any_database(self) -> Database:
        """The store, whatever its schema."""
        ...


def prepare(installed: Installed, *, keep: bool = False) -> None:
    """Upgrade the store and make the subscriptions those of the configuration.

    With `keep` those that the daemon made stay as they are: a command that is typed beside it
    may well lack its token.
    """
    database = installed.any_database()
    upgrade(database)
    telegram = installed.settings.telegram
    with database.write() as session:
        active = session.exec(select(Subscription.id).where(col(Subscription.active))).first()
        if not (keep and active):
            now = installed.clock()
            sync_chats(
                session,
                telegram.chats,
                now,
                console=telegram.token is None,
                operators=telegram.operators,
                admits=telegram.admits,
            )
            sync_others(session, installed.settings, now)


def require_parts(installed: Installed, role: Role) -> None:
    """Several processes need a PostgreSQL, and a bot its token. Raises InteropwatchError."""
    if role is Role.BOT and installed.settings.telegram.token is None:
        raise InteropwatchError("--role bot needs a token: set INTEROPWATCH_TELEGRAM_TOKEN")
    kind = address_of(installed.settings.database_url.get_secret_value()).get_backend_name()
    if kind != "postgresql":
        raise InteropwatchError(
            f"--role {role.value} is for several processes on one PostgreSQL, and the store is "
            f"{kind}. Set INTEROPWATCH_DATABASE_URL, or run without --role"
        )


def wait_for_schema(database: Database) -> None:
    """Wait until the scheduler has brought the database to the schema of this version."""
    if status(database).pending:
        log.info("waiting for the scheduler (run --role scheduler) to upgrade the database")
    while status(database).pending:
        time.sleep(LOOK_SECONDS)
