"""Captures: an exhibit is asked for, fetched by the crawler's child, sealed, and written into the ledger."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session, sessionmaker

from crawler import child
from crawler.address import canonical
from crawler.exchange import Exchange, unanswered
from evidence import package, pixels, seal, warc
from evidence.errors import EvidenceError, MediumFound
from evidence.record import Origin, as_bytes, exchange_document, page_text
from evidence.tables import Exhibit
from storage import ledger, nofetch, vault
from storage.database import changed, new_id, transaction

REASONS = ("before_notice", "check", "manual")
AGES = ("adult", "minor", "unknown", "none")
ADDRESS_ONLY = frozenset({"minor", "unknown"})  # ages on the image for which no body is ever read (law.md section 2)
LEASE = dt.timedelta(minutes=10)  # longer than the longest fetch: who holds a row past it is taken for dead
REFUSED = "refused"

Fetch = Callable[..., Exchange]
"""`crawler.child.fetch`, or a fake of it."""


@dataclass(frozen=True)
class Claim:
    """One exhibit in one worker's hands: everything needed to fetch without a transaction being open."""

    exhibit_id: str
    case_id: str
    number: int
    reason: str
    address: str
    age_on_image: str
    asked_by: str
    file_name: str
    owner: str
    barred: bool  # on the instance's no-fetch list already: not even the headers are asked for
    deny: tuple[str, ...]
    deny_key: str

    @property
    def address_only(self) -> bool:
        return self.age_on_image in ADDRESS_ONLY or self.barred


