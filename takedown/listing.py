"""The tracks of a case as a person sees them: which content, where it is to disappear, how far it is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from takedown import store
from takedown.tables import ContentRow, TrackRow


@dataclass(frozen=True)
class TrackView:
    """One track with its content's address or locator in clear; `due_at` is when it is looked at next."""

    id: str
    case_id: str
    content_id: str
    address: str
    harm: str
    platform: str | None
    place: str
    target: str
    status: str
    outcome: str | None
    rung: str
    due_at: dt.datetime | None
    exhibit_id: str | None


def tracks(session: Session, case_id: str) -> list[TrackView]:
    """All tracks of a case, oldest first."""
    query = select(TrackRow, ContentRow).join(ContentRow, ContentRow.id == TrackRow.content_id)
    found = session.execute(query.where(TrackRow.case_id == case_id).order_by(TrackRow.id))
    return [_view(session, track, content) for track, content in found]


def _view(session: Session, track: TrackRow, content: ContentRow) -> TrackView:
    opened = store.open_content(session, content)
    return TrackView(
        id=track.id,
        case_id=track.case_id,
        content_id=content.id,
        address=opened.url or " ".join(opened.locator.values()),
        harm=content.harm,
        platform=content.platform,
        place=track.place,
        target=track.target,
        status=track.status,
        outcome=track.outcome,
        rung=track.rung,
        due_at=track.due_at,
        exhibit_id=content.exhibit_id,
    )
