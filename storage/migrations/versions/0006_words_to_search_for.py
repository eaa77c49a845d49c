"""words to search for: an index over articles and claims, which later revisions fill."""

import sqlalchemy as sa
from alembic import op

from storage.search_index import make_full_text
from storage.search_parts import FULL_TEXT

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = {"articlewords": "article", "claimwords": "claim"}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for table, of in TABLES.items():
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column(f"{of}_id", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(
                [f"{of}_id"], [f"{of}.id"], name=op.f(f"fk_{table}_{of}_id_{of}")
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.UniqueConstraint(f"{of}_id", name=op.f(f"uq_{table}_{of}_id")),
            sqlite_autoincrement=True,
        )
        if dialect == "sqlite":  # PostgreSQL has had the words elsewhere since revision 0009
            for statement in make_full_text(table, dialect):
                op.execute(statement)


def downgrade() -> None:
    for table in TABLES:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TABLE {table}{FULL_TEXT}")
        op.drop_table(table)
