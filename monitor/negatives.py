"""Pictures that are not the registered one, so that they never alert again: rejected hits, and pictures of her own."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fingerprints.pdq import QUALITY_FLOOR
from fingerprints.signal import Signal
from monitor import watch
from monitor.tables import NegativePrint, StoredMatch, Watch, WatchedFingerprint
from storage import ledger, vault
from storage.database import new_id


def reject(session: Session, now: dt.datetime, match: StoredMatch) -> None:
    """Keep the signal of a rejected hit's picture, for the registered image that it was taken for."""
    seen = seen_in(session, match)
    if seen is None or match.fingerprint_id is None:
        return
    take_back(session, now, match)
    bank = session.get_one(WatchedFingerprint, match.fingerprint_id).bank_id
    _add(session, now, match.case_id, match.watch_id, bank, seen, match.id)
    watch.changed(session, now, match.watch_id)


def take_back(session: Session, now: dt.datetime, match: StoredMatch) -> None:
    """Forget the signal of a hit that is not rejected any more."""
    query = select(NegativePrint.id).where(NegativePrint.match_id == match.id)
    if session.scalar(query.limit(1)):
        session.execute(delete(NegativePrint).where(NegativePrint.match_id == match.id))
        watch.changed(session, now, match.watch_id)


def own(session: Session, now: dt.datetime, watch_id: str, signals: Sequence[Signal], *, actor: str) -> int:
    """Register pictures of her own that are no matter, for every image of a watch; gives how many were taken."""
    row = session.get_one(Watch, watch_id)
    prints = select(WatchedFingerprint.bank_id).where(WatchedFingerprint.watch_id == watch_id)
    banks = sorted(set(session.scalars(prints.where(WatchedFingerprint.removed_at.is_(None)))))
    usable = [each for each in signals if each.type == "pdq" and (each.quality or 0) >= QUALITY_FLOOR]
    for signal in usable:
        for bank in banks:
            _add(session, now, row.case_id, watch_id, bank, signal, None)
    watch.changed(session, now, watch_id)
    ledger.append(
        session, case_id=row.case_id, at=now, actor=actor, act="watch.own_pictures", subject=("watch", watch_id),
        detail={"pictures": len(usable)},
    )  # fmt: skip
    return len(usable) if banks else 0


def of_watches(session: Session, watch_ids: Iterable[str]) -> list[tuple[NegativePrint, str]]:
    """The negatives of some watches, each with its opened value."""
    rows = session.scalars(select(NegativePrint).where(NegativePrint.watch_id.in_(list(watch_ids))))
    return [
        (row, vault.open_text(session, row.case_id, "negative_print", "value", row.id, row.value_sealed))
        for row in rows
    ]


def seen_in(session: Session, match: StoredMatch) -> Signal | None:
    """The signal of the picture that a hit was found on; None for a text, or when it was not kept."""
    words: dict[str, Any] = json.loads(
        vault.open_text(session, match.case_id, "match", "match", match.id, match.match_sealed)
    )
    return Signal.from_json(words["seen"]) if words.get("seen") else None


def forget_signals(session: Session, sighting_id: str) -> None:
    """Drop the signals of the pictures of a page: somebody was a minor, or may have been (design.md section 7)."""
    for match in session.scalars(select(StoredMatch).where(StoredMatch.sighting_id == sighting_id)):
        forget_pictures(session, match)
        session.execute(delete(NegativePrint).where(NegativePrint.match_id == match.id))


def forget_pictures(session: Session, match: StoredMatch) -> None:
    """Drop the signals that a hit carries."""
    _forget(session, match, "seen", "pictures", "points")


def forget_points(session: Session, match: StoredMatch) -> None:
    """Drop what was kept to decide a doubtful hit, once it is decided."""
    _forget(session, match, "points")


def _forget(session: Session, match: StoredMatch, *names: str) -> None:
    words = json.loads(vault.open_text(session, match.case_id, "match", "match", match.id, match.match_sealed))
    kept = {key: value for key, value in words.items() if key not in names}
    if kept != words:
        text = json.dumps(kept, ensure_ascii=False)
        match.match_sealed = vault.seal(session, match.case_id, "match", "match", match.id, text)


def _add(
    session: Session, now: dt.datetime, case_id: str, watch_id: str, bank: str, signal: Signal, match_id: str | None
) -> None:
    row_id = new_id(now)
    sealed = vault.seal(session, case_id, "negative_print", "value", row_id, signal.value)
    session.add(
        NegativePrint(
            id=row_id, case_id=case_id, watch_id=watch_id, bank_id=bank, match_id=match_id, value_sealed=sealed,
            quality=signal.quality, created_at=now,
        )
    )  # fmt: skip
    session.flush()
