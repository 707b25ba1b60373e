"""What of a case decides about one actor today, gathered from the tables for `cases.entitlement`."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from cases.claims import PARIS
from cases.entitlement import Actor, CaseView
from cases.mandate import scopes_on
from cases.tables import CaseFile, Member, Organisation

STRONGEST_FIRST = ("lead", "lawyer", "agent", "subject", "relative", "auditor")


def of(session: Session, now: dt.datetime, actor: Actor, case_id: str, *, made_by: tuple[str, ...] = ()) -> CaseView:
    """What `cases.entitlement.may` must know of a case for this actor; a case that is not there reads as erased."""
    row = session.get(CaseFile, case_id)
    if row is None:
        return CaseView("erased")
    two_people = session.get_one(Organisation, row.organisation_id).two_people
    scopes = scopes_on(session, case_id, actor.id, now.astimezone(PARIS).date())
    part = _part(session, now, actor, case_id)
    return CaseView(row.status, part, scopes, row.frozen, two_people=two_people, made_by=made_by)


def _part(session: Session, now: dt.datetime, actor: Actor, case_id: str) -> str | None:
    if actor.role == "subject" and actor.case_id == case_id:
        return "subject"
    runs = or_(Member.until.is_(None), Member.until > now)
    mine = select(Member.part).where(Member.case_id == case_id, Member.account_id == actor.id)
    parts = set(session.scalars(mine.where(Member.since <= now, runs)))
    return next((part for part in STRONGEST_FIRST if part in parts), None)
