"""Reads a message that came in: its words without tags or attachments, what it answers, and what it returns to us."""

from __future__ import annotations

import email
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from email import policy
from email.message import EmailMessage
from email.utils import getaddresses
from html.parser import HTMLParser
from typing import Any

from takedown import classify, reference

LONGEST = 100_000  # characters of a reply that are kept
RECIPIENTS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")
RETURNED = ("message/rfc822", "message/rfc822-headers", "text/rfc822-headers")
"""The parts of a delivery report in which our own letter, or its headers, comes back (RFC 3462)."""
KEPT = ("auto-submitted", "precedence", "from", "x-failed-recipients")


@dataclass(frozen=True)
class Incoming:
    """What is kept of a message: addresses, identifiers and plain text; never an attachment.

    `senders` are the addresses of every From header: a message with two of them proves nobody. `thread` are the
    Message-IDs it answers, `returned` those that a delivery report gives back, `failed` the recipients it names.
    """

    identity: str
    senders: tuple[str, ...]
    sender: str
    subject: str
    text: str
    content_type: str
    headers: Mapping[str, str]
    references: tuple[str, ...]
    thread: tuple[str, ...]
    returned: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()

    @property
    def domain(self) -> str:
        """The domain of the only visible sender; empty when there are several or none."""
        return self.senders[0].rpartition("@")[2] if len(self.senders) == 1 else ""

    def classified(self) -> classify.Classified:
        return classify.classify(classify.ReplyFacts(self.headers, self.content_type, self.subject, self.text))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Incoming:
        given: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()
        }
        return cls(**given)


def read(raw: bytes) -> Incoming:
    """A message in wire form; whatever it holds, this ends with what could be read of it."""
    mail = email.message_from_bytes(raw, policy=policy.default)
    text, subject = _text(mail), _header(mail, "subject")
    senders = {address.lower() for _, address in getaddresses(_headers(mail, "from")) if "@" in address}
    inside = list(_returned(mail))
    tokens = [*_tokens(mail), *(token for part in inside for token in _tokens(part, "reply-to"))]
    spelled = reference.in_text(f"{subject}\n{text}")
    return Incoming(
        identity=_identity(mail, raw, f"{subject}\n{text}"),
        senders=tuple(sorted(senders)), sender=_header(mail, "from"), subject=subject, text=text,
        content_type=f"{mail.get_content_type()}; {mail.get_param('report-type', '')}",
        headers={name: _header(mail, name) for name in KEPT if mail.get(name) is not None},
        references=tuple(dict.fromkeys((*tokens, *spelled))),
        thread=tuple(_ids(f"{_header(mail, 'in-reply-to')} {_header(mail, 'references')}")),
        returned=tuple(one for part in inside for one in _ids(_header(part, "message-id"))),
        failed=tuple(_failed(mail)),
    )  # fmt: skip


def _identity(mail: EmailMessage, raw: bytes, words: str) -> str:
    """Its Message-ID and its words: the same message delivered twice is one, another message under its id is not."""
    message_id = _header(mail, "message-id")
    return f"{message_id} {_sha256(words.encode())}" if message_id else _sha256(raw)


def unreadable(raw: bytes) -> Incoming:
    """What is kept of a message that cannot be read: only that it came."""
    return Incoming(
        identity=_sha256(raw), senders=(), sender="", subject="", text="", content_type="",
        headers={}, references=(), thread=(),
    )  # fmt: skip


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _header(mail: EmailMessage, name: str) -> str:
    """A header as text; one that cannot be parsed counts as absent, not as an error."""
    try:
        return " ".join(str(mail.get(name, "")).split())
    except Exception:  # noqa: BLE001 - the parsers of the standard library raise anything on hostile headers
        return ""


def _headers(mail: EmailMessage, name: str) -> list[str]:
    try:
        return [str(value) for value in mail.get_all(name, [])]
    except Exception:  # noqa: BLE001 - see _header
        return []


def _tokens(mail: EmailMessage, *names: str) -> Iterator[str]:
    """The references in the addresses a message came to."""
    values = [value for name in names or RECIPIENTS for value in _headers(mail, name)]
    for _, address in getaddresses(values):
        token = reference.in_address(address)
        if token:
            yield token


def _ids(text: str) -> list[str]:
    return re.findall(r"<[^<>\s]+>", text)


def _returned(mail: EmailMessage) -> Iterator[EmailMessage]:
    """The messages that a delivery report gives back, whole or as headers only."""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind not in RETURNED or part is mail:
            continue
        body = part.get_payload()
        if isinstance(body, list):
            yield from (one for one in body if isinstance(one, EmailMessage))
        elif isinstance(body, str):
            yield email.message_from_string(body, policy=policy.default)


def _failed(mail: EmailMessage) -> Iterator[str]:
    """The recipients a delivery report is about (RFC 3464, 2.3.2)."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            for address in re.findall(r"(?im)^(?:final|original)-recipient:\s*[^;\s]+;\s*<?([^\s<>]+)", str(part)):
                yield address.lower()


def _text(mail: EmailMessage) -> str:
    """The words of a message: its plain text, else its HTML without tags; and the delivery report, if any."""
    parts = [part for part in _own_parts(mail) if not part.is_multipart() and not part.is_attachment()]
    plain = [_read(part) for part in parts if part.get_content_type() == "text/plain"]
    words = plain or [_without_tags(_read(part)) for part in parts if part.get_content_type() == "text/html"]
    reports = [str(part) for part in mail.walk() if part.get_content_type() == "message/delivery-status"]
    return "\n".join([*words, *reports])[:LONGEST]


def _own_parts(mail: EmailMessage) -> Iterator[EmailMessage]:
    """The parts of a message, without those of a message that is inside it: our own letter is not their answer."""
    yield mail
    if mail.get_content_maintype() == "multipart":
        for part in mail.iter_parts():
            if isinstance(part, EmailMessage) and part.get_content_maintype() != "message":
                yield from _own_parts(part)


def _read(part: EmailMessage) -> str:
    body = part.get_payload(decode=True)
    charset = part.get_content_charset("utf-8")
    try:
        return body.decode(charset, "replace") if isinstance(body, bytes) else ""
    except LookupError:
        return body.decode("utf-8", "replace") if isinstance(body, bytes) else ""


class _Words(HTMLParser):
    """Collects the text of an HTML message; scripts and styles are not words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._mute = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._mute += tag in ("script", "style")
        if tag in ("p", "br", "div", "tr", "li", "blockquote"):
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._mute -= tag in ("script", "style") and self._mute > 0

    def handle_data(self, data: str) -> None:
        if not self._mute:
            self.found.append(data)


def _without_tags(html: str) -> str:
    reader = _Words()
    reader.feed(html)
    return "".join(reader.found)
