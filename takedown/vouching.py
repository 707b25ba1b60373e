"""A person vouches for an addressee that was typed: she looked it up, and letters may be approved for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sqlalchemy.orm import Session

from takedown import events, store, track
from takedown.drafting import PARIS
from takedown.errors import NoticeError
from takedown.tables import NoticeRow


def vouch(session: Session, now: dt.datetime, notice_id: str, *, actor: str) -> None:
    """Mark the addressee as looked up today by this person; raises `NoticeError` once the letter has left."""
    notice = store.get(session, NoticeRow, notice_id)
    if notice.status not in track.EDITABLE:
        raise NoticeError.coded("refusal.left_edit")
    goes_to = store.open_addressee(session, notice)
    if goes_to.verified:
        return
    seen = replace(goes_to, verified=True, checked_on=now.astimezone(PARIS).date())
    notice.addressee_sealed = store.seal_json(session, notice.case_id, "notice", "addressee", notice.id, seen.to_json())
    notice.content_sha256 = store.content_hash(session, store.open_letter(session, notice), seen)
    session.flush()
    events.of_notice(session, now, notice, "notice.addressee_confirmed", actor)
