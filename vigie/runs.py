"""Runs asked for by hand: which (watch, source) pairs, one after the other, and how each ended."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor import scan
from monitor.tables import Watch, WatchSource
from storage.database import transaction
from vigie.wiring import Wiring
from vigie.workers import make_scanner


def pairs(
    session: Session, now: dt.datetime, *, source: str = "", case_id: str | None = None, early: bool
) -> list[str]:
    """The due pairs of active watches; `early` makes those due that are not yet."""
    query = select(WatchSource).join(Watch, Watch.id == WatchSource.watch_id).where(Watch.status == "active")
    if source:
        query = query.where(WatchSource.source == source)
    if case_id:
        query = query.where(WatchSource.case_id == case_id)
    rows = list(session.scalars(query.order_by(WatchSource.due_at, WatchSource.id)))
    for row in rows if early else []:
        row.due_at = min(row.due_at, now)
    session.flush()
    due = set(scan.due(session, now))
    return [row.id for row in rows if row.id in due]


def run_all(wiring: Wiring, rows: Iterable[str], tell: Callable[[str], None]) -> list[dict[str, Any]]:
    """Run each pair; one that somebody else runs, or whose allowance is used up, is left out."""
    scanner = make_scanner(wiring)
    results = []
    for row in rows:
        with transaction(wiring.factory) as session:
            name = session.get_one(WatchSource, row).source
        tell(f"asking {name} …")
        tally = scan.run(scanner, row, f"command:{os.getpid()}")
        if tally is not None:
            results.append(
                {
                    "source": name,
                    "status": tally.status,
                    "pages": tally.pages,
                    "sightings": tally.sightings,
                    "matches": tally.matches,
                    "errors": dict(tally.errors),
                }
            )
    return results


def plan(session: Session) -> list[dict[str, Any]]:
    """Every pair of an active watch with its next time, soonest first."""
    query = select(WatchSource).join(Watch, Watch.id == WatchSource.watch_id).where(Watch.status == "active")
    rows = session.scalars(query.order_by(WatchSource.due_at, WatchSource.id))
    return [{"source": row.source, "due_at": row.due_at.isoformat(), "failures": row.failures} for row in rows]
