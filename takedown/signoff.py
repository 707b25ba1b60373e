"""Sign-off: a lawyer's signature under a template and its ground, by hash; asked again only when the text changes."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.catalogue import Catalogue
from storage import ledger
from storage.database import new_id
from storage.vault import INSTANCE
from takedown.errors import NoticeError
from takedown.tables import NoticeRow, SignOff


def sign(
    session: Session,
    now: dt.datetime,
    *,
    letter: str,
    lang: str,
    sha: str,
    account: str,
    ground: str | None = None,
    page: str | None = None,
) -> str:
    """Record the signature of `account` under the text with this SHA-256; signing twice keeps the first.

    `page` is what was read before signing (takedown.review), kept so that a later change can be shown.
    """
    known = find(session, letter=letter, lang=lang, sha=sha)
    if known is not None:
        return known.id
    row = SignOff(
        id=new_id(now), letter=letter, lang=lang, template_sha256=sha, account_id=account, ground=ground, page=page,
        at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    ledger.append(session, case_id=INSTANCE, at=now, actor=account, act="sign.letter", subject=("sign_off", row.id),
                  detail={"letter": letter, "lang": lang, "sha256": sha})  # fmt: skip
    return row.id


def is_signed(session: Session, *, letter: str, lang: str, sha: str) -> bool:
    """Whether somebody signed exactly this text."""
    return find(session, letter=letter, lang=lang, sha=sha) is not None


def find(session: Session, *, letter: str, lang: str, sha: str) -> SignOff | None:
    """The signature under exactly this text."""
    fits = (SignOff.letter == letter, SignOff.lang == lang, SignOff.template_sha256 == sha)
    return session.scalar(select(SignOff).where(*fits))


def last(session: Session, *, letter: str, lang: str, ground: str) -> SignOff | None:
    """The newest signature under any text of this letter and ground."""
    fits = (SignOff.letter == letter, SignOff.lang == lang, SignOff.ground == ground)
    return session.scalar(select(SignOff).where(*fits).order_by(SignOff.at.desc(), SignOff.id.desc()).limit(1))


def must_hold(session: Session, notice: NoticeRow, catalogue: Catalogue, day: dt.date) -> None:
    """A lawyer's signature under this text, and a ground that is the law and was read again in the last year.

    Raises `NoticeError` for what is not so (design.md section 7, Sign-off).
    """
    if not is_signed(session, letter=notice.letter, lang=notice.lang, sha=notice.template_sha256):
        raise NoticeError.coded("refusal.not_signed")
    ground = catalogue.grounds.get(notice.ground)
    obstacle = "not_in_force" if ground is None else ground.obstacle(day)
    if obstacle is not None:
        raise NoticeError.coded("refusal.ground_stale" if obstacle == "stale" else "refusal.ground_over")
