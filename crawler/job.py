"""An order to the child process and the queries that follow it: the header line of design.md section 8."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from crawler.trouble import CrawlerError

DEFAULT_BYTES: Final = 200 * 1024 * 1024
_REQUIRED: Final[dict[str, type]] = {"source": str, "kind": str, "settings": dict}
_OPTIONAL: Final[dict[str, type]] = {
    "secrets": dict, "limits": dict, "signals": list, "follow": bool, "allow": list, "deny": list, "cursor": str,
    "now": str,
}  # fmt: skip


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


def read_header(line: str) -> Job:
    """The job of a header line; raises `CrawlerError` that names the key to correct, never its value."""
    row = _object(line, "header")
    _check_types(row)
    limits = row.get("limits") or {}
    if unknown := set(limits) - {"pages", "bytes", "seconds"}:
        raise CrawlerError(
            f"The header's limits have unknown keys ({len(unknown)}): only pages, bytes, seconds.", "shape"
        )
    if any(not isinstance(value, (int, float)) or isinstance(value, bool) or value <= 0 for value in limits.values()):
        raise CrawlerError("The header's limits must be numbers above zero.", "bad_query")
    given: dict[str, Any] = {name: row[name] for name in ("secrets", "follow", "cursor") if row.get(name) is not None}
    for name in ("signals", "allow", "deny"):
        given[name] = tuple(str(each) for each in row.get(name) or ())
    return Job(row["source"], row["kind"], row["settings"], **given, **limits, now=_instant(row.get("now")))


def read_query(line: str) -> Query:
    """The query of a line; raises `CrawlerError` of class bad_query or shape."""
    row = _object(line, "query")
    query_id, text = row.get("query_id"), row.get("text")
    if not isinstance(query_id, str) or not isinstance(text, str) or not text.strip():
        raise CrawlerError("A query needs query_id and a text that is not empty.", "bad_query")
    return Query(query_id, text)


def _object(line: str, what: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise CrawlerError(f"The {what} line is not JSON: send one object on one line.", "shape") from None
    if not isinstance(row, dict):
        raise CrawlerError(f"The {what} line is not a JSON object.", "shape")
    return row


def _check_types(row: Mapping[str, Any]) -> None:
    for name, kind in _REQUIRED.items():
        if not isinstance(row.get(name), kind):
            raise CrawlerError(f"The header needs {name} ({kind.__name__}).", "bad_query")
    for name, kind in _OPTIONAL.items():
        if row.get(name) is not None and not isinstance(row[name], kind):
            raise CrawlerError(f"The header's {name} must be of type {kind.__name__}.", "bad_query")
    if unknown := set(row) - set(_REQUIRED) - set(_OPTIONAL):
        raise CrawlerError(f"The header has unknown keys ({len(unknown)}): see design.md section 8.", "bad_query")


def _instant(text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError:
        raise CrawlerError("The header's now must be an ISO 8601 instant.", "bad_query") from None
    if instant.tzinfo is None:
        raise CrawlerError("The header's now must name its time zone.", "bad_query")
    return instant
