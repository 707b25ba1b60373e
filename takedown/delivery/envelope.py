"""Builds the e-mail (RFC 5322) of an outgoing message: neutral headers, the letter as plain text, the PDF beside it."""

from __future__ import annotations

from email import policy
from email.message import EmailMessage
from email.utils import format_datetime

from takedown.delivery.message import OutgoingMessage


def build(message: OutgoingMessage) -> bytes:
    """The message in wire form (CRLF, 7-bit): `Auto-Submitted: no`, for a person approved it (RFC 3834)."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = message.sender
    mail["To"] = message.to
    mail["Reply-To"] = message.reply_to
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(message.date)
    mail["Message-ID"] = message.message_id
    mail["Auto-Submitted"] = "no"
    mail["Content-Language"] = message.lang
    mail.set_content(message.text, cte="quoted-printable")
    for attached in message.attachments:
        main, sub = attached.mime.split("/", 1)
        mail.add_attachment(attached.data, maintype=main, subtype=sub, filename=attached.name)
    if message.attachments:
        mail.set_boundary(f"vigie-{message.key[:32]}")
    return mail.as_bytes()
