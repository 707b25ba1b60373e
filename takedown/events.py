"""The history of a case's takedowns: one event for people and one sealed ledger entry, in the change's transaction."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import messages
from storage import ledger
from storage.database import new_id
from takedown.errors import TakedownError
from takedown.tables import EventRow, NoticeRow, TrackRow

CODES = frozenset(
    {
        "content.opened",
        "content.published",
        "content.seen_again",
        "content.never_fetched",
        "content.capture_held",
        "content.merged",
        "track.opened",
        "track.silence",
        "track.refused",
        "track.resolved",
        "track.reappeared",
        "track.moved",
        "track.closed",
        "track.returned",
        "track.contested",
        "track.reopened",
        "track.to_check",
        "check.made",
        "guided.done",
        "guided.refused",
        "notice.drafted",
        "notice.edited",
        "notice.ready",
        "notice.returned",
        "notice.first_approval",
        "notice.approved",
        "notice.addressee_confirmed",
        "notice.undone",
        "notice.retracted",
        "notice.sent",
        "post.posted",
        "post.presented",
        "post.received",
        "post.returned",
        "notice.acknowledged",
        "notice.answered",
        "dispatch.leaving",
        "dispatch.in_doubt",
        "dispatch.doubt_resolved",
        "dispatch.delayed",
        "dispatch.failed",
        "dispatch.set_aside",
        "reply.taken_in",
        "reply.unverified",
        "reply.added",
        "reply.read",
        "deadline.set",
        "deadline.met",
    }
)
"""Every event code (noun.what happened), also the act in the ledger; their texts are in config/texts/takedown.toml."""


def record(
    session: Session,
    now: dt.datetime,
    *,
    case_id: str,
    code: str,
    actor: str,
    content_id: str | None = None,
    track_id: str | None = None,
    notice_id: str | None = None,
    params: Mapping[str, Any] | None = None,
    sealed: Mapping[str, Any] | None = None,
) -> str:
    """Write the event and its ledger entry; gives back the ledger entry's id.

    `params` holds codes, numbers and dates only; what is personal goes into `sealed`, which only the ledger keeps.
    Raises `TakedownError` for a code outside the list, or parameters that are not those of its text.
    """
    shown = dict(params or {})
    if code not in CODES or messages.messages()[code].params != shown.keys():
        raise TakedownError(f'"{code}" is no event with {sorted(shown)}: look at takedown.events.CODES and the texts.')
    session.add(
        EventRow(
            id=new_id(now), case_id=case_id, content_id=content_id, track_id=track_id, notice_id=notice_id,
            code=code, params=json.dumps(shown, sort_keys=True, default=str), actor=actor,
            at=_in_order(session, now, case_id),
        )
    )  # fmt: skip
    subject = _subject(content_id, track_id, notice_id)
    detail = {**shown, **dict(sealed or {})}
    entry = ledger.append(
        session, case_id=case_id, at=now, actor=actor, act=code, subject=subject, detail=_plain(detail)
    )
    return entry.id


def of_track(session: Session, now: dt.datetime, track: TrackRow, code: str, actor: str, **params: Any) -> None:
    """An event of a track."""
    record(session, now, case_id=track.case_id, code=code, actor=actor, content_id=track.content_id,
           track_id=track.id, params=params)  # fmt: skip


def of_notice(session: Session, now: dt.datetime, notice: NoticeRow, code: str, actor: str, **params: Any) -> None:
    """An event of a notice; its reference is always among the parameters."""
    record(session, now, case_id=notice.case_id, code=code, actor=actor, notice_id=notice.id,
           params={"reference": notice.reference, "letter": notice.letter, **params})  # fmt: skip


def _in_order(session: Session, now: dt.datetime, case_id: str) -> dt.datetime:
    """Events of one instant keep their order: each stands a microsecond after the one before it."""
    ledger.head(session, case_id)  # locks the chain: two transactions at once must not take the same microsecond
    last = session.scalar(select(func.max(EventRow.at)).where(EventRow.case_id == case_id))
    follows = last is not None and now <= last < now + dt.timedelta(milliseconds=1)
    return last + dt.timedelta(microseconds=1) if last is not None and follows else now


def _subject(content_id: str | None, track_id: str | None, notice_id: str | None) -> tuple[str, str]:
    for table, row_id in (("notice", notice_id), ("track", track_id), ("content", content_id)):
        if row_id is not None:
            return table, row_id
    return "", ""


def _plain(detail: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(detail, default=str))
    return plain
