"""Reads what a child is told on stdin, header line and queries (design.md section 8); a doubt ends the job."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from crawler.job import Job, Query
from crawler.trouble import CrawlerError
from fingerprints.signal import TYPES

_REQUIRED: Final[dict[str, type]] = {"source": str, "kind": str, "settings": dict}
_OPTIONAL: Final[dict[str, type]] = {
    "secrets": dict, "limits": dict, "signals": list, "follow": bool, "allow": list, "deny": list, "cursor": str,
    "now": str,
}  # fmt: skip
_MOST: Final = {"pages": 10**9, "bytes": 10**15, "seconds": 86_400}
_LONGEST_DELAY: Final = 86_400  # seconds between two requests
_HEX: Final = re.compile(r"(?:[0-9a-fA-F]{2})+")
_KEYED_HASH: Final = re.compile(r"[0-9a-fA-F]{64}")


def read_header(line: str) -> Job:
    """The job of a header line; raises `CrawlerError` that names the key to correct, never its value."""
    row = _object(line, "header")
    _check_types(row)
    _check_settings(row["settings"])
    given: dict[str, Any] = {name: row[name] for name in ("secrets", "follow", "cursor") if row.get(name) is not None}
    given["allow"] = tuple(str(each) for each in row.get("allow") or ())
    return Job(
        row["source"],
        row["kind"],
        row["settings"],
        **given,
        **_limits(row.get("limits") or {}),
        signals=_signals(row.get("signals") or []),
        deny=_deny(row.get("deny") or [], row.get("secrets") or {}),
        now=_instant(row.get("now")),
    )


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


def _check_settings(settings: Mapping[str, Any]) -> None:
    delay = settings.get("delay_seconds", 0)
    if not (_is_number(delay) and 0 <= delay <= _LONGEST_DELAY):
        raise CrawlerError("The setting delay_seconds must be a number of seconds from 0 to 86400.", "bad_query")


def _limits(limits: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := set(limits) - set(_MOST):
        raise CrawlerError(
            f"The header's limits have unknown keys ({len(unknown)}): only pages, bytes, seconds.", "bad_query"
        )
    for name, value in limits.items():
        whole = name == "seconds" or isinstance(value, int)
        if not (_is_number(value) and whole and 0 < value <= _MOST[name]):  # false for NaN and infinity too
            what = "number" if name == "seconds" else "whole number"
            raise CrawlerError(
                f"The header's limits.{name} must be a {what} above zero, at most {_MOST[name]}.", "bad_query"
            )
    return dict(limits)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _signals(types: list[Any]) -> tuple[str, ...]:
    if unknown := [each for each in types if each not in TYPES]:
        raise CrawlerError(
            f"The header's signals name unknown types ({len(unknown)}): use {', '.join(TYPES)}.", "bad_query"
        )
    return tuple(types)


def _deny(hashes: list[Any], secrets: Mapping[str, Any]) -> tuple[str, ...]:
    """The no-fetch list in lower case; one that cannot be applied refuses the whole job: it never fails open."""
    if not all(isinstance(secret, str) for secret in secrets.values()):
        raise CrawlerError("The header's secrets must be strings. Nothing was opened.", "bad_query")
    key = secrets.get("deny_key", "")
    if (hashes or key) and not _HEX.fullmatch(key):
        raise CrawlerError(
            "The no-fetch list cannot be applied: give secrets.deny_key in hexadecimal. Nothing was opened.", "refused"
        )
    if not all(isinstance(each, str) and _KEYED_HASH.fullmatch(each) for each in hashes):
        raise CrawlerError(
            "The no-fetch list cannot be applied: every entry of deny is a keyed hash of 64 hexadecimal digits. "
            "Nothing was opened.",
            "refused",
        )
    return tuple(each.lower() for each in hashes)


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
