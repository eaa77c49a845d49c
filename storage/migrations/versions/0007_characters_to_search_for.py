"""characters to search for: every one is a word of its own; the index is filled anew."""

import sqlalchemy as sa
from alembic import op

from storage.search_index import ENTRIES, FULL_TEXT, fill, make_full_text

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in ENTRIES:
        op.execute(sa.delete(sa.table(table)))
        if is_sqlite:  # nothing can be deleted from a full-text table
            op.execute(f"DROP TABLE {table}{FULL_TEXT}")
            for statement in make_full_text(table, "sqlite"):
                op.execute(statement)
    fill(op.get_bind())


def downgrade() -> None:
    """An older version finds all of its words."""
