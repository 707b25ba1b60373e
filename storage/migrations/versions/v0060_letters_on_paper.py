"""Earlier states of letters, the pictures of an office's letters, and the page that a sign-off is for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Two new tables; older sign-offs stay valid without a page."""
    op.create_table(
        "notice_version",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("notice_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("letter_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("replaced_by", sa.String(64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notice_version"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_notice_version_case_id"),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_notice_version_notice_id"),
        sa.UniqueConstraint("notice_id", "number", name="uq_notice_version_notice_id_number"),
    )
    op.create_table(
        "office_document",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("account_id", sa.String(36)),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("picture_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("given_by", sa.String(64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("removed_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_office_document"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_office_document_organisation_id"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_office_document_account_id"),
    )
    op.create_index("ix_office_document_organisation_id", "office_document", ["organisation_id"])
    op.add_column("sign_off", sa.Column("ground", sa.String(48)))
    op.add_column("sign_off", sa.Column("page", sa.Text()))
