"""The last look before a message leaves: every file is opened, and pictures, videos or closed boxes are refused."""

from __future__ import annotations

import email
import io
import re
import zipfile
import zlib
from email import policy
from email.message import EmailMessage

from takedown.delivery.message import Attachment, OutgoingMessage
from takedown.errors import GuardError

DEPTH = 4
LARGEST = 20_000_000  # bytes of any one file, packed or unpacked
MOST_FILES = 500

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
IN_PDF = re.compile(
    rb"/Subtype\s*/Image\b|/Image\s*/Subtype|/EmbeddedFiles?\b|/RichMedia\b|/Movie\b|/Sound\b|/Launch\b|/JavaScript\b|/JS\b"
    rb"|/Encrypt\b|/XFA\b|/(?:DCT|JPX|CCITTFax|JBIG2|LZW|ASCII85|ASCIIHex|RunLength|Crypt)Decode\b"
)
STREAM = re.compile(rb"(?<!end)stream\r?\n(.*?)endstream", re.DOTALL)
INLINE_IMAGE = re.compile(rb"(?:^|\s)BI\s[^\x80-\xff]{1,400}?\sID\s")
IN_OFFICE = re.compile(
    rb"<w:(?:ins|del|moveFrom|moveTo)\b|TargetMode=\"External\"[^>]*image|image\"[^>]*TargetMode=\"External\"",
)
OFFICE_NAMES = re.compile(
    r"(^|/)(media|embeddings|activeX|ole)/|vbaProject|(^|/)comments[^/]*\.xml$|thumbnail", re.IGNORECASE
)


def inspect(message: OutgoingMessage) -> None:
    """Look into everything the message holds; raises `GuardError` with what to take out."""
    if any("\r" in value or "\n" in value for value in (message.subject, message.to, message.sender, message.reply_to)):
        raise GuardError("A line of the envelope holds a line break: correct the addressee's record.")
    _text(message.text.encode())
    for attached in message.attachments:
        inspect_file(attached)


def inspect_file(attached: Attachment) -> None:
    """Look into one file: PDF, EML, ZIP, DOCX and plain text are opened, everything else is refused."""
    if attached.mime.startswith(MEDIA_MIMES):
        raise GuardError("Pictures, sound and video never leave: take this attachment out.")
    _look(attached.data, 0)


def _look(data: bytes, depth: int) -> None:
    if depth > DEPTH or len(data) > LARGEST:
        raise GuardError("An attachment is packed too deep or too large to be looked into: send a smaller one.")
    if _is_media(data):
        raise GuardError("Pictures, sound and video never leave: take this attachment out.")
    if data.startswith(b"%PDF-"):
        _pdf(data)
    elif data.startswith(b"PK"):
        _zip(data, depth)
    elif re.match(rb"(?i)(from|to|subject|date|message-id|mime-version|received|return-path|content-type)\s*:", data):
        _eml(data, depth)
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


def _pdf(data: bytes) -> None:
    """A PDF of ours holds text and fonts only; what is compressed is opened, what cannot be opened is refused."""
    if data[data.rfind(b"%%EOF") + 5 :].strip():
        raise GuardError("Something is hidden after the end of a PDF: render the letter again.")
    objects = _names_read(STREAM.sub(b"", data))
    if IN_PDF.search(objects):
        raise GuardError("A PDF holds a picture or an embedded file: render the letter again without it.")
    for found in STREAM.finditer(data):
        heading = _names_read(data[max(0, found.start() - 2000) : found.start()]).rpartition(b"obj")[2]
        _pdf_stream(heading, found[1])


def _pdf_stream(heading: bytes, raw: bytes) -> None:
    plain = _inflated(raw) if b"/FlateDecode" in heading else raw
    hidden = IN_PDF.search(_names_read(plain)) if b"/ObjStm" in heading else None
    drawn = None if b"/Length1" in heading or b"/FontFile" in heading else INLINE_IMAGE.search(plain)
    if hidden or drawn or _is_media(plain):
        raise GuardError("A PDF holds a picture or an embedded file: render the letter again without it.")


def _inflated(raw: bytes) -> bytes:
    reader = zlib.decompressobj()
    try:
        plain = reader.decompress(raw, LARGEST)
    except zlib.error:
        raise GuardError("A part of a PDF cannot be opened: render the letter again.") from None
    if reader.unconsumed_tail:
        raise GuardError("A part of a PDF is too large to be looked into: send a smaller one.")
    return plain


def _names_read(part: bytes) -> bytes:
    """PDF names may hide letters behind #xx (ISO 32000-1, 7.3.5)."""
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda hexed: bytes([int(hexed[1], 16)]), part)


def _zip(data: bytes, depth: int) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
            if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > LARGEST:
                raise GuardError("An attachment is packed too deep or too large to be looked into: send a smaller one.")
            for entry in entries:
                _entry(entry, packed.read(entry) if not entry.is_dir() else b"", depth)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error):
        raise GuardError("A packed attachment cannot be opened: send PDF, DOCX or text.") from None


def _entry(entry: zipfile.ZipInfo, data: bytes, depth: int) -> None:
    if OFFICE_NAMES.search(entry.filename):
        raise GuardError("A document holds a picture, a comment or an embedded file: take it out.")
    if data and IN_OFFICE.search(data):
        raise GuardError("A document holds tracked changes or a linked picture: accept the changes, take it out.")
    if data:
        _look(data, depth + 1)


def _eml(data: bytes, depth: int) -> None:
    mail = email.message_from_bytes(data, policy=policy.default)
    for part in mail.walk():
        if part.get_content_type().startswith(MEDIA_MIMES):
            raise GuardError("Pictures, sound and video never leave: take this attachment out.")
        if part.is_multipart():
            continue
        body = part.get_payload(decode=True)
        if isinstance(body, bytes) and body:
            _look(body if part.is_attachment() or part.get_content_maintype() != "text" else _as_text(part), depth + 1)


def _as_text(part: EmailMessage) -> bytes:
    return b"\n" + str(part.get_content()).encode()
