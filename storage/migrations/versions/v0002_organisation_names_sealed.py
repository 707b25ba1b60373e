"""Seals the name of each organisation: a law office usually bears the name of a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ORGANISATION = sa.table(
    "organisation", sa.column("id", sa.String), sa.column("name", sa.String), sa.column("name_sealed", sa.LargeBinary)
)


def upgrade() -> None:
    """Seal the names that are there, then drop the clear ones; `storage.migrate` hands in what seals."""
    op.add_column(
        "organisation", sa.Column("name_sealed", sa.LargeBinary(), nullable=False, server_default=sa.text("''"))
    )
    seal = op.get_context().opts["seal"]
    for id_, name in op.get_bind().execute(sa.select(ORGANISATION.c.id, ORGANISATION.c.name)).all():
        sealed = seal("organisation", "name", id_, name)
        op.execute(ORGANISATION.update().where(ORGANISATION.c.id == id_).values(name_sealed=sealed))
    op.drop_column("organisation", "name")
