"""what one chat was told of one event is found without a look at all that either was told."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    columns = ["event_id", "subscription_id", "stage_change_id"]
    op.create_index("ix_delivery_told", "delivery", columns)
    op.drop_index("ix_delivery_event_id", "delivery")


def downgrade() -> None:
    op.create_index("ix_delivery_event_id", "delivery", ["event_id"])
    op.drop_index("ix_delivery_told", "delivery")
