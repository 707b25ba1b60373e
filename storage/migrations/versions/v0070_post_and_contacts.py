"""Mail that answers no letter we know, how far the mailbox was read, and abuse contacts found in the registries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Three new tables; what exists is not touched."""
    op.create_table(
        "unmatched_mail",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("message_blind", sa.String(64), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("mail_sealed", sa.LargeBinary()),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT),
        sa.Column("settled_by", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_unmatched_mail"),
        sa.UniqueConstraint("message_blind", name="uq_unmatched_mail_message_blind"),
    )
    op.create_index("ix_unmatched_mail_state", "unmatched_mail", ["state"])
    op.create_table(
        "mailbox",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("uid_validity", sa.BigInteger()),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("lease_owner", sa.String(64)),
        sa.Column("lease_until", INSTANT),
        sa.Column("read_at", INSTANT),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error_class", sa.String(24)),
        sa.PrimaryKeyConstraint("id", name="pk_mailbox"),
    )
    op.create_index("ix_mailbox_due_at", "mailbox", ["due_at"])
    op.create_table(
        "contact",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("target", sa.String(64), nullable=False),
        sa.Column("holder", sa.String(200), nullable=False),
        sa.Column("mailbox", sa.String(254), nullable=False),
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("confirmed_by", sa.String(64)),
        sa.Column("confirmed_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
        sa.UniqueConstraint("target", name="uq_contact_target"),
    )
