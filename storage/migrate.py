"""Brings a database to the newest revision, and says where it differs from the tables that the rooms declare."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData
from sqlalchemy.orm import Session

from storage.vault import INSTANCE, Vault, seal

HISTORY = "storage:migrations"  # a package resource: works from an installed wheel, without alembic.ini


def upgrade(engine: Engine, vault: Vault, to: str = "head") -> None:
    """Run the revisions that the database lacks, in one transaction: killed half-way, it is as it was.

    A revision that seals what lay in clear does it with `vault`, under the instance's key.
    """
    with engine.begin() as connection:
        config = _config(connection)
        config.attributes["seal"] = _sealer(connection, vault)
        command.upgrade(config, to)


def current(engine: Engine) -> str | None:
    """The revision that the database stands on, None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The revision that this release expects."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def check(engine: Engine, metadata: MetaData) -> list[str]:
    """Each difference between the database and the declared tables as a line; an empty list means they agree."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return [_line(difference) for difference in compare_metadata(context, metadata)]


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", HISTORY)
    config.attributes["connection"] = connection
    return config


def _sealer(connection: Connection, vault: Vault) -> Callable[[str, str, str, str], bytes]:
    """Seals (table, column, row, text) of the instance on the connection of the migration."""

    def sealed(table: str, column: str, row: str, text: str) -> bytes:
        with Session(connection, info={"vault": vault}) as session:
            return seal(session, INSTANCE, table, column, row, text)

    return sealed


def _line(difference: Any) -> str:
    """Alembic gives a tuple for a table and a list of tuples for a column."""
    if isinstance(difference, list):
        return "; ".join(_line(each) for each in difference)
    return " ".join(str(getattr(part, "name", part)) for part in difference if part is not None)
