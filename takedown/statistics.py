"""Figures and lists: what was found, asked, removed, refused and came back; what is late; what happened when."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, distinct, func, or_, select, true
from sqlalchemy.orm import Session

from config import messages
from takedown.tables import ContentRow, DeadlineRow, DispatchRow, EventRow, NoticeRow, NoticeTrack, TrackRow

DATES = frozenset({"due", "on"})
WORDS: Mapping[str, str] = {
    "harm": "harm", "verdict": "verdict", "outcome": "outcome", "place": "place", "next": "recourse.do",
    "act": "recourse.do", "kind": "reply.kind", "channel": "notice.channel", "review": "notice.review",
    "sent": "dispatch.sent",
}  # fmt: skip
"""Parameters that are codes, and where their words are."""


def counts(session: Session, case_id: str | None = None) -> dict[str, int]:
    """Figures of one case, or of all: contents found, tracks asked for, removed, refused, back, waiting, to act on."""
    asked = (
        select(func.count(distinct(NoticeTrack.track_id)))
        .join(NoticeRow, NoticeRow.id == NoticeTrack.notice_id)
        .where(NoticeRow.sent_at.is_not(None), _of(NoticeRow.case_id, case_id))
    )
    return {
        "found": _count(session, ContentRow, case_id),
        "requested": session.scalar(asked) or 0,
        "removed": _count(session, TrackRow, case_id, TrackRow.status == "resolved"),
        "refused": _tracks_with(session, case_id, "track.refused"),
        "silent": _tracks_with(session, case_id, "track.silence"),
        "back": _tracks_with(session, case_id, "track.reappeared"),
        "waiting": _count(session, TrackRow, case_id, TrackRow.status == "waiting"),
        "to_act": _count(session, TrackRow, case_id, TrackRow.status.in_(("open", "to_act"))),
        "sent": _count(session, NoticeRow, case_id, NoticeRow.sent_at.is_not(None)),
        "in_doubt": _count(session, DispatchRow, case_id, DispatchRow.status == "in_doubt"),
    }


def late(session: Session, now: dt.datetime, case_id: str | None = None) -> list[dict[str, Any]]:
    """What is overdue at `now` (computed, never stored): unmet deadlines of unfinished tracks, oldest first."""
    query = _unfinished(case_id).where(DeadlineRow.due_at <= now).order_by(DeadlineRow.due_at, DeadlineRow.id)
    return [_line(deadline, track, now) for deadline, track in session.execute(query)]


def coming(session: Session, now: dt.datetime, case_id: str | None = None) -> list[dict[str, Any]]:
    """Unmet deadlines still to come, the nearest first."""
    query = _unfinished(case_id).where(or_(DeadlineRow.due_at > now, DeadlineRow.due_at.is_(None)))
    found = session.execute(query.order_by(DeadlineRow.due_at, DeadlineRow.id))
    return [_line(deadline, track, now) for deadline, track in found]


def timeline(session: Session, case_id: str) -> list[dict[str, Any]]:
    """Everything that happened in a case, oldest first, as codes with parameters."""
    query = select(EventRow).where(EventRow.case_id == case_id).order_by(EventRow.at, EventRow.id)
    return [
        {
            "at": row.at, "code": row.code, "params": readable(json.loads(row.params)), "codes": json.loads(row.params),
            "actor": row.actor, "content": row.content_id, "track": row.track_id, "notice": row.notice_id,
        }
        for row in session.scalars(query)
    ]  # fmt: skip


def readable(params: Mapping[str, Any]) -> dict[str, Any]:
    """An event's parameters as `config.messages.render` takes them: codes become words, ISO dates become dates."""
    return {name: _word(name, value) for name, value in params.items()}


def _word(name: str, value: Any) -> Any:
    if name in DATES and isinstance(value, str):
        return dt.datetime.fromisoformat(value) if "T" in value else dt.date.fromisoformat(value)
    if value is None:
        return messages.both("proposal.none", {}) if name == "next" else "-"
    code = f"{WORDS[name]}.{value}" if name in WORDS else ""
    return messages.both(code, {}) if code in messages.messages() else value


def _unfinished(case_id: str | None) -> Select[DeadlineRow, TrackRow]:
    query = select(DeadlineRow, TrackRow).join(TrackRow, TrackRow.id == DeadlineRow.track_id)
    open_tracks = TrackRow.status.in_(("open", "waiting", "to_act"))
    return query.where(DeadlineRow.met_at.is_(None), open_tracks, _of(DeadlineRow.case_id, case_id))


def _line(deadline: DeadlineRow, track: TrackRow, now: dt.datetime) -> dict[str, Any]:
    return {
        "deadline": deadline.id, "case": deadline.case_id, "track": track.id, "notice": deadline.notice_id,
        "target": track.target, "rule": deadline.rule, "kind": deadline.kind, "due_at": deadline.due_at,
        "late": deadline.due_at is not None and deadline.due_at <= now, "answer": json.loads(deadline.answer),
    }  # fmt: skip


def _count(session: Session, kind: Any, case_id: str | None, *conditions: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(kind).where(_of(kind.case_id, case_id), *conditions)
    return session.scalar(query) or 0


def _tracks_with(session: Session, case_id: str | None, code: str) -> int:
    """Tracks, not events: a track that came back twice counts once."""
    query = select(func.count(distinct(EventRow.track_id))).where(EventRow.code == code, _of(EventRow.case_id, case_id))
    return session.scalar(query) or 0


def _of(column: Any, case_id: str | None) -> ColumnElement[bool]:
    return true() if case_id is None else column == case_id
