"""One request for one known address, frozen: hops, addresses dialled, TLS, headers, text body, times."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Hop:
    """One answer on the way: the literal address and port dialled, and what TLS said (None without TLS).

    `tls` = {version, cipher, certificate_sha256, verified, problem}.
    """

    url: str
    status: int | None
    location: str | None = None
    address: str | None = None
    port: int | None = None
    tls: dict[str, Any] | None = None


@dataclass(frozen=True)
class Cut:
    """A picture, video or other medium taken out of a text body: what it was, never what it showed."""

    type: str
    length: int
    sha256: str


@dataclass(frozen=True)
class Exchange:
    """What was asked and what came back.

    `body` holds text types only, media cut out; `body_sha256` and `body_bytes` are of the untouched decoded body (None
    and 0 when it was not read). `dns` are the answers for the last host. `error_class` is set when no usable answer
    came; an HTTP status such as 404 is an answer, not an error. Times are UTC.
    """

    asked: str
    hops: tuple[Hop, ...]
    final_url: str
    status: int | None
    headers: Pairs
    request_headers: Pairs
    mime: str | None
    charset: str | None
    body: bytes | None
    body_sha256: str | None
    body_bytes: int
    cut: tuple[Cut, ...]
    started_at: dt.datetime
    ended_at: dt.datetime
    dns: tuple[str, ...]
    error_class: str | None

    def to_json(self) -> dict[str, Any]:
        """A JSON object; the body in base64."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        return plain | {
            "hops": [asdict(hop) for hop in self.hops],
            "cut": [asdict(cut) for cut in self.cut],
            "body": None if self.body is None else base64.b64encode(self.body).decode(),
            "started_at": self.started_at.isoformat(),
            "ended_at": self.ended_at.isoformat(),
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Exchange:
        """The same from its JSON object (a `type` key is ignored); raises TypeError or KeyError on another shape."""
        read = {
            "hops": tuple(Hop(**hop) for hop in row["hops"]),
            "cut": tuple(Cut(**cut) for cut in row["cut"]),
            "body": None if row["body"] is None else base64.b64decode(row["body"]),
            "started_at": dt.datetime.fromisoformat(row["started_at"]),
            "ended_at": dt.datetime.fromisoformat(row["ended_at"]),
            "headers": _pairs(row["headers"]),
            "request_headers": _pairs(row["request_headers"]),
            "dns": tuple(row["dns"]),
        }
        return cls(**{name: value for name, value in row.items() if name != "type"} | read)


def unanswered(asked: str, error_class: str, at: dt.datetime) -> Exchange:
    """The exchange of a request that never got an answer."""
    return Exchange(asked, (), asked, None, (), (), None, None, None, None, 0, (), at, at, (), error_class)


def _pairs(rows: Any) -> Pairs:
    return tuple((str(name), str(value)) for name, value in rows)
