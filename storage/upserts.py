"""Adding rows that another process may add at the same moment.

Reading first and inserting after is a race between several workers: both find nothing, and one of
them ends with an error. `INSERT … ON CONFLICT` is one step. Both databases speak it, and
SQLAlchemy has an `insert` of its own for each.
"""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session


def insert(session: Session, table: Any) -> Any:
    """An INSERT of the session's database, with its `on_conflict_do_nothing` and `…_do_update`."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    return sqlite.insert(table) if on_sqlite else postgresql.insert(table)
