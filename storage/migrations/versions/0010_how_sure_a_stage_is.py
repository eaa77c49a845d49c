"""how sure the stage of a claim is; what was read before does not say."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("claim", sa.Column("sure", sa.Float(), nullable=True))


def downgrade() -> None:
    op.drop_column("claim", "sure")
