"""Who works on one PostgreSQL: workers of any number, or one daemon that does everything, not both.

The daemon keeps Telegram's limits by itself, takes back at once what is being sent, and expects signs
of life of its own loops alone: beside workers it would repeat their messages and forget their signs.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from config.errors import InteropwatchError
from config.words import Role
from storage.database import Database
from storage.schema import status

PATIENCE = 90.0
"""Seconds to wait for who is ending, or for the server to notice that somebody has died."""

LOOK_SECONDS = 1.0

_LOCK = 0x1_0F0_C0A1
"""Any number that nobody else locks on."""

_ALIVE = (
    "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3"
)
"""A machine that is gone lets go within a minute, not after the two hours of most systems."""

log = logging.getLogger(__name__)


@contextmanager
def company(database: Database, role: Role, patience: float = PATIENCE) -> Iterator[None]:
    """Be one of several workers, or (with no role) the only one, until the block or the process ends.

    Raises InteropwatchError where others are there that cannot be joined. SQLite knows no workers.
    """
    if database.engine.dialect.name != "postgresql":
        yield
        return
    status(database)  # says in plain words where it cannot be reached
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()  # closed at the end and not kept for others, with its lock
        connection.execute(text(_ALIVE))
        _enter(connection, role, patience)
        yield


def _enter(connection: Connection, role: Role, patience: float) -> None:
    end = time.monotonic() + patience
    told = False
    while not _locked(connection, role):
        if time.monotonic() >= end:
            raise InteropwatchError(_refusal(role))
        if not told:
            log.warning("waiting up to %.0f s for other processes at this database", patience)
            told = True
        time.sleep(LOOK_SECONDS)


def _locked(connection: Connection, role: Role) -> bool:
    kind = "" if role is Role.ALL else "_shared"
    found = connection.execute(
        text(f"SELECT pg_try_advisory_lock{kind}(:lock)"),
        {"lock": _LOCK},
    )
    return bool(found.scalar())


def _refusal(role: Role) -> str:
    if role is Role.ALL:
        return (
            "other processes work on this database, and `run` without --role does everything alone: "
            "stop them, or give this one a --role"
        )
    return (
        f"a `run` without --role does everything alone on this database: stop it, then start "
        f"--role {role.value} again"
    )
