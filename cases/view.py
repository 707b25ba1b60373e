"""What of a case decides about one actor today, gathered from the tables for `cases.entitlement`."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from cases.claims import PARIS
from cases.entitlement import Actor, CaseView
from cases.mandate import scopes_on
from cases.tables import CaseFile, Mandate, Member, Organisation
from storage.tables import LedgerEntry

STRONGEST_FIRST = ("lead", "lawyer", "agent", "subject", "relative", "auditor")


def of(session: Session, now: dt.datetime, actor: Actor, case_id: str, *, made_by: tuple[str, ...] = ()) -> CaseView:
    """What `cases.entitlement.may` must know of a case for this actor; a case that is not there reads as erased."""
    row = session.get(CaseFile, case_id)
    if row is None:
        return CaseView("erased")
    two_people = session.get_one(Organisation, row.organisation_id).two_people
    scopes = scopes_on(session, case_id, actor.id, now.astimezone(PARIS).date())
    part = _part(session, now, actor, case_id)
    opening = part == "lawyer" and not scopes and _opening(session, actor, case_id)
    return CaseView(row.status, part, scopes, opening, row.frozen, two_people=two_people, made_by=made_by)


def _opening(session: Session, actor: Actor, case_id: str) -> bool:
    """Whether the actor opened the case and never held a mandate in it, so that none has ended or was taken back."""
    opened = select(LedgerEntry.id).where(
        LedgerEntry.case_id == case_id, LedgerEntry.act == "case.open", LedgerEntry.actor == actor.id
    )
    held = select(Mandate.id).where(Mandate.case_id == case_id, Mandate.account_id == actor.id)
    return session.scalar(opened.limit(1)) is not None and session.scalar(held.limit(1)) is None


def _part(session: Session, now: dt.datetime, actor: Actor, case_id: str) -> str | None:
    if actor.role == "subject" and actor.case_id == case_id:
        return "subject"
    runs = or_(Member.until.is_(None), Member.until > now)
    mine = select(Member.part).where(Member.case_id == case_id, Member.account_id == actor.id)
    parts = set(session.scalars(mine.where(Member.since <= now, runs)))
    return next((part for part in STRONGEST_FIRST if part in parts), None)
