"""The index in a worker's memory: every active watch's terms and fingerprints, kept up with each change to a watch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import RLock

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor import watch
from monitor.images import BankEntry, ImageBank
from monitor.names import NameIndex, Term
from monitor.names.fold import words as folded_words
from monitor.tables import Watch, WatchedFingerprint, WatchTerm
from storage import vault


@dataclass
class Loaded:
    """An index as of one change number; `watch_of` says whose term or fingerprint an id is, `same_as` under which
    term's id a hit is kept when several watches of one case look for the same words."""

    change: int
    names: NameIndex
    images: ImageBank
    watch_of: dict[str, str]
    signal_types: frozenset[str]
    prints: set[str] = field(default_factory=set)
    terms: dict[str, dict[str, Term]] = field(default_factory=dict)  # watch id -> term id -> term
    same_as: dict[str, str] = field(default_factory=dict)
    oldest: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)  # case, kind, words -> term ids


class WatchIndex:
    """Keeps the newest index; asking is one query when nothing changed, and costs only what changed when it did."""

    def __init__(self) -> None:
        self._loaded: Loaded | None = None
        self._lock = RLock()

    def current(self, session: Session) -> Loaded:
        """The index with every change that the session sees."""
        with self._lock:
            change = watch.last_change(session)
            if self._loaded is None or change < self._loaded.change:
                self._loaded = _load(session, change)
            elif change > self._loaded.change:
                _follow(session, self._loaded, change)
            return self._loaded


def _load(session: Session, change: int) -> Loaded:
    active = list(session.scalars(select(Watch.id).where(Watch.status == "active")))
    rows = watch.terms_of(session, active)
    opened = {row.id: term(row.id, row.kind, watch.words(session, row)) for row in rows}
    prints = _prints(session)
    loaded = Loaded(
        change,
        NameIndex(opened.values()),
        ImageBank([_entry(session, row) for row in prints]),
        {row.id: row.watch_id for row in rows} | {row.id: row.watch_id for row in prints},
        frozenset(row.type for row in prints),
        {row.id for row in prints},
    )
    for row in rows:
        _note(loaded, row, opened[row.id])
    return loaded


def _follow(session: Session, loaded: Loaded, change: int) -> None:
    """Bring in what changed since: the terms of the changed watches one by one, the fingerprints as a whole."""
    for watch_id in watch.changed_since(session, loaded.change):
        standing = watch.terms_of(session, [watch_id]) if _is_active(session, watch_id) else []
        known = loaded.terms.get(watch_id, {})
        gone = set(known) - {row.id for row in standing}
        for term_id in gone:
            loaded.names.remove(known[term_id])
            _forget(loaded, watch_id, term_id)
        for row in standing:
            if row.id not in known:
                opened = term(row.id, row.kind, watch.words(session, row))
                loaded.names.add(opened)
                loaded.watch_of[row.id] = watch_id
                _note(loaded, row, opened)
    prints = _prints(session)
    if {row.id for row in prints} != loaded.prints:
        loaded.prints = {row.id for row in prints}
        loaded.images = ImageBank([_entry(session, row) for row in prints])
        loaded.signal_types = frozenset(row.type for row in prints)
        loaded.watch_of |= {row.id: row.watch_id for row in prints}
    loaded.change = change


def _is_active(session: Session, watch_id: str) -> bool:
    return session.scalar(select(Watch.status).where(Watch.id == watch_id)) == "active"


def _prints(session: Session) -> list[WatchedFingerprint]:
    """The standing fingerprints of active watches."""
    query = (
        select(WatchedFingerprint)
        .join(Watch, Watch.id == WatchedFingerprint.watch_id)
        .where(Watch.status == "active", WatchedFingerprint.removed_at.is_(None))
    )
    return list(session.scalars(query))


def _note(loaded: Loaded, row: WatchTerm, opened: Term) -> None:
    loaded.terms.setdefault(row.watch_id, {})[row.id] = opened
    alike = loaded.oldest.setdefault((row.case_id, row.kind, folded_words(opened.value)), [])
    alike.append(row.id)
    _settle(loaded, alike)


def _forget(loaded: Loaded, watch_id: str, term_id: str) -> None:
    del loaded.terms[watch_id][term_id]
    loaded.watch_of.pop(term_id, None)
    loaded.same_as.pop(term_id, None)
    for key, alike in list(loaded.oldest.items()):
        if term_id in alike:
            alike.remove(term_id)
            _settle(loaded, alike)
            if not alike:
                del loaded.oldest[key]


def _settle(loaded: Loaded, alike: Iterable[str]) -> None:
    """Of the terms of one case with the same words the oldest stands for all."""
    for term_id in alike:
        loaded.same_as[term_id] = min(alike)


def term(term_id: str, kind: str, words: dict[str, object]) -> Term:
    """A term of the pure matcher from the opened words of a stored one."""
    lists = {key: tuple(str(word) for word in words.get(key) or ()) for key in ("aliases", "context", "exclude")}  # type: ignore[attr-defined]
    return Term(term_id, kind, str(words["value"]), **lists)


def _entry(session: Session, row: WatchedFingerprint) -> BankEntry:
    value = vault.open_text(session, row.case_id, "fingerprint", "value", row.id, row.value_sealed)
    return BankEntry(row.id, row.bank_id, row.type, value, row.quality)
