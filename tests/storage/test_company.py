"""Workers share a PostgreSQL with each other; a daemon that does everything shares it with nobody."""

import threading
from contextlib import ExitStack

import pytest

from config.errors import InteropwatchError
from config.words import Role
from storage.company import company
from storage.database import Database

WORKERS = [role for role in Role if role is not Role.ALL]


@pytest.mark.postgresql
def test_workers_join_each_other_and_keep_the_daemon_out(postgresql_database: Database) -> None:
    with ExitStack() as stack:
        for role in (*WORKERS, Role.CRAWLER):
            stack.enter_context(company(postgresql_database, role, 0))
        with pytest.raises(InteropwatchError, match="stop them, or give this one a --role"):
            stack.enter_context(company(postgresql_database, Role.ALL, 0))
    with company(postgresql_database, Role.ALL, 0):
        pass


@pytest.mark.postgresql
@pytest.mark.parametrize("role", [Role.ALL, Role.SENDER])
def test_nobody_joins_a_daemon_that_does_everything(
    postgresql_database: Database, role: Role
) -> None:
    with (
        company(postgresql_database, Role.ALL, 0),
        pytest.raises(InteropwatchError, match="without --role"),
        company(postgresql_database, role, 0),
    ):
        pass


@pytest.mark.postgresql
def test_who_ends_soon_is_waited_for(postgresql_database: Database, monkeypatch) -> None:
    rested, ending = threading.Event(), ExitStack()
    ending.enter_context(company(postgresql_database, Role.SENDER))

    def rest(_: float) -> None:
        rested.set()
        ending.close()

    monkeypatch.setattr("time.sleep", rest)
    with company(postgresql_database, Role.ALL):
        assert rested.is_set()


def test_a_file_knows_no_workers(sqlite_database: Database) -> None:
    with company(sqlite_database, Role.ALL, 0), company(sqlite_database, Role.ALL, 0):
        pass
