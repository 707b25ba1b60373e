"""Guided acts: what a person did elsewhere (PHAROS, 3018, StopNCII, a form), recorded with its number and date."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import ledger
from storage.tables import LedgerEntry
from takedown import events, store
from takedown.errors import TakedownError
from takedown.matter import COMPLAINTS
from takedown.tables import EventRow, TrackRow

DONE, REFUSED = "guided.done", "guided.refused"
LONGEST = {"number": 80, "service": 120}
SECRET = re.compile(r"\bpin\b|mot de passe|password", re.IGNORECASE)
"""Words that show somebody is about to leave a secret of another service here."""


def record(
    session: Session,
    now: dt.datetime,
    *,
    track_id: str,
    act: str,
    number: str = "",
    done_on: dt.date,
    actor: str,
    service: str = "",
    copy: bool = False,
    refused: bool = False,
) -> str:
    """Keep that `act` (a record of config/guided_acts) was done, or `refused`; gives the ledger entry's id.

    Its number, the service that took it and whether a copy was handed over go into the sealed part of the ledger.
    Raises `TakedownError` for a date in the future, for a secret of others (a PIN), or for a text that is too long.
    """
    if done_on > now.date() + dt.timedelta(days=1):
        raise TakedownError.coded("refusal.act_to_come")
    if SECRET.search(f"{number} {service}"):
        raise TakedownError.coded("refusal.act_secret")
    if len(number) > LONGEST["number"] or len(service) > LONGEST["service"]:
        raise TakedownError.coded("refusal.act_long")
    row = store.get(session, TrackRow, track_id)
    return events.record(
        session, now, case_id=row.case_id, code="guided.refused" if refused else "guided.done", actor=actor,
        content_id=row.content_id, track_id=row.id, params={"act": act, "on": done_on.isoformat()},
        sealed={"number": number, "service": service, "copy": copy},
    )  # fmt: skip


def of_track(session: Session, track_id: str) -> list[dict[str, Any]]:
    """The guided acts of a track, oldest first: {act, on, outcome, number, service, copy}."""
    query = select(EventRow).where(EventRow.track_id == track_id, EventRow.code.in_((DONE, REFUSED)))
    done = session.scalars(query.order_by(EventRow.at, EventRow.id))
    kept = _sealed(session, track_id)
    return [
        {**json.loads(event.params), "outcome": "refusal" if event.code == REFUSED else "none", **sealed}
        for event, sealed in zip(done, kept, strict=True)
    ]


def complaint_filed(session: Session, case_id: str) -> bool:
    """Whether a complaint that was not refused is recorded anywhere in the case."""
    done = session.scalars(select(EventRow.params).where(EventRow.case_id == case_id, EventRow.code == DONE))
    return any(json.loads(params)["act"] in COMPLAINTS for params in done)


def _sealed(session: Session, track_id: str) -> list[dict[str, Any]]:
    query = select(LedgerEntry).where(LedgerEntry.subject_id == track_id, LedgerEntry.act.in_((DONE, REFUSED)))
    details = [ledger.detail(session, entry) for entry in session.scalars(query.order_by(LedgerEntry.seq))]
    blank = {"number": "", "service": "", "copy": False}
    return [{name: detail.get(name, nothing) for name, nothing in blank.items()} for detail in details]
