"""Sealed files in the state folder: written whole or not at all, never in clear, under names that tell nothing."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from sqlalchemy.orm import Session

from evidence.errors import EvidenceError
from storage import vault

SUFFIX, UNFINISHED = ".sealed", ".part"


def folder(state_dir: Path) -> Path:
    """Where sealed packages lie; made on first use, readable by nobody else."""
    path = state_dir / "evidence"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def new_name() -> str:
    """A random file name."""
    return secrets.token_hex(16) + SUFFIX


def write(session: Session, state_dir: Path, name: str, *, case_id: str, exhibit_id: str, package: bytes) -> int:
    """Seal a package under the case key and put it in place in one step; gives back its size on disk, in bytes."""
    sealed = vault.seal_bytes(session, case_id, "exhibit", "package", exhibit_id, package)
    target = folder(state_dir) / name
    unfinished = target.with_name(name + UNFINISHED)
    private = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(private, "wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(target)
    _sync_folder(target.parent)
    return len(sealed)


def read(session: Session, state_dir: Path, name: str, *, case_id: str, exhibit_id: str) -> bytes:
    """The package; raises `EvidenceError` when its file is gone, `storage.vault.SealBroken` when it was altered."""
    try:
        sealed = (folder(state_dir) / name).read_bytes()
    except FileNotFoundError:
        raise EvidenceError("The file of this exhibit is missing: restore the state folder from a backup.") from None
    return vault.open_bytes(session, case_id, "exhibit", "package", exhibit_id, sealed)


def remove(state_dir: Path, name: str) -> None:
    """Delete a sealed file and what is left of an unfinished one."""
    for path in (folder(state_dir) / name, folder(state_dir) / (name + UNFINISHED)):
        path.unlink(missing_ok=True)


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
