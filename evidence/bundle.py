"""The court bundle: every exhibit opened into one folder, with its schedule (bordereau) and the chain that dates it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import case as cases
from config.messages import render
from evidence import custody, package
from evidence.errors import EvidenceError
from evidence.record import as_bytes
from evidence.tables import Exhibit
from storage import ledger

FORMAT = "vigie-bundle-1"
SCHEDULE, SCHEDULE_TEXT, JOURNAL, SUMS = "bordereau.json", "bordereau.txt", "journal.json", "SHA256SUMS"


@dataclass(frozen=True)
class Bundle:
    """What was written, and the hash of the chain's newest entry: note it elsewhere, it anchors the whole."""

    path: Path
    exhibits: int
    not_captured: int
    head: str


def write(
    session: Session,
    now: dt.datetime,
    *,
    case_id: str,
    out_dir: Path,
    state_dir: Path,
    actor: str,
    version: str,
) -> Bundle:
    """Write the bundle of a case in clear into an empty folder; raises `EvidenceError` when it is not empty.

    It holds no name of the person and no detail of the journal: whatever is annexed reaches the other side (law.md
    19.4). The export is itself the chain's last entry.
    """
    if out_dir.exists() and any(out_dir.iterdir()):
        raise EvidenceError("The folder is not empty: give a new one, so that nothing is mixed up.")
    rows = session.scalars(select(Exhibit).where(Exhibit.case_id == case_id).order_by(Exhibit.number)).all()
    files = {file_name(row.number): custody.opened(session, row, state_dir) for row in rows if row.manifest_sha256}
    ledger.append(session, case_id=case_id, at=now, actor=actor, act="evidence.export",
                  subject=("case_file", case_id), detail={"exhibits": len(files)})  # fmt: skip
    schedule = _schedule(session, now, case_id, rows, version)
    files |= {
        SCHEDULE: as_bytes(schedule),
        SCHEDULE_TEXT: _schedule_text(schedule).encode(),
        JOURNAL: as_bytes(_journal(session, case_id)),
    }
    _write(out_dir, files)
    return Bundle(out_dir, len(schedule["exhibits"]), len(schedule["not_captured"]), schedule["head"]["hash"])


def file_name(number: int) -> str:
    """The file of an exhibit's package."""
    return f"piece-{number:03d}.zip"


def sums(files: dict[str, bytes]) -> bytes:
    """The SHA-256 of every file as `sha256sum` prints them, by name."""
    return "".join(f"{package.sha256(files[name])}  {name}\n" for name in sorted(files)).encode()


def _schedule(session: Session, now: dt.datetime, case_id: str, rows: Any, version: str) -> dict[str, Any]:
    chain = ledger.verify(session, case_id)
    if not chain.intact:
        raise EvidenceError("The ledger of this case does not hold together: run `vigie audit verify` first.")
    views = [custody.view(session, row) for row in rows]
    return {
        "format": FORMAT,
        "version": version,
        "written_at": now.astimezone(dt.UTC).isoformat(),
        "case": cases.load(session, case_id).number,
        "head": {"entries": chain.entries, "hash": chain.head},
        "exhibits": [_line(each) for each in views if each.manifest_sha256],
        "not_captured": [
            {"number": each.number, "state": each.state, "error_class": each.error_class or "none"}
            for each in views
            if not each.manifest_sha256
        ],
    }


def _line(each: custody.ExhibitView) -> dict[str, Any]:
    return {
        "number": each.number,
        "file": file_name(each.number),
        "address": each.address,
        "state": each.state,
        "reason": each.reason,
        "http_status": each.http_status,
        "requested_at": each.requested_at.isoformat(),
        "captured_at": each.captured_at.isoformat() if each.captured_at else "unknown",
        "manifest_sha256": each.manifest_sha256,
    }


def _schedule_text(schedule: dict[str, Any]) -> str:
    head = {"number": schedule["case"], "at": schedule["written_at"][:19].replace("T", " ")}
    lines = [render("bundle.title", head, "fr"), "", render("bundle.what_it_is", {}, "fr"), ""]
    for each in schedule["exhibits"]:
        code = "bundle.line" if each["state"] == "sealed" else "bundle.line_address_only"
        lines += [render(code, {
            "number": each["number"], "address": each["address"], "at": each["captured_at"][:19].replace("T", " "),
            "status": each["http_status"] or "-", "sha256": each["manifest_sha256"], "file": each["file"],
        }, "fr"), ""]  # fmt: skip
    for each in schedule["not_captured"]:
        lines += [render("bundle.line_not_captured", {"number": each["number"]}, "fr"), ""]
    return "\n".join([*lines, render("bundle.anchor", schedule["head"], "fr"), ""])


def _journal(session: Session, case_id: str) -> list[dict[str, Any]]:
    """The chain without its sealed details: their hashes are enough to walk it."""
    return [
        {
            "case_id": entry.case_id,
            "seq": entry.seq,
            "at": entry.at.astimezone(dt.UTC).isoformat(),
            "actor": entry.actor,
            "act": entry.act,
            "subject_table": entry.subject_table,
            "subject_id": entry.subject_id,
            "detail_sha256": package.sha256(entry.detail_sealed),
            "previous_hash": entry.previous_hash,
            "hash": entry.hash,
        }
        for entry in ledger.read(session, case_id)
    ]


def _write(out_dir: Path, files: dict[str, bytes]) -> None:
    out_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, data in (files | {SUMS: sums(files)}).items():
        (out_dir / name).write_bytes(data)
