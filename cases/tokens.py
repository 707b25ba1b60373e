"""Tokens for commands and the API: a random secret shown once and kept as a hash; a token acts as its account."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.errors import CaseRefused
from cases.tables import Account, Token
from storage.database import new_id

PREFIX = "vigie_"  # so that a leaked token can be recognised and searched for


def create(session: Session, now: dt.datetime, *, account_id: str) -> tuple[str, str]:
    """A new token of an account: its id, and the secret that is shown this once."""
    if session.get(Account, account_id) is None:
        raise CaseRefused("There is no such account: list them with `vigie user list`.")
    secret, row_id = PREFIX + secrets.token_urlsafe(32), new_id(now)
    session.add(Token(id=row_id, account_id=account_id, hash=_hash(secret), created_at=now))
    session.flush()
    return row_id, secret


def account_of(session: Session, secret: str) -> str | None:
    """The account a token acts as; None for an unknown or ended one."""
    row = session.scalar(select(Token).where(Token.hash == _hash(secret), Token.revoked_at.is_(None)))
    return row.account_id if row else None


def revoke(session: Session, now: dt.datetime, token_id: str) -> None:
    """End a token; ending one that is ended is no error."""
    row = session.get(Token, token_id)
    if row is None:
        raise CaseRefused("There is no such token: its id was shown when it was made.")
    row.revoked_at = row.revoked_at or now


def any_exists(session: Session) -> bool:
    """Whether anybody was ever given a token: until then the person at the machine's console sets things up."""
    return session.scalar(select(Token.id).limit(1)) is not None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
