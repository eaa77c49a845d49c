"""characters to search for: every one is a word of its own; the index is filled anew."""

import sqlalchemy as sa
from alembic import op

from storage.search_index import fill, make_full_text
from storage.search_parts import ENTRIES, FULL_TEXT

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return  # revision 0009 fills it
    for table in ENTRIES:
        op.execute(sa.delete(sa.table(table)))
        op.execute(f"DROP TABLE {table}{FULL_TEXT}")  # nothing can be deleted from it
        for statement in make_full_text(table, "sqlite"):
            op.execute(statement)
    fill(op.get_bind())


def downgrade() -> None:
    """An older version finds all of its words."""
