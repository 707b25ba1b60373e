"""Sharing and quarantine of fingerprints, pictures that are not hers, and what was seen in the last day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0070"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """New columns are empty for what exists; three new tables."""
    op.add_column("watch", sa.Column("look_back_at", INSTANT))
    op.add_column("fingerprint", sa.Column("shared_by", sa.String(64)))
    for name in ("shared_at", "quarantined_at", "released_at"):
        op.add_column("fingerprint", sa.Column(name, INSTANT))
    op.create_table(
        "negative_print",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("watch_id", sa.String(36), nullable=False),
        sa.Column("bank_id", sa.String(64), nullable=False),
        sa.Column("match_id", sa.String(36)),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("quality", sa.Integer()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_negative_print"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_negative_print_case_id"),
        sa.ForeignKeyConstraint(["watch_id"], ["watch.id"], name="fk_negative_print_watch_id"),
    )
    op.create_index("ix_negative_print_watch_id", "negative_print", ["watch_id"])
    op.create_index("ix_negative_print_match_id", "negative_print", ["match_id"])
    op.create_table(
        "recent_media",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("slot", sa.String(13), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("media_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recent_media"),
    )
    op.create_index("ix_recent_media_slot", "recent_media", ["slot"])
    op.create_table(
        "passing_key",
        sa.Column("slot", sa.String(13), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("slot", name="pk_passing_key"),
    )
