"""The engine, the declarative base and the two column types that every room's tables are built from."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import DateTime, Engine, MetaData, Result, create_engine, event, inspect
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import CursorResult, Dialect
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class StorageError(Exception):
    """The family of errors of this room; the message is a sentence that says what to do next."""


class Instant(TypeDecorator[dt.datetime]):
    """An instant in UTC: refuses a naive datetime going in, gives an aware one coming out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise StorageError("An instant without a time zone cannot be stored: give it in UTC.")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        if value is None:
            return None
        aware: dt.datetime = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
        return aware.astimezone(dt.UTC)


class Base(DeclarativeBase):
    """The one declarative base; each room declares its own tables on it."""

    metadata = MetaData(naming_convention=NAMING)


def new_id(now: dt.datetime) -> str:
    """A UUID version 7 (RFC 9562) as text: its first 48 bits are the milliseconds of `now`, so ids sort by time."""
    milliseconds = int(now.timestamp() * 1000)
    value = (milliseconds << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def open_engine(url: str) -> Engine:
    """An engine for SQLite (in WAL, foreign keys on, writers wait 30 s) or PostgreSQL (through psycopg)."""
    if not url.startswith(("sqlite", "postgresql")):
        raise StorageError("The database address must start with sqlite:/// or postgresql+psycopg://.")
    engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"), hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediately)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediately(connection: Any) -> None:
    """Take the write lock at once: a read that later writes would otherwise fail instead of waiting."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def session_factory(engine: Engine, vault: object) -> sessionmaker[Session]:
    """Sessions that carry the vault in `session.info["vault"]`, where the functions of `storage.vault` find it."""
    return sessionmaker(engine, expire_on_commit=False, info={"vault": vault})


@contextmanager
def transaction(factory: sessionmaker[Session]) -> Iterator[Session]:
    """One unit of work: commits at the end, rolls back on any error."""
    with factory() as session, session.begin():
        yield session


def insert_new(session: Session, model: type[Base], **values: Any) -> bool:
    """Insert a row unless one with the same key is there; True when this call made it, whoever else tries at once."""
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    # what was inserted is asked back: not every driver counts inserted rows
    done = insert(model).values(**values).on_conflict_do_nothing().returning(*inspect(model).primary_key)
    return session.execute(done).first() is not None


def changed(result: Result[Any]) -> int:
    """How many rows a bulk UPDATE, DELETE or INSERT touched: what a claim checks."""
    return cast("CursorResult[Any]", result).rowcount
