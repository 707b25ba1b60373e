"""A letter sent by post: its four dates, each kept once it is known, and what registered electronic mail may not do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.catalogue import Catalogue
from takedown import clocks, events, notices, store, track
from takedown.drafting import PARIS
from takedown.errors import NoticeError
from takedown.tables import DispatchRow, NoticeRow

STEPS = ("posted", "presented", "received", "returned")
"""What the post says, in order; a letter is received or returned, never both."""
WAYS = ("registered", "electronic", "ordinary")
PROFESSIONALS = frozenset({"platform", "host", "search", "archive", "cdn", "registrar", "regulator", "police", "court"})
"""Addressees who may be sent a registered electronic letter without having agreed to it."""


def post(
    session: Session,
    now: dt.datetime,
    notice_id: str,
    *,
    actor: str,
    catalogue: Catalogue,
    number: str,
    on: dt.date,
    by: str = "registered",
    consented_on: dt.date | None = None,
) -> None:
    """A person posted an approved letter: its number, its day, by which kind of post.

    A registered electronic letter goes to nobody who is no professional and did not agree beforehand (law.md 13.3).
    """
    if by not in WAYS:
        raise NoticeError(f"A letter goes by one of {', '.join(WAYS)}: choose one.")
    notice = store.get(session, NoticeRow, notice_id)
    agreed = consented_on is not None and consented_on <= on
    if by == "electronic" and store.open_addressee(session, notice).kind not in PROFESSIONALS and not agreed:
        raise NoticeError.coded("refusal.no_electronic")
    notices.mark_sent(session, now, notice_id, actor=actor, catalogue=catalogue, number=number, on=on)
    dates = {"posted": on.isoformat(), **({"agreed": consented_on.isoformat()} if consented_on else {})}
    _keep(session, _dispatch(session, notice_id), {"by": by, "dates": dates})
    events.of_notice(session, now, notice, "post.posted", actor, on=on.isoformat())


def follow(session: Session, now: dt.datetime, notice_id: str, *, step: str, on: dt.date, actor: str) -> None:
    """What the post said: presented, received or returned; a returned letter asks a person for another way.

    The dates become known in any order (a receipt comes back with both of its own), and one that was mistyped is noted
    again: the ledger keeps both.

    Raises `NoticeError` for a day to come, one out of order with those known, or a letter that was not posted.
    """
    if step not in STEPS[1:]:
        raise NoticeError(f"The post says one of {', '.join(STEPS[1:])}: choose one.")
    notice, row = store.get(session, NoticeRow, notice_id), _dispatch(session, notice_id)
    dates = dict(_receipt(session, row)["detail"].get("dates", {}))
    if "posted" not in dates or row.channel != "post":
        raise NoticeError.coded("refusal.not_posted")
    if on > now.astimezone(PARIS).date():
        raise NoticeError.coded("refusal.day_to_come")
    known = {**dates, step: on.isoformat()}
    if not _in_order(known):
        raise NoticeError.coded("refusal.post_order")
    _keep(session, row, {"dates": known})
    said = {"presented": "post.presented", "received": "post.received", "returned": "post.returned"}
    events.of_notice(session, now, notice, said[step], actor, on=on.isoformat())
    if step == "returned":
        _returned(session, now, notice, actor)


def dates(session: Session, notice_id: str) -> Mapping[str, str]:
    """The dates of a posted letter that are known, by step and in their order; empty for one that was not posted."""
    query = select(DispatchRow).where(DispatchRow.notice_id == notice_id, DispatchRow.receipt_sealed.is_not(None))
    row = session.scalar(query.limit(1))
    known = _receipt(session, row)["detail"].get("dates", {}) if row is not None else {}
    return {name: known[name] for name in ("agreed", *STEPS) if name in known}


def _in_order(known: Mapping[str, str]) -> bool:
    days = [known[one] for one in STEPS if one in known]
    return days == sorted(days) and not {"received", "returned"} <= known.keys()


def _returned(session: Session, now: dt.datetime, notice: NoticeRow, actor: str) -> None:
    clocks.meet(session, now, notice, actor=actor)
    for row in store.tracks_of(session, notice.id):
        if row.status in ("waiting", "open"):
            store.move(row, track.TrackEvent("retracted", now))
        if row.status == "to_act":
            row.due_at = None
            events.of_track(session, now, row, "track.returned", actor)


def _dispatch(session: Session, notice_id: str) -> DispatchRow:
    found = notices.dispatch_of(session, notice_id)
    if found is None:
        raise NoticeError.coded("refusal.no_approval")
    return store.get(session, DispatchRow, found)


def _receipt(session: Session, row: DispatchRow) -> dict[str, Any]:
    if row.receipt_sealed is None:
        return {"detail": {}}
    opened: dict[str, Any] = store.open_json(session, row.case_id, "dispatch", "receipt", row.id, row.receipt_sealed)
    return opened


def _keep(session: Session, row: DispatchRow, more: Mapping[str, Any]) -> None:
    kept = _receipt(session, row)
    kept["detail"] = {**kept["detail"], **more}
    row.receipt_sealed = store.seal_json(session, row.case_id, "dispatch", "receipt", row.id, kept)
