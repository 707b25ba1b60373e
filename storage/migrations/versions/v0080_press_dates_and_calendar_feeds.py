"""Where a first publication was read and who could see it; secret addresses of calendar feeds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0020"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """A day that is already there was declared by a person; one new table."""
    op.add_column("content", sa.Column("published_source", sa.String(8)))
    op.add_column("content", sa.Column("audience", sa.String(8)))
    op.execute("UPDATE content SET published_source = 'declared' WHERE published_on IS NOT NULL")
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_feed"),
        sa.UniqueConstraint("hash", name="uq_calendar_feed_hash"),
    )
    op.create_index("ix_calendar_feed_actor", "calendar_feed", ["actor"])
