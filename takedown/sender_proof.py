"""What our own mail server found out about a sender, read from its Authentication-Results header (RFC 8601)."""

from __future__ import annotations

import email
import re
from dataclasses import dataclass
from email import policy

COMMENT = re.compile(r"\((?:[^()\\]|\\.)*\)")
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True)
class Trusted:
    """What our own mail server proved of the sender (RFC 8601): DMARC passed, and for which domain.

    `examined`: it looked at the message, which therefore came from outside.
    """

    dmarc: bool = False
    domain: str = ""
    examined: bool = False


UNPROVED = Trusted()


def of(raw: bytes, server: str | None) -> Trusted:
    """The proof that the server with this authserv-id wrote on a message; none without a server that we trust.

    Only the topmost header of that server counts: it writes above what the sender brought along. It must take
    away headers of its own name that came from outside (RFC 8601, 5), as every current mail server does.
    """
    if not server:
        return UNPROVED
    mail = email.message_from_bytes(raw, policy=policy.compat32)
    for value in mail.get_all("authentication-results", []):
        parts = _without_comments(" ".join(str(value).split())).split(";")
        if parts[0].split()[:1] and parts[0].split()[0].strip('"').lower() == server.lower():
            return _result(parts[1:])
    return UNPROVED


def _result(parts: list[str]) -> Trusted:
    """The DMARC result among the methods; two of them, or one without a domain, prove nothing."""
    found = [part.split() for part in parts if re.match(r"\s*dmarc\s*(/\s*\d+\s*)?=", part, re.IGNORECASE)]
    if len(found) != 1:
        return Trusted(examined=True)
    words = re.sub(r"\s*=\s*", "=", " ".join(found[0])).split()
    given = {name.lower(): value.strip('"') for name, _, value in (word.partition("=") for word in words)}
    passed = next((value for name, value in given.items() if name.startswith("dmarc")), "").lower() == "pass"
    domain = given.get("header.from", "").rpartition("@")[2].lower().rstrip(".")
    return Trusted(passed and bool(domain), domain if passed else "", examined=True)


def _without_comments(value: str) -> str:
    """The header without comments, however deep; a semicolon or a method inside quotes is no result."""
    value = QUOTED.sub(lambda found: re.sub(r"[;()=\s]", "_", found[0]), value)
    while COMMENT.search(value):
        value = COMMENT.sub(" ", value)
    return value
