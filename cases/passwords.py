"""Passwords and receipt codes: hashed with Argon2id, compared in the same time whether the account exists or not."""

from __future__ import annotations

import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from cases.errors import CaseRefused

HASHER = PasswordHasher()  # RFC 9106, second recommended option: about 155 ms on two cores (trust.md B5)
SHORTEST = 12  # characters; OWASP ASVS 5.0, 6.2.1 asks for 8 and recommends 15
LONGEST = 1024
NONE = "!"  # what stands for the hash of an account that has no password yet: no secret fits it


def hash_password(password: str) -> str:
    """The Argon2id hash of a new password; raises `CaseRefused` when it is too short to protect anything."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise CaseRefused(f"The password needs at least {SHORTEST} characters: take four or five words in a row.")
    return HASHER.hash(_same_letters(password))


def hash_receipt(digits: str) -> str:
    """The Argon2id hash of a receipt code's digits."""
    return HASHER.hash(digits)


def fits(stored: str | None, given: str) -> bool:
    """Whether the secret fits; without a stored hash the same work is done on an invented one, and it never fits."""
    known = None if stored == NONE else stored
    try:
        return HASHER.verify(known or _invented(), _same_letters(given)) and known is not None
    except (VerificationError, InvalidHashError):
        return False


def _invented() -> str:
    """A hash of the present parameters that no secret fits: as much work as a real one."""
    if HASHER not in _INVENTED:
        _INVENTED.clear()
        _INVENTED[HASHER] = HASHER.hash(secrets.token_hex())
    return _INVENTED[HASHER]


_INVENTED: dict[PasswordHasher, str] = {}


def _same_letters(text: str) -> str:
    """Keyboards write one accented letter in two ways: both count as the same password."""
    return unicodedata.normalize("NFC", text)
