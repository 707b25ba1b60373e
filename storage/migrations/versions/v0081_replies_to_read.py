"""When somebody read a reply; those that are there count as read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One column: a reply without it waits for a person."""
    op.add_column("reply", sa.Column("read_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE reply SET read_at = received_at")
