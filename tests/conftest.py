"""Fixtures of every room: a clean database per test (SQLite, and PostgreSQL where it answers), a vault, a fixed now."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from hypothesis import settings
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

import cases.tables  # noqa: F401 - each of these imports adds a room's tables to the metadata
import evidence.tables  # noqa: F401
import monitor.tables  # noqa: F401
import takedown.tables  # noqa: F401
from cases import case, mandate, passwords, people
from cases.case import OpenedCase
from storage import migrate
from storage.database import Base, open_engine, session_factory, transaction
from storage.vault import Vault, prepare_instance
from tests import size

settings.register_profile("sampled", max_examples=60, deadline=None)
settings.register_profile("ci", parent=settings.get_profile("sampled"), derandomize=True)
settings.register_profile("deep", max_examples=3000, deadline=None)
settings.load_profile(size.chosen(sampled=os.environ.get("HYPOTHESIS_PROFILE", "sampled"), deep="deep"))

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
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, vault: Vault) -> Path:
    """An empty, migrated SQLite database: each test works on a copy of it."""
    path = tmp_path_factory.mktemp("template") / "vigie.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate.upgrade(engine, vault)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_engine(vault: Vault) -> Iterator[Engine]:
    """A migrated database on the local PostgreSQL, dropped at the end; skips with the reason where none answers."""
    name = f"vigie_test_{os.getpid()}_{secrets.token_hex(3)}"
    server = create_engine(SERVER, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 2})
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except SQLAlchemyError as error:
        pytest.skip(f"no PostgreSQL answers for the tests ({type(error).__name__}); set VIGIE_TEST_POSTGRES")
    engine = open_engine(server.url.set(database=name).render_as_string(hide_password=False))
    migrate.upgrade(engine, vault)
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


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Argon2 with its cheapest parameters: the real ones cost 155 ms for each account that a test invents."""
    real, passwords.HASHER = passwords.HASHER, PasswordHasher.from_parameters(CHEAPEST)
    yield
    passwords.HASHER = real


@dataclasses.dataclass(frozen=True)
class World:
    """An association with one case, its people (account ids), and a stranger in another association."""

    factory: sessionmaker[Session]
    now: dt.datetime
    organisation: str
    elsewhere: str
    lead: str
    agent: str
    lawyer: str
    relative: str
    operator: str
    auditor: str
    stranger: str
    case: OpenedCase


PASSWORD = "quatre mots en file indienne"


@pytest.fixture
def world(factory: sessionmaker[Session], now: dt.datetime) -> World:
    """Camille Exemple's case, opened yesterday: agent, lead, lawyer, relative take part under mandates valid today."""
    with transaction(factory) as session:
        return invent_world(session, factory, now)


def invent_world(session: Session, factory: sessionmaker[Session], now: dt.datetime) -> World:
    """The rows of `world`."""
    yesterday = now - dt.timedelta(days=1)
    here = people.add_organisation(session, yesterday, kind="association", name="Association Rive Claire")
    elsewhere = people.add_organisation(session, yesterday, kind="association", name="Association Autre Rive")
    ids = {
        role: people.add_account(
            session, yesterday, organisation_id=elsewhere if role == "stranger" else here,
            role="agent" if role == "stranger" else role, login=f"{role}@rive.example", name=f"Personne {role}",
            password=PASSWORD, actor="system",
        )
        for role in ("lead", "agent", "lawyer", "relative", "operator", "auditor", "stranger")
    }  # fmt: skip
    opened = case.open_case(
        session, yesterday, organisation_id=here, name="Camille Exemple", lang="fr",
        contact={"email": "camille@exemple.example"}, under_18_today="no", actor=ids["agent"],
    )  # fmt: skip
    for part in ("agent", "lead", "lawyer", "relative", "auditor"):
        people.join(session, yesterday, opened.id, ids[part], part, actor=ids["lead"])
    for kind, holder in (("association", "agent"), ("lawyer", "lawyer"), ("relative", "relative")):
        mandate.grant(
            session, yesterday, case_id=opened.id, account_id=ids[holder], kind=kind, scope=mandate.SCOPES,
            valid_from=yesterday.date(), actor="subject",
        )  # fmt: skip
    return World(factory, now, here, elsewhere, **ids, case=opened)
