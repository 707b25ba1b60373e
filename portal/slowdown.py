"""Slows down who guesses logins and codes: so many failures per visitor and kind, then a wait; kept in memory only."""

from __future__ import annotations

import datetime as dt
import threading
from collections import defaultdict, deque

WINDOW = dt.timedelta(minutes=10)
MOST_FAILURES = 10
MOST_KEYS = 10_000  # beyond it the oldest visitors are forgotten: memory must not grow with an attack


class Slowdown:
    """Failures of the last ten minutes by (kind, visitor); each process counts for itself.

    Accounts have their own lock in `cases.people`; this one also covers receipt codes, which must have no lock that
    somebody else could use to keep the person out.
    """

    def __init__(self) -> None:
        self._failures: defaultdict[tuple[str, str], deque[dt.datetime]] = defaultdict(deque)
        self._lock = threading.Lock()

    def must_wait(self, kind: str, visitor: str, now: dt.datetime) -> bool:
        """Whether this visitor failed too often lately."""
        with self._lock:
            return len(self._recent(kind, visitor, now)) >= MOST_FAILURES

    def failed(self, kind: str, visitor: str, now: dt.datetime) -> None:
        """Count one failure."""
        with self._lock:
            self._recent(kind, visitor, now).append(now)
            while len(self._failures) > MOST_KEYS:
                self._failures.pop(next(iter(self._failures)))

    def _recent(self, kind: str, visitor: str, now: dt.datetime) -> deque[dt.datetime]:
        failures = self._failures[kind, visitor]
        while failures and failures[0] < now - WINDOW:
            failures.popleft()
        return failures
