"""The instance-wide no-fetch list: addresses that no case and no run may ever fetch again, as keyed hashes."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import vault
from storage.database import insert_new
from storage.tables import NoFetch


def key(session: Session) -> str:
    """The key of the list in hex: the crawler's child needs it to hash each address before it dials."""
    return vault.of(session).no_fetch_key.hex()


def hash_of(session: Session, canonical_address: str) -> str:
    """HMAC-SHA-256 of an address in its canonical form (`crawler.address.canonical`), in hex."""
    return hmac.new(bytes.fromhex(key(session)), canonical_address.encode(), hashlib.sha256).hexdigest()


def add(session: Session, now: dt.datetime, canonical_address: str) -> None:
    """Put an address on the list (image of a minor, or age unknown); it never comes off. Again is harmless."""
    insert_new(session, NoFetch, address_hash=hash_of(session, canonical_address), created_at=now)


def hashes(session: Session) -> list[str]:
    """All hashes of the list, sorted: what is handed to the crawler's child as `deny`."""
    return list(session.scalars(select(NoFetch.address_hash).order_by(NoFetch.address_hash)))
