"""The receipt code: sixteen digits, shown once, with which the person comes back without account or e-mail."""

from __future__ import annotations

import secrets
import unicodedata

from sqlalchemy.orm import Session

from cases import passwords
from cases.tables import CaseFile
from storage import vault

LENGTH = 16


def give(session: Session, row: CaseFile) -> str:
    """Give a case a new code, in four groups of four; the row keeps a blind index and a hash, the old code is void."""
    code = f"{secrets.randbelow(10**LENGTH):0{LENGTH}d}"
    row.receipt_blind, row.receipt_hash = blind(session, code), passwords.hash_receipt(code)
    return " ".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def digits(code: str) -> str:
    """The digits of a code, however it was typed: with spaces, dashes or none, in any script's digits."""
    return "".join(str(unicodedata.digit(sign)) for sign in code if sign.isdecimal())


def blind(session: Session, code_digits: str) -> str:
    """The blind index under which a code is looked up."""
    return vault.blind(session, "receipt", code_digits)
