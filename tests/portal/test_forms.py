"""Forms: nothing typed is lost, nothing foreign is taken, nobody guesses, and what was said is done."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from cases import case, passwords, sessions
from monitor import store, watch
from storage.database import transaction
from takedown import listing
from tests.conftest import PASSWORD, World
from tests.portal.conftest import Browser, Opener, found_page, make_app

PAYLOAD = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
ANSWERS = {
    "age": "none", "under_18": "no", "harm": "defamation", "name": "Léa Invention", "residence": "FR",
    "addresses": "https://forum.example/a\nhttps://forum.example/b", "attested": "yes",
}  # fmt: skip


def test_a_form_without_the_token_of_our_page_changes_nothing(browse: Opener, world: World) -> None:
    browser = browse("subject")
    for csrf in ("", "another"):
        browser.csrf = csrf
        assert browser.fill(f"/notes/{world.case.id}/pause").status_code == 403
    with transaction(world.factory) as session:
        assert case.load(session, world.case.id).status == "open"


def test_an_incomplete_form_shows_again_everything_that_was_typed(browse: Opener) -> None:
    browser = browse()
    browser.see("/ouvrir")
    page = browser.fill("/ouvrir", **{**ANSWERS, "attested": "", "e_mail": PAYLOAD, "danger": "yes"})
    assert page.status_code == 422
    assert "<script>alert" not in page.text
    text = html.unescape(page.text)
    for typed in ("Léa Invention", "https://forum.example/b", PAYLOAD):
        assert typed in text
    assert re.search(r'name="danger" value="yes" checked', page.text)
    for field in ("attested", "e_mail"):
        assert f'href="#{field}"' in page.text
        assert f'id="{field}-wrong"' in page.text


def test_opening_a_case_gives_a_code_once_and_somebody_sees_the_case(browse: Opener, world: World) -> None:
    browser = browse()
    browser.see("/ouvrir")
    page = browser.fill("/ouvrir", **ANSWERS)
    assert page.status_code == 200
    (code,) = re.findall(r"(?:\d{4} ){3}\d{4}", page.text)
    assert "Léa Invention" in browse("lead").see("/bureau").text
    again = browse()
    again.see("/code")
    answer = again.fill("/code", code=code.replace(" ", "-") + " ")
    assert answer.status_code == 303
    assert "forum.example/a" in again.see(answer.headers["location"]).text
    with transaction(world.factory) as session:
        opened = case.list_cases(session)[0]
        assert len(listing.tracks(session, opened.id)) == 2
        assert watch.of_case(session, opened.id) == []  # no source is switched on: nothing could look


def test_under_18_on_the_image_is_named_as_the_law_names_it(browse: Opener, world: World) -> None:
    browser = browse()
    browser.see("/ouvrir")
    page = browser.fill("/ouvrir", **{**ANSWERS, "age": "minor", "harm": "intimate_image"})
    assert "3018" in page.text
    with transaction(world.factory) as session:
        tracks = listing.tracks(session, case.list_cases(session)[0].id)
        assert {track.harm for track in tracks} == {"minor_image"}


def test_an_image_without_an_age_is_asked_about(browse: Opener) -> None:
    browser = browse()
    browser.see("/ouvrir")
    page = browser.fill("/ouvrir", **{**ANSWERS, "harm": "intimate_image"})
    assert page.status_code == 422
    assert 'id="age-wrong"' in page.text


def test_a_wrong_code_and_a_wrong_password_say_the_same_thing_and_end_in_a_wait(browse: Opener) -> None:
    browser = browse()
    browser.see("/entrer")
    answers = [browser.fill("/entrer", login=login, password="faux") for login in ("lead@rive.example", "personne")]
    assert {answer.status_code for answer in answers} == {422}
    assert re.sub(r'value="[^"]*"', "", answers[0].text) == re.sub(r'value="[^"]*"', "", answers[1].text)
    for _ in range(8):
        browser.fill("/entrer", login="lead@rive.example", password="faux")
    assert browser.fill("/entrer", login="lead@rive.example", password=PASSWORD).status_code == 429
    codes = [browser.fill("/code", code="0000").status_code for _ in range(11)]
    assert codes == [422] * 10 + [429]


def test_a_right_password_opens_the_dashboard_and_closing_ends_it(browse: Opener) -> None:
    browser = browse()
    browser.see("/entrer")
    answer = browser.fill("/entrer", login=" LEAD@rive.example", password=PASSWORD)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert browser.see("/notes").headers["location"] == "/bureau"
    browser.see("/bureau")
    assert browser.fill("/partir").status_code == 303
    assert browser.get("/bureau").status_code == 303


def test_hostile_words_of_a_page_are_shown_as_words(browse: Opener, world: World) -> None:
    with transaction(world.factory) as session:
        hit = found_page(session, world, title=PAYLOAD, matched=PAYLOAD)
    for path in (f"/pages/{hit}", f"/notes/{world.case.id}/a-voir"):
        page = browse("subject").see(path).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert html.unescape(page).count(PAYLOAD) == 2


def test_saying_it_is_me_opens_a_content_and_no_answer_is_guessed(browse: Opener, world: World) -> None:
    with transaction(world.factory) as session:
        hit = found_page(session, world, title="Sujet", matched="Camille Exemple")
    browser = browse("subject")
    browser.see(f"/pages/{hit}")
    assert browser.fill(f"/pages/{hit}").status_code == 422
    assert browser.fill(f"/pages/{hit}", verdict="me").status_code == 422
    asked = browser.fill(f"/pages/{hit}", verdict="me", harm="intimate_image", age="none")
    assert 'id="age-wrong"' in asked.text
    assert browser.fill(f"/pages/{hit}", verdict="me", harm="defamation", age="none").status_code == 303
    with transaction(world.factory) as session:
        assert store.hit(session, hit).state == "me"
        assert [track.harm for track in listing.tracks(session, world.case.id)] == ["defamation"]
    assert "forum.example" in browser.see(f"/notes/{world.case.id}").text


def test_she_pauses_and_resumes(browse: Opener, world: World) -> None:
    browser, path = browse("subject"), f"/notes/{world.case.id}"
    browser.see(path)
    browser.fill(f"{path}/pause")
    assert "/reprise" in browser.see(path).text
    browser.fill(f"{path}/reprise")
    assert "/pause" in browser.see(path).text


def test_who_attested_a_watch_does_not_review_it(browse: Opener, world: World) -> None:
    with transaction(world.factory) as session:
        found_page(session, world, title="Sujet", matched="Camille Exemple")
        (row,) = watch.of_case(session, world.case.id)
    agent, lead = browse("agent"), browse("lead")
    assert agent.fill(f"/veilles/{row.id}/attest").status_code == 303
    assert agent.fill(f"/veilles/{row.id}/review").status_code == 403
    assert lead.fill(f"/veilles/{row.id}/review").status_code == 303
    assert lead.fill(f"/veilles/{row.id}/activate").status_code == 303
    with transaction(world.factory) as session:
        assert watch.of_case(session, world.case.id)[0].status == "active"


def test_the_owner_comes_in_from_this_machine_only(world: World, tmp_path: Path) -> None:
    app = make_app(world, tmp_path, mode="personal")
    here, far = (
        Browser(app, base_url="http://127.0.0.1:8780", follow_redirects=False, client=(address, 5))
        for address in ("127.0.0.1", "203.0.113.9")
    )
    for browser, status in ((far, 404), (here, 303)):
        browser.see("/")
        assert browser.fill("/chez-moi").status_code == status
    assert here.get("/notes").headers["location"] == f"/notes/{world.case.id}"


def test_an_owner_session_opens_nothing_in_an_organisation(browse: Opener, world: World) -> None:
    browser = browse()
    with transaction(world.factory) as session:
        browser.cookies.set("vigie", sessions.start(session, world.now).cookie)
    assert browser.get(f"/notes/{world.case.id}").headers["location"] == "/"


@pytest.mark.parametrize("size", [300_000])
def test_a_form_that_is_too_long_is_refused(browse: Opener, size: int) -> None:
    browser = browse()
    browser.see("/ouvrir")
    assert browser.fill("/ouvrir", name="x" * size).status_code == 413


def test_each_form_of_her_case_shows_again_what_was_typed(browse: Opener, world: World) -> None:
    browser, path = browse("subject"), f"/notes/{world.case.id}"
    browser.see(path)
    page = browser.fill(f"{path}/contact", e_mail="camille@", danger="yes")
    assert page.status_code == 422
    assert 'value="camille@"' in page.text
    assert re.search(r'name="danger" value="yes" checked', page.text)
    assert not re.search(r'name="ex_partner" value="yes" checked', page.text)
    page = browser.fill(
        f"{path}/adresses", addresses="https://ok.example/1\npas une adresse", age="adult", harm="insult"
    )
    assert page.status_code == 422
    assert "https://ok.example/1\npas une adresse" in html.unescape(page.text)
    assert 'value="insult" selected' in page.text
    assert 'name="age" value="adult" checked' in page.text


def test_a_mistyped_code_can_be_corrected_in_place(browse: Opener) -> None:
    browser = browse()
    browser.see("/code")
    assert 'value="1234 5678"' in browser.fill("/code", code="1234 5678").text


def test_a_known_and_an_unknown_code_or_login_cost_the_same_work_and_read_the_same(
    browse: Opener, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in Argon2 verifications: a clock would measure the machine."""
    work: list[str] = []
    real = passwords.fits
    monkeypatch.setattr(passwords, "fits", lambda stored, given: work.append("once") or real(stored, given))
    with transaction(world.factory) as session:
        case.erase(session, world.now, world.case.id, actor="subject")
    browser = browse()
    browser.see("/code")
    said = set()
    for code in (world.case.receipt_code, "0000 0000 0000 0000", "", "abc"):
        said.add(browser.fill("/code", code=code).text.replace(f'value="{code}"', "value"))
        assert work == ["once"], code
        work.clear()
    assert len(said) == 1
    for login in ("lead@rive.example", "personne@rive.example"):
        assert browser.fill("/entrer", login=login, password="faux").status_code == 422
        assert work == ["once"], login
        work.clear()
