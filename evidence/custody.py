"""Custody of exhibits: who read which one, what lies on disk, and what must no longer lie there."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from evidence import package, seal
from evidence.errors import EvidenceError
from evidence.tables import Exhibit
from storage import ledger, vault


@dataclass(frozen=True)
class ExhibitView:
    """An exhibit as the person's pages show it."""

    id: str
    number: int
    about: str
    reason: str
    state: str
    address: str = field(repr=False)
    http_status: int | None
    error_class: str | None
    manifest_sha256: str | None
    size: int
    requested_at: dt.datetime
    captured_at: dt.datetime | None


@dataclass(frozen=True)
class Swept:
    """What a sweep found: how many files no exhibit names (removed), and which exhibits have no file (restore them)."""

    removed: int
    missing: tuple[str, ...]


def list_exhibits(session: Session, case_id: str) -> list[ExhibitView]:
    """The exhibits of a case in the order of their numbers."""
    rows = session.scalars(select(Exhibit).where(Exhibit.case_id == case_id).order_by(Exhibit.number))
    return [view(session, row) for row in rows]


def view(session: Session, row: Exhibit) -> ExhibitView:
    """One exhibit with its address opened."""
    order = json.loads(vault.open_text(session, row.case_id, "exhibit", "address", row.id, row.address_sealed))
    return ExhibitView(
        row.id, row.number, row.about, row.reason, row.state, order["url"], row.http_status, row.error_class,
        row.manifest_sha256, row.size, row.requested_at, row.captured_at,
    )  # fmt: skip


def read(session: Session, now: dt.datetime, *, exhibit_id: str, state_dir: Path, actor: str) -> Mapping[str, bytes]:
    """The members of an exhibit's package; reading is itself an entry of the ledger."""
    row = session.get(Exhibit, exhibit_id)
    if row is None or row.manifest_sha256 is None or row.file_name is None:
        raise EvidenceError("This exhibit is not sealed yet, or its capture failed: look at its state.")
    members = package.unpack(opened(session, row, state_dir))
    detail = {"number": row.number, "manifest": row.manifest_sha256}
    ledger.append(session, case_id=row.case_id, at=now, actor=actor, act="exhibit.read",
                  subject=("exhibit", row.id), detail=detail)  # fmt: skip
    return members


def opened(session: Session, row: Exhibit, state_dir: Path) -> bytes:
    """The package's bytes, checked against the manifest's hash in the row; raises `EvidenceError` when they differ."""
    data = seal.read(session, state_dir, str(row.file_name), case_id=row.case_id, exhibit_id=row.id)
    if package.sha256(package.unpack(data)[package.MANIFEST]) != row.manifest_sha256:
        raise EvidenceError("The exhibit does not fit its record: run `vigie audit verify` and tell the operator.")
    return data


def sweep(session: Session, state_dir: Path) -> Swept:
    """Compare disk and database both ways: files that no exhibit names go, exhibits without a file are reported."""
    # the disk is listed first: a capture commits its file's name before the file exists, so none in hand is removed
    on_disk = {path.name for path in seal.folder(state_dir).iterdir() if path.is_file()}
    named = {str(name) for name in session.scalars(select(Exhibit.file_name).where(Exhibit.file_name.is_not(None)))}
    orphans = {name for name in on_disk if name.removesuffix(seal.UNFINISHED) not in named}
    for name in orphans:
        (seal.folder(state_dir) / name).unlink(missing_ok=True)
    kept = select(Exhibit).where(Exhibit.manifest_sha256.is_not(None)).order_by(Exhibit.id)
    missing = tuple(row.id for row in session.scalars(kept) if row.file_name not in on_disk)
    return Swept(len(orphans), missing)
