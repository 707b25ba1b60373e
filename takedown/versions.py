"""The states a letter went through: kept before each change, so that every change can be shown."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.database import new_id
from takedown import store
from takedown.letter import Letter
from takedown.tables import NoticeRow, NoticeVersion


def keep(session: Session, now: dt.datetime, notice: NoticeRow, before: Letter, *, actor: str) -> None:
    """Keep what the letter says now, before `actor` changes it."""
    row_id = new_id(now)
    number = session.scalar(select(func.max(NoticeVersion.number)).where(NoticeVersion.notice_id == notice.id)) or 0
    sealed = store.seal_json(session, notice.case_id, "notice_version", "letter", row_id, before.to_json())
    session.add(
        NoticeVersion(
            id=row_id, case_id=notice.case_id, notice_id=notice.id, number=number + 1, letter_sealed=sealed,
            replaced_by=actor, at=now,
        )
    )  # fmt: skip
    session.flush()


def before_last(session: Session, notice_id: str) -> Letter | None:
    """What the letter said before its last change; None when nobody ever changed it."""
    return _opened(session, notice_id, NoticeVersion.number.desc())


def as_drafted(session: Session, notice_id: str) -> Letter | None:
    """What the letter said as it was drafted; None when nobody ever changed it."""
    return _opened(session, notice_id, NoticeVersion.number.asc())


def _opened(session: Session, notice_id: str, order: object) -> Letter | None:
    query = select(NoticeVersion).where(NoticeVersion.notice_id == notice_id)
    row = session.scalar(query.order_by(order).limit(1))  # type: ignore[arg-type]
    if row is None:
        return None
    kept = store.open_json(session, row.case_id, "notice_version", "letter", row.id, row.letter_sealed)
    return Letter.from_json(kept)
