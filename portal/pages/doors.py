"""Coming in and going out: the receipt code, the sign-in of people at work, the owner of a personal instance."""

from __future__ import annotations

import ipaddress

from fastapi import APIRouter, Response

from cases import case, people, sessions
from cases.entitlement import OWNER
from portal import browser
from portal.access import Entered
from portal.errors import NotFound
from portal.visit import Visit

router = APIRouter(include_in_schema=False)


@router.get("/code", name="code_form")
def code_form(visit: Entered) -> Response:
    """Where the sixteen digits are typed."""
    return visit.page("code", problem=None, typed="")


@router.post("/code", name="code_in")
def code_in(visit: Entered) -> Response:
    """Come back by receipt code; spaces and dashes do not matter, every refusal reads the same."""
    slow, visitor = visit.services.slowdown, visit.client
    if slow.must_wait("code", visitor, visit.now):
        return visit.page("code", problem="portal.problem.slow", typed=visit.typed("code"), status=429)
    case_id = people.by_receipt(visit.session, visit.now, visit.typed("code"))
    if case_id is None:
        slow.failed("code", visitor, visit.now)
        return visit.page("code", problem="receipt.refused", typed=visit.typed("code"), status=422)
    return _in(visit, sessions.start(visit.session, visit.now, case_id=case_id), f"/notes/{case_id}")


@router.get("/entrer", name="sign_in_form")
def sign_in_form(visit: Entered) -> Response:
    """The sign-in of associations and lawyers."""
    return visit.page("sign_in", problem=None, login="")


@router.post("/entrer", name="sign_in")
def sign_in(visit: Entered) -> Response:
    """Sign in; an unknown login, a wrong password and an account that waits are one answer."""
    slow, visitor, login = visit.services.slowdown, visit.client, visit.typed("login")
    if slow.must_wait("sign_in", visitor, visit.now):
        return visit.page("sign_in", problem="portal.problem.slow", login=login, status=429)
    person = people.sign_in(visit.session, visit.now, login, str(visit.form.get("password", "")))
    if person is None:
        slow.failed("sign_in", visitor, visit.now)
        return visit.page("sign_in", problem="sign_in.refused", login=login, status=422)
    return _in(visit, sessions.start(visit.session, visit.now, account_id=person.id), "/notes")


@router.post("/chez-moi", name="own_in")
def own_in(visit: Entered) -> Response:
    """The owner of a personal instance comes in, from this machine only: whoever sits at it is its owner."""
    if not visit.services.personal or not _here(visit.client):
        raise NotFound
    return _in(visit, sessions.start(visit.session, visit.now), "/notes")


@router.post("/partir", name="sign_out")
def sign_out(visit: Entered) -> Response:
    """Sign out, and back to the start."""
    sessions.end(visit.session, visit.now, visit.cookie)
    response = visit.go("/")
    browser.take_back(response, visit.services.settings)
    return response


@router.get("/notes", name="own")
def own(visit: Entered) -> Response:
    """To the visitor's own place: her case, the dashboard, or the list of a personal instance."""
    if visit.actor.case_id:
        return visit.go(f"/notes/{visit.actor.case_id}")
    if visit.staff:
        return visit.go("/bureau")
    if visit.actor == OWNER:
        found = case.list_cases(visit.session)
        return visit.go(f"/notes/{found[0].id}") if len(found) == 1 else visit.page("own", cases=found)
    return visit.go("/sante" if visit.may("health.read") else "/")


def _in(visit: Visit, started: sessions.Started, path: str) -> Response:
    response = visit.go(path)
    browser.give(response, visit.services.settings, started.cookie)
    return response


def _here(client: str) -> bool:
    try:
        return ipaddress.ip_address(client).is_loopback
    except ValueError:
        return False
