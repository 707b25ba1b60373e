"""Sends each approved dispatch once: claim, depart, deliver, arrive; whatever is cut in flight is left in doubt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session, sessionmaker

from cases.tables import CaseFile
from config.catalogue import Catalogue
from storage.database import changed, transaction
from takedown import clocks, compose, events, store, track
from takedown.compose import Stationery
from takedown.delivery.guard import inspect
from takedown.delivery.message import Channel, Doubtful, OutgoingMessage, Receipt, Rejected, TryLater
from takedown.errors import GuardError, NoticeError
from takedown.tables import DispatchRow, NoticeRow

LEASE = dt.timedelta(minutes=10)
MOST_TRIES = 5
FIRST_WAIT = dt.timedelta(minutes=5)
MACHINE = ("email", "file")  # channels that need no person; forms and post are marked as sent by hand
SYSTEM = "system"
CLAIMED = "claimed"


def due(session: Session, now: dt.datetime, limit: int = 100) -> Sequence[str]:
    """Dispatches whose undo window is over, and those whose sender died in flight; oldest first."""
    query = select(DispatchRow.id).where(or_(_waiting(now), _cut(now)))
    return session.scalars(query.order_by(DispatchRow.not_before, DispatchRow.id).limit(limit)).all()


def run(
    factory: sessionmaker[Session],
    dispatch_id: str,
    *,
    owner: str,
    clock: Callable[[], dt.datetime],
    sender: Channel,
    catalogue: Catalogue,
    paper: Stationery,
) -> str | None:
    """Send one dispatch and give its new status; None when somebody else has it or it is not for this channel.

    Three transactions: *claim* (a crash from here is tried again), *depart* (a crash from here leaves a doubt),
    *arrive* (the receipt). An error that is nobody's fault leaves the row claimed; it comes back until it is set aside.
    """
    with transaction(factory) as session:
        ended = _claimed(session, clock(), dispatch_id, owner, sender.kind)
    if ended != CLAIMED:
        return ended
    with transaction(factory) as session:
        message = _departed(session, clock(), dispatch_id, owner, paper)
    if isinstance(message, str | None):
        return message
    try:
        receipt = sender.deliver(message)
    except TryLater as error:
        return _end(factory, clock(), dispatch_id, _later, error.error_class)
    except Rejected as error:
        return _end(factory, clock(), dispatch_id, _failed, error.error_class)
    except Doubtful as error:
        return _end(factory, clock(), dispatch_id, _in_doubt, error.error_class)
    with transaction(factory) as session:
        return _arrived(session, clock(), dispatch_id, receipt, catalogue)


def resolve_doubt(
    session: Session, now: dt.datetime, dispatch_id: str, *, sent: bool, actor: str, catalogue: Catalogue
) -> str:
    """A person looked (sent folder, mail log): it left, or it did not and may be sent again under the same approval."""
    row = store.get(session, DispatchRow, dispatch_id)
    if row.status != "in_doubt":
        raise NoticeError("This sending is not in doubt: there is nothing to resolve.")
    notice = store.get(session, NoticeRow, row.notice_id)
    events.of_notice(session, now, notice, "dispatch.doubt_resolved", actor, sent="yes" if sent else "no")
    if sent:
        _mark_sent(session, now, row, notice, actor, catalogue)
        return row.status
    notice.status = track.notice_after(notice.status, "queued")
    row.status, row.attempts, row.not_before, row.error_class = "queued", 0, now, None
    row.lease_owner, row.lease_until = None, None
    return row.status


def pause_restored(session: Session, now: dt.datetime) -> int:
    """After a restore every letter that waited to leave may have left from the other machine: all are in doubt."""
    rows = session.scalars(select(DispatchRow).where(DispatchRow.status == "sending")).all()
    for row in rows:
        _in_doubt(session, now, row, "restored")
    return len(rows)


def doubtful(session: Session, case_id: str | None = None) -> Sequence[DispatchRow]:
    """Every dispatch a person must look at: in doubt, or failed and set aside."""
    query = select(DispatchRow).where(DispatchRow.status.in_(("in_doubt", "failed")))
    query = query.where(DispatchRow.case_id == case_id) if case_id else query
    return session.scalars(query.order_by(DispatchRow.created_at, DispatchRow.id)).all()


def mark_delivered(
    session: Session,
    now: dt.datetime,
    row: DispatchRow,
    receipt: dict[str, Any],
    *,
    actor: str,
    catalogue: Catalogue,
    at: dt.datetime | None = None,
) -> None:
    """Keep the receipt and let the clocks run: the same for a machine's channel and for a form a person filled in."""
    notice = store.get(session, NoticeRow, row.notice_id)
    row.receipt_sealed = store.seal_json(session, row.case_id, "dispatch", "receipt", row.id, receipt)
    _mark_sent(session, now, row, notice, actor, catalogue, at)


def _waiting(now: dt.datetime) -> ColumnElement[bool]:
    """Ready to leave: the undo window is over, nobody has it, and its case is neither paused, frozen nor closed."""
    free = or_(DispatchRow.lease_until.is_(None), DispatchRow.lease_until < now)
    active = select(CaseFile.id).where(CaseFile.status == "open", CaseFile.frozen.is_(False))
    return and_(DispatchRow.status == "queued", DispatchRow.channel.in_(MACHINE), DispatchRow.not_before <= now,
                free, DispatchRow.case_id.in_(active))  # fmt: skip


def _cut(now: dt.datetime) -> ColumnElement[bool]:
    """In flight without a sender: its lease is over, or it was restored from a backup."""
    over = or_(DispatchRow.lease_until < now, DispatchRow.lease_until.is_(None))
    return and_(DispatchRow.status == "sending", over)


