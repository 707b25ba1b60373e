"""Fingerprints taken in from other services and given out to them, each one only after a person allowed it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.age import counts_as
from cases.tables import CaseFile
from fingerprints.exchange import Exchanged, Package
from fingerprints.signal import Signal
from monitor import watch
from monitor.errors import MonitorError, WatchRefused
from monitor.tables import Watch, WatchedFingerprint
from storage import ledger, vault
from storage.database import new_id

GIVEN_OUT = ("pdq", "md5", "sha256", "vpdq")  # what other services compare, and what shows nothing of the picture


@dataclass(frozen=True)
class TakenIn:
    """How many signals are new, were known, and were deleted because their owner withdrew them."""

    taken: int
    known: int
    withdrawn: int


def take_in(
    session: Session, now: dt.datetime, watch_id: str, package: Package, *, age_on_image: str, actor: str
) -> TakenIn:
    """Register the signals of a file in a watch, and delete those that are withdrawn.

    Raises WatchRefused unless the person was of age on every picture they were made of (design.md section 7).
    """
    row = session.get_one(Watch, watch_id)
    under_18_today = session.get_one(CaseFile, row.case_id).under_18_today
    if counts_as(None, age_on_image, under_18_today) != "adult":
        raise WatchRefused(
            "Signals are taken in only of pictures on which the person was of age: say so with --age-on-image adult, "
            "or keep addresses only. Nothing was changed."
        )
    banks: dict[str, str] = {}
    counts = {"taken": 0, "known": 0, "withdrawn": 0}
    for each in package.signals:
        if each.status == "withdrawn":
            counts["withdrawn"] += _delete(session, now, row, each.signal)
        elif _known(session, row, each.signal):
            counts["known"] += 1
        else:
            _add(session, now, row, each.signal, banks.setdefault(each.id, new_id(now)))
            counts["taken"] += 1
    row.look_back_at = now
    watch.changed(session, now, watch_id)
    ledger.append(
        session, case_id=row.case_id, at=now, actor=actor, act="fingerprint.import", subject=("watch", watch_id),
        detail={"format": package.format, **counts},
    )  # fmt: skip
    return TakenIn(**counts)


def allow(session: Session, now: dt.datetime, fingerprint_id: str, *, actor: str) -> None:
    """Let one fingerprint be given to other services; raises `MonitorError` for one that never is."""
    row = session.get(WatchedFingerprint, fingerprint_id)
    if row is None or row.removed_at is not None:
        raise MonitorError("There is no such fingerprint: `vigie exchange list` shows those of a watch.")
    if row.type not in GIVEN_OUT:
        raise MonitorError(f"A {row.type} signal shows something of the picture: it is never given to other services.")
    row.shared_by, row.shared_at = actor, now
    ledger.append(
        session, case_id=row.case_id, at=now, actor=actor, act="fingerprint.share", subject=("fingerprint", row.id)
    )


def given_out(session: Session, watch_id: str) -> list[Exchanged]:
    """The allowed fingerprints of a watch, oldest first; those that were removed since are said to be withdrawn."""
    query = select(WatchedFingerprint).where(
        WatchedFingerprint.watch_id == watch_id, WatchedFingerprint.shared_at.is_not(None)
    )
    rows = session.scalars(query.order_by(WatchedFingerprint.created_at, WatchedFingerprint.id))
    return [_exchanged(session, row) for row in rows]


def of_watch(session: Session, watch_id: str) -> list[WatchedFingerprint]:
    """The standing fingerprints of a watch, oldest first."""
    query = select(WatchedFingerprint).where(
        WatchedFingerprint.watch_id == watch_id, WatchedFingerprint.removed_at.is_(None)
    )
    return list(session.scalars(query.order_by(WatchedFingerprint.created_at, WatchedFingerprint.id)))


def remove(session: Session, now: dt.datetime, fingerprint_id: str, *, actor: str) -> None:
    """Stop comparing one fingerprint; if it was given to other services, the next file says that it is withdrawn."""
    row = session.get(WatchedFingerprint, fingerprint_id)
    if row is None or row.removed_at is not None:
        raise MonitorError("There is no such fingerprint: `vigie exchange list` shows those of a watch.")
    row.removed_at = now
    watch.changed(session, now, row.watch_id)
    ledger.append(
        session, case_id=row.case_id, at=now, actor=actor, act="fingerprint.remove", subject=("fingerprint", row.id)
    )


def _exchanged(session: Session, row: WatchedFingerprint) -> Exchanged:
    value = vault.open_text(session, row.case_id, "fingerprint", "value", row.id, row.value_sealed)
    signal = Signal(row.type, value, row.quality)
    return Exchanged(row.bank_id, signal, "active" if row.removed_at is None else "withdrawn")


def _blind(session: Session, row: Watch, signal: Signal) -> str:
    return vault.blind(session, "fingerprint", f"{row.id}:{signal.type}:{signal.value}")


def _known(session: Session, row: Watch, signal: Signal) -> WatchedFingerprint | None:
    query = select(WatchedFingerprint).where(
        WatchedFingerprint.watch_id == row.id, WatchedFingerprint.value_blind == _blind(session, row, signal)
    )
    return session.scalar(query)


def _add(session: Session, now: dt.datetime, row: Watch, signal: Signal, bank: str) -> None:
    print_id = new_id(now)
    session.add(
        WatchedFingerprint(
            id=print_id, case_id=row.case_id, watch_id=row.id, bank_id=bank, type=signal.type,
            value_blind=_blind(session, row, signal), quality=signal.quality, created_at=now,
            value_sealed=vault.seal(session, row.case_id, "fingerprint", "value", print_id, signal.value),
        )
    )  # fmt: skip
    session.flush()


def _delete(session: Session, now: dt.datetime, row: Watch, signal: Signal) -> int:
    """Its value goes at once; the row stays, empty, because hits may point at it."""
    known = _known(session, row, signal)
    if known is None:
        return 0
    known.value_sealed = vault.seal(session, row.case_id, "fingerprint", "value", known.id, "")
    known.value_blind, known.shared_at = f"withdrawn {known.id}"[:64], None
    known.removed_at = known.removed_at or now
    return 1
