"""interests of subscriptions."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

OLD = sa.table(
    "subscription",
    sa.column("id", sa.Integer),
    sa.column("platforms", JSON),
    sa.column("capabilities", JSON),
    sa.column("least_stage", sa.Text),
)
INTERESTS = sa.table(
    "interest",
    sa.column("subscription_id", sa.Integer),
    sa.column("platform", sa.String),
    sa.column("other", sa.String),
    sa.column("directed", sa.Boolean),
    sa.column("capability", sa.String),
    sa.column("language", sa.String),
    sa.column("least_stage", sa.Text),
    sa.column("least_sources", sa.Integer),
    sa.column("paused", sa.Boolean),
    sa.column("configured", sa.Boolean),
    sa.column("since", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    _add_tables()
    _add_columns("delivery", ("part", sa.Integer(), "0"))
    _add_columns(
        "subscription",
        ("zone", sa.String(), "UTC"),
        ("rhythm", sa.Text(), "immediate"),
        ("digest_at", sa.Time(), "09:00:00.000000"),
        ("digest_weekday", sa.Integer(), "0"),
        ("configured", sa.Boolean(), sa.true()),  # until now there were no others
        ("paused", sa.Boolean(), sa.false()),
        ("owner_told", sa.Boolean(), sa.false()),
    )
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.add_column(sa.Column("quiet_from", sa.Time(), nullable=True))
        batch_op.add_column(sa.Column("quiet_to", sa.Time(), nullable=True))
        batch_op.add_column(sa.Column("owner", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("before", JSON, nullable=True))
    _move_filters()
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        for name in ("platforms", "capabilities", "least_stage"):
            batch_op.drop_column(name)


def downgrade() -> None:
    """Take it back; what the old columns cannot say is lost."""
    _add_columns(
        "subscription",
        ("platforms", JSON, "[]"),
        ("capabilities", JSON, "[]"),
        ("least_stage", sa.Text(), "rumour"),
    )
    _gather_filters()
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        for name in (
            "zone",
            "quiet_from",
            "quiet_to",
            "rhythm",
            "digest_at",
            "digest_weekday",
            "configured",
            "paused",
            "owner",
            "owner_told",
            "before",
        ):
            batch_op.drop_column(name)
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_column("part")
    for name in ("report", "share", "mute", "interest"):
        op.drop_table(name)


def _add_columns(table: str, *columns: tuple[str, Any, Any]) -> None:
    """Add columns that must have a value; the default is for the rows of now alone."""
    with op.batch_alter_table(table, schema=None) as batch_op:
        for name, kind, default in columns:
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=default))
    with op.batch_alter_table(table, schema=None) as batch_op:
        for name, _, _ in columns:
            batch_op.alter_column(name, server_default=None)


def _add_tables() -> None:
    op.create_table(
        "interest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("other", sa.String(), nullable=False),
        sa.Column("directed", sa.Boolean(), nullable=False),
        sa.Column("capability", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("least_stage", sa.Text(), nullable=False),
        sa.Column("least_sources", sa.Integer(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("configured", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_interest_subscription_id_subscription"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest")),
    )
    op.create_index("ix_interest_platform", "interest", ["platform", "other"], unique=False)
    op.create_index(
        op.f("ix_interest_subscription_id"), "interest", ["subscription_id"], unique=False
    )
    op.create_table(
        "mute",
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_mute_subscription_id_subscription"),
        ),
        sa.PrimaryKeyConstraint("subscription_id", "event_id", name=op.f("pk_mute")),
    )
    op.create_table(
        "share",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("interests", JSON, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_share")),
    )
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("reporter", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("guest", sa.String(), nullable=False),
        sa.Column("capability", sa.Text(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint(
            "event_id", "stage", "reporter", name=op.f("uq_report_event_id_stage_reporter")
        ),
    )
    op.create_index(op.f("ix_report_event_id"), "report", ["event_id"], unique=False)


def _move_filters() -> None:
    """One interest for every pair of a platform and a capability that a chat had named."""
    now = datetime.now(UTC)
    bind = op.get_bind()
    rows = [
        {
            "subscription_id": number,
            "platform": platform,
            "other": "",
            "directed": False,
            "capability": capability,
            "language": "",
            "least_stage": least_stage,
            "least_sources": 1,
            "paused": False,
            "configured": True,
            "since": now,
        }
        for number, platforms, capabilities, least_stage in bind.execute(sa.select(OLD)).all()
        for platform in platforms or [""]
        for capability in capabilities or [""]
    ]
    if rows:
        bind.execute(sa.insert(INTERESTS), rows)


def _gather_filters() -> None:
    bind = op.get_bind()
    held: dict[int, tuple[list[str], list[str], str]] = {}
    wanted = sa.select(
        INTERESTS.c.subscription_id,
        INTERESTS.c.platform,
        INTERESTS.c.capability,
        INTERESTS.c.least_stage,
    )
    for number, platform, capability, least_stage in bind.execute(wanted).all():
        platforms, capabilities, _ = held.setdefault(number, ([], [], least_stage))
        platforms.append(platform)
        capabilities.append(capability)
    for number, (platforms, capabilities, least_stage) in held.items():
        bind.execute(
            sa.update(OLD)
            .where(OLD.c.id == number)
            .values(
                platforms=_named(platforms),
                capabilities=_named(capabilities),
                least_stage=least_stage,
            )
        )


def _named(words: list[str]) -> list[str]:
    """What was named; nothing where one of them let everything pass."""
    return [] if "" in words else sorted(set(words))
