"""The API: the same door with a token, problem documents instead of pages."""

from __future__ import annotations

import pytest

from cases import tokens
from storage.database import transaction
from tests.conftest import World
from tests.portal.conftest import Browser, Opener, found_page


@pytest.fixture
def agent(browse: Opener, world: World) -> Browser:
    browser = browse()
    with transaction(world.factory) as session:
        secret = tokens.create(session, world.now, account_id=world.agent)[1]
    browser.headers["authorization"] = f"Bearer {secret}"
    return browser


def test_a_token_lists_the_cases_of_its_account(agent: Browser, world: World) -> None:
    assert [one["number"] for one in agent.get("/api/v1/cases").json()] == [world.case.number]
    assert agent.get(f"/api/v1/cases/{world.case.id}").json()["status"] == "open"


def test_a_wrong_token_is_told_to_sign_in_with_a_problem_document(browse: Opener) -> None:
    answer = browse().get("/api/v1/cases", headers={"authorization": "Bearer vigie_faux"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "portal.problem.sign_in"


def test_a_hit_is_judged_and_its_reasons_come_in_both_languages(agent: Browser, world: World) -> None:
    with transaction(world.factory) as session:
        hit = found_page(session, world, title="Sujet", matched="Camille Exemple")
    (found,) = agent.get(f"/api/v1/cases/{world.case.id}/hits").json()
    assert set(found["reasons"][0]["text"]) == {"fr", "en"}
    path = f"/api/v1/hits/{hit}/judgement"
    assert agent.post(path, json={"verdict": "me"}).status_code == 422
    assert agent.post(path, json={"verdict": "perhaps"}).status_code == 422
    said = agent.post(path, json={"verdict": "me", "harm": "defamation"})
    assert said.status_code == 200
    assert said.json()["content"]


def test_a_signed_in_browser_cannot_be_made_to_call_the_api(browse: Opener, world: World) -> None:
    with transaction(world.factory) as session:
        hit = found_page(session, world, title="Sujet", matched="Camille Exemple")
    answer = browse("agent").post(f"/api/v1/hits/{hit}/judgement", json={"verdict": "not_me"})
    assert answer.status_code == 403


def test_the_description_names_the_api_and_none_of_the_pages(browse: Opener) -> None:
    document = browse().get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert all(path.startswith("/api/v1/") for path in document["paths"])
