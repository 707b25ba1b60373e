"""A letter in the portal: seen whole, approved by one person for one sending, taken back while it can be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from cases import sessions
from config import catalogue
from portal.app import create_app
from portal.services import Services
from storage.database import transaction
from takedown import notices
from tests.conftest import World
from tests.portal.conftest import Browser
from tests.takedown import desk as stage


@pytest.fixture
def desk(world: World, tmp_path: Path) -> stage.Desk:
    made = stage.set_up(world.factory, world.now, tmp_path)
    platforms = {**catalogue.load().platforms, **made.catalogue.platforms}
    known = replace(made.catalogue, platforms=MappingProxyType(platforms))
    return replace(made, catalogue=known, case_id=world.case.id, agent=world.agent, lead=world.lead)


@pytest.fixture
def lead(desk: stage.Desk, world: World) -> Browser:
    services = Services(world.factory, desk.clock, desk.settings, desk.catalogue, stage.book(), "0")
    browser = Browser(create_app(services), base_url="http://127.0.0.1:8000", follow_redirects=False)
    with transaction(world.factory) as session:
        started = sessions.start(session, world.now, account_id=world.lead)
    browser.cookies.set("vigie", started.cookie)
    browser.csrf = started.csrf
    return browser


def drafted(desk: stage.Desk) -> str:
    with transaction(desk.factory) as session:
        content = desk.content(session)
        notice = desk.draft(session, [stage.track_of(session, content).id])
        desk.ready(session, notice)
    return notice


def status(desk: stage.Desk, notice: str) -> str:
    with transaction(desk.factory) as session:
        return notices.status_of(session, notice)


def test_a_letter_is_read_downloaded_approved_and_taken_back(desk: stage.Desk, lead: Browser) -> None:
    notice = drafted(desk)
    page = lead.see(f"/lettres/{notice}")
    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    assert "Imagerie Sociale Ltd" in page.text
    assert lead.get(f"/lettres/{notice}/pdf").content.startswith(b"%PDF")
    assert "images.example/p/8841" in lead.get(f"/lettres/{notice}/texte").text
    assert lead.fill(f"/lettres/{notice}/accord").status_code == 303
    assert status(desk, notice) == "queued"
    assert f"/lettres/{notice}/annuler" in lead.see(f"/lettres/{notice}").text
    assert lead.fill(f"/lettres/{notice}/annuler").status_code == 303
    assert status(desk, notice) == "ready"


def test_a_letter_is_returned_with_a_comment_and_not_without(desk: stage.Desk, lead: Browser) -> None:
    notice = drafted(desk)
    assert lead.fill(f"/lettres/{notice}/retour").status_code == 422
    assert lead.fill(f"/lettres/{notice}/retour", comment="Plus court.").status_code == 303
    assert status(desk, notice) == "draft"


def test_what_a_letter_does_not_allow_is_said_and_nothing_is_kept(desk: stage.Desk, lead: Browser) -> None:
    notice = drafted(desk)
    assert lead.fill(f"/lettres/{notice}/envoyee", number="1").status_code == 409
    assert status(desk, notice) == "ready"


def test_with_danger_her_safety_is_asked_before_anything_leaves(desk: stage.Desk, lead: Browser, world: World) -> None:
    notice = drafted(desk)
    lead.fill(f"/notes/{world.case.id}/contact", danger="yes")
    assert 'name="safe"' in lead.see(f"/lettres/{notice}").text
    assert lead.fill(f"/lettres/{notice}/accord").status_code == 422
    assert status(desk, notice) == "ready"
