"""Telling trouble of the store from what is wrong with that which is to be stored."""

from sqlalchemy.exc import OperationalError

_SQLITE_ERROR = 1
"""SQLite's code for a statement that makes no sense to it, or too much of it."""

_LIMIT_EXCEEDED = "54"
"""The class of PostgreSQL's codes for what is too large or too complex for it."""


def is_trouble(error: Exception) -> bool:
    """Whether the same may work later: the store is locked, full or gone, or ended a deadlock.

    A statement that is too much for any store is an OperationalError too, but fails for ever.
    """
    if not isinstance(error, OperationalError):
        return False
    code = int(getattr(error.orig, "sqlite_errorcode", 0))  # its lowest byte is the kind
    state = str(getattr(error.orig, "sqlstate", None) or "")
    return code & 0xFF != _SQLITE_ERROR and not state.startswith(_LIMIT_EXCEEDED)


def trouble(error: Exception) -> str:
    """What to tell a person whose command met such trouble: each transaction is whole or nothing."""
    said = " ".join(str(getattr(error, "orig", None) or error).split())
    return (
        f"the store could not be used: {said}. What was not finished has been taken back. "
        "See that the disk has room and that nobody holds the store, and try again"
    )
