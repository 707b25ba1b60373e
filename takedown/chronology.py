"""The dated chronology that complaints share: what happened to the contents, in words, from a closed list of events."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import messages
from evidence.tables import Exhibit
from takedown import store
from takedown.letter_context import Happening
from takedown.tables import CheckRow, ContentRow, EventRow, NoticeRow, NoticeTrack, TrackRow

PARIS = ZoneInfo("Europe/Paris")
TOLD = frozenset({"notice.acknowledged", "track.refused", "track.resolved", "track.reappeared"})
"""The only events a letter may tell of: no clock, no safety flag, no note, nothing a person wrote for herself."""


def of_tracks(session: Session, rows: Sequence[TrackRow], lang: str, *, full: bool) -> tuple[Happening, ...]:
    """What happened to the contents of these tracks, oldest first, one line each.

    `full` adds the reports made elsewhere, by name and day: for authorities and counsel only (law.md 22.2).
    """
    lines: set[tuple[dt.date, str]] = set()
    for row in rows:
        lines |= (
            set(_content(session, row, lang)) | set(_letters(session, row, lang)) | set(_events(session, row, lang))
        )
        if full:
            lines |= set(_acts(session, row, lang))
    return tuple(Happening(on=on, what=what) for on, what in sorted(lines))


def _content(session: Session, row: TrackRow, lang: str) -> Iterator[tuple[dt.date, str]]:
    content = session.get_one(ContentRow, row.content_id)
    exhibit = session.get(Exhibit, content.exhibit_id) if content.exhibit_id else None
    if exhibit is not None and exhibit.state == "sealed":
        yield _day(content.created_at), messages.render("chronology.sealed", {"number": exhibit.number}, lang)
    else:
        yield _day(content.created_at), messages.render("chronology.seen", {}, lang)


def _letters(session: Session, row: TrackRow, lang: str) -> Iterator[tuple[dt.date, str]]:
    query = select(NoticeRow).join(NoticeTrack, NoticeTrack.notice_id == NoticeRow.id)
    query = query.where(NoticeTrack.track_id == row.id, NoticeRow.sent_at.is_not(None))
    for notice in session.scalars(query.order_by(NoticeRow.sent_at)):
        goes_to = store.open_addressee(session, notice)
        params = {"subject": store.open_letter(session, notice).subject, "entity": goes_to.entity,
                  "reference": notice.reference}  # fmt: skip
        yield _day(notice.sent_at or notice.created_at), messages.render("chronology.sent", params, lang)


def _events(session: Session, row: TrackRow, lang: str) -> Iterator[tuple[dt.date, str]]:
    letters = select(NoticeTrack.notice_id).where(NoticeTrack.track_id == row.id)
    query = select(EventRow).where(EventRow.code.in_(TOLD))
    for event in session.scalars(query.where((EventRow.track_id == row.id) | EventRow.notice_id.in_(letters))):
        params = {key: value for key, value in json.loads(event.params).items() if key == "reference"}
        yield _day(event.at), messages.render(f"chronology.{event.code.partition('.')[2]}", params, lang)
    seen = select(CheckRow.at).where(CheckRow.track_id == row.id, CheckRow.verdict == "still_up")
    for at in session.scalars(seen):
        yield _day(at), messages.render("chronology.still_up", {}, lang)


def _acts(session: Session, row: TrackRow, lang: str) -> Iterator[tuple[dt.date, str]]:
    query = select(EventRow.params).where(EventRow.track_id == row.id, EventRow.code == "guided.done")
    for params in session.scalars(query):
        done = json.loads(params)
        act = messages.both(f"recourse.do.{done['act']}", {})
        yield dt.date.fromisoformat(done["on"]), messages.render("chronology.act", {"act": act}, lang)


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(PARIS).date()
