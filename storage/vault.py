"""The vault: seals and opens personal data with one key per case, and makes blind indexes to find it again."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import os
from typing import cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import update
from sqlalchemy.orm import Session

from storage.database import StorageError
from storage.tables import CaseKey

INSTANCE = "instance"  # the pseudo-case whose key seals what belongs to no case (logins, settings)
_VERSION = b"\x01"  # first byte of every sealed value: the format, so that keys and ciphers can change one day
_SHORTEST = len(_VERSION) + 12 + 16


class KeyDestroyed(StorageError):
    """The case was erased: nothing sealed under its key can be read by anybody any more."""


class SealBroken(StorageError):
    """A sealed value was altered, moved to another row or column, or sealed under another master key."""


class Vault:
    """Holds the master key and what is derived from it (HKDF, RFC 5869): for case keys, blind indexes, no-fetch."""

    def __init__(self, master_key: bytes) -> None:
        if len(master_key) < 32:
            raise StorageError("The master key must have at least 32 bytes: make one with `vigie init`.")
        self._wrapping = AESGCM(_derive(master_key, b"vigie wrap case keys"))
        self._blinding = _derive(master_key, b"vigie blind index")
        self.no_fetch_key = _derive(master_key, b"vigie no-fetch list")  # its own key: the crawler's child is given it
        self._opened: dict[str, AESGCM] = {}

    def wrap(self, case_id: str, key: bytes) -> bytes:
        nonce = os.urandom(12)
        return _VERSION + nonce + self._wrapping.encrypt(nonce, key, case_id.encode())

    def unwrap(self, case_id: str, wrapped: bytes) -> bytes:
        try:
            return _decrypt(self._wrapping, wrapped, case_id.encode())
        except InvalidTag:
            raise SealBroken("The master key does not fit this database: check VIGIE_KEY or VIGIE_KEY_FILE.") from None

    def blind(self, kind: str, text: str) -> str:
        """A keyed hash (HMAC-SHA-256) of an already normalised value: equal values, equal text, nothing else."""
        return hmac.new(self._blinding, f"{kind}\0{text}".encode(), hashlib.sha256).hexdigest()

    def cipher(self, session: Session, case_id: str) -> AESGCM:
        """The cipher of a case; the row is asked every time, so that a destroyed key is destroyed for everybody."""
        row = session.get(CaseKey, case_id)
        if row is None:
            raise StorageError("This case has no key: it was never opened here.")
        if row.wrapped is None:
            self._opened.pop(case_id, None)
            raise KeyDestroyed("This case was erased: its contents cannot be read any more.")
        if case_id not in self._opened:
            self._opened[case_id] = AESGCM(self.unwrap(case_id, row.wrapped))
        return self._opened[case_id]


def _derive(master_key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(master_key)


def _decrypt(cipher: AESGCM, sealed: bytes, place: bytes) -> bytes:
    """Version, nonce of 12, ciphertext with a tag of 16; a wrong version or length is refused like a wrong tag."""
    if sealed[:1] != _VERSION or len(sealed) < _SHORTEST:
        raise InvalidTag
    return cipher.decrypt(sealed[1:13], sealed[13:], place)


def of(session: Session) -> Vault:
    """The vault that the session carries."""
    return cast(Vault, session.info["vault"])


def prepare_instance(session: Session, now: dt.datetime) -> None:
    """Give the instance its own key once; does nothing when it has one."""
    if session.get(CaseKey, INSTANCE) is None:
        create_case_key(session, INSTANCE, now)


def create_case_key(session: Session, case_id: str, now: dt.datetime) -> None:
    """Give a case its key; calling it again for the same case is an error of the database, not a new key."""
    wrapped = of(session).wrap(case_id, AESGCM.generate_key(256))
    session.add(CaseKey(case_id=case_id, wrapped=wrapped, created_at=now))
    session.flush()


def destroy_case_key(session: Session, case_id: str, now: dt.datetime) -> None:
    """Erase a case: without its key every sealed value of it is noise, in the database and in every backup's copy."""
    session.execute(
        update(CaseKey).where(CaseKey.case_id == case_id).values(wrapped=None, destroyed_at=now),
        execution_options={"synchronize_session": "fetch"},
    )


def seal_bytes(session: Session, case_id: str, table: str, column: str, row: str, value: bytes) -> bytes:
    """AES-256-GCM under the case key; case, table, column and row are bound to the value as associated data."""
    nonce = os.urandom(12)
    sealed = of(session).cipher(session, case_id).encrypt(nonce, value, _place(case_id, table, column, row))
    return _VERSION + nonce + sealed


def open_bytes(session: Session, case_id: str, table: str, column: str, row: str, sealed: bytes) -> bytes:
    """The value back; raises `SealBroken` when it was altered or moved, `KeyDestroyed` when the case was erased."""
    cipher = of(session).cipher(session, case_id)
    try:
        return _decrypt(cipher, sealed, _place(case_id, table, column, row))
    except InvalidTag:
        raise SealBroken("A sealed value was altered or moved: run `vigie audit verify`.") from None


def seal(session: Session, case_id: str, table: str, column: str, row: str, text: str) -> bytes:
    """Seal a text (see `seal_bytes`)."""
    return seal_bytes(session, case_id, table, column, row, text.encode())


def open_text(session: Session, case_id: str, table: str, column: str, row: str, sealed: bytes) -> str:
    """Open a text (see `open_bytes`)."""
    return open_bytes(session, case_id, table, column, row, sealed).decode()


def blind(session: Session, kind: str, text: str) -> str:
    """The blind index of a value, for exact look-up; `kind` separates namespaces (address, term, login...)."""
    return of(session).blind(kind, text)


def _place(case_id: str, table: str, column: str, row: str) -> bytes:
    return "\0".join((case_id, table, column, row)).encode()
