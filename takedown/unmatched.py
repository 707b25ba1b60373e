"""Mail that answers no letter we know: kept aside under the instance's key until a person says what it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.catalogue import Catalogue
from storage import vault
from storage.database import insert_new, new_id
from takedown import replies, store
from takedown.errors import NoticeError
from takedown.incoming import Incoming
from takedown.sender_proof import Trusted
from takedown.tables import NoticeRow, UnmatchedRow


@dataclass(frozen=True)
class Unmatched:
    """One message of the queue, opened: who says to have written it, what, and whether our server proved that."""

    id: str
    received_at: dt.datetime
    sender: str
    subject: str
    text: str
    kind: str
    proved_domain: str


def keep(session: Session, now: dt.datetime, mail: Incoming, trusted: Trusted) -> str | None:
    """Put a message aside, once; gives its id, None when it was here before."""
    row_id = new_id(now)
    kept = {"mail": mail.to_json(), "trusted": asdict(trusted)}
    sealed = store.seal_json(session, vault.INSTANCE, "unmatched_mail", "mail", row_id, kept)
    made = insert_new(session, UnmatchedRow, id=row_id, message_blind=replies.blind_of(session, mail), state="waiting",
                      mail_sealed=sealed, received_at=now)  # fmt: skip
    return row_id if made else None


def known(session: Session, mail: Incoming) -> bool:
    """Whether this message was put aside before, whatever became of it."""
    query = select(UnmatchedRow.id).where(UnmatchedRow.message_blind == replies.blind_of(session, mail))
    return session.scalar(query) is not None


def waiting(session: Session) -> list[Unmatched]:
    """What nobody has looked at yet, oldest first."""
    query = select(UnmatchedRow).where(UnmatchedRow.state == "waiting")
    return [_opened(session, row) for row in session.scalars(query.order_by(UnmatchedRow.received_at, UnmatchedRow.id))]


def count(session: Session) -> int:
    """How many messages wait for somebody."""
    return session.scalar(select(func.count()).where(UnmatchedRow.state == "waiting")) or 0


def attach(session: Session, now: dt.datetime, row_id: str, notice_id: str, *, actor: str, catalogue: Catalogue) -> str:
    """A person knows which letter it answers. An unproved sender stays marked until somebody vouches for the words."""
    row, notice = _waiting_row(session, row_id), store.get(session, NoticeRow, notice_id)
    if notice.status not in replies.ANSWERABLE:
        raise NoticeError.coded("refusal.not_left")
    kept = _kept(session, row)
    reply = replies.file(session, now, notice, Incoming.from_json(kept["mail"]), catalogue=catalogue,
                         trusted=Trusted(**kept["trusted"]), actor=actor)  # fmt: skip
    _settle(row, now, "attached", actor)
    return reply


def discard(session: Session, now: dt.datetime, row_id: str, *, actor: str) -> None:
    """It has nothing to do with us: its words are deleted at once, its trace stays so that it is not kept again."""
    _settle(_waiting_row(session, row_id), now, "discarded", actor)


def _waiting_row(session: Session, row_id: str) -> UnmatchedRow:
    row = store.get(session, UnmatchedRow, row_id)
    if row.state != "waiting":
        raise NoticeError.coded("refusal.mail_settled")
    return row


def _settle(row: UnmatchedRow, now: dt.datetime, state: str, actor: str) -> None:
    row.state, row.settled_at, row.settled_by, row.mail_sealed = state, now, actor, None


def _kept(session: Session, row: UnmatchedRow) -> Mapping[str, Any]:
    assert row.mail_sealed is not None
    kept: Mapping[str, Any] = store.open_json(
        session, vault.INSTANCE, "unmatched_mail", "mail", row.id, row.mail_sealed
    )
    return kept


def _opened(session: Session, row: UnmatchedRow) -> Unmatched:
    kept = _kept(session, row)
    mail, trusted = Incoming.from_json(kept["mail"]), Trusted(**kept["trusted"])
    return Unmatched(row.id, row.received_at, mail.sender, mail.subject, mail.text, mail.classified().kind,
                     trusted.domain if trusted.dmarc else "")  # fmt: skip
