"""The migration makes exactly the tables that the rooms declare."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, select, text

from cases import people
from storage import migrate
from storage.database import Base, StorageError, open_engine, session_factory, transaction
from storage.vault import Vault, prepare_instance
from tests.storage.emptied import database

CHANGED = {"organisation": {"name"}}
"""Columns of the first release that are gone: the name of an organisation is sealed since revision 0002."""
NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)  # a Tuesday


def test_a_migrated_database_equals_the_declared_tables(engine: Engine) -> None:
    assert len(Base.metadata.tables) >= 34
    assert migrate.check(engine, Base.metadata) == []
    assert migrate.current(engine) == migrate.newest() is not None


def test_a_missing_index_and_a_missing_column_are_named(tmp_path: Path, vault: Vault) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'other.db'}")
    migrate.upgrade(engine, vault)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE run DROP COLUMN pages")
        connection.exec_driver_sql("DROP INDEX ix_match_case_id")
    assert sorted(migrate.check(engine, Base.metadata)) == ["add_column run pages", "add_index ix_match_case_id"]
    engine.dispose()


def test_an_empty_database_has_no_revision_and_upgrading_twice_changes_nothing(tmp_path: Path, vault: Vault) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'other.db'}")
    assert migrate.current(engine) is None
    migrate.upgrade(engine, vault)
    migrate.upgrade(engine, vault)
    assert migrate.current(engine) == migrate.newest()
    engine.dispose()


def test_a_migration_that_fails_half_way_leaves_the_database_as_it_was(tmp_path: Path, vault: Vault) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'other.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE takedown_event (id TEXT)")  # the last table that 0001 makes
    with pytest.raises(Exception, match="takedown_event"):
        migrate.upgrade(engine, vault)
    with engine.connect() as connection:
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
    assert tables == ["takedown_event"]
    engine.dispose()


def test_the_history_imports_no_room(tmp_path: Path) -> None:
    code = (
        "import sys; from storage import migrate, vault; from storage.database import open_engine\n"
        f"migrate.upgrade(open_engine('sqlite:///{tmp_path / 'other.db'}'), vault.Vault(b'k' * 32))\n"
        "rooms = {'cases', 'monitor', 'evidence', 'takedown', 'portal', 'vigie'}\n"
        "print(sorted(rooms & {name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.strip() == "[]"


def test_an_upgrade_seals_the_organisations_names_and_leaves_none_in_clear(tmp_path: Path, vault: Vault) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'other.db'}")
    migrate.upgrade(engine, vault, "0001")
    make = session_factory(engine, vault)
    with transaction(make) as session:
        prepare_instance(session, NOW)
        session.execute(
            text("INSERT INTO organisation VALUES ('o1', 'law_office', 'Cabinet Solène Marchevert', 0, :now)"),
            {"now": NOW.isoformat(" ")},
        )
        session.execute(
            text(
                "INSERT INTO account (id, organisation_id, role, login_blind, login_sealed, display_sealed,"
                " password_hash, failed_sign_ins, created_at) VALUES ('a1', 'o1', 'lawyer', 'b', '', '', '', 0, :now)"
            ),
            {"now": NOW.isoformat(" ")},
        )
    migrate.upgrade(engine, vault)
    with transaction(make) as session:
        assert people.organisation_name(session, "o1") == "Cabinet Solène Marchevert"
    engine.dispose()
    assert b"Marchevert" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_a_database_of_another_kind_is_refused_with_a_sentence() -> None:
    with pytest.raises(StorageError, match="sqlite"):
        open_engine("mysql://localhost/vigie")


def invented(column: Any, row: str) -> Any:
    """A value that fits a column's type."""
    kind = column.type.python_type
    values = {str: row[: getattr(column.type, "length", None) or 36], int: 3, bool: True, float: 0.5,
              bytes: b"\x00\xff", dt.date: dt.date(2026, 11, 24)}  # fmt: skip
    return NOW if kind is dt.datetime else values[kind]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_filled_database_of_the_first_release_keeps_every_value(kind: str, tmp_path: Path, vault: Vault) -> None:
    with database(kind, tmp_path) as url:
        engine = open_engine(url)
        migrate.upgrade(engine, vault, "0001")
        with transaction(session_factory(engine, vault)) as session:
            prepare_instance(session, NOW)
        first = MetaData()
        with engine.begin() as connection:
            first.reflect(connection)
            tables = [table for table in first.sorted_tables if table.name != "alembic_version"]
            for table in tables:
                keys = {key.parent.name: "row-1" for key in table.foreign_keys}
                values = {one.name: keys.get(one.name) or invented(one, "row-1") for one in table.columns}
                for key in table.primary_key.columns:
                    values[key.name] = values[key.name] if key.type.python_type is not str else "row-1"
                connection.execute(table.insert(), values)
            before = {table.name: connection.execute(select(table)).mappings().all() for table in tables}
        assert all(before.values())
        migrate.upgrade(engine, vault)
        assert migrate.check(engine, Base.metadata) == []
        now = MetaData()
        with engine.connect() as connection:
            now.reflect(connection)
            for name, rows in before.items():
                kept = [one for one in rows[0] if one in now.tables[name].columns]
                assert set(rows[0]) - set(kept) <= CHANGED.get(name, set()), name
                seen = connection.execute(select(*(now.tables[name].columns[one] for one in kept))).mappings().all()
                assert sorted(map(repr, seen)) == sorted(repr({one: row[one] for one in kept}) for row in rows), name
        engine.dispose()
