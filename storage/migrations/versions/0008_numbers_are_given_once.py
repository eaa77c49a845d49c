"""numbers of interests and events are given once; messages that gather can be brought up to date.

Buttons of old messages name both by number. SQLite gave the number of a deleted row again.
"""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("delivery") as table:
        table.add_column(sa.Column("gathered_in", sa.Integer(), nullable=True))
        table.add_column(sa.Column("gathering", JSON, nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(sqlite_autoincrement=True)
        _skip_what_undo_knows()


def downgrade() -> None:
    with op.batch_alter_table("delivery") as table:
        table.drop_column("gathering")
        table.drop_column("gathered_in")
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(sqlite_autoincrement=False)


def _rebuild(*, sqlite_autoincrement: bool) -> None:
    kept = {"sqlite_autoincrement": sqlite_autoincrement}
    for table in ("interest", "event"):
        with op.batch_alter_table(table, recreate="always", table_kwargs=kept):
            """Nothing else changes."""


def _skip_what_undo_knows() -> None:
    """Interests that were ended last were numbered, too: undoing brings them back."""
    bind = op.get_bind()
    states = bind.execute(sa.text("SELECT before FROM subscription WHERE before IS NOT NULL"))
    given = [
        int(one.get("id") or 0)
        for (state,) in states
        for one in (json.loads(state) or {}).get("interests", ())
    ]
    held = bind.execute(sa.text("SELECT max(id) FROM interest")).scalar()
    bind.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = 'interest'"))
    bind.execute(
        sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('interest', :seq)"),
        {"seq": max([held or 0, *given])},
    )
