"""Wakes each track when its time has come: looks, decides, and says when a person must act; never sends by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session, sessionmaker

from cases.tables import CaseFile
from config.catalogue import Catalogue
from config.settings import Settings
from monitor.tables import StoredSighting
from storage.database import changed, transaction
from takedown import checks, clocks, events, offer, store, track
from takedown.tables import CheckRow, ContentRow, TrackRow

LEASE = dt.timedelta(minutes=10)
SYSTEM = "system"


def due(session: Session, now: dt.datetime, limit: int = 100) -> Sequence[str]:
    """Tracks whose time has come, in open cases; the longest overdue first."""
    query = select(TrackRow.id).where(_ripe(now)).order_by(TrackRow.due_at, TrackRow.id)
    return session.scalars(query.limit(limit)).all()


def run(
    factory: sessionmaker[Session],
    track_id: str,
    *,
    owner: str,
    clock: Callable[[], dt.datetime],
    catalogue: Catalogue,
    settings: Settings,
    fetch: checks.Fetch,
) -> str | None:
    """Wake one track and give its new status; None when another worker has it.

    Where a machine may look, the look comes first; then, when the deadline is over and the content not seen gone, the
    silence is noted and the ladder's next step proposed. A crash in between leaves the row to be claimed again.
    """
    with transaction(factory) as session:
        planned = _claimed(session, clock(), track_id, owner, catalogue)
    if planned is None:
        return None
    look = checks.look(planned, fetch=fetch, allow=settings.allow) if planned.by_machine else None
    with transaction(factory) as session:
        row = store.get(session, TrackRow, track_id)
        if row.lease_owner != owner:
            return None
        now = clock()
        if look is not None:
            found, facts = look
            checks.made(session, now, track_id=track_id, code=found.code, facts=facts, by=SYSTEM,
                        confirm_after=settings.confirm_after)  # fmt: skip
        _after_look(session, now, row, planned, catalogue, looked=look is not None)
        row.lease_owner, row.lease_until = None, None
        return row.status


def _ripe(now: dt.datetime) -> ColumnElement[bool]:
    free = or_(TrackRow.lease_until.is_(None), TrackRow.lease_until < now)
    active = select(CaseFile.id).where(CaseFile.status == "open", CaseFile.frozen.is_(False))
    time_has_come = or_(TrackRow.due_at <= now, and_(TrackRow.status == "resolved", _seen_since()))
    return and_(time_has_come, TrackRow.status != "closed", free, TrackRow.case_id.in_(active))


def _seen_since() -> ColumnElement[bool]:
    """A run saw the content's address again after the last check of this track: it is looked at without waiting."""
    checked = select(func.max(CheckRow.at)).where(CheckRow.track_id == TrackRow.id).scalar_subquery()
    same = and_(ContentRow.case_id == StoredSighting.case_id, ContentRow.address_blind == StoredSighting.address_blind)
    seen = select(StoredSighting.id).join(ContentRow, same)
    return seen.where(ContentRow.id == TrackRow.content_id, StoredSighting.fetched_at > checked).exists()


def _claimed(session: Session, now: dt.datetime, track_id: str, owner: str, catalogue: Catalogue) -> checks.Plan | None:
    claim = update(TrackRow).where(TrackRow.id == track_id, _ripe(now))
    claim = claim.values(lease_owner=owner, lease_until=now + LEASE)
    if changed(session.execute(claim, execution_options={"synchronize_session": False})) != 1:
        return None
    return checks.plan(session, store.get(session, TrackRow, track_id), catalogue)


def _after_look(
    session: Session, now: dt.datetime, row: TrackRow, planned: checks.Plan, catalogue: Catalogue, *, looked: bool
) -> None:
    """What is left to do once the machine has looked, or could not."""
    if not looked and planned.by_person:
        checks.ask(session, now, row)
    if row.due_at is not None and row.due_at > now:
        return
    if row.status == "waiting":
        _silence_or_wait(session, now, row, catalogue)
    elif row.status == "resolved" and not looked:
        row.due_at = checks.jittered(now + checks.WEEK)
    elif row.status in ("open", "to_act"):
        row.due_at = None


def _silence_or_wait(session: Session, now: dt.datetime, row: TrackRow, catalogue: Catalogue) -> None:
    """A deadline still to come is waited for; otherwise nothing more is expected and a person must act."""
    row.due_at = clocks.next_wake(session, now, row.id)
    if row.due_at is not None and not clocks.overdue(session, now, row.id):
        return
    store.move(row, track.TrackEvent("silence", now))
    row.due_at = None
    step = offer.following(session, now, row, catalogue, upon="silence")
    events.of_track(session, now, row, "track.silence", SYSTEM, next=step.do if step else None)
