"""The second look for pixels: refuses what still holds a picture or video after the crawler cut them out (pure)."""

from __future__ import annotations

import re

from evidence.errors import MediumFound

# Independent of crawler.cutting on purpose: a fault there must not pass here. Group names say what was found.
_RAW = re.compile(
    rb"(?P<png>\x89PNG\r\n\x1a\n)|(?P<jpeg>\xff\xd8\xff[\xc0-\xfe])|(?P<gif>\AGIF8[79]a|GIF8[79]a.{2,12}[\x00-\x08])"
    rb"|(?P<webp>RIFF.{4}WEBP)|(?P<mp4>\x00\x00\x00.ftyp)|(?P<matroska>\x1a\x45\xdf\xa3)|(?P<jxl>\x00\x00\x00\x0cJXL )"
    rb"|(?P<tiff>\A(?:II\*\x00|MM\x00\*))|(?P<flv>\AFLV\x01)|(?P<mpeg>\x00\x00\x01\xba)",
    re.DOTALL,
)
_WRITTEN = re.compile(
    rb"(?P<data_address>(?i:data\s*:\s*(?:image|video|audio)(?:/|\\/|%2f)[a-z0-9.+-]+[^,<>\s]{0,100},\s*[^\s\"'<>)]{8}))"
    rb"|(?P<base64>(?:iVBORw0KGgo|R0lGOD[dl]h|UklGR[a-zA-Z0-9+/]{6}|AAAA[A-Za-z0-9+/]{2}Z0eX|\\?/9j\\?/[24])"
    rb"[A-Za-z0-9+/_\\\r\n-]{60})"
)


def refuse(*parts: bytes) -> None:
    """Raise `MediumFound` when any part holds a medium, raw or written as text, also in UTF-16 or UTF-32."""
    for part in parts:
        for form in (part, part.replace(b"\0", b"")) if b"\0" in part else (part,):
            found = _RAW.search(form) or _WRITTEN.search(form)
            if found:
                raise MediumFound(found.lastgroup or "medium")
