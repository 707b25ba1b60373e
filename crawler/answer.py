"""What came back from an address: a page to read, a picture or video, or neither, and then why (pure)."""

from __future__ import annotations

import datetime as dt
import email.utils
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

from crawler import cutting
from crawler.trouble import of_status

LONGEST_WAIT: Final = 7 * 86_400  # seconds; a server that asks for more is believed for a week
_MEDIA: Final = ("image/", "video/", "audio/")
_TEXT: Final = (
    "text/",
    "application/xhtml",
    "application/xml",
    "application/json",
    "application/rss",
    "application/atom",
)
_BLANK: Final = b" \t\r\n\f\v\0\xef\xbb\xbf\xff\xfe"  # white space and byte order marks
_WIDE_MARKS: Final = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
# Control characters that no text is written with (white space, and the escape of ISO-2022, are not among them).
_CONTROLS: Final = bytes([*range(9), *range(14, 27), *range(28, 32)])
_SIGNATURE_NEAR: Final = 1024  # bytes after a signature among which every picture has a control character
_STRAY: Final = 8  # control characters that a careless page may hold


@dataclass(frozen=True)
class Answer:
    """`medium` is the type of a picture or video, `error_class` says why nothing can be read; neither means a page.

    `ordinary`: every site has such addresses (dead links, PDF files), and they say nothing about us.
    """

    error_class: str | None = None
    medium: str | None = None
    ordinary: bool = False


def of(url: str, status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    """Judge an answer by its status, its headers (names in lower case) and, above what these claim, its bytes."""
    mime, _, options = headers.get("content-type", "").lower().partition(";")
    mime = mime.strip()
    if 300 <= status < 400:
        return Answer(_unfollowed(url, headers.get("location", "")))
    if error_class := of_status(status, mime):
        return Answer(error_class, ordinary=error_class == "gone")
    if not body.strip(_BLANK):
        return Answer("shape")
    if medium := _medium(mime, body):
        return Answer(medium=medium)
    if mime and not mime.startswith(_TEXT) and not mime.endswith(("+xml", "+json")):
        return Answer("shape", ordinary=True)
    return Answer() if _is_text(body, options) else Answer("shape")


def retry_after(value: str, now: dt.datetime) -> int | None:
    """The seconds a server asks to wait (RFC 9110 section 10.2.3); None when it asks for nothing that can be read."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(int(value[:12]), LONGEST_WAIT)
    try:
        until = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=dt.UTC)
    return min(max(0, round((until - now).total_seconds())), LONGEST_WAIT)


def _unfollowed(url: str, location: str) -> str:
    try:
        scheme = urlsplit(urljoin(url, location)).scheme
    except ValueError:
        return "shape"
    return "shape" if scheme in ("http", "https") else "refused"


def _medium(mime: str, body: bytes) -> str | None:
    found = cutting.medium(body)
    # a page may begin with the letters of a signature, or with a drawing: text stays text as long as it is readable
    if found and "svg" not in found and _controls(body[:_SIGNATURE_NEAR]):
        return found
    return mime if mime.startswith(_MEDIA) else None


def _is_text(body: bytes, options: str) -> bool:
    if cutting.carries_raw_medium(body):
        return False
    if body.startswith(_WIDE_MARKS) or "utf-16" in options or "utf-32" in options:
        return True
    return _controls(body) <= max(_STRAY, len(body) // 100)


def _controls(body: bytes) -> int:
    return len(body) - len(body.translate(None, _CONTROLS))
