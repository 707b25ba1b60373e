"""A notice in every output: text, HTML, PDF, Word and e-mail, from the same blocks and on the paper of who signs it."""

from __future__ import annotations

import datetime as dt
import email
from email import policy
from html import escape

from sqlalchemy.orm import Session

from takedown import compose, letterhead, store
from takedown.compose import Stationery
from takedown.delivery.envelope import build
from takedown.errors import NoticeError
from takedown.render import docx, html, pdf, text
from takedown.tables import NoticeRow

FORMS = {
    "text": ("text/plain; charset=utf-8", "txt"), "html": ("text/html; charset=utf-8", "html"),
    "pdf": ("application/pdf", "pdf"), "eml": ("message/rfc822", "eml"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
}  # fmt: skip
"""Output -> its type and the ending of its file name."""
PAGE = (
    '<!DOCTYPE html>\n<html lang="{lang}">\n<head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>{title}</title></head>\n<body>\n{body}</body>\n</html>\n'
)


def printed(
    session: Session, now: dt.datetime, notice_id: str, form: str, *, stationery: Stationery, links: bool = False
) -> bytes:
    """The notice as it stands, as the bytes of one output; `links` is for the copy that stays in the file.

    Raises `NoticeError` for an output that there is not, `LetterError` for a letter that cannot be printed.
    """
    notice = store.get(session, NoticeRow, notice_id)
    letter, on = store.open_letter(session, notice), letterhead.paper_of(session, now, notice, links=links)
    if form == "text":
        return text.render(letter).encode()
    if form == "html":
        title = escape(f"{letter.head.subject_label} {letter.subject}")
        return PAGE.format(lang=letter.lang, title=title, body=html.render(letter, on)).encode()
    if form == "pdf":
        return pdf.render(letter, stationery.layout, on)
    if form == "docx":
        return docx.render(letter, on)
    if form == "eml":
        return _unsent(session, now, notice, stationery)
    raise NoticeError.coded("refusal.no_output", known=sorted(FORMS))


def _unsent(session: Session, now: dt.datetime, notice: NoticeRow, stationery: Stationery) -> bytes:
    """A draft that a mail program opens ready to be sent by hand: no Message-ID and no date, the program gives them."""
    key = notice.content_sha256
    message = compose.outgoing(
        session, now, notice, key=key, message_id=f"<{key[:40]}@draft.invalid>", paper=stationery
    )
    mail = email.message_from_bytes(build(message), policy=policy.SMTP)
    del mail["Message-ID"], mail["Date"]
    mail["X-Unsent"] = "1"
    return mail.as_bytes()
