"""Cuts every picture, video or other medium out of a text body, whatever way it is written into it (pure)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import urllib.parse
from typing import Final

from crawler.exchange import Cut
from crawler.trouble import Refused

MAX_CUTS: Final = 10_000  # media in one body; more is an attack on whoever reads it
# A data: address (RFC 2397); JSON writes its slash as "\/", and HTML or JavaScript may escape the rest of it.
_HEAD: Final = re.compile(r"data:((?:[\w.+-]+\\?/[\w.+*-]+)?)((?:\s*;[\w=.+\"'-]{1,60}){0,6})\s*,", re.IGNORECASE)
_PAYLOAD: Final = re.compile(
    r"(?:[A-Za-z0-9+/=_\-]|%[0-9A-Fa-f]{2}|\\[/nr]|\\u00[0-9A-Fa-f]{2}|&#?\w{2,6};|[\r\n]+[ \t]*)*"
)
_SIZE: Final = re.compile(r"\s+[\d.]+[wxh]\b")
_UNQUOTED: Final = re.compile(r"[^\s\"'<>)]*")
# Characters of base64 in a row, in both alphabets, with the escapes of JSON and of addresses, or in mail-like lines.
_ONE: Final = r"(?:[A-Za-z0-9+/_\-]|\\/|\\u00(?:2[bBfF])|%2[BbFf])"
_RUN: Final = re.compile(
    rf"(?:[A-Za-z0-9+/]{{60,}}(?:\r?\n|\\r\\n|\\n))+[A-Za-z0-9+/]*={{0,2}}|{_ONE}{{40,}}(?:=|%3[dD]|\\u003[dD]){{0,2}}"
)
_ANY_RUN: Final = 1024  # characters: no prose, address or key has so many without a space, whatever they decode to
_SIGNATURES: Final = (
    (b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"), (b"RIFF", "image/webp"),
    (b"II*\0", "image/tiff"), (b"MM\0*", "image/tiff"), (b"\x1aE\xdf\xa3", "video/webm"),
    (b"\0\0\x01\0", "image/x-icon"), (b"<svg", "image/svg+xml"), (b"<?xml", "image/svg+xml"), (b"OggS", "video/ogg"),
    (b"FLV\x01", "video/x-flv"), (b"\0\0\x01\xba", "video/mpeg"), (b"\xff\x0a", "image/jxl"), (b"8BPS", "image/psd"),
)  # fmt: skip
# The beginnings of a picture or video that no text holds, wherever they stand.
_RAW: Final = re.compile(
    rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff[\xc0-\xfe]|GIF8[79]a[\s\S]{0,6}[\x00-\x08\x0e-\x1f]|RIFF[\s\S]{3}\0WEBP|"
    rb"\0\0\0[\x14-\x3c]ftyp"
)
_WIDE: Final = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")


def medium(data: bytes) -> str | None:
    """The type that the first bytes say, or None when they are no picture or video known here."""
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:16] if data[:1] in b" \t\r\n\xef" else data[:16]
    if data[:2] == b"BM" and data[6:10] == b"\0\0\0\0":  # two letters alone are any text
        return "image/bmp"
    if data[4:8] == b"ftyp":
        return "image/avif" if data[8:12] in (b"avif", b"avis", b"heic", b"mif1") else "video/mp4"
    return next((mime for magic, mime in _SIGNATURES if start.startswith(magic)), None)


def holds_raw_medium(body: bytes) -> bool:
    """Whether a body that calls itself text is, or carries, the raw bytes of a picture or video."""
    kind = medium(body)
    return bool(kind and not body.lstrip().startswith(b"<?xml")) or carries_raw_medium(body)


def carries_raw_medium(body: bytes) -> bool:
    """Whether the raw bytes of a picture or video stand anywhere in a body."""
    return bool(_RAW.search(body))


def cut_media(body: bytes, charset: str | None) -> tuple[bytes, tuple[Cut, ...]]:
    """The body with each embedded medium replaced by `data:vigie/cut;type=…;length=…;sha256=…`, and what was cut.

    Length (bytes) and hash are of the decoded medium, or of its characters when they do not decode. Raises `Refused`
    (too_many_media) beyond MAX_CUTS.
    """
    body, wide = _cut_wide(body, charset) if charset in _WIDE else (body, ())
    # also for a wide charset, which may be a lie: latin-1 gives every byte back unchanged
    text, narrow = cut_text(body.decode("latin-1"))
    return (text.encode("latin-1") if narrow else body), (*wide, *narrow)


def _cut_wide(body: bytes, charset: str) -> tuple[bytes, tuple[Cut, ...]]:
    whole = len(body) - len(body) % (4 if "32" in charset else 2)  # what was cut off in the middle of a character
    try:
        text = body[:whole].decode(charset, errors="surrogatepass")
    except UnicodeDecodeError:
        text = body[:whole].decode(charset, errors="replace")
    text, cuts = cut_text(text)
    return (text.encode(charset, errors="surrogatepass") + body[whole:] if cuts else body), cuts


def cut_text(text: str) -> tuple[str, tuple[Cut, ...]]:
    """The same for characters; a text without a medium comes back unchanged."""
    cuts: list[Cut] = []
    text = _cut_addresses(text, cuts)
    text = _RUN.sub(lambda found: _cut_run(found.group(), cuts), text)
    return text, tuple(cuts)


class _Ahead:
    """Where a delimiter next stands; each search is made once, so that a hostile page costs linear time."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[str, int] = {}

    def find(self, delimiter: str, start: int) -> int:
        """The first place at or after `start` (which never goes back between calls); -1 when there is none."""
        known = self._known.get(delimiter, 0)
        if 0 <= known < start or delimiter not in self._known:
            known = self._known[delimiter] = self._text.find(delimiter, start)
        return known


