"""The letterhead and the signature of an office: taken in, written anew by us, sealed, and put on what it signs."""

from __future__ import annotations

import datetime as dt
import io
import warnings
from dataclasses import replace

from PIL import Image, ImageOps
from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.tables import Account, CaseFile
from fingerprints import decode
from fingerprints.signal import Refused
from storage import ledger, vault
from storage.database import new_id
from storage.vault import INSTANCE
from takedown.errors import NoticeError
from takedown.render.paper import PLAIN, Paper
from takedown.tables import NoticeRow, OfficeDocument

KINDS = ("letterhead", "signature")
FORMATS = frozenset({"image/png", "image/jpeg"})
HEAVIEST = 1_000_000  # bytes of the file that is given
MOST_PIXELS = 8_000_000
SIDES = {"letterhead": (1600, 400), "signature": (600, 200)}
"""Pixels of what we keep: fine on paper, and small enough to travel with every letter."""
APPROVED = frozenset({"approved", "queued", "sending", "in_doubt", "sent", "acknowledged", "answered"})


def give(
    session: Session, now: dt.datetime, *, kind: str, data: bytes, organisation: str, actor: str, own: bool = False
) -> str:
    """Keep a picture in place of the one before; `own`: the signature of the actor herself, not of the office.

    Raises `NoticeError` for what is no PNG or JPEG, or is too large.
    """
    picture = cleaned(kind, data)
    account = actor if own and kind == "signature" else None
    take_away(session, now, kind=kind, organisation=organisation, actor=actor, own=own)
    row_id = new_id(now)
    sealed = vault.seal_bytes(session, INSTANCE, "office_document", "picture", row_id, picture)
    session.add(
        OfficeDocument(
            id=row_id, organisation_id=organisation, account_id=account, kind=kind, picture_sealed=sealed,
            given_by=actor, created_at=now,
        )
    )  # fmt: skip
    session.flush()
    _enter(session, now, f"office.{kind}_given", row_id, actor)
    return row_id


def take_away(
    session: Session, now: dt.datetime, *, kind: str, organisation: str, actor: str, own: bool = False
) -> bool:
    """No letter approved from now on carries it; gives False when there was none."""
    row = _newest(session, kind, organisation, actor if own and kind == "signature" else None, now)
    if row is None:
        return False
    row.removed_at = now
    session.flush()
    _enter(session, now, f"office.{kind}_removed", row.id, actor)
    return True


def cleaned(kind: str, data: bytes) -> bytes:
    """The picture decoded and written anew as PNG: upright, on white, nothing but its pixels in it."""
    if kind not in KINDS:
        raise NoticeError.coded("refusal.office_kind")
    if len(data) > HEAVIEST:
        raise NoticeError.coded("refusal.office_large")
    try:
        declared = decode.declare(data)
    except Refused:
        raise NoticeError.coded("refusal.office_picture") from None
    if declared.mime not in FORMATS:
        raise NoticeError.coded("refusal.office_picture")
    if declared.width * declared.height > MOST_PIXELS:
        raise NoticeError.coded("refusal.office_large")
    return _written_anew(data, SIDES[kind])


def _written_anew(data: bytes, room: tuple[int, int]) -> bytes:
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as given:
            warnings.simplefilter("ignore")
            seen = ImageOps.exif_transpose(given).convert("RGBA")
            white = Image.new("RGBA", seen.size, "white")
            plain = Image.alpha_composite(white, seen).convert("RGB")
            plain.thumbnail(room)
            out = io.BytesIO()
            Image.frombytes("RGB", plain.size, plain.tobytes()).save(out, "PNG", optimize=True)
            return out.getvalue()
    except Exception:  # noqa: BLE001 - a hostile file can make a decoder raise anything; all of it means "no picture"
        raise NoticeError.coded("refusal.office_picture") from None


def paper_of(session: Session, now: dt.datetime, notice: NoticeRow, *, links: bool = False) -> Paper:
    """What a notice is printed on: never a letterhead for a person who signs in her own name.

    The pictures are those of the moment of approval, so that what leaves is what was approved. A signature stands
    under an approved letter only: the office's, or the lawyer's own where she approved it herself.
    """
    if notice.signer not in ("association", "lawyer"):
        return replace(PLAIN, links=links)
    at = notice.approved_at or now
    office = _office(session, notice)
    signer = notice.drafted_by if notice.signer == "lawyer" else None
    signs = notice.status in APPROVED and (signer is None or signer in (notice.approved_by, notice.second_approved_by))
    return Paper(
        letterhead=_picture(session, "letterhead", office, None, at),
        signature=_picture(session, "signature", office, signer, at) if signs else None, links=links,
    )  # fmt: skip


def since(session: Session, organisation: str, account: str | None, kind: str, now: dt.datetime) -> dt.datetime | None:
    """Since when letters carry a picture of this kind; None when they carry none."""
    row = _newest(session, kind, organisation, account, now)
    return row.created_at if row else None


def _office(session: Session, notice: NoticeRow) -> str:
    """The lawyer's own office, or the association whose case it is."""
    if notice.signer == "lawyer":
        account = session.get(Account, notice.drafted_by)
        if account is not None:
            return account.organisation_id
    return session.get_one(CaseFile, notice.case_id).organisation_id


def _picture(session: Session, kind: str, organisation: str, account: str | None, at: dt.datetime) -> bytes | None:
    row = _newest(session, kind, organisation, account, at)
    if row is None:
        return None
    return vault.open_bytes(session, INSTANCE, "office_document", "picture", row.id, row.picture_sealed)


def _newest(
    session: Session, kind: str, organisation: str, account: str | None, at: dt.datetime
) -> OfficeDocument | None:
    """The picture in force at a moment."""
    row = OfficeDocument
    query = select(row).where(
        row.kind == kind, row.organisation_id == organisation, row.account_id == account, row.created_at <= at,
        (row.removed_at.is_(None)) | (row.removed_at > at),
    )  # fmt: skip
    return session.scalar(query.order_by(row.created_at.desc(), row.id.desc()).limit(1))


def _enter(session: Session, now: dt.datetime, act: str, row_id: str, actor: str) -> None:
    ledger.append(session, case_id=INSTANCE, at=now, actor=actor, act=act, subject=("office_document", row_id))
