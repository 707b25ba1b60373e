"""Guided acts: what a person did elsewhere (PHAROS, 3018, StopNCII, a form), recorded with its number and date."""

from __future__ import annotations

import datetime as dt
import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import ledger
from storage.tables import LedgerEntry
from takedown import events, store
from takedown.errors import TakedownError
from takedown.tables import EventRow, TrackRow


def record(
    session: Session,
    now: dt.datetime,
    *,
    track_id: str,
    act: str,
    number: str,
    done_on: dt.date,
    actor: str,
) -> str:
    """Keep that `act` (the route's id of the step) was done; its number goes into the sealed part of the ledger.

    Raises `TakedownError` for a date in the future.
    """
    if done_on > now.date() + dt.timedelta(days=1):
        raise TakedownError("This date is still to come: give the day on which it was done.")
    row = store.get(session, TrackRow, track_id)
    return events.record(
        session, now, case_id=row.case_id, code="guided.done", actor=actor, content_id=row.content_id, track_id=row.id,
        params={"act": act, "on": done_on.isoformat()}, sealed={"number": number},
    )  # fmt: skip


def of_track(session: Session, track_id: str) -> list[dict[str, str]]:
    """The guided acts of a track, oldest first: {act, on, number}; the number is empty when none was given."""
    query = select(EventRow).where(EventRow.track_id == track_id, EventRow.code == "guided.done")
    done = session.scalars(query.order_by(EventRow.at, EventRow.id))
    numbers = _numbers(session, track_id)
    return [{**json.loads(event.params), "number": number} for event, number in zip(done, numbers, strict=True)]


def _numbers(session: Session, track_id: str) -> list[str]:
    query = select(LedgerEntry).where(LedgerEntry.subject_id == track_id, LedgerEntry.act == "guided.done")
    entries = session.scalars(query.order_by(LedgerEntry.seq))
    return [str(ledger.detail(session, entry).get("number", "")) for entry in entries]
