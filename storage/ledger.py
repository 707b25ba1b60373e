"""The ledger: an append-only chain of acts and reads per case, verifiable even after the case was erased."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import vault
from storage.database import insert_new, new_id
from storage.tables import LedgerEntry, LedgerHead

GENESIS = "0" * 64


@dataclass(frozen=True)
class ChainReport:
    """What a verification found: `broken_at` is the first sequence number that does not fit, None when all fit."""

    case_id: str
    entries: int
    head: str
    broken_at: int | None

    @property
    def intact(self) -> bool:
        return self.broken_at is None


def append(
    session: Session,
    *,
    case_id: str,
    at: dt.datetime,
    actor: str,
    act: str,
    subject: tuple[str, str] = ("", ""),
    detail: dict[str, Any] | None = None,
) -> LedgerEntry:
    """Add one entry in the caller's transaction; `subject` is (table, row id), `detail` is sealed under the case key.

    `actor` is an account id or one of `system`, `subject`, `owner`; never a name.
    """
    head = _locked_head(session, case_id)
    seq, previous = head.seq + 1, head.hash
    entry_id = new_id(at)
    text = json.dumps(detail or {}, ensure_ascii=False, sort_keys=True)
    entry = LedgerEntry(
        id=entry_id,
        case_id=case_id,
        seq=seq,
        at=at,
        actor=actor,
        act=act,
        subject_table=subject[0],
        subject_id=subject[1],
        detail_sealed=vault.seal(session, case_id, "ledger_entry", "detail", entry_id, text),
        previous_hash=previous,
        hash="",
    )
    entry.hash = _digest(entry)
    session.add(entry)
    head.seq, head.hash = seq, entry.hash
    session.flush()
    return entry


def head(session: Session, case_id: str) -> str:
    """The newest hash of a case's chain; nobody else adds to it before this transaction ends."""
    return _locked_head(session, case_id).hash


def read(session: Session, case_id: str) -> Sequence[LedgerEntry]:
    """All entries of a case, oldest first."""
    entries = select(LedgerEntry).where(LedgerEntry.case_id == case_id).order_by(LedgerEntry.seq)
    return session.scalars(entries, execution_options={"populate_existing": True}).all()


def detail(session: Session, entry: LedgerEntry) -> dict[str, Any]:
    """The opened detail of an entry."""
    opened: dict[str, Any] = json.loads(
        vault.open_text(session, entry.case_id, "ledger_entry", "detail", entry.id, entry.detail_sealed)
    )
    return opened


def verify(session: Session, case_id: str) -> ChainReport:
    """Walk the chain: an edit, a deletion, a swap or a truncation shows as the first number that does not fit."""
    head = session.get(LedgerHead, case_id, with_for_update={"read": True}, populate_existing=True)
    previous, expected, entries = GENESIS, 1, read(session, case_id)
    for entry in entries:
        if (entry.seq, entry.previous_hash) != (expected, previous) or entry.hash != _digest(entry):
            return ChainReport(case_id, len(entries), previous, expected)
        previous, expected = entry.hash, expected + 1
    anchored = (head.seq, head.hash) if head else (0, GENESIS)
    return ChainReport(case_id, len(entries), previous, None if anchored == (expected - 1, previous) else expected)


def _locked_head(session: Session, case_id: str) -> LedgerHead:
    """The head's row, made if it is the first time, locked until the transaction ends: writers take their turn."""
    insert_new(session, LedgerHead, case_id=case_id, seq=0, hash=GENESIS)
    return session.get_one(LedgerHead, case_id, with_for_update=True, populate_existing=True)


def _digest(entry: LedgerEntry) -> str:
    return digest(
        entry.case_id, str(entry.seq), entry.at.astimezone(dt.UTC).isoformat(), entry.actor, entry.act,
        entry.subject_table, entry.subject_id, hashlib.sha256(entry.detail_sealed).hexdigest(), entry.previous_hash,
    )  # fmt: skip


def digest(*fields: str) -> str:
    """The hash of an entry: case, seq, instant (ISO, UTC), actor, act, subject table and id, SHA-256 of the sealed
    detail, previous hash, joined by NUL; everybody can compute it again without a key.
    """
    return hashlib.sha256("\0".join(fields).encode()).hexdigest()
