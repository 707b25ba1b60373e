"""The random reference of a notice: in the letter, the subject and the reply address; it tells nothing."""

from __future__ import annotations

import re
import secrets
from email.utils import parseaddr

SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # read over the telephone: no 0/O, 1/I/L, U
PATTERN = re.compile(rf"\bN-[{SIGNS}]{{4}}-[{SIGNS}]{{4}}-[{SIGNS}]{{4}}\b", re.IGNORECASE)


def new() -> str:
    """A new reference such as N-7K3Q-M9TD-XW4B (58 bits)."""
    return "N-" + "-".join("".join(secrets.choice(SIGNS) for _ in range(4)) for _ in range(3))


def reply_address(mailbox: str, reference: str) -> str:
    """Where replies to this notice go: the mailbox with the reference behind a plus sign (RFC 5233, subaddress)."""
    name, _, domain = parseaddr(mailbox)[1].rpartition("@")
    return f"{name}+{reference.lower()}@{domain}"


def message_id(mailbox: str, key: str) -> str:
    """The Message-ID of a dispatch: the same on every try, made of its key (RFC 5322, 3.6.4)."""
    return f"<{key[:40]}@{_domain(mailbox)}>"


def in_text(text: str) -> list[str]:
    """Every reference spelled in a text, in capitals."""
    return [found.upper() for found in PATTERN.findall(text)]


def in_address(address: str) -> str | None:
    """The reference in a reply address, in capitals."""
    found = re.fullmatch(r"[^+@]+\+([A-Za-z0-9-]+)@.+", address.strip())
    return found[1].upper() if found and PATTERN.fullmatch(found[1]) else None


def _domain(mailbox: str) -> str:
    return parseaddr(mailbox)[1].rpartition("@")[2]
