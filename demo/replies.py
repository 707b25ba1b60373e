"""Composes what an addressee may answer to a letter: acknowledgement, refusal, removal, identity, bounce (RFC 5322)."""

from __future__ import annotations

import email
from email import policy
from email.message import EmailMessage
from email.utils import parseaddr
from hashlib import sha256
from typing import Final

KINDS: Final = ("acknowledgement", "refusal", "removed", "identity", "bounce")
TEXTS: Final = {
    "acknowledgement": "Bonjour,\n\nNous accusons réception de votre signalement. Il est en cours d’examen.\n",
    "refusal": (
        "Bonjour,\n\nAprès examen, ce contenu n’enfreint pas nos conditions d’utilisation. "
        "Nous ne pouvons pas donner suite à votre demande.\n"
    ),
    "removed": "Bonjour,\n\nNous vous informons que le contenu signalé a été retiré.\n",
    "identity": "Bonjour,\n\nMerci de nous envoyer une copie de votre pièce d’identité afin de poursuivre.\n",
}
SIGNED: Final = "\nLe service de modération\n"


def compose(kind: str, to_message: bytes, sender: str, *, dmarc: bool = True) -> bytes:
    """A reply to `to_message` as it lies in our mailbox; `dmarc` is what our own server found out about its sender.

    A bounce comes from the mail system of the sender's domain. Raises ValueError for an unknown kind.
    """
    if kind not in KINDS:
        raise ValueError(f"A reply is one of {', '.join(KINDS)}: choose one.")
    asked = email.message_from_bytes(to_message, policy=policy.default)
    domain = parseaddr(sender)[1].rpartition("@")[2]
    answer = _report(asked, domain) if kind == "bounce" else _words(kind, asked, sender)
    _addressed(answer, asked, kind, domain)
    _authenticated(answer, domain, dmarc)
    return answer.as_bytes(policy=policy.SMTP)


def _words(kind: str, asked: EmailMessage, sender: str) -> EmailMessage:
    answer = EmailMessage()
    answer["From"] = sender
    answer["Subject"] = f"Re: {asked.get('Subject', '')}"
    if kind == "acknowledgement":
        answer["Auto-Submitted"] = "auto-replied"
    answer.set_content(TEXTS[kind] + SIGNED)
    return answer


def _report(asked: EmailMessage, domain: str) -> EmailMessage:
    """A failed delivery, as RFC 3464 writes it."""
    answer = EmailMessage()
    answer["From"] = f"Mail Delivery System <mailer-daemon@{domain}>"
    answer["Subject"] = "Undelivered Mail Returned to Sender"
    answer["Auto-Submitted"] = "auto-replied"
    answer.set_content("Ce message n’a pas pu être remis : boîte aux lettres inconnue.\n")
    answer.make_mixed()
    status, reporting, failed = EmailMessage(), EmailMessage(), EmailMessage()
    status["Content-Type"] = "message/delivery-status"
    reporting["Reporting-MTA"] = f"dns; {domain}"
    failed["Final-Recipient"] = f"rfc822; {parseaddr(str(asked.get('To', '')))[1]}"
    failed["Action"] = "failed"
    failed["Status"] = "5.1.1"
    status.set_payload([reporting, failed])
    answer.attach(status)
    answer.replace_header("Content-Type", "multipart/report; report-type=delivery-status")
    return answer


def _addressed(answer: EmailMessage, asked: EmailMessage, kind: str, domain: str) -> None:
    """The same letter always gets the same reply: its Message-ID and date are made of the letter's."""
    answer["To"] = str(asked.get("Reply-To") or asked.get("From", ""))
    if "Date" in asked:
        answer["Date"] = asked["Date"].datetime
    thread = str(asked.get("Message-ID", "")).strip()
    answer["Message-ID"] = f"<{sha256(f'{kind} {thread}'.encode()).hexdigest()[:32]}@{domain}>"
    if thread:
        answer["In-Reply-To"] = thread
        answer["References"] = " ".join(f"{asked.get('References', '')} {thread}".split())


def _authenticated(answer: EmailMessage, domain: str, dmarc: bool) -> None:
    """What the mail server that took the reply in writes on it (RFC 8601)."""
    server = parseaddr(str(answer["To"]))[1].rpartition("@")[2]
    answer["Authentication-Results"] = f"{server}; dmarc={'pass' if dmarc else 'fail'} header.from={domain}"
