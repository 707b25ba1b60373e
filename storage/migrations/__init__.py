"""The one Alembic history of the database: `storage.migrate` runs it."""
