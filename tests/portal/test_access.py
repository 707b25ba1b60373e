"""Who reaches what: the matrix of people and routes, made from the router and from the entitlement table."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import APIRouter, FastAPI

from cases.entitlement import ACTS
from portal import access, headers
from portal.app import ROUTERS
from portal.errors import PortalError
from storage.database import transaction
from tests.conftest import World
from tests.portal import matrix
from tests.portal.conftest import Browser, Opener
from tests.portal.matrix import ROUTES, Visitor
from tests.takedown import desk as stage

FORGED = "portal.problem.forged"
CASE_PAGES = sorted(
    name for name, act in access.ACCESS.items()
    if act in ACTS and ACTS[act].on_case and not ROUTES[name].path.startswith("/api/")
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
def ids(world: World, desk: stage.Desk) -> dict[str, str]:
    with transaction(world.factory) as session:
        return matrix.rows(session, world, desk)


@pytest.fixture
def knockers(world: World) -> dict[str, Visitor]:
    with transaction(world.factory) as session:
        return matrix.visitors(session, world, world.now)


@pytest.fixture
def nothing_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "transaction", matrix.undone)


@pytest.mark.usefixtures("nothing_stays")
def test_every_route_answers_everybody_as_the_entitlement_table_says(
    world: World, ids: dict[str, str], knockers: dict[str, Visitor], open_office: Callable[[], Browser]
) -> None:
    wrong = []
    for visitor in knockers.values():
        browser = open_office()
        matrix.sign_in(browser, world, world.now, visitor)
        for name, act in access.ACCESS.items():
            status = matrix.knock(browser, visitor, name, ids)
            made_by = (world.agent,) if act == "notice.approve" else ()
            with transaction(world.factory) as session:
                if not matrix.fits(status, name, visitor, session, world, made_by):
                    wrong.append((visitor.name, name, status))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.usefixtures("nothing_stays")
@pytest.mark.parametrize(
    "who", ["lead colleague", "lead elsewhere", "lead former", "another's code", "operator colleague"]
)
def test_strangers_get_the_very_page_of_what_does_not_exist(
    world: World, ids: dict[str, str], knockers: dict[str, Visitor], open_office: Callable[[], Browser], who: str
) -> None:
    browser = open_office()
    matrix.sign_in(browser, world, world.now, knockers[who])
    none = browser.get("/notes/0195-none")
    assert none.status_code == 404
    for name in CASE_PAGES:
        path = ROUTES[name].path.format(**ids)
        answer = browser.get(path) if "GET" in ROUTES[name].methods else browser.fill(path)
        assert (answer.status_code, answer.text) == (404, none.text), name


@pytest.mark.usefixtures("nothing_stays")
def test_every_form_needs_the_token_of_our_page(
    world: World, ids: dict[str, str], knockers: dict[str, Visitor], open_office: Callable[[], Browser]
) -> None:
    for who in ("lead member", "her code", "nobody"):
        browser = open_office()
        matrix.sign_in(browser, world, world.now, knockers[who])
        another = open_office()
        matrix.sign_in(another, world, world.now, knockers["agent member"])
        for token in ("", "made up", another.csrf):
            browser.csrf = token
            for name, route in ROUTES.items():
                if "POST" in route.methods:
                    answer = browser.fill(route.path.format(**ids))
                    assert answer.status_code == 403, (who, name)
                    assert answer.json()["code"] == FORGED if "/api/" in route.path else "trop ancienne" in answer.text


@pytest.mark.usefixtures("nothing_stays")
@pytest.mark.parametrize("who", ["lead member", "lead elsewhere", "nobody"])
def test_every_answer_carries_the_headers_and_is_kept_by_no_browser(
    world: World, ids: dict[str, str], knockers: dict[str, Visitor], open_office: Callable[[], Browser], who: str
) -> None:
    browser = open_office()
    matrix.sign_in(browser, world, world.now, knockers[who])
    for name, route in ROUTES.items():
        path = route.path.format(**ids)
        answer = browser.get(path) if "GET" in route.methods else browser.fill(path)
        assert answer.headers["cache-control"] == "no-store", name
        assert {key: answer.headers.get(key) for key in headers.HEADERS} == headers.HEADERS, name


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
    assert "Dossier lu" in journal


def test_a_reading_is_entered_once_an_hour(browse: Opener, world: World) -> None:
    browser: Browser = browse("agent")
    for _ in range(3):
        browser.get(f"/bureau/{world.case.id}")
    journal = browse("subject").get(f"/bureau/{world.case.id}/journal").text
    assert journal.count("<td>Dossier lu</td>") == 1
