"""What this room keeps: rows loaded under lock, and their sealed columns opened and closed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import vault
from storage.database import Base
from takedown import track
from takedown.addressee import Addressee
from takedown.errors import UnknownRow
from takedown.letter import Letter
from takedown.tables import ContentRow, NoticeRow, NoticeTrack, TrackRow

Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class Content:
    """A content, opened: an address (`url`) or a locator, and the marker that shows whether it is still there."""

    id: str
    case_id: str
    url: str | None
    locator: Mapping[str, str]
    marker: Mapping[str, Any]
    platform: str | None
    harm: str
    age_on_image: str
    exhibit_id: str | None
    published_on: dt.date | None
    created_at: dt.datetime


def get(session: Session, kind: type[Row], row_id: str) -> Row:
    """The row, fresh and locked until the transaction ends; raises `TakedownError` when there is none."""
    row = session.get(kind, row_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise UnknownRow(f"There is no {kind.__tablename__} with this id: reload the list and choose again.")
    return row


def open_content(session: Session, row: ContentRow) -> Content:
    """A content with its address and marker in clear."""
    place = json.loads(_opened(session, row.case_id, "content", "address", row.id, row.address_sealed))
    marker = row.marker_sealed
    return Content(
        id=row.id, case_id=row.case_id, url=place.get("url"), locator=place.get("locator", {}),
        marker=json.loads(_opened(session, row.case_id, "content", "marker", row.id, marker)) if marker else {},
        platform=row.platform, harm=row.harm, age_on_image=row.age_on_image, exhibit_id=row.exhibit_id,
        published_on=row.published_on, created_at=row.created_at,
    )  # fmt: skip


def seal_json(session: Session, case_id: str, table: str, column: str, row_id: str, value: Any) -> bytes:
    """Seal a value as JSON."""
    return vault.seal(session, case_id, table, column, row_id, json.dumps(value, ensure_ascii=False, default=str))


def open_json(session: Session, case_id: str, table: str, column: str, row_id: str, sealed: bytes) -> Any:
    """The value that `seal_json` sealed."""
    return json.loads(_opened(session, case_id, table, column, row_id, sealed))


def open_letter(session: Session, notice: NoticeRow) -> Letter:
    """The letter of a notice."""
    kept = open_json(session, notice.case_id, "notice", "blocks", notice.id, notice.blocks_sealed)
    return Letter.from_json(kept)


def seal_letter(session: Session, case_id: str, notice_id: str, letter: Letter) -> bytes:
    """The letter with all that its check-list needs, sealed into the notice's `blocks_sealed`."""
    return seal_json(session, case_id, "notice", "blocks", notice_id, letter.to_json())


def open_addressee(session: Session, notice: NoticeRow) -> Addressee:
    """Whom a notice goes to."""
    kept = open_json(session, notice.case_id, "notice", "addressee", notice.id, notice.addressee_sealed)
    return Addressee.from_json(kept)


def content_hash(session: Session, letter: Letter, addressee: Addressee) -> str:
    """The keyed hash of subject, blocks and addressee: what a person approves is what leaves.

    The reference, the date and the stamp are left out: the same letter drafted twice has the same hash.
    """
    blocks = [block.to_json() for block in letter.blocks]
    body = {"subject": letter.subject, "sender": letter.head.sender, "blocks": blocks, "addressee": addressee.to_json()}
    return vault.blind(session, "notice.content", json.dumps(body, sort_keys=True, ensure_ascii=False, default=str))


def tracks_of(session: Session, notice_id: str) -> Sequence[TrackRow]:
    """The tracks a notice covers, in a fixed order so that two transactions never wait for each other."""
    query = select(TrackRow).join(NoticeTrack, NoticeTrack.track_id == TrackRow.id)
    return session.scalars(query.where(NoticeTrack.notice_id == notice_id).order_by(TrackRow.id)).all()


def move(
    row: TrackRow, event: track.TrackEvent, *, confirm_after: dt.timedelta = track.CONFIRM_AFTER
) -> tuple[str, str]:
    """Apply an event to a track's row (see `takedown.track.after`); gives back the status before and after."""
    before = row.status
    new = track.after(state_of(row), event, confirm_after=confirm_after)
    row.status, row.outcome = new.status, new.outcome
    row.confirmations, row.first_down_at = new.confirmations, new.first_down_at
    return before, row.status


def state_of(row: TrackRow) -> track.TrackState:
    """The pure state a track's row stands for."""
    return track.TrackState(
        status=cast(track.TrackStatus, row.status), place=row.place, outcome=cast(track.Outcome | None, row.outcome),
        confirmations=row.confirmations, first_down_at=row.first_down_at,
    )  # fmt: skip


def _opened(session: Session, case_id: str, table: str, column: str, row_id: str, sealed: bytes) -> str:
    return vault.open_text(session, case_id, table, column, row_id, sealed)
