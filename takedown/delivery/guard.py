"""The last look before a message leaves: every file is opened, and pictures, videos or closed boxes are refused."""

from __future__ import annotations

import email
import hashlib
import re
from email import policy
from email.message import EmailMessage

from takedown.delivery import guard_box, guard_pdf
from takedown.delivery.message import Attachment, OutgoingMessage
from takedown.errors import GuardError

DEPTH = 4
LARGEST = guard_box.LARGEST
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
"""The name of a file that leaves: made by us, nothing that a person called it."""
NOTHING: frozenset[str] = frozenset()

MAGIC: tuple[tuple[int, bytes], ...] = (
    (0, b"\xff\xd8\xff"), (0, b"\x89PNG"), (0, b"GIF8"), (0, b"BM"), (0, b"II*\x00"), (0, b"MM\x00*"), (0, b"RIFF"),
    (4, b"ftyp"), (0, b"\x1aE\xdf\xa3"), (0, b"OggS"), (0, b"FLV"), (0, b"\x00\x00\x01\x00"), (0, b"8BPS"),
    (0, b"\x00\x00\x01\xba"), (0, b"\x00\x00\x01\xb3"), (0, b"ID3"), (0, b"\xff\xfb"), (0, b"\x00\x00\x00\x0cJXL "),
    (0, b"\xff\x0a"), (0, b"\x00\x00\x00\x0cjP  "), (0, b"0&\xb2u"),
)  # fmt: skip
"""Where and how pictures, sound and video begin."""

MEDIA_MIMES = ("image/", "video/", "audio/")
IN_TEXT = re.compile(rb"data:\s*(image|video|audio)/|<svg[\s>]|;base64,", re.IGNORECASE)
BASE64_RUN = re.compile(rb"(?:[A-Za-z0-9+/]{60,}\r?\n?){8,}")


def inspect(message: OutgoingMessage) -> None:
    """Look into everything the message holds; raises `GuardError` with what to take out."""
    if any("\r" in value or "\n" in value for value in (message.subject, message.to, message.sender, message.reply_to)):
        raise GuardError("A line of the envelope holds a line break: correct the addressee's record.")
    _text(message.text.encode())
    for attached in message.attachments:
        inspect_file(attached, message.ours)


def inspect_file(attached: Attachment, ours: frozenset[str] = NOTHING) -> None:
    """Look into one file: PDF, EML, ZIP, DOCX and plain text are opened, everything else is refused.

    `ours` are the SHA-256 of the only pictures that may stand inside (`OutgoingMessage.ours`).
    """
    if attached.mime.startswith(MEDIA_MIMES):
        raise GuardError("Pictures, sound and video never leave: take this attachment out.")
    if not NAME.fullmatch(attached.name):
        raise GuardError("The name of an attachment may tell something: name it after the letter's reference.")
    _look(attached.data, 0, ours, inside=False)


def _look(data: bytes, depth: int, ours: frozenset[str], *, inside: bool = True) -> None:
    """Look into some bytes; a picture of ours may stand inside a document, never alone."""
    if depth > DEPTH or len(data) > LARGEST:
        raise GuardError("An attachment is packed too deep or too large to be looked into: send a smaller one.")
    if _is_media(data):
        if inside and hashlib.sha256(data).hexdigest() in ours:
            return
        raise GuardError("Pictures, sound and video never leave: take this attachment out.")
    if data.startswith(b"%PDF-"):
        guard_pdf.look(data, ours, _is_media)
    elif data.startswith(b"PK"):
        for part in guard_box.parts(data, ours):
            _look(part, depth + 1, ours)
    elif re.match(rb"(?i)(from|to|subject|date|message-id|mime-version|received|return-path|content-type)\s*:", data):
        _eml(data, depth, ours)
    else:
        _text(data)


def _is_media(data: bytes) -> bool:
    return any(data[at : at + len(sign)] == sign for at, sign in MAGIC)


def _text(data: bytes) -> None:
    """Plain text: readable as UTF-8, without a picture written in letters."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise GuardError("An attachment is of a kind that cannot be looked into: send PDF, DOCX or text.") from None
    if b"\x00" in data or IN_TEXT.search(data) or BASE64_RUN.search(data):
        raise GuardError("A text holds an embedded picture or file: take it out.")


def _eml(data: bytes, depth: int, ours: frozenset[str]) -> None:
    mail = email.message_from_bytes(data, policy=policy.default)
    for part in mail.walk():
        if part.get_content_type().startswith(MEDIA_MIMES):
            raise GuardError("Pictures, sound and video never leave: take this attachment out.")
        if part.is_multipart():
            continue
        body = part.get_payload(decode=True)
        if isinstance(body, bytes) and body:
            plain = part.is_attachment() or part.get_content_maintype() != "text"
            _look(body if plain else _as_text(part), depth + 1, ours, inside=False)


def _as_text(part: EmailMessage) -> bytes:
    return b"\n" + str(part.get_content()).encode()