def _won(session: Session, dispatch_id: str, *conditions: ColumnElement[bool], **values: Any) -> bool:
    """One conditional update: whoever changes the row has it, everybody else changes nothing."""
    statement = update(DispatchRow).where(DispatchRow.id == dispatch_id, *conditions).values(**values)
    return changed(session.execute(statement, execution_options={"synchronize_session": False})) == 1


def _doubted(session: Session, now: dt.datetime, dispatch_id: str) -> bool:
    if not _won(session, dispatch_id, _cut(now), status="in_doubt", error_class="crash", lease_owner=None):
        return False
    _notice_becomes(session, now, dispatch_id, "in_doubt", "dispatch.in_doubt", error="crash")
    return True


def _claimed(session: Session, now: dt.datetime, dispatch_id: str, owner: str, channel: str) -> str | None:
    """`CLAIMED` when the row is ours now; the status in which it ended here; None when it is not ours."""
    if _doubted(session, now, dispatch_id):
        return "in_doubt"
    mine, tried = (_waiting(now), DispatchRow.channel == channel), DispatchRow.attempts + 1
    if not _won(session, dispatch_id, *mine, lease_owner=owner, lease_until=now + LEASE, attempts=tried):
        return None
    row = store.get(session, DispatchRow, dispatch_id)
    return CLAIMED if row.attempts <= MOST_TRIES else _failed(session, now, row, row.error_class or "too_many_tries")


def _departed(
    session: Session, now: dt.datetime, dispatch_id: str, owner: str, paper: Stationery
) -> OutgoingMessage | str | None:
    """The message, looked through, of a row that is leaving from now on; the status when it may not leave."""
    row = store.get(session, DispatchRow, dispatch_id)
    if (row.status, row.lease_owner) != ("queued", owner) or row.lease_until is None or row.lease_until < now:
        return None
    notice = store.get(session, NoticeRow, row.notice_id)
    if not compose.unchanged(session, notice):
        return _failed(session, now, row, "altered")
    message = compose.message(session, now, row, notice, paper=paper)
    try:
        inspect(message)
    except GuardError:
        return _failed(session, now, row, "guard")
    row.status, row.lease_until = "sending", now + LEASE
    session.flush()
    _notice_becomes(session, now, dispatch_id, "sending", "dispatch.leaving")
    return message


def _arrived(session: Session, now: dt.datetime, dispatch_id: str, receipt: Receipt, catalogue: Catalogue) -> str:
    """A receipt is certain: it also ends a doubt that another worker raised meanwhile."""
    row = store.get(session, DispatchRow, dispatch_id)
    if row.status != "sent":
        mark_delivered(session, now, row, receipt.to_json(), actor=SYSTEM, catalogue=catalogue)
    return row.status


def _mark_sent(
    session: Session,
    now: dt.datetime,
    row: DispatchRow,
    notice: NoticeRow,
    actor: str,
    catalogue: Catalogue,
    at: dt.datetime | None = None,
) -> None:
    row.status, row.sent_at, row.error_class, row.lease_owner, row.lease_until = "sent", at or now, None, None, None
    notice.status, notice.sent_at = "sent", at or now
    session.flush()
    events.of_notice(session, now, notice, "notice.sent", actor, channel=row.channel)
    clocks.start(session, now, notice, catalogue=catalogue, actor=actor, at=at)


def _end(
    factory: sessionmaker[Session],
    now: dt.datetime,
    dispatch_id: str,
    ending: Callable[[Session, dt.datetime, DispatchRow, str], str],
    error_class: str,
) -> str:
    with transaction(factory) as session:
        row = store.get(session, DispatchRow, dispatch_id)
        return ending(session, now, row, error_class) if row.status == "sending" else row.status


def _later(session: Session, now: dt.datetime, row: DispatchRow, error_class: str) -> str:
    if row.attempts >= MOST_TRIES:
        return _failed(session, now, row, error_class)
    row.status, row.error_class, row.lease_owner, row.lease_until = "queued", error_class, None, None
    row.not_before = now + FIRST_WAIT * 2 ** (row.attempts - 1)
    session.flush()
    _notice_becomes(session, now, row.id, "queued", "dispatch.delayed", error=error_class)
    return row.status


def _failed(session: Session, now: dt.datetime, row: DispatchRow, error_class: str) -> str:
    """Set aside: the notice is ready again, its approval spent, and a person chooses what to do."""
    tried_out = row.attempts >= MOST_TRIES
    row.status, row.error_class, row.lease_owner, row.lease_until = "failed", error_class, None, None
    session.flush()
    code = "dispatch.set_aside" if tried_out else "dispatch.failed"
    notice = _notice_becomes(session, now, row.id, "ready", code, error=error_class)
    notice.approved_by, notice.approved_at, notice.second_approved_by = None, None, None
    return row.status


def _in_doubt(session: Session, now: dt.datetime, row: DispatchRow, error_class: str) -> str:
    row.status, row.error_class, row.lease_owner, row.lease_until = "in_doubt", error_class, None, None
    session.flush()
    _notice_becomes(session, now, row.id, "in_doubt", "dispatch.in_doubt", error=error_class)
    return row.status


def _notice_becomes(
    session: Session, now: dt.datetime, dispatch_id: str, status: str, code: str, **params: Any
) -> NoticeRow:
    row = store.get(session, DispatchRow, dispatch_id)
    notice = store.get(session, NoticeRow, row.notice_id)
    notice.status = track.notice_after(notice.status, status)
    events.of_notice(session, now, notice, code, SYSTEM, **params)
    return notice
