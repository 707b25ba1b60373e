"""What can go wrong while looking: the closed list of error classes and the room's exceptions."""

from __future__ import annotations

from typing import Final

CLASSES: Final = ("auth", "blocked", "quota", "bad_query", "gone", "transient", "shape", "robots", "refused")


class CrawlerError(Exception):
    """Something the crawler cannot or must not do; the message tells a person what to do next."""

    def __init__(self, message: str, error_class: str = "shape", code: str = "") -> None:
        super().__init__(message)
        self.error_class = error_class
        self.code = code


class Refused(CrawlerError):
    """Our own rules forbid this address or this answer (guard, no-fetch list, size)."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"Our own rules refuse this address or answer ({code}): do not open it by hand.", "refused", code
        )


def of_status(status: int, mime: str = "") -> str | None:
    """The error class of an HTTP status (facts/sources.md section 1); None when the answer may be read.

    A 3xx that arrives here was not followed: it is never an answer (304 is for whoever asked conditionally).
    """
    if status in (401, 403):
        return "auth" if "json" in mime or status == 401 else "blocked"
    if status == 503 and "html" in mime:
        return "blocked"
    named = {402: "quota", 429: "quota", 400: "bad_query", 422: "bad_query", 404: "gone", 410: "gone", 451: "gone"}
    if status in named:
        return named[status]
    if 400 <= status < 500 and status != 408:
        return "blocked"
    if 300 <= status < 400:
        return "shape"
    return None if 200 <= status < 300 else "transient"
