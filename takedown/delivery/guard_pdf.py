"""Looks into a PDF that is to leave: text and fonts, and no picture but our own letterhead and signature."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable

from takedown.delivery.guard_box import LARGEST
from takedown.errors import GuardError

IMAGE = re.compile(rb"/Subtype\s*/Image\b|/Image\s*/Subtype")
REFUSED = re.compile(
    rb"/EmbeddedFiles?\b|/RichMedia\b|/Movie\b|/Sound\b|/Launch\b|/JavaScript\b|/JS\b"
    rb"|/Encrypt\b|/XFA\b|/(?:DCT|JPX|CCITTFax|JBIG2|LZW|ASCII85|ASCIIHex|RunLength|Crypt)Decode\b"
)
NOTES = re.compile(rb"/Subtype\s*/(?:Text|FreeText|Popup|Highlight|StrikeOut|Ink|FileAttachment|Stamp)\b")
AUTHOR = re.compile(rb"/Author\s*(?:\(\s*[^)\s]|<\s*[0-9A-Fa-f])|<dc:creator>")
STREAM = re.compile(rb"(?<!end)stream\r?\n(.*?)endstream", re.DOTALL)
INLINE_IMAGE = re.compile(rb"(?:^|\s)BI\s[^\x80-\xff]{1,400}?\sID\s")
PICTURE = "A PDF holds a picture or an embedded file: render the letter again without it."


def look(data: bytes, ours: frozenset[str], is_media: Callable[[bytes], bool]) -> None:
    """What is compressed is opened, what cannot be opened is refused; raises `GuardError`."""
    if data[data.rfind(b"%%EOF") + 5 :].strip():
        raise GuardError("Something is hidden after the end of a PDF: render the letter again.")
    objects = _names_read(STREAM.sub(b"", data))
    if REFUSED.search(objects):
        raise GuardError(PICTURE)
    if NOTES.search(objects) or AUTHOR.search(objects):
        raise GuardError("A PDF holds a comment or the name of its author: render the letter again.")
    allowed = 0
    for found in STREAM.finditer(data):
        heading = _names_read(data[max(0, found.start() - 2000) : found.start()]).rpartition(b"obj")[2]
        allowed += _stream(heading, found[1], ours, is_media)
    if len(IMAGE.findall(objects)) > allowed:
        raise GuardError(PICTURE)


def _stream(heading: bytes, raw: bytes, ours: frozenset[str], is_media: Callable[[bytes], bool]) -> bool:
    """Look into one stream; tells whether it is a picture of ours."""
    plain = _inflated(raw) if b"/FlateDecode" in heading else raw
    if IMAGE.search(heading):
        return hashlib.sha256(plain).hexdigest() in ours
    packed = _names_read(plain) if b"/ObjStm" in heading else b""
    hidden = any(sign.search(packed) for sign in (REFUSED, IMAGE, NOTES, AUTHOR))
    drawn = None if b"/Length1" in heading or b"/FontFile" in heading else INLINE_IMAGE.search(plain)
    if hidden or drawn or is_media(plain):
        raise GuardError(PICTURE)
    if b"/Metadata" in heading and AUTHOR.search(plain):
        raise GuardError("A PDF holds the name of its author: render the letter again.")
    return False


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
