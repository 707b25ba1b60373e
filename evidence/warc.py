"""Writes an exchange as a WARC 1.1 file (ISO 28500) of one request and one response, and reads one back."""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.exchange import Exchange, Pairs

# They describe the body on the wire; the one kept here is decoded and its media are cut out.
_OF_THE_WIRE = frozenset({"content-encoding", "transfer-encoding", "content-length"})


@dataclass(frozen=True)
class Record:
    """One record as read back."""

    kind: str
    target: str
    digest_fits: bool
    body: bytes


def write(exchange: Exchange, exhibit_id: str) -> bytes:
    """The gzipped WARC; an exchange without an answer gives the request alone. Ids follow from the exhibit's."""
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
    response_id = f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, exhibit_id + ' response')}>"
    if exchange.status is not None:
        _write(writer, exchange, "response", response_id, _response(exchange), exchange.body or b"")
    request_id = f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, exhibit_id + ' request')}>"
    _write(writer, exchange, "request", request_id, _request(exchange), b"", {"WARC-Concurrent-To": response_id})
    return buffer.getvalue()


def read(data: bytes) -> list[Record]:
    """The records of a file; raises an exception of warcio, zlib or ValueError when it is not a readable WARC."""
    records = []
    for record in ArchiveIterator(io.BytesIO(data), check_digests=True):
        body = record.content_stream().read()
        headers = record.rec_headers
        checker = record.digest_checker
        fits = checker is None or checker.passed is not False
        records.append(Record(record.rec_type, headers.get_header("WARC-Target-URI") or "", fits, body))
    return records


def _write(
    writer: WARCWriter,
    exchange: Exchange,
    kind: str,
    record_id: str,
    head: StatusAndHeaders,
    body: bytes,
    more: dict[str, str] | None = None,
) -> None:
    headers = {
        "WARC-Record-ID": record_id,
        "WARC-Date": exchange.started_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        **(more or {}),
    }
    if exchange.hops and exchange.hops[-1].address:
        headers["WARC-IP-Address"] = exchange.hops[-1].address
    if kind == "response" and exchange.body is None:
        headers["WARC-Truncated"] = "unspecified"
    stream = io.BytesIO(body)
    record = writer.create_warc_record(
        exchange.final_url, kind, payload=stream, length=len(body), http_headers=head, warc_headers_dict=headers
    )
    writer.write_record(record)


def _response(exchange: Exchange) -> StatusAndHeaders:
    headers = [(_archived(name), value) for name, value in exchange.headers]
    status = exchange.status or 0
    phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""
    return StatusAndHeaders(f"{status} {phrase}".strip(), headers, protocol="HTTP/1.1")


def _archived(name: str) -> str:
    return f"X-Archive-Orig-{name}" if name.lower() in _OF_THE_WIRE else name


def _request(exchange: Exchange) -> StatusAndHeaders:
    parts = urlsplit(exchange.final_url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers: Pairs = exchange.request_headers or (("Host", parts.netloc),)
    return StatusAndHeaders(f"GET {path} HTTP/1.1", list(headers), is_http_request=True)
