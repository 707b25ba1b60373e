"""Opening a case, and the receipt code that is shown once."""

from __future__ import annotations

from fastapi import APIRouter, Response

from cases import sessions
from cases.entitlement import ANONYMOUS
from portal import browser, opening
from portal.access import Entered
from portal.errors import MustSignIn

router = APIRouter(include_in_schema=False)
OPENED = "open"


@router.get("/ouvrir", name="open_form")
def open_form(visit: Entered) -> Response:
    """The questions, the age on the image first."""
    return visit.page("open", given=opening.Typed(), asked=opening)


@router.post("/ouvrir", name="open_case")
def open_case(visit: Entered) -> Response:
    """Open the case, or show everything that was typed again with what is missing."""
    slow = visit.services.slowdown
    if visit.services.personal and visit.actor == ANONYMOUS:
        raise MustSignIn
    given = opening.read(visit)
    if given.problems:
        return visit.page("open", given=given, asked=opening, status=422)
    if visit.actor == ANONYMOUS and slow.must_wait(OPENED, visit.client, visit.now):
        return visit.problem("portal.problem.slow", 429)
    slow.failed(OPENED, visit.client, visit.now)  # each opening counts: nobody opens cases by the hundred
    opened = opening.open_one(visit, given)
    visit.residence = given.residence
    if visit.actor != ANONYMOUS:
        return visit.page("receipt", opened=opened, given=given)
    started = sessions.start(visit.session, visit.now, case_id=opened.id)
    response = visit.page("receipt", opened=opened, given=given)
    browser.give(response, visit.services.settings, started.cookie)
    return response
