"""An order to the child process and the queries that follow it: the header line of design.md section 8."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

DEFAULT_BYTES: Final = 200 * 1024 * 1024


@dataclass(frozen=True)
class Query:
    """One text to ask a source for; it is personal data and travels on stdin only."""

    query_id: str
    text: str


@dataclass(frozen=True)
class Job:
    """One run of one source: limits in pages, bytes and seconds; `signals` are the types wanted of each picture.

    `allow` holds exact "host:port" pairs past the guard, `deny` keyed hashes of addresses never to be fetched (key in
    `secrets["deny_key"]`, hex). `now` anchors the child's clock (UTC); without it the machine's time is used.
    """

    source: str
    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    pages: int = 200
    bytes: int = DEFAULT_BYTES
    seconds: float = 120
    signals: tuple[str, ...] = ()
    follow: bool = True
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    cursor: str | None = field(default=None, repr=False)
    now: dt.datetime | None = None

    def to_header(self) -> str:
        """The header line of the contract, without its newline."""
        header: dict[str, Any] = {
            "source": self.source,
            "kind": self.kind,
            "settings": dict(self.settings),
            "secrets": dict(self.secrets),
            "limits": {"pages": self.pages, "bytes": self.bytes, "seconds": self.seconds},
            "signals": list(self.signals),
            "follow": self.follow,
            "allow": list(self.allow),
            "deny": list(self.deny),
            "cursor": self.cursor,
        }
        return json.dumps(header | ({"now": self.now.isoformat()} if self.now else {}))
