"""The index in a worker's memory: every active watch's terms and fingerprints, kept up with each change to a watch."""

from __future__ import annotations

from dataclasses import dataclass
from threading import RLock

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor import watch
from monitor.images import ImageBank
from monitor.names import NameIndex
from monitor.tables import Watch
from monitor.watched_prints import WatchedPrints
from monitor.watched_terms import WatchedTerms, term

__all__ = ["Loaded", "WatchIndex", "term"]


@dataclass
class Loaded:
    """An index as of one change number."""

    change: int
    terms: WatchedTerms
    prints: WatchedPrints

    @property
    def names(self) -> NameIndex:
        return self.terms.index

    @property
    def images(self) -> ImageBank:
        return self.prints.bank

    @property
    def signal_types(self) -> frozenset[str]:
        """The types of signal that a crawl has to make."""
        return self.prints.types

    def watch_of(self, watched_id: str) -> str | None:
        """The watch of a term or fingerprint; None when it was removed a moment ago."""
        return self.terms.watch_of.get(watched_id) or self.prints.watch_of(watched_id)

    def same_as(self, watched_id: str) -> str | None:
        """The term under whose id a hit is kept, where several watches of one case look for the same words."""
        return self.terms.same_as.get(watched_id)


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
    return Loaded(change, WatchedTerms.opened(session, active), WatchedPrints.opened(session, active))


def _follow(session: Session, loaded: Loaded, change: int) -> None:
    """Bring in what changed since, term by term and print by print: nothing else is opened again."""
    changed = set(watch.changed_since(session, loaded.change))
    active = set(session.scalars(select(Watch.id).where(Watch.id.in_(changed), Watch.status == "active")))
    loaded.terms.follow(session, changed, active)
    loaded.prints.follow(session, changed, active)
    loaded.change = change
