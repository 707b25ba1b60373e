"""A case opened at work while the person is on the telephone: four answers now, mandate and code later."""

from __future__ import annotations

from fastapi import APIRouter, Response

from portal import opening
from portal.access import Entered
from portal.visit import Visit

router = APIRouter(include_in_schema=False)


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


def _answers(visit: Visit) -> bool:
    """Who answers the telephone at work; the owner of a personal instance has the whole form."""
    return visit.actor.role in ("agent", "lead", "lawyer")
