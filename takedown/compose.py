"""Makes the message of a dispatch from exactly what was approved, and the key that lets it leave once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.settings import Settings
from storage import vault
from takedown import letterhead, reference, store
from takedown.delivery.message import Attachment, OutgoingMessage
from takedown.letterbook import Letterbook
from takedown.render import pdf, text
from takedown.tables import DispatchRow, EventRow, NoticeRow

LOCAL = "vigie@localhost.invalid"  # the sender of an instance without mail: its letters are only files


@dataclass(frozen=True)
class Stationery:
    """What every letter of an instance is written on: the mailbox it comes from, the one for answers, mails, layout."""

    mailbox: str
    replies: str
    letterbook: Letterbook
    layout: pdf.Layout


def stationery(settings: Settings, letterbook: Letterbook) -> Stationery:
    """The stationery of an instance."""
    mailbox = mailbox_of(settings)
    return Stationery(mailbox, settings.smtp_reply_to or mailbox, letterbook, pdf.Layout.load(settings.config_dir))


def mailbox_of(settings: Settings) -> str:
    """The address that letters come from."""
    return settings.smtp_sender or LOCAL


def message(
    session: Session, now: dt.datetime, row: DispatchRow, notice: NoticeRow, *, paper: Stationery
) -> OutgoingMessage:
    """The message of a dispatch; the same key and id on every try."""
    return outgoing(session, now, notice, key=row.key, message_id=row.message_id, paper=paper)


def outgoing(
    session: Session, now: dt.datetime, notice: NoticeRow, *, key: str, message_id: str, paper: Stationery
) -> OutgoingMessage:
    """A notice as a message: the letter as text in a neutral mail, its PDF on the office's paper beside it."""
    letter, addressee = store.open_letter(session, notice), store.open_addressee(session, notice)
    mail = paper.letterbook.mail("dispatch", notice.lang)
    subject, body = mail.fill(letter=text.render(letter), reference=notice.reference)
    printed_on = letterhead.paper_of(session, now, notice)
    sheet = Attachment(f"{notice.reference}.pdf", "application/pdf", pdf.render(letter, paper.layout, printed_on))
    return OutgoingMessage(
        key=key,
        reference=notice.reference,
        message_id=message_id,
        sender=paper.mailbox,
        reply_to=reference.reply_address(paper.replies, notice.reference),
        to=addressee.value if addressee.channel == "email" else "",
        subject=subject,
        text=body,
        date=now,
        lang=notice.lang,
        attachments=(sheet,),
        ours=printed_on.ours(),
    )


def dispatch_key(session: Session, notice: NoticeRow) -> str:
    """The same letter, to the same addressee, at the same step of the same round, has the same key: it leaves once.

    A second draft of the same letter makes the same key too, and the database takes one of them. Content that came back
    begins a new round.
    """
    rows, goes_to = store.tracks_of(session, notice.id), store.open_addressee(session, notice)
    back = select(func.count()).where(
        EventRow.track_id.in_([row.id for row in rows]), EventRow.code == "track.reappeared"
    )
    parts = (notice.case_id, notice.letter, *(f"{row.id}:{row.rung}" for row in rows), str(session.scalar(back)),
             goes_to.record, goes_to.channel, goes_to.value, notice.content_sha256)  # fmt: skip
    return vault.blind(session, "dispatch", "\0".join(parts))


def unchanged(session: Session, notice: NoticeRow) -> bool:
    """Whether what would leave now is what was approved."""
    letter, addressee = store.open_letter(session, notice), store.open_addressee(session, notice)
    return notice.content_sha256 == store.content_hash(session, letter, addressee)