def _cut_addresses(text: str, cuts: list[Cut]) -> str:
    pieces: list[str] = []
    ahead = _Ahead(text)
    place = 0
    while found := _HEAD.search(text, place):
        declared, options = found.group(1).replace("\\", "").lower(), found.group(2).lower()
        if not declared and "base64" not in options:  # "data:" as a word of prose or a key of JavaScript
            pieces.append(text[place : found.end()])
            place = found.end()
            continue
        end = _end(text, found, "base64" in options, ahead)
        pieces += [text[place : found.start()], _note(declared, _bytes_of(text[found.end() : end], options), cuts)]
        place = end
    return "".join([*pieces, text[place:]])


def _end(text: str, head: re.Match[str], in_base64: bool, ahead: _Ahead) -> int:
    before = text[head.start() - 1 : head.start()]
    closing = {"(": ")"}.get(before, before if before in ("'", '"', "`") else "")
    quoted = ahead.find(closing, head.end()) if closing else -1
    if quoted >= 0 and not (in_base64 and _ends_before(text, head.end(), quoted, ahead)):
        return quoted - (text[quoted - 1] == "\\")
    entity = ahead.find("&quot;", head.end()) if text[head.start() - 6 : head.start()] == "&quot;" else -1
    if entity >= 0:
        return entity
    found = (_PAYLOAD if in_base64 else _UNQUOTED).match(text, head.end())
    return found.end() if found else head.end()


def _ends_before(text: str, start: int, quoted: int, ahead: _Ahead) -> bool:
    # a payload never holds "<": then the quote belongs to another element; and in a srcset a size and more follow it
    if 0 <= ahead.find("<", start) < quoted:
        return True
    found = _PAYLOAD.match(text, start, quoted)
    return bool(found and _SIZE.match(text, found.end(), quoted))


def _bytes_of(payload: str, options: str) -> bytes:
    plain = urllib.parse.unquote_to_bytes(payload)
    return (_decoded(payload) or plain) if "base64" in options else plain


def _decoded(run: str) -> bytes | None:
    text = re.sub(r"\\u00([0-9A-Fa-f]{2})", lambda found: chr(int(found.group(1), 16)), run)
    text = re.sub(r"\\[nr]|\s", "", urllib.parse.unquote(text)).replace("\\/", "/").rstrip("=")
    text = text.replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(text[: len(text) - (len(text) % 4 == 1)] + "=" * (-len(text) % 4 % 3))
    except (binascii.Error, ValueError):
        return None


def _cut_run(run: str, cuts: list[Cut]) -> str:
    data = _decoded(run)
    kind = medium(data) if data else None
    if kind is None and len(run) < _ANY_RUN:
        return run
    return _note(kind or "application/octet-stream", data or run.encode("latin-1", errors="replace"), cuts)


def _note(declared: str, data: bytes, cuts: list[Cut]) -> str:
    if len(cuts) >= MAX_CUTS:
        raise Refused("too_many_media")
    cut = Cut(declared or medium(data) or "application/octet-stream", len(data), hashlib.sha256(data).hexdigest())
    cuts.append(cut)
    return f"data:vigie/cut;type={cut.type};length={cut.length};sha256={cut.sha256}"
