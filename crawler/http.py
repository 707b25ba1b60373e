"""The only httpx factory: it resolves, checks every answer, dials the checked literal, and bounds time and size."""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Collection, Iterable
from importlib.metadata import version
from typing import Any, Final

import httpcore
import httpx

from crawler import guard
from crawler.trouble import CrawlerError, Refused

MAX_BYTES: Final = 8 * 1024 * 1024
HEADERS: Final = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "fr,en;q=0.5",
    "Accept-Encoding": "gzip",
}


def agent(contact: str = "") -> str:
    """How Vigie names itself everywhere: product, version and, when the operator gave one, a contact address."""
    return f"Vigie/{version('vigie')} (+{contact})" if contact else f"Vigie/{version('vigie')}"


class Wire(httpcore.NetworkBackend):
    """The network of one client: guarded, one total deadline in seconds, and a memory of the last name's answers."""

    def __init__(self, allow: Collection[str] = (), seconds: float = 30.0) -> None:
        self._allow = allow
        self._until = time.monotonic() + seconds
        self._plain = httpcore.SyncBackend()
        self.answers: tuple[str, ...] = ()

    def left(self, timeout: float | None = None) -> float:
        """Seconds that may still be spent; raises `httpcore.ReadTimeout` when there are none."""
        seconds = self._until - time.monotonic()
        if seconds <= 0:
            raise httpcore.ReadTimeout("The total time allowed for this request is spent.")
        return seconds if timeout is None else min(seconds, timeout)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Dial one of the host's addresses, only if none of them is forbidden; raises `Refused` otherwise."""
        self.answers = _resolve(host, port, self.left(timeout))
        for literal in self.answers:
            if code := guard.refusal(literal, port, self._allow):
                raise Refused(code)
        failure: Exception = httpcore.ConnectError("The name has no address.")
        for literal in self.answers:
            try:
                stream = self._plain.connect_tcp(literal, port, self.left(timeout), local_address, socket_options)
                return _Timed(stream, self)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def connect_unix_socket(self, *_: Any, **__: Any) -> Any:
        """Never: a local socket is no website."""
        raise Refused("local_name")


class _Timed(httpcore.NetworkStream):
    """A stream whose every read and write ends at the wire's deadline: httpx alone only limits each single read."""

    def __init__(self, inner: httpcore.NetworkStream, wire: Wire) -> None:
        self._inner, self._wire = inner, wire

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._wire.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._wire.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Timed(self._inner.start_tls(ssl_context, server_hostname, self._wire.left(timeout)), self._wire)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _resolve(host: str, port: int, seconds: float) -> tuple[str, ...]:
    """All addresses of a name; in a thread, because getaddrinfo(3) knows no deadline."""
    answer: queue.SimpleQueue[list[Any] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except (OSError, UnicodeError) as error:
            answer.put(OSError(str(type(error))))

    threading.Thread(target=ask, daemon=True).start()
    try:
        found = answer.get(timeout=seconds)
    except queue.Empty:
        raise httpcore.ConnectTimeout("The name server did not answer in time.") from None
    if isinstance(found, OSError):
        raise httpcore.ConnectError("The name does not resolve.")
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def client(wire: Wire, *, verify: bool = True, contact: str = "") -> httpx.Client:
    """A client on a guarded wire: no proxy or environment, no cookies kept, redirects left to the caller.

    `verify=False` is for captures only, where a bad certificate is recorded instead of obeyed.
    """
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    transport = httpx.HTTPTransport(verify=context, trust_env=False)
    transport._pool = httpcore.ConnectionPool(ssl_context=context, network_backend=wire, max_keepalive_connections=0)
    headers = {**HEADERS, "User-Agent": agent(contact)}
    return httpx.Client(transport=transport, trust_env=False, follow_redirects=False, timeout=10.0, headers=headers)


def read_bounded(response: httpx.Response, limit: int = MAX_BYTES) -> bytes:
    """The decoded body of a streamed response, at most `limit` bytes before and after decompression.

    Raises `Refused` with code too_large, or encoding when it is packed in any way other than one gzip.
    """
    packings = [each.strip().lower() for each in response.headers.get("content-encoding", "").split(",")]
    packings = [each for each in packings if each not in ("", "identity")]
    if packings and packings not in (["gzip"], ["x-gzip"]):
        raise Refused("encoding")
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS) if packings else None
    body = bytearray()
    raw = 0
    for chunk in response.iter_raw(65536):
        raw += len(chunk)
        body += unpack.decompress(chunk, limit + 1 - len(body)) if unpack else chunk
        if raw > limit or len(body) > limit or (unpack and unpack.unconsumed_tail):
            raise Refused("too_large")
    if unpack and raw and not unpack.eof:
        raise httpx.RemoteProtocolError("The packed body ends before its end.")
    return bytes(body)


def bad_certificate(error: BaseException) -> str | None:
    """What is wrong with the server's certificate when that is why a request failed; None for any other failure."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause.verify_message
        cause = cause.__cause__ or cause.__context__
    return None


def error_class(error: Exception) -> str:
    """The class of a failed request (see `crawler.trouble.CLASSES`)."""
    if isinstance(error, CrawlerError):
        return error.error_class
    return "refused" if isinstance(error, (httpx.UnsupportedProtocol, httpx.InvalidURL)) else "transient"
