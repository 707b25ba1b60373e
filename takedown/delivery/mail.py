"""Delivery by SMTP, phase by phase, so that each failure says whether the letter can have left."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Literal

from takedown.delivery.envelope import build
from takedown.delivery.message import Doubtful, OutgoingMessage, Receipt, Rejected, TryLater

Tls = Literal["none", "starttls", "tls"]
SECONDS = 60.0
LATER = "The mail server could not be reached or asks to wait: it is tried again later."
REFUSED = "The mail server refuses this letter for good: choose another channel for this addressee."
DOUBT = "The line broke after the letter was handed over: look in the mailbox's sent folder before sending again."


@dataclass(frozen=True)
class MailChannel:
    """One SMTP server; the password never shows in a representation."""

    host: str
    port: int
    tls: Tls = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    context: ssl.SSLContext | None = None
    kind: str = "email"

    def deliver(self, message: OutgoingMessage) -> Receipt:
        """Send once. `TryLater` and `Rejected`: nothing was accepted. `Doubtful`: the line broke after DATA."""
        data = build(message)
        with _before_data(), self._connected() as server:
            _expect(server.mail(_bare(message.sender)), 250)
            _expect(server.rcpt(_bare(message.to)), 250, 251)
            _expect(server.docmd("DATA"), 354)
            code, answer = _hand_over(server, data)
        return Receipt(self.kind, message.date, {"code": code, "answer": answer, "message_id": message.message_id})

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        context = self.context or ssl.create_default_context()
        server: smtplib.SMTP
        if self.tls == "tls":
            server = smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        try:
            server.ehlo_or_helo_if_needed()
            if self.tls == "starttls":
                server.starttls(context=context)
                server.ehlo()
            if self.user:
                server.login(self.user, self.password or "")
            yield server
        finally:
            _goodbye(server)


def _goodbye(server: smtplib.SMTP) -> None:
    """Leaving politely must never change what is known of the letter."""
    with suppress(smtplib.SMTPException, OSError):
        server.quit()
    server.close()


@contextmanager
def _before_data() -> Iterator[None]:
    """Whatever breaks here breaks before the server took anything: the letter has certainly not left."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code) from None
    except (smtplib.SMTPException, OSError) as error:
        raise TryLater(LATER, type(error).__name__[:24]) from None


def _hand_over(server: smtplib.SMTP, data: bytes) -> tuple[int, str]:
    """After 354: an answer decides, a broken line leaves a doubt."""
    try:
        server.send(re.sub(rb"(?m)^\.", b"..", data.rstrip(b"\r\n")) + b"\r\n.\r\n")
        code, answer = server.getreply()
    except (smtplib.SMTPException, OSError) as error:
        raise Doubtful(DOUBT, type(error).__name__[:24]) from None
    if code != 250:
        raise _refusal(code)
    return code, answer.decode("ascii", "replace")[:200]


def _expect(reply: tuple[int, bytes], *codes: int) -> None:
    if reply[0] not in codes:
        raise _refusal(reply[0])


def _refusal(code: int) -> TryLater | Rejected:
    """4xx means later, 5xx means never (RFC 5321, 4.2.1); anything else is no answer we may build on."""
    return Rejected(REFUSED, f"smtp_{code}") if 500 <= code < 600 else TryLater(LATER, f"smtp_{code}")


def _bare(address: str) -> str:
    return parseaddr(address)[1]
