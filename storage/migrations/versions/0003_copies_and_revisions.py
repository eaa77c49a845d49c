"""imprints by which copies are found, and when a page was last read anew."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imprint",
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("article_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_imprint_article_id_article")
        ),
        sa.PrimaryKeyConstraint("generation", "mark", "article_id", name=op.f("pk_imprint")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("article") as table:
        table.add_column(sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("article") as table:
        table.drop_column("checked_at")
    op.drop_table("imprint")
