"""Looks into a ZIP or an office document that is to leave: no picture but ours, no comment, no change, no author."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from takedown.errors import GuardError

LARGEST = 20_000_000  # bytes of any one file, packed or unpacked
MOST_FILES = 500
SLACK, SLACK_EACH = 1_024, 160  # bytes of a box that no file accounts for: its directory, padding, dates

OBJECT = re.compile(
    r"(^|/)(embeddings|activeX|ole|ctrlProps|customUI)/|vbaProject|(^|/)(comments[^/]*|people)\.xml$|thumbnail",
    re.IGNORECASE,
)
MEDIA = re.compile(r"(^|/)(media|Pictures)/", re.IGNORECASE)
TRACKED = re.compile(
    rb"<(?:\w+:)?(?:ins|del|moveFrom|moveTo|rPrChange|pPrChange|tblPrChange|sectPrChange|cellIns|cellDel|tracked-changes)"
    rb"[\s/>]"
)
LINKED = re.compile(rb"<Relationship\b[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>", re.IGNORECASE)
PAGE = re.compile(rb"relationships/hyperlink[\"']", re.IGNORECASE)
SAID_BY = re.compile(
    rb"<(?:dc:creator|cp:lastModifiedBy|Manager|Company|meta:initial-creator|(?:\w+:)?creator)>\s*[^<\s]", re.IGNORECASE
)
UNREADABLE = "A packed attachment cannot be opened: send PDF, DOCX or text."


def parts(data: bytes, ours: frozenset[str]) -> Iterator[bytes]:
    """Every file of the box that has something in it, to be looked into; raises `GuardError`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
            if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > LARGEST:
                raise GuardError("An attachment is packed too deep or too large to be looked into: send a smaller one.")
            _all_accounted_for(data, entries)
            for entry in entries:
                inside = packed.read(entry) if not entry.is_dir() else b""
                _entry(entry.filename, inside, ours)
                if inside:
                    yield inside
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError, ValueError):
        raise GuardError(UNREADABLE) from None


def _all_accounted_for(data: bytes, entries: list[zipfile.ZipInfo]) -> None:
    """What stands between or behind the files of a box is seen by nobody who opens it."""
    known = sum(entry.compress_size + 2 * len(entry.filename.encode()) for entry in entries)
    if len(data) - known > SLACK + SLACK_EACH * len(entries):
        raise GuardError("Something is hidden between the files of a packed attachment: pack it again.")


def _entry(name: str, data: bytes, ours: frozenset[str]) -> None:
    if OBJECT.search(name) or (MEDIA.search(name) and data and hashlib.sha256(data).hexdigest() not in ours):
        raise GuardError("A document holds a picture, a comment or an embedded file: take it out.")
    if not name.endswith((".xml", ".rels")):
        return
    outside = any(not PAGE.search(found[0]) for found in LINKED.finditer(data))
    if outside or (not name.endswith(".rels") and TRACKED.search(data)):
        raise GuardError("A document holds tracked changes or a linked picture: accept the changes, take it out.")
    if SAID_BY.search(data):
        raise GuardError("A document holds the name of its author: save it without personal information.")
