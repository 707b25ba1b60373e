"""Alembic's entry: runs the history on the connection that `storage.migrate` hands in."""

from __future__ import annotations

from alembic import context

given = context.config.attributes
context.configure(connection=given["connection"], transactional_ddl=True, seal=given["seal"])
with context.begin_transaction():
    context.run_migrations()
