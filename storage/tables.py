"""Tables of the storage room: case keys, the ledger, the no-fetch list, keys that pass and the clock's leader lock."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, Instant


class CaseKey(Base):
    """The data key of one case, wrapped by the master key; erasing `wrapped` erases the case (design.md section 7)."""

    __tablename__ = "case_key"
    case_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    destroyed_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class LedgerEntry(Base):
    """One act or read in a case, chained by hash to the one before it; never changed, never deleted."""

    __tablename__ = "ledger_entry"
    __table_args__ = (UniqueConstraint("case_id", "seq"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(String(36))
    seq: Mapped[int]
    at: Mapped[dt.datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(64))
    act: Mapped[str] = mapped_column(String(64))
    subject_table: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[str] = mapped_column(String(64))
    detail_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class LedgerHead(Base):
    """The newest sequence number and hash of each case's chain: what a truncation cannot imitate."""

    __tablename__ = "ledger_head"
    case_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class NoFetch(Base):
    """An address that nobody may fetch again, as a keyed hash (image of a minor, or age unknown)."""

    __tablename__ = "no_fetch"
    address_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)


class Leader(Base):
    """Who holds a named role of which there is only one (the clock), and until when."""

    __tablename__ = "leader"
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64))
    lease_until: Mapped[dt.datetime] = mapped_column(Instant)


class PassingKey(Base):
    """A key that seals what was seen in one hour, and is destroyed a day after it was made (design.md section 7)."""

    __tablename__ = "passing_key"
    slot: Mapped[str] = mapped_column(String(13), primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
