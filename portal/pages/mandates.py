"""The mandates of a case: recorded when she signed, until when, taken back at any time; each stays listed."""

from __future__ import annotations

import datetime as dt

from fastapi import APIRouter, Response

from cases import mandate
from cases.errors import CaseRefused
from portal import reading
from portal.access import Entered
from portal.errors import NotFound
from portal.visit import Visit

router = APIRouter(include_in_schema=False)
KIND_OF = {"agent": "association", "lead": "association", "lawyer": "lawyer", "relative": "relative"}
"""Part in a case -> the kind of mandate that somebody with this part holds."""


@router.post("/bureau/{case_id}/mandat", name="mandate_add")
def add(visit: Entered, case_id: str) -> Response:
    """Record that she signed a mandate: when, until when, for whom, for what."""
    day, scopes = visit.typed_day("signed_on"), [str(one) for one in visit.form.getlist("scope")]
    kinds = {
        one.account_id: KIND_OF[one.part] for one in reading.members(visit.session, case_id) if one.part in KIND_OF
    }
    holder = visit.typed("holder")
    if day is None or holder not in kinds:
        return visit.problem("portal.mandate.problem", 422)
    try:
        with visit.session.begin_nested():
            mandate.grant(
                visit.session, visit.now, case_id=case_id, account_id=holder, kind=kinds[holder], scope=scopes,
                valid_from=day, valid_until=_until(visit), actor=visit.actor.id,
            )  # fmt: skip
    except (CaseRefused, ValueError):
        return visit.problem("portal.mandate.problem", 422)
    return visit.go(f"/bureau/{case_id}")


@router.post("/bureau/{case_id}/mandats/{mandate_id}/fin", name="mandate_end")
def end(visit: Entered, case_id: str, mandate_id: str) -> Response:
    """Take a mandate back: what it allowed stops now, and the list keeps it with the day it ended."""
    if mandate_id not in {one.id for one in mandate.history(visit.session, case_id)}:
        raise NotFound
    mandate.revoke(visit.session, visit.now, mandate_id, actor=visit.actor.id)
    return visit.go(f"/bureau/{case_id}" if visit.staff else f"/notes/{case_id}")


def _until(visit: Visit) -> dt.date | None:
    """The last day, which may be to come; None for a mandate without one. Raises ValueError for what is no day."""
    typed = visit.typed("valid_until")
    return dt.date.fromisoformat(typed) if typed else None
