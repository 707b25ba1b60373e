"""Fetches one known address at a person's request and writes down everything that happened on the way."""

from __future__ import annotations

import datetime as dt
import hashlib
import zlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import urljoin

import httpx

from crawler import address, charset, cutting, guard, http
from crawler.exchange import Exchange, Hop, Pairs, unanswered
from crawler.trouble import Refused

MAX_HOPS: Final = 10
_MEDIA: Final = ("image/", "video/", "audio/")
_TEXT: Final = ("text/", "application/json", "application/xml", "application/xhtml+xml", "application/javascript")


@dataclass(frozen=True)
class Asked:
    """One order to look at one address: the rules it runs under, and whether to stop after the headers."""

    address: str
    allow: Collection[str] = ()
    deny: Collection[str] = ()
    deny_key: str = ""
    headers_only: bool = False
    seconds: float = 30.0
    contact: str = ""


@dataclass
class _Record:
    """What is known so far."""

    exchange: Exchange
    hops: list[Hop] = field(default_factory=list)


def fetch(asked: Asked, clock: Callable[[], dt.datetime]) -> Exchange:
    """Fetch it; whatever the remote side does ends as an exchange, with `error_class` when no usable answer came."""
    record = _Record(unanswered(asked.address, "transient", clock()))
    wire = http.Wire(asked.allow, asked.seconds)
    failure: str | None = None
    try:
        _walk(asked, wire, record)
    except (Refused, httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, zlib.error, ValueError, OSError) as error:
        failure = http.error_class(error)
    return replace(record.exchange, hops=tuple(record.hops), dns=wire.answers, ended_at=clock(), error_class=failure)


def _walk(asked: Asked, wire: http.Wire, record: _Record) -> None:
    url = asked.address
    for _ in range(MAX_HOPS + 1):
        _check(asked, url)
        record.exchange = replace(record.exchange, final_url=url)
        following = _step(asked, wire, url, record)
        if following is None:
            return
        url = following
    raise Refused("redirects")


def _check(asked: Asked, url: str) -> None:
    if code := guard.url_refusal(url, asked.allow):
        raise Refused(code)
    if guard.denied(url, asked.deny, asked.deny_key):
        raise Refused("no_fetch_list")
    if asked.headers_only and address.looks_like_media(url):
        raise Refused("media_address")


def _step(asked: Asked, wire: http.Wire, url: str, record: _Record) -> str | None:
    try:
        return _ask(asked, wire, url, record, problem=None)
    except httpx.ConnectError as error:
        problem = http.bad_certificate(error)
        if problem is None:
            raise
    # a certificate that does not verify is part of the evidence, not a reason to stop (facts/trust.md B3, TLS)
    return _ask(asked, wire, url, record, problem)


def _ask(asked: Asked, wire: http.Wire, url: str, record: _Record, problem: str | None) -> str | None:
    with (
        http.client(wire, verify=problem is None, contact=asked.contact) as client,
        client.stream("GET", url) as response,
    ):
        stream = response.extensions["network_stream"]
        peer = stream.get_extra_info("server_addr") or (None, None)
        location: str | None = response.headers.get("location")
        tls = _tls(stream.get_extra_info("ssl_object"), problem)
        record.hops.append(Hop(url, response.status_code, location, peer[0], peer[1], tls))
        record.exchange = replace(record.exchange, **_heads(response))
        if response.status_code in (301, 302, 303, 307, 308) and location:
            return urljoin(url, location)
        if not asked.headers_only:
            record.exchange = replace(record.exchange, **_body(response))
        return None


def _tls(ssl_object: Any, problem: str | None) -> dict[str, Any] | None:
    if ssl_object is None:
        return None
    certificate = ssl_object.getpeercert(True)  # DER; the low-level object knows no keyword
    cipher = ssl_object.cipher()
    return {
        "version": ssl_object.version(),
        "cipher": cipher[0] if cipher else None,
        "certificate_sha256": hashlib.sha256(certificate).hexdigest() if certificate else None,
        "verified": problem is None,
        "problem": problem,
    }


def _heads(response: httpx.Response) -> dict[str, Any]:
    kind = response.headers.get("content-type", "")
    mime = kind.split(";")[0].strip().lower() or None
    return {
        "status": response.status_code,
        "headers": _pairs(response.headers),
        "request_headers": _pairs(response.request.headers),
        "mime": mime,
        "charset": response.charset_encoding,
    }


def _pairs(headers: httpx.Headers) -> Pairs:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.raw)


def _body(response: httpx.Response) -> dict[str, Any]:
    mime = response.headers.get("content-type", "").split(";")[0].strip().lower()
    try:
        body = http.read_bounded(response)
    except Refused:
        if mime.startswith(_MEDIA):
            return {}  # a film longer than our limit: its headers are what is kept anyway
        raise
    noted = {"body_sha256": hashlib.sha256(body).hexdigest(), "body_bytes": len(body)}
    if not _is_text(mime, body):
        return noted
    used = charset.decode(body, response.charset_encoding)[1]
    kept, cut = cutting.cut_media(body, used)
    return noted | {"body": kept, "cut": cut, "charset": used}


def _is_text(mime: str, body: bytes) -> bool:
    if mime.startswith(_MEDIA) or "svg" in mime or cutting.holds_raw_medium(body):
        return False
    if not mime:
        return b"\x00" not in body[:4096]
    return mime.startswith(_TEXT) or mime.endswith(("+json", "+xml"))
