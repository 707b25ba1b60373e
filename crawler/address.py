"""One address, one spelling: canonical form, host, and whether an address looks like a picture or a video (pure)."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

import idna

_PORTS: Final = {"http": 80, "https": 443}
_TRACKING: Final = re.compile(
    r"^(utm_\w+|fbclid|gclid|dclid|msclkid|yclid|twclid|igshid|igsh|mc_[ce]id|_hs(enc|mi)|_ga|_gl|ref_src|ref_url|"
    r"spm|phpsessid|jsessionid|aspsessionid\w*|xtor|at_(medium|campaign))$",
    re.IGNORECASE,
)
_SESSION_VALUE: Final = re.compile(r"^[0-9a-f]{32}$", re.IGNORECASE)  # "sid" of forum software; elsewhere a content id
_SESSION_IN_PATH: Final = re.compile(r";(jsessionid|phpsessid)=[^/?#]*", re.IGNORECASE)
_MEDIA: Final = re.compile(
    r"\.(jpe?g|jfif|pjpeg|png|apng|gif|webp|avif|heic|heif|bmp|tiff?|svgz?|ico|mp4|m4v|webm|mov|avi|mkv|mpe?g|flv|wmv|3gp|"
    r"m3u8|ts|ogv)$",
    re.IGNORECASE,
)
_MEDIA_FORMAT: Final = re.compile(r"^(jpe?g|png|gif|webp|avif|mp4|webm)$", re.IGNORECASE)
_SAFE_IN_PATH: Final = "/:@!$&'()*+,;=-._~"


def canonical(url: str) -> str:
    """The one spelling under which an address is compared, blinded and denied; what is not http(s) is only trimmed.

    Lower-case host in punycode, no default port, no fragment, no user name, dot segments resolved, percent-encoding
    of RFC 3986 section 6.2.2, known tracking and session parameters dropped, parameters sorted.
    """
    text = "".join(url.split())
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return text
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not parts.hostname:
        return text
    name = _ascii(parts.hostname)
    netloc = f"[{name}]" if ":" in name else name
    if port and port != _PORTS[scheme]:
        netloc = f"{netloc}:{port}"
    return urlunsplit((scheme, netloc, _path(parts.path), _query(parts.query), ""))


def host(url: str) -> str:
    """The host of an address in lower-case punycode, without port; an empty string when there is none."""
    try:
        name = urlsplit(url.strip()).hostname
    except ValueError:
        return ""
    return _ascii(name) if name else ""


def looks_like_media(url: str) -> bool:
    """Whether the address itself says picture or video, by its extension or a format parameter."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return False
    if _MEDIA.search(unquote(parts.path).rstrip("/")):
        return True
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    return any(
        _MEDIA.search(value) or (key.lower() in ("format", "fm", "ext", "type") and _MEDIA_FORMAT.match(value))
        for key, value in pairs
    )


def _ascii(name: str) -> str:
    name = name.rstrip(".").lower()
    if name.isascii():
        return name
    try:
        return idna.encode(name, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return quote(name)


def _path(path: str) -> str:
    kept: list[str] = []
    segments = _SESSION_IN_PATH.sub("", path).split("/")
    for segment in segments[1:]:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(_percent(segment))
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _percent(segment: str) -> str:
    # a "%2F" or "%3F" must stay encoded: decoding it would change which resource is meant; a "%" that begins no
    # triplet is a plain character, and is encoded like one
    pieces = re.split(r"(%[0-9A-Fa-f]{2})", segment)
    return "".join(
        _keep_or_decode(piece) if place % 2 else quote(piece, safe=_SAFE_IN_PATH) for place, piece in enumerate(pieces)
    )


def _keep_or_decode(triplet: str) -> str:
    char = chr(int(triplet[1:], 16))
    return char if char.isascii() and (char.isalnum() or char in "-._~") else triplet.upper()


def _query(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    kept = sorted((key, value) for key, value in pairs if not _is_noise(key, value))
    return urlencode(kept, errors="surrogateescape")


def _is_noise(key: str, value: str) -> bool:
    return bool(_TRACKING.match(key)) or (key.lower() in ("sid", "s") and bool(_SESSION_VALUE.match(value)))
