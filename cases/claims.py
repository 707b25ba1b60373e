"""Conflicting claims: two active cases on the same person are held back until somebody looks, and neither is told."""

from __future__ import annotations

import datetime as dt
import unicodedata
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import mandate
from cases.tables import CaseFile, Organisation
from storage import ledger, vault
from storage.vault import INSTANCE

PARIS = ZoneInfo("Europe/Paris")  # mandates and memberships are dated where the instance's law is


def fold_name(name: str) -> str:
    """The comparable form of a name: no accents, no capitals, no punctuation, its words in alphabetical order."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    words = "".join(sign if sign.isalnum() else " " for sign in plain.casefold()).split()
    return " ".join(sorted(words))


def subject_key(session: Session, name: str) -> str:
    """The blind index under which cases on the same person meet."""
    return vault.blind(session, "subject", fold_name(name))


def conflicts(session: Session, now: dt.datetime, case: CaseFile) -> list[str]:
    """Freeze a new case and every active one on the same person; gives back the ids of the others.

    A case whose tie to the person somebody has seen (a mandate valid today) stays as it is: an abuser who registers
    her must not be able to stop her protection. It is written in the instance's ledger only, never in the cases'.
    """
    personal = select(Organisation.id).where(Organisation.kind == "personal")
    others = session.scalars(
        select(CaseFile).where(
            CaseFile.subject_key_blind == case.subject_key_blind,
            CaseFile.id != case.id,
            CaseFile.status.in_(("open", "paused")),
            CaseFile.organisation_id.not_in(personal),
        )
    ).all()
    for held in (case, *others) if others else ():
        held.frozen = held.frozen or not mandate.any_on(session, held.id, now.astimezone(PARIS).date())
    if others:
        detail = {"cases": [case.id, *(other.id for other in others)]}
        ledger.append(session, case_id=INSTANCE, at=now, actor="system", act="claim.conflict", detail=detail)
    return [other.id for other in others]


def release(session: Session, now: dt.datetime, case_id: str, *, actor: str) -> None:
    """Let a frozen case go on, after a person has seen who is behind it."""
    session.get_one(CaseFile, case_id).frozen = False
    subject = ("case_file", case_id)
    ledger.append(session, case_id=INSTANCE, at=now, actor=actor, act="claim.release", subject=subject)


def frozen(session: Session) -> list[str]:
    """The ids of the frozen cases, for the person who reviews them."""
    return list(session.scalars(select(CaseFile.id).where(CaseFile.frozen, CaseFile.status != "erased")))