def request(
    session: Session,
    now: dt.datetime,
    *,
    case_id: str,
    about: str,
    address: str,
    reason: str,
    age_on_image: str,
    actor: str,
) -> str:
    """Ask for an exhibit about a content or a track; gives back its id, in state `capturing`.

    `age_on_image` is adult, minor, unknown, or none when no image is concerned.
    """
    if reason not in REASONS or age_on_image not in AGES:
        raise EvidenceError(f"A capture needs a reason ({', '.join(REASONS)}) and an age ({', '.join(AGES)}).")
    ledger.head(session, case_id)  # locks the chain: two requests at once must not take the same number
    highest = session.scalar(select(func.max(Exhibit.number)).where(Exhibit.case_id == case_id))
    exhibit_id = new_id(now)
    order = json.dumps({"url": address, "age_on_image": age_on_image, "actor": actor}, ensure_ascii=False)
    row = Exhibit(
        id=exhibit_id, case_id=case_id, number=(highest or 0) + 1, about=about, reason=reason, state="capturing",
        address_sealed=vault.seal(session, case_id, "exhibit", "address", exhibit_id, order), size=0, requested_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _log(session, now, case_id, actor, "exhibit.request", exhibit_id, number=row.number)
    return exhibit_id


def retry(session: Session, now: dt.datetime, exhibit_id: str, *, actor: str) -> None:
    """Ask again for an exhibit whose capture failed; raises `EvidenceError` when it did not fail."""
    again = update(Exhibit).where(Exhibit.id == exhibit_id, Exhibit.state == "failed")
    again = again.values(state="capturing", error_class=None, lease_owner=None, lease_until=None)
    if changed(session.execute(again, execution_options={"synchronize_session": "fetch"})) != 1:
        raise EvidenceError("Only a capture that failed can be tried again: look at the exhibit's state.")
    row = session.get_one(Exhibit, exhibit_id)
    _log(session, now, row.case_id, actor, "exhibit.retry", exhibit_id, number=row.number)


def cancel(session: Session, now: dt.datetime, exhibit_id: str, *, actor: str) -> None:
    """Nobody needs this exhibit any more: one that was not captured yet never will be; a sealed one stays sealed."""
    row = session.get_one(Exhibit, exhibit_id, with_for_update=True, populate_existing=True)
    if row.state == "capturing":
        row.state, row.error_class, row.lease_owner, row.lease_until = "failed", "withdrawn", None, None
        _log(session, now, row.case_id, actor, "exhibit.withdrawn", row.id)


def due(session: Session, now: dt.datetime) -> list[str]:
    """The ids of exhibits that wait for a capture and are in nobody's hands, oldest first."""
    free = or_(Exhibit.lease_until.is_(None), Exhibit.lease_until < now)
    return list(session.scalars(select(Exhibit.id).where(Exhibit.state == "capturing", free).order_by(Exhibit.id)))


def run(
    factory: sessionmaker[Session],
    exhibit_id: str,
    *,
    owner: str,
    clock: Callable[[], dt.datetime],
    state_dir: Path,
    allow: Sequence[str] = (),
    version: str,
    fetch: Fetch = child.fetch,
) -> str | None:
    """Capture one exhibit; gives back its new state (sealed, address_only, failed), None when somebody else has it.

    Killed at any point, it leaves a row that is claimed again after the lease, and at most a file no row names.
    """
    claimed, earlier = _claim(factory, exhibit_id, owner, clock())
    if claimed is None:
        return None
    if earlier:
        seal.remove(state_dir, earlier)  # of a capture that died: nobody will ever name it again
    exchange = _fetch(claimed, fetch, allow, clock)
    if exchange.error_class and not claimed.address_only:
        return _fail(factory, claimed, exchange.error_class)
    try:
        members = gather(exchange, _origin(claimed, version))
    except MediumFound:
        return _fail(factory, claimed, "medium_found")
    return _seal(factory, claimed, exchange, members, clock(), state_dir)


def gather(exchange: Exchange, origin: Origin) -> dict[str, bytes]:
    """The members of the package, each looked through for pixels once more; raises `MediumFound`."""
    document = as_bytes(exchange_document(exchange, origin))
    text = page_text(exchange).encode()
    pixels.refuse(exchange.body or b"", document, text)
    return dict(zip(package.MEMBERS, (document, text, warc.write(exchange, origin.exhibit_id)), strict=True))


def _claim(
    factory: sessionmaker[Session], exhibit_id: str, owner: str, now: dt.datetime
) -> tuple[Claim | None, str | None]:
    """Take the row under a fresh file name, committed before any file exists: a file of another name is an orphan."""
    with transaction(factory) as session:
        row = session.get(Exhibit, exhibit_id)
        earlier = row.file_name if row else None
        free = or_(Exhibit.lease_until.is_(None), Exhibit.lease_until < now)
        taken = update(Exhibit).where(Exhibit.id == exhibit_id, Exhibit.state == "capturing", free)
        taken = taken.values(lease_owner=owner, lease_until=now + LEASE, file_name=seal.new_name())
        if changed(session.execute(taken, execution_options={"synchronize_session": "fetch"})) != 1 or row is None:
            return None, None
        return _claim_of(session, row, owner), earlier


def _claim_of(session: Session, row: Exhibit, owner: str) -> Claim:
    order = json.loads(vault.open_text(session, row.case_id, "exhibit", "address", row.id, row.address_sealed))
    deny = tuple(nofetch.hashes(session))
    barred = nofetch.hash_of(session, canonical(order["url"])) in deny
    return Claim(
        row.id, row.case_id, row.number, row.reason, order["url"], order["age_on_image"], order["actor"],
        str(row.file_name), owner, barred, deny, nofetch.key(session),
    )  # fmt: skip


def _fetch(claimed: Claim, fetch: Fetch, allow: Sequence[str], clock: Callable[[], dt.datetime]) -> Exchange:
    if claimed.barred:
        return unanswered(claimed.address, REFUSED, clock())
    return fetch(
        claimed.address, allow=tuple(allow), deny=claimed.deny, deny_key=claimed.deny_key,
        headers_only=claimed.address_only, purpose="capture", now=clock(),
    )  # fmt: skip


def _origin(claimed: Claim, version: str) -> Origin:
    return Origin(claimed.case_id, claimed.exhibit_id, claimed.asked_by, claimed.reason, version)


def _seal(
    factory: sessionmaker[Session],
    claimed: Claim,
    exchange: Exchange,
    members: dict[str, bytes],
    now: dt.datetime,
    state_dir: Path,
) -> str | None:
    state = "address_only" if claimed.address_only else "sealed"
    with transaction(factory) as session:
        about = {"number": claimed.number, "state": state, "captured_at": exchange.ended_at.isoformat(),
                 "previous_ledger_hash": ledger.head(session, claimed.case_id)}  # fmt: skip
        complete = package.complete(members, about)
        manifest = package.sha256(complete[package.MANIFEST])
        row = _still_ours(session, claimed)
        if row is None:
            return None
        row.size = seal.write(
            session, state_dir, claimed.file_name, case_id=claimed.case_id, exhibit_id=claimed.exhibit_id,
            package=package.pack(complete),
        )  # fmt: skip
        row.state, row.manifest_sha256, row.captured_at = state, manifest, exchange.ended_at
        row.http_status, row.error_class = exchange.status, exchange.error_class
        row.lease_owner, row.lease_until = None, None
        if claimed.address_only:
            nofetch.add(session, now, canonical(claimed.address))
        # the manifest's hash stands where the chain hashes it in clear: a bundle proves it without any key
        detail = {"exhibit": claimed.exhibit_id, "number": claimed.number, "state": state}
        ledger.append(session, case_id=claimed.case_id, at=now, actor="system", act="exhibit.sealed",
                      subject=("manifest", manifest), detail=detail)  # fmt: skip
    return state


def _fail(factory: sessionmaker[Session], claimed: Claim, error_class: str) -> str | None:
    with transaction(factory) as session:
        row = _still_ours(session, claimed)
        if row is None:
            return None
        row.state, row.error_class, row.file_name = "failed", error_class[:16], None
        row.lease_owner, row.lease_until = None, None
    return "failed"


def _still_ours(session: Session, claimed: Claim) -> Exhibit | None:
    """The row, locked; None when the lease ran out and another worker took it, or the case was erased meanwhile."""
    row = session.get(Exhibit, claimed.exhibit_id, with_for_update=True)
    return row if row is not None and row.file_name == claimed.file_name and row.state == "capturing" else None


def _log(
    session: Session, now: dt.datetime, case_id: str, actor: str, act: str, exhibit_id: str, **detail: object
) -> None:
    subject = ("exhibit", exhibit_id)
    ledger.append(session, case_id=case_id, at=now, actor=actor, act=act, subject=subject, detail=detail)
