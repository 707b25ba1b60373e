"""Sign-off: a lawyer's signature under a template and its ground, by hash; asked again only when the text changes."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import ledger
from storage.database import new_id
from storage.vault import INSTANCE
from takedown.tables import SignOff


def sign(session: Session, now: dt.datetime, *, letter: str, lang: str, sha: str, account: str) -> str:
    """Record the signature of `account` under the text with this SHA-256; signing twice keeps the first."""
    known = _find(session, letter, lang, sha)
    if known is not None:
        return known
    row = SignOff(id=new_id(now), letter=letter, lang=lang, template_sha256=sha, account_id=account, at=now)
    session.add(row)
    session.flush()
    ledger.append(session, case_id=INSTANCE, at=now, actor=account, act="sign.letter", subject=("sign_off", row.id),
                  detail={"letter": letter, "lang": lang, "sha256": sha})  # fmt: skip
    return row.id


def is_signed(session: Session, *, letter: str, lang: str, sha: str) -> bool:
    """Whether somebody signed exactly this text."""
    return _find(session, letter, lang, sha) is not None


def _find(session: Session, letter: str, lang: str, sha: str) -> str | None:
    fits = (SignOff.letter == letter, SignOff.lang == lang, SignOff.template_sha256 == sha)
    return session.scalar(select(SignOff.id).where(*fits))
