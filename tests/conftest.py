"""Fixtures of every room: a clean database per test (SQLite, and PostgreSQL where it answers), a vault, a fixed now."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

import cases.tables  # noqa: F401 - each of these imports adds a room's tables to the metadata
import evidence.tables  # noqa: F401
import monitor.tables  # noqa: F401
import takedown.tables  # noqa: F401
from storage import migrate
from storage.database import Base, open_engine, session_factory, transaction
from storage.vault import Vault, prepare_instance

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)  # a Tuesday
SERVER = os.environ.get("VIGIE_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")


@pytest.fixture
def now() -> dt.datetime:
    """Tuesday 24 November 2026, 9:00 UTC."""
    return NOW


@pytest.fixture(scope="session")
def vault() -> Vault:
    """A vault with a key made for the tests."""
    return Vault(b"a key for tests only, 32 bytes long or more")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated SQLite database: each test works on a copy of it."""
    path = tmp_path_factory.mktemp("template") / "vigie.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate.upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_engine() -> Iterator[Engine]:
    """A migrated database on the local PostgreSQL, dropped at the end; skips with the reason where none answers."""
    name = f"vigie_test_{os.getpid()}_{secrets.token_hex(3)}"
    server = create_engine(SERVER, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 2})
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except SQLAlchemyError as error:
        pytest.skip(f"no PostgreSQL answers for the tests ({type(error).__name__}); set VIGIE_TEST_POSTGRES")
    engine = open_engine(server.url.set(database=name).render_as_string(hide_password=False))
    migrate.upgrade(engine)
    yield engine
    engine.dispose()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield from _sqlite(request, tmp_path)
        return
    shared: Engine = request.getfixturevalue("postgres_engine")
    yield shared
    with shared.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        for table in Base.metadata.sorted_tables:
            connection.execute(table.delete())
        connection.execute(text("SET session_replication_role = DEFAULT"))


def _sqlite(request: pytest.FixtureRequest, folder: Path) -> Iterator[Engine]:
    path = folder / "vigie.db"
    shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
    engine = open_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture
def factory(engine: Engine, vault: Vault, now: dt.datetime) -> sessionmaker[Session]:
    """Sessions on the test's database, carrying the vault; the instance key exists."""
    made = session_factory(engine, vault)
    with transaction(made) as session:
        prepare_instance(session, now - dt.timedelta(days=30))
    return made


@pytest.fixture
def session(factory: sessionmaker[Session]) -> Iterator[Session]:
    """One open transaction, committed when the test ends."""
    with transaction(factory) as opened:
        yield opened
