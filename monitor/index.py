"""The index in a worker's memory: every active watch's terms and fingerprints, rebuilt when a watch changed."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from monitor import negatives, watch
from monitor.bank import assembled
from monitor.images import BankEntry, ImageBank
from monitor.names import NameIndex, Term
from monitor.tables import NegativePrint, Watch, WatchChange, WatchedFingerprint
from storage import vault


@dataclass(frozen=True, slots=True)
class Print:
    """What is known of a registered signal beside its value."""

    watch_id: str
    bank_id: str
    type: str


@dataclass(frozen=True)
class Loaded:
    """An index as of one change number; `watch_of` says whose term or fingerprint an id is."""

    change: int
    names: NameIndex
    images: ImageBank
    watch_of: dict[str, str]
    signal_types: frozenset[str]
    prints: dict[str, Print]


class WatchIndex:
    """Keeps the newest index; asking is one query when nothing changed, and pictures come and go one by one."""

    def __init__(self) -> None:
        self._loaded: Loaded | None = None
        self._lock = threading.Lock()

    def current(self, session: Session) -> Loaded:
        """The index as of the newest change to any watch."""
        with self._lock:
            change = watch.last_change(session)
            if self._loaded is None or self._loaded.change != change:
                self._loaded = _load(session, change, self._loaded)
            return self._loaded


def _load(session: Session, change: int, known: Loaded | None) -> Loaded:
    active = list(session.scalars(select(Watch.id).where(Watch.status == "active")))
    terms = watch.terms_of(session, active)
    images, prints = _refreshed(session, known) if known else _opened(session, active)
    return Loaded(
        change,
        NameIndex([term(row.id, row.kind, watch.words(session, row)) for row in terms]),
        images,
        {row.id: row.watch_id for row in terms} | {entry: print_.watch_id for entry, print_ in prints.items()},
        frozenset(print_.type for print_ in prints.values()),
        prints,
    )


def _opened(session: Session, active: Sequence[str]) -> tuple[ImageBank, dict[str, Print]]:
    """A bank of all active watches."""
    rows = _compared(session, active)
    refused = [_negative(row, value) for row, value in negatives.of_watches(session, active)]
    return assembled([_entry(session, row) for row in rows], refused), {row.id: _print(row) for row in rows}


def _refreshed(session: Session, known: Loaded) -> tuple[ImageBank, dict[str, Print]]:
    """The known bank, changed where a watch changed since: nothing else is opened again."""
    changed = set(session.scalars(select(WatchChange.watch_id).where(WatchChange.seq > known.change)))
    active = list(session.scalars(select(Watch.id).where(Watch.id.in_(changed), Watch.status == "active")))
    rows = {row.id: row for row in _compared(session, active)}
    prints = {entry: print_ for entry, print_ in known.prints.items() if print_.watch_id not in changed}
    for entry, print_ in known.prints.items():
        if print_.watch_id in changed and entry not in rows:
            known.images.remove(entry)
    for row in rows.values():
        if row.id not in known.prints:
            known.images.add(_entry(session, row))
        prints[row.id] = _print(row)
    banks = {print_.bank_id for print_ in prints.values() if print_.watch_id in changed}
    known.images.refute(banks, [_negative(row, value) for row, value in negatives.of_watches(session, active)])
    return known.images, prints


def _compared(session: Session, watches: Sequence[str]) -> list[WatchedFingerprint]:
    """The prints of some watches that are compared: not removed, and not in quarantine."""
    query = select(WatchedFingerprint).where(
        WatchedFingerprint.watch_id.in_(watches),
        WatchedFingerprint.removed_at.is_(None),
        or_(WatchedFingerprint.quarantined_at.is_(None), WatchedFingerprint.released_at.is_not(None)),
    )
    return list(session.scalars(query))


def _print(row: WatchedFingerprint) -> Print:
    return Print(row.watch_id, row.bank_id, row.type)


def _negative(row: NegativePrint, value: str) -> BankEntry:
    return BankEntry(row.id, row.bank_id, "pdq", value, row.quality)


def term(term_id: str, kind: str, words: dict[str, object]) -> Term:
    """A term of the pure matcher from the opened words of a stored one."""
    lists = {key: tuple(str(word) for word in words.get(key) or ()) for key in ("aliases", "context", "exclude")}  # type: ignore[attr-defined]
    return Term(term_id, kind, str(words["value"]), **lists)


def _entry(session: Session, row: WatchedFingerprint) -> BankEntry:
    value = vault.open_text(session, row.case_id, "fingerprint", "value", row.id, row.value_sealed)
    return BankEntry(row.id, row.bank_id, row.type, value, row.quality)
