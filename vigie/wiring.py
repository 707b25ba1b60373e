"""The wiring: settings, catalogue, database, vault and letterbook, put together once for every command."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version

from sqlalchemy import Engine, MetaData
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

import cases.tables
import evidence.tables
import monitor.tables
import storage.tables
import takedown.tables
from config import catalogue
from config.catalogue import Catalogue
from config.settings import Settings
from storage.database import Base, StorageError, open_engine, session_factory
from storage.migrate import current, newest, upgrade
from storage.vault import Vault
from takedown.letterbook import Letterbook
from vigie.clock import Clock, real_clock
from vigie.environment import environ

ALL_TABLES = (storage.tables, cases.tables, monitor.tables, evidence.tables, takedown.tables)


@dataclass(frozen=True)
class Wiring:
    """What a command, a worker or the portal needs; the clock is the only source of time."""

    settings: Settings
    engine: Engine
    factory: sessionmaker[Session]
    clock: Clock
    version: str

    @cached_property
    def catalogue(self) -> Catalogue:
        return catalogue.load(self.settings.config_dir)

    @cached_property
    def letterbook(self) -> Letterbook:
        return Letterbook.load(self.settings.config_dir)


def metadata() -> MetaData:
    """The tables of all rooms; storage's migrations are compared with it."""
    assert ALL_TABLES
    return Base.metadata


def load(clock: Clock | None = None, settings: Settings | None = None, *, migrate: bool = False) -> Wiring:
    """Read the settings and open the database; refuses one that was never prepared or is of another version."""
    chosen = settings or Settings.load(environ())
    chosen.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = open_engine(chosen.database_url)
    vault = Vault(chosen.key)
    _prepared(engine, vault, migrate=migrate)
    factory = session_factory(engine, vault)
    return Wiring(chosen, engine, factory, clock or real_clock(chosen.clock_offset), version("vigie"))


def _prepared(engine: Engine, vault: Vault, *, migrate: bool) -> None:
    """Upgrade, or look whether somebody did; whatever the database answers becomes a sentence without its address."""
    try:
        if migrate:
            upgrade(engine, vault)
        elif (revision := current(engine)) is None:
            raise StorageError("This database is empty: prepare it with `vigie init`, or `vigie db upgrade`.")
        elif revision != newest():
            raise StorageError(f"This database is of another version of Vigie ({revision}): run `vigie db upgrade`.")
    except SQLAlchemyError as error:
        raise StorageError(
            f"The database cannot be opened ({type(error).__name__}): check VIGIE_DATABASE_URL, that its server runs, "
            "and that the folder of a SQLite file exists and can be written."
        ) from None
