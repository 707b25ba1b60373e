"""Who reaches what: the matrix of people and routes, made from the router and from the entitlement table."""

from __future__ import annotations

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from cases import people, view
from cases.entitlement import ACTS, why_not
from portal import access
from portal.app import ROUTERS
from portal.errors import PortalError
from storage.database import transaction
from tests.conftest import World
from tests.portal.conftest import Browser, Opener, found_page

ROUTES = {route.name: route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)}
PEOPLE = ("lead", "agent", "lawyer", "relative", "operator", "auditor", "stranger")
READING = sorted(
    name for name, route in ROUTES.items()
    if "GET" in route.methods and access.ACCESS[name] in ACTS and set(route.param_convertors) <= {"case_id", "hit_id"}
)  # fmt: skip
CHANGING = sorted(
    name for name, route in ROUTES.items()
    if "POST" in route.methods and access.ACCESS[name] in ACTS and "case_id" in route.param_convertors
)  # fmt: skip


def test_a_route_without_a_line_in_the_table_stops_the_start() -> None:
    router = APIRouter()
    router.add_api_route("/secret", lambda: None, name="secret")
    with pytest.raises(PortalError, match="secret"):
        access.check_table([*ROUTES.values(), *router.routes])


def test_a_line_without_a_route_stops_the_start() -> None:
    with pytest.raises(PortalError, match="home"):
        access.check_table(route for name, route in ROUTES.items() if name != "home")


def test_every_act_of_the_table_is_known() -> None:
    assert {act for act in access.ACCESS.values() if act not in ("public", "signed_in")} <= ACTS.keys()


def test_every_route_goes_through_the_one_door() -> None:
    for name, route in ROUTES.items():
        assert [part.call for part in route.dependant.dependencies] == [access.enter], name


def test_the_application_has_no_route_beside_those_of_the_table(app: FastAPI) -> None:
    beside = [route for route in app.routes if getattr(route, "original_router", None) not in ROUTERS]
    assert [getattr(route, "path", "") for route in beside] == ["/static"]


@pytest.fixture
def hit(world: World) -> str:
    with transaction(world.factory) as session:
        return found_page(session, world, title="Un sujet", matched="Camille Exemple")


@pytest.mark.parametrize("who", [*PEOPLE, "subject", ""])
def test_reading_is_what_the_entitlement_table_says_and_strangers_find_nothing(
    browse: Opener, world: World, hit: str, who: str
) -> None:
    browser = browse(who)
    for name in READING:
        path = ROUTES[name].path.format(case_id=world.case.id, hit_id=hit)
        answer = browser.get(path)
        assert answer.status_code == expected(world, who, access.ACCESS[name], path), (name, who)
        assert answer.status_code == 200 or "Camille" not in answer.text


@pytest.mark.parametrize("who", ["stranger", "operator", ""])
def test_nobody_outside_a_case_changes_it_and_all_are_told_the_same(browse: Opener, world: World, who: str) -> None:
    browser = browse(who)
    browser.see("/code")
    for name in CHANGING:
        path = ROUTES[name].path.format(case_id=world.case.id)
        assert browser.fill(path).status_code in ((404,) if who else (401, 403)), name


def test_a_stranger_cannot_tell_a_case_from_none(browse: Opener, world: World) -> None:
    browser = browse("stranger")
    real, none = browser.get(f"/notes/{world.case.id}"), browser.get("/notes/0195-none")
    assert (real.status_code, real.text) == (none.status_code, none.text)


def test_a_receipt_code_opens_one_case_only(browse: Opener, world: World) -> None:
    other = browse("lead")
    assert other.get(f"/bureau/{world.case.id}").status_code == 200
    assert browse("subject").get("/bureau").status_code == 404


def test_the_person_sees_who_opened_her_case(browse: Opener, world: World) -> None:
    browse("agent").get(f"/bureau/{world.case.id}")
    journal = browse("subject").get(f"/bureau/{world.case.id}/journal").text
    assert "Personne agent" in journal
    assert "case.read" in journal


def test_a_reading_is_entered_once_an_hour(browse: Opener, world: World) -> None:
    browser: Browser = browse("agent")
    for _ in range(3):
        browser.get(f"/bureau/{world.case.id}")
    journal = browse("subject").get(f"/bureau/{world.case.id}/journal").text
    assert journal.count("<code>case.read</code>") == 1


def expected(world: World, who: str, act: str, path: str) -> int:
    """The status that the entitlement table means for this person and act."""
    if not who:
        return 401 if path.startswith("/api/") else 303
    with transaction(world.factory) as session:
        if who == "subject":
            actor = access.Actor("subject", "subject", case_id=world.case.id)
        else:
            actor = people.actor_of(session, getattr(world, who))
        if not ACTS[act].on_case:
            return 404 if why_not(actor, act) else 200
        refusal = why_not(actor, act, view.of(session, world.now, actor, world.case.id))
    return 404 if refusal == "entitlement.stranger" else 403 if refusal else 200
