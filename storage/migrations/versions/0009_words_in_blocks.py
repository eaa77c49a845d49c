"""words in blocks: what PostgreSQL is searched by, filled for every entry from its text."""

import sqlalchemy as sa
from alembic import op

from storage.search_index import fill, make_full_text
from storage.search_parts import ENTRIES, FULL_TEXT

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        return
    for table in ENTRIES:
        if any(column["name"] == "words" for column in sa.inspect(bind).get_columns(table)):
            op.drop_column(table, "words")  # and its index with it
            op.execute(f"CLUSTER {table} USING pk_{table}")  # gives their room back
        for statement in make_full_text(table, "postgresql"):
            op.execute(statement)
    fill(bind)


def downgrade() -> None:
    """An older version finds only what is stored or revised from then on."""
    if op.get_bind().dialect.name == "sqlite":
        return
    for table in ENTRIES:
        for words in ("parts", "blocks"):
            op.drop_table(f"{table}{FULL_TEXT}_{words}")
        op.execute(sa.delete(sa.table(table)))
        op.execute(f"ALTER TABLE {table} ADD COLUMN words tsvector NOT NULL")
        op.execute(f"CREATE INDEX {table}{FULL_TEXT} ON {table} USING gin (words)")
