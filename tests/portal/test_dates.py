"""Pages of dates: the lawyer sees every press limit, the person no countdown, a calendar no word about anybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import people
from storage.database import transaction
from takedown import press
from takedown.tables import CalendarFeed
from tests.conftest import World
from tests.portal.conftest import Browser
from tests.takedown import desk as stage

POSTED = dt.date(2026, 8, 31)  # a Monday: eve of the limit Sunday 29 November 2026, five days from now


@pytest.fixture
def track(world: World, desk: stage.Desk) -> str:
    with transaction(world.factory) as session:
        content = desk.content(session, harm="defamation", age_on_image="none")
        press.say_published(session, world.now, content, on=POSTED, source="page", actor=world.agent)
        return stage.track_of(session, content).id


@pytest.fixture
def at_work(world: World, open_office: Callable[[], Browser]) -> Browser:
    browser = open_office()
    browser.come_in(world.now, account_id=world.agent)
    return browser


def feed_of(browser: Browser) -> str:
    browser.see("/agenda")
    page = browser.fill("/agenda").text
    return page[page.index("/agenda/") : page.index(".ics") + 4]


def test_the_lawyers_page_shows_the_limit_with_its_eve_its_legal_day_and_its_source(
    track: str, at_work: Browser
) -> None:
    page = at_work.see("/prescriptions").text
    for words in ("dimanche 29 novembre 2026", "lundi 30 novembre 2026", "lue sur la page", "art. 65", "5 jour(s)"):
        assert words in page
    assert f"/demarches/{track}" in page


def test_a_start_that_nobody_knows_sends_to_a_lawyer_today_and_shows_no_date(track: str, at_work: Browser) -> None:
    at_work.see(f"/demarches/{track}/mise-en-ligne")
    kept = at_work.fill(f"/demarches/{track}/mise-en-ligne", source="unknown", on="2026-08-31", audience="public")
    assert kept.status_code == 303
    page = at_work.see("/prescriptions").text
    assert "Peut-être déjà prescrit" in page
    assert "novembre 2026" not in page


def test_an_answer_without_a_source_or_a_day_is_asked_again(track: str, at_work: Browser) -> None:
    at_work.see(f"/demarches/{track}/mise-en-ligne")
    for typed in ({"on": "2026-08-31", "audience": "public"}, {"source": "page", "audience": "public"},
                  {"source": "page", "on": "2026-08-31"}):  # fmt: skip
        assert at_work.fill(f"/demarches/{track}/mise-en-ligne", **typed).status_code == 422


def test_the_person_sees_no_countdown_but_is_told_to_see_a_lawyer_now(
    world: World, track: str, at_work: Browser, open_office: Callable[[], Browser]
) -> None:
    hers = open_office()
    hers.come_in(world.now, case_id=world.case.id)
    page = hers.see(f"/demarches/{track}").text
    assert "Voyez un avocat maintenant" in page
    assert "jour(s)" not in page
    assert "29 novembre" not in page
    assert "Il reste 5 jour(s)" in at_work.see(f"/demarches/{track}").text
    assert hers.get("/prescriptions").status_code == 404


def test_the_track_and_the_letters_say_that_a_private_request_stops_no_clock(
    world: World, track: str, at_work: Browser
) -> None:
    for path in (f"/demarches/{track}", f"/notes/{world.case.id}/lettres"):
        assert "arrête aucun délai" in at_work.see(path).text


def test_an_intimate_image_shows_that_data_may_vanish_and_a_defamation_does_not(
    world: World, desk: stage.Desk, track: str, at_work: Browser
) -> None:
    with transaction(world.factory) as session:
        image = stage.track_of(session, desk.content(session, "https://images.example/p/2")).id
    assert "Seule une plainte" in at_work.see(f"/demarches/{image}").text
    assert "Seule une plainte" not in at_work.see(f"/demarches/{track}").text


def test_the_feed_is_a_calendar_without_a_word_of_the_case(
    world: World, desk: stage.Desk, track: str, at_work: Browser, open_office: Callable[[], Browser]
) -> None:
    address = feed_of(at_work)
    nobody = open_office()
    answer = nobody.get(address)
    assert answer.headers["content-type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(event["summary"]) == f"{world.case.number} press.limit"
    assert event["dtstart"].dt == dt.date(2026, 11, 29)
    for word in ("Camille", "Exemple", "example", "diffam", "defam", "photographie", stage.URL):
        assert word.casefold() not in answer.text.casefold()


def test_the_secret_is_kept_as_a_hash_and_stops_when_it_is_revoked_or_made_anew(
    world: World, track: str, at_work: Browser
) -> None:
    first = feed_of(at_work)
    second = feed_of(at_work)
    assert (at_work.get(first).status_code, at_work.get(second).status_code) == (404, 200)
    with transaction(world.factory) as session:
        kept = " ".join(map(str, _hashes(session)))
    assert second.removeprefix("/agenda/").removesuffix(".ics") not in kept
    at_work.fill("/agenda/fin")
    assert at_work.get(second).status_code == 404
    assert at_work.get("/agenda/guessed.ics").status_code == 404


def test_the_feed_has_the_rights_of_today_of_who_made_it(world: World, track: str, at_work: Browser) -> None:
    address = feed_of(at_work)
    with transaction(world.factory) as session:
        people.leave(session, world.now, world.case.id, world.agent, actor=world.lead)
    assert Calendar.from_ical(at_work.get(address).content).walk("VEVENT") == []


def _hashes(session: Session) -> list[str]:
    return list(session.scalars(select(CalendarFeed.hash)))
