"""Seals what may be known for a day only: one key an hour, destroyed a day after its hour began."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage import vault
from storage.tables import PassingKey

LIFE = dt.timedelta(days=1)
_NONCE = 12


def seal(session: Session, now: dt.datetime, text: str) -> tuple[str, bytes]:
    """Seal a text under the key of this hour; gives the hour's name and what is to be stored."""
    slot = f"{now.astimezone(dt.UTC):%Y-%m-%dT%H}"
    nonce = os.urandom(_NONCE)
    return slot, nonce + _cipher(session, now, slot).encrypt(nonce, text.encode(), slot.encode())


def open_all(session: Session, now: dt.datetime) -> Iterator[tuple[str, AESGCM]]:
    """The hours that may still be read, oldest first, each with its key."""
    query = select(PassingKey).where(PassingKey.created_at > now - LIFE).order_by(PassingKey.slot)
    for row in session.scalars(query):
        yield row.slot, AESGCM(vault.of(session).unwrap(_name(row.slot), row.wrapped))


def open_text(cipher: AESGCM, slot: str, sealed: bytes) -> str:
    """A text back, with the key of its hour."""
    return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], slot.encode()).decode()


def expired(session: Session, now: dt.datetime) -> list[str]:
    """The hours whose key has to go."""
    return list(session.scalars(select(PassingKey.slot).where(PassingKey.created_at <= now - LIFE)))


def destroy(session: Session, slot: str) -> None:
    """Destroy the key of an hour: what it sealed is noise from now on."""
    session.execute(delete(PassingKey).where(PassingKey.slot == slot))


def _cipher(session: Session, now: dt.datetime, slot: str) -> AESGCM:
    row = session.get(PassingKey, slot)
    if row is None:
        began = now.astimezone(dt.UTC).replace(minute=0, second=0, microsecond=0)
        wrapped = vault.of(session).wrap(_name(slot), AESGCM.generate_key(256))
        row = PassingKey(slot=slot, wrapped=wrapped, created_at=began)
        session.add(row)
        session.flush()
    return AESGCM(vault.of(session).unwrap(_name(slot), row.wrapped))


def _name(slot: str) -> str:
    return f"passing {slot}"
