"""A case opened at work while the person is on the telephone: four answers now, mandate and code later."""

from __future__ import annotations

from fastapi import APIRouter, Response

from cases import mandate
from cases.errors import CaseRefused
from portal import opening, reading
from portal.access import Entered
from portal.visit import Visit

router = APIRouter(include_in_schema=False)
KIND_OF = {"agent": "association", "lead": "association", "lawyer": "lawyer", "relative": "relative"}
"""Part in a case -> the kind of mandate that somebody with this part holds."""


@router.get("/ouvrir/telephone", name="phone_form")
def form(visit: Entered) -> Response:
    """Her name, what it is, where, her safety."""
    return visit.page("phone", given=opening.Typed(), asked=opening) if _answers(visit) else visit.go("/ouvrir")


@router.post("/ouvrir/telephone", name="phone_open")
def open_case(visit: Entered) -> Response:
    """Open the case and show its file, where what is still to do stands first."""
    if not _answers(visit):
        return visit.go("/ouvrir")
    given = opening.read_by_phone(visit)
    if given.problems:
        return visit.page("phone", given=given, asked=opening, status=422)
    return visit.go(f"/bureau/{opening.open_one(visit, given).id}")


@router.post("/bureau/{case_id}/mandat", name="mandate_add")
def add_mandate(visit: Entered, case_id: str) -> Response:
    """Record that she signed a mandate: when, for whom, for what."""
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
                valid_from=day, actor=visit.actor.id,
            )  # fmt: skip
    except CaseRefused:
        return visit.problem("portal.mandate.problem", 422)
    return visit.go(f"/bureau/{case_id}")


def _answers(visit: Visit) -> bool:
    """Only an association opens before there is a mandate: a lawyer may do nothing in a case without one."""
    return visit.actor.role in ("agent", "lead")
