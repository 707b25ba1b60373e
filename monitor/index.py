"""The index in a worker's memory: every active watch's terms and fingerprints, rebuilt when a watch changed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor import watch
from monitor.images import BankEntry, ImageBank
from monitor.names import NameIndex, Term
from monitor.tables import Watch, WatchedFingerprint
from storage import vault


@dataclass(frozen=True)
class Loaded:
    """An index as of one change number; `watch_of` says whose term or fingerprint an id is."""

    change: int
    names: NameIndex
    images: ImageBank
    watch_of: dict[str, str]
    signal_types: frozenset[str]


class WatchIndex:
    """Keeps the newest index; asking is one query when nothing changed."""

    def __init__(self) -> None:
        self._loaded: Loaded | None = None

    def current(self, session: Session) -> Loaded:
        change = watch.last_change(session)
        if self._loaded is None or self._loaded.change != change:
            self._loaded = _load(session, change)
        return self._loaded


def _load(session: Session, change: int) -> Loaded:
    active = list(session.scalars(select(Watch.id).where(Watch.status == "active")))
    terms = watch.terms_of(session, active)
    prints = list(
        session.scalars(
            select(WatchedFingerprint).where(
                WatchedFingerprint.watch_id.in_(active), WatchedFingerprint.removed_at.is_(None)
            )
        )
    )
    return Loaded(
        change,
        NameIndex([term(row.id, row.kind, watch.words(session, row)) for row in terms]),
        ImageBank([_entry(session, row) for row in prints]),
        {row.id: row.watch_id for row in terms} | {row.id: row.watch_id for row in prints},
        frozenset(row.type for row in prints),
    )


def term(term_id: str, kind: str, words: dict[str, object]) -> Term:
    """A term of the pure matcher from the opened words of a stored one."""
    lists = {key: tuple(str(word) for word in words.get(key) or ()) for key in ("aliases", "context", "exclude")}  # type: ignore[attr-defined]
    return Term(term_id, kind, str(words["value"]), **lists)


def _entry(session: Session, row: WatchedFingerprint) -> BankEntry:
    value = vault.open_text(session, row.case_id, "fingerprint", "value", row.id, row.value_sealed)
    return BankEntry(row.id, row.bank_id, row.type, value, row.quality)
