"""The flood guard: a registered picture that suddenly matches everywhere is stopped, and a person is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from monitor import watch
from monitor.errors import MonitorError
from monitor.tables import StoredMatch, WatchedFingerprint
from storage import ledger

MOST = 100  # addresses that one registered picture may newly match within a day
WITHIN = dt.timedelta(days=1)


def guard(session: Session, now: dt.datetime, fingerprint_id: str) -> bool:
    """Put a registered picture into quarantine when it matched too much in the last day; True when that happened.

    Its hits stay. It is compared again once a person released it, and then never stopped again.
    """
    row = session.get_one(WatchedFingerprint, fingerprint_id)
    if row.quarantined_at or row.released_at:
        return False
    same = select(WatchedFingerprint.id).where(
        WatchedFingerprint.watch_id == row.watch_id, WatchedFingerprint.bank_id == row.bank_id
    )
    count = select(func.count()).where(StoredMatch.fingerprint_id.in_(same), StoredMatch.created_at > now - WITHIN)
    found = session.scalar(count) or 0
    if found < MOST:
        return False
    session.execute(
        update(WatchedFingerprint)
        .where(WatchedFingerprint.id.in_(same))
        .values(quarantined_at=now)
        .execution_options(synchronize_session="fetch")
    )
    watch.changed(session, now, row.watch_id)
    ledger.append(
        session, case_id=row.case_id, at=now, actor="system", act="fingerprint.quarantine",
        subject=("fingerprint", row.id), detail={"matches": found},
    )  # fmt: skip
    return True


def stopped(session: Session, case_ids: Collection[str] | None = None) -> list[WatchedFingerprint]:
    """One fingerprint of each registered picture that is in quarantine: of some cases, or of all."""
    query = select(WatchedFingerprint).where(
        WatchedFingerprint.quarantined_at.is_not(None),
        WatchedFingerprint.released_at.is_(None),
        WatchedFingerprint.removed_at.is_(None),
    )
    if case_ids is not None:
        query = query.where(WatchedFingerprint.case_id.in_(case_ids))
    rows = session.scalars(query.order_by(WatchedFingerprint.quarantined_at, WatchedFingerprint.id))
    return list({(row.watch_id, row.bank_id): row for row in rows}.values())


def release(session: Session, now: dt.datetime, fingerprint_id: str, *, actor: str) -> None:
    """Compare a registered picture again; raises `MonitorError` when it was not in quarantine."""
    row = session.get(WatchedFingerprint, fingerprint_id)
    if row is None or row.quarantined_at is None or row.released_at is not None:
        raise MonitorError("No fingerprint with that id is in quarantine: `vigie watch list` shows those that are.")
    session.execute(
        update(WatchedFingerprint)
        .where(WatchedFingerprint.watch_id == row.watch_id, WatchedFingerprint.bank_id == row.bank_id)
        .values(released_at=now)
        .execution_options(synchronize_session="fetch")
    )
    watch.changed(session, now, row.watch_id)
    ledger.append(
        session, case_id=row.case_id, at=now, actor=actor, act="fingerprint.release", subject=("fingerprint", row.id)
    )
