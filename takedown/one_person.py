"""One person, two cases: the one act by which her cases go on as one, with nothing of either lost or asked twice."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import duplicates
from monitor import repeated
from takedown import merging
from takedown.tables import ContentRow, NoticeTrack, TrackRow


@dataclass(frozen=True)
class Joined:
    """What a merge did: terms and prints looked for once from now on, contents that were one page in both cases."""

    repeated: int
    same_pages: int


def merge(session: Session, now: dt.datetime, keep: str, other: str, *, lift: bool, actor: str) -> Joined:
    """Join `other` with `keep` (see `cases.duplicates.join`), and end what both cases would do twice.

    A page that both have keeps the tracks of the case that wrote about it, those of `keep` where neither or both did:
    every deadline that runs goes on running. Raises `CaseRefused`.
    """
    duplicates.join(session, now, keep, other, lift=lift, actor=actor)
    fewer = repeated.drop(session, now, keep, other, actor=actor)
    pairs = merging.across(session, keep, other)
    ended = [one for pair in pairs if (one := _needless(session, pair))]
    for content, stays in ended:
        merging.end(session, now, content, into=stays, actor=actor)
    return Joined(fewer, len(ended))


def _needless(session: Session, pair: tuple[ContentRow, ContentRow]) -> tuple[ContentRow, ContentRow] | None:
    """Which content of a pair has no letter and so may end, and which stays; None where both have letters."""
    ours, theirs = pair
    if not _written_about(session, theirs):
        return theirs, ours
    return None if _written_about(session, ours) else (ours, theirs)


def _written_about(session: Session, content: ContentRow) -> bool:
    """Whether any letter was drafted, or anything done, for a content: its tracks have left their first state."""
    letters = select(NoticeTrack.track_id).join(TrackRow, TrackRow.id == NoticeTrack.track_id)
    letters = letters.where(TrackRow.content_id == content.id)
    moved = select(TrackRow.id).where(TrackRow.content_id == content.id, TrackRow.status != "open")
    return any(session.scalar(query.limit(1)) is not None for query in (letters, moved))
