"""A capture without a case: one address into one folder on the person's own machine, readable with common tools."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from crawler import child
from crawler.address import canonical
from crawler.exchange import Exchange
from evidence import package
from evidence.capture import ADDRESS_ONLY, AGES, Fetch, gather
from evidence.errors import EvidenceError
from evidence.record import Origin
from storage import nofetch
from storage.database import new_id, transaction
from storage.ledger import GENESIS


def capture(
    factory: sessionmaker[Session],
    address: str,
    out: Path,
    *,
    age_on_image: str,
    clock: Callable[[], dt.datetime],
    allow: Sequence[str] = (),
    version: str,
    fetch: Fetch = child.fetch,
) -> str:
    """Capture an address into a new folder, under the instance's no-fetch list; gives back the manifest's SHA-256.

    For a minor or an unknown age only the headers are asked for, and the address joins the list. Raises
    `EvidenceError` when nothing could be captured, or the folder holds something already.
    """
    if age_on_image not in AGES:
        raise EvidenceError(f"The age on the image is one of: {', '.join(AGES)}.")
    _refuse_used(out)
    with transaction(factory) as session:
        deny, deny_key = nofetch.hashes(session), nofetch.key(session)
    address_only = age_on_image in ADDRESS_ONLY
    exchange = fetch(
        address, allow=tuple(allow), deny=tuple(deny), deny_key=deny_key, headers_only=address_only,
        purpose="capture", now=clock(),
    )  # fmt: skip
    if address_only:
        with transaction(factory) as session:
            nofetch.add(session, clock(), canonical(address))
    return to_folder(exchange, out, address_only=address_only, version=version)


def to_folder(exchange: Exchange, out: Path, *, address_only: bool, version: str) -> str:
    """Write an exchange as an exhibit's members into a new folder; gives back the manifest's SHA-256."""
    _refuse_used(out)
    if exchange.error_class and not address_only:
        raise EvidenceError(f"Nothing could be captured ({exchange.error_class}): check the address, then try again.")
    origin = Origin("none", new_id(exchange.started_at), "owner", "manual", version)
    about = {"number": 1, "state": "address_only" if address_only else "sealed",
             "captured_at": exchange.ended_at.isoformat(), "previous_ledger_hash": GENESIS}  # fmt: skip
    members = package.complete(gather(exchange, origin), about)
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, data in members.items():
        (out / name).write_bytes(data)
    return package.sha256(members[package.MANIFEST])


def _refuse_used(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise EvidenceError("The folder is not empty: give a new one, so that nothing is mixed up.")
