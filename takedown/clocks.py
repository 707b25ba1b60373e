"""Starts the clocks when a notice has left: its tracks wait, and each rule of its letter gives a deadline."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.catalogue import Catalogue
from storage.database import new_id
from takedown import deadlines, events, proposal, store, track
from takedown.tables import ContentRow, DeadlineRow, EventRow, NoticeRow, TrackRow

ACKNOWLEDGED = frozenset({"dsa16.ack"})
"""Rules that an acknowledgement alone meets."""
OTHERWISE = dt.timedelta(days=7)
"""When to look again after a letter that no rule puts a number on (OP, law.md 7.1)."""


def start(
    session: Session,
    now: dt.datetime,
    notice: NoticeRow,
    *,
    catalogue: Catalogue,
    actor: str,
    at: dt.datetime | None = None,
) -> None:
    """Every track of the notice waits from `at` (by default now), with one deadline row per rule its letter names.

    The first rule says when to look again (templates/letters, `clocks`; law.md 3.2).
    """
    begun, letter = at or now, store.open_letter(session, notice)
    for row in store.tracks_of(session, notice.id):
        content = session.get_one(ContentRow, row.content_id)
        dues = [
            _deadline(session, now, row, notice, rule, content.harm, begun, catalogue, actor) for rule in letter.clocks
        ]
        if not letter.awaits:
            continue  # a file, a mandate or a retraction: nothing is asked of the site
        store.move(row, track.TrackEvent("sent", begun))
        if row.status == "waiting":
            row.due_at = next((due for due in dues if due is not None), begun + OTHERWISE)
            row.rung = proposal.rung_of(catalogue, content.harm, notice.letter)


def start_alone(
    session: Session,
    now: dt.datetime,
    row: TrackRow,
    rules: Iterable[str],
    *,
    begun: dt.datetime,
    catalogue: Catalogue,
    actor: str,
) -> None:
    """A track waits for what a person asked elsewhere in her own words: the same clocks, without a letter of ours."""
    harm = session.get_one(ContentRow, row.content_id).harm
    dues = [_deadline(session, now, row, None, rule, harm, begun, catalogue, actor) for rule in rules]
    store.move(row, track.TrackEvent("sent", begun))
    row.due_at = next((due for due in dues if due is not None), begun + OTHERWISE)


def meet(session: Session, now: dt.datetime, notice: NoticeRow, *, actor: str, acknowledged_only: bool = False) -> int:
    """Mark the notice's open deadlines as met by an answer; an acknowledgement meets only those that ask for one."""
    query = select(DeadlineRow).where(DeadlineRow.notice_id == notice.id, DeadlineRow.met_at.is_(None))
    met = [row for row in session.scalars(query) if not acknowledged_only or row.rule in ACKNOWLEDGED]
    for row in met:
        row.met_at = now
        events.record(session, now, case_id=row.case_id, code="deadline.met", actor=actor, track_id=row.track_id,
                      notice_id=notice.id, params={"rule": row.rule})  # fmt: skip
    return len(met)


def meet_track(session: Session, now: dt.datetime, row: TrackRow, *, actor: str) -> None:
    """Mark a track's open deadlines as met: what was asked has happened."""
    query = select(DeadlineRow).where(DeadlineRow.track_id == row.id, DeadlineRow.met_at.is_(None))
    for deadline in session.scalars(query):
        deadline.met_at = now
        events.of_track(session, now, row, "deadline.met", actor, rule=deadline.rule)


def next_wake(session: Session, now: dt.datetime, track_id: str) -> dt.datetime | None:
    """The next deadline of a track that is still to come and not met; None when all are over."""
    query = select(DeadlineRow.due_at).where(
        DeadlineRow.track_id == track_id, DeadlineRow.met_at.is_(None), DeadlineRow.due_at > now,
        DeadlineRow.rule.not_in(ACKNOWLEDGED),
    )  # fmt: skip
    return session.scalar(query.order_by(DeadlineRow.due_at).limit(1))


def overdue(session: Session, now: dt.datetime, track_id: str) -> bool:
    """Whether an unmet deadline of a track is over and no silence was noted for it yet."""
    heard = select(func.max(EventRow.at)).where(EventRow.track_id == track_id, EventRow.code == "track.silence")
    noted = session.scalar(heard)
    query = select(DeadlineRow.id).where(
        DeadlineRow.track_id == track_id, DeadlineRow.met_at.is_(None), DeadlineRow.due_at <= now,
        DeadlineRow.rule.not_in(ACKNOWLEDGED),
    )  # fmt: skip
    fresh = query if noted is None else query.where(DeadlineRow.due_at > noted)
    return session.scalar(fresh.limit(1)) is not None


def _deadline(
    session: Session,
    now: dt.datetime,
    row: TrackRow,
    notice: NoticeRow | None,
    rule: str,
    harm: str,
    begun: dt.datetime,
    catalogue: Catalogue,
    actor: str,
) -> dt.datetime | None:
    """One deadline row; gives back when it is over, None for a rule without a number or met by an acknowledgement."""
    answer = deadlines.compute(catalogue.deadlines[rule], begun, harm=harm)
    due_at = answer.due_at()
    session.add(
        DeadlineRow(
            id=new_id(now), case_id=row.case_id, track_id=row.id, notice_id=notice.id if notice else None, rule=rule,
            kind=answer.kind,
            due_at=due_at, answer=json.dumps(answer.to_json(), ensure_ascii=False), created_at=now,
        )
    )  # fmt: skip
    session.flush()
    told = {"rule": rule, "due": due_at.isoformat() if due_at else None}
    events.record(session, now, case_id=row.case_id, code="deadline.set", actor=actor, track_id=row.id,
                  notice_id=notice.id if notice else None, params=told)  # fmt: skip
    return None if rule in ACKNOWLEDGED else due_at
