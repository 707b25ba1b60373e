"""One track in the portal: its ladder with reasons, what was done elsewhere, and a person's look."""

from __future__ import annotations

import pytest

from evidence.tables import Exhibit
from storage.database import transaction
from takedown import checks, guided
from takedown.tables import ContentRow, TrackRow
from tests.conftest import World
from tests.portal.conftest import Browser, plain
from tests.takedown import desk as stage


def opened(desk: stage.Desk, url: str = stage.URL, **given: str) -> str:
    with transaction(desk.factory) as session:
        return stage.track_of(session, desk.content(session, url, **given)).id


def state(desk: stage.Desk, track: str) -> tuple[str, int]:
    with transaction(desk.factory) as session:
        row = session.get_one(TrackRow, track)
        return row.status, row.confirmations


@pytest.mark.parametrize("who", ["lead", "hers"])
def test_the_ladder_is_shown_with_what_is_left_out_and_why(
    desk: stage.Desk, request: pytest.FixtureRequest, who: str
) -> None:
    browser: Browser = request.getfixturevalue(who)
    page = browser.see(f"/demarches/{opened(desk)}")
    assert page.status_code == 200
    text = plain(page)
    notice = {"lead": "Notification au service (règlement DSA", "hers": "Signalement au service, qui doit répondre"}[
        who
    ]
    for said in (notice, "Peut être fait dès maintenant.", "Ce qui est écarté", "StopNCII"):
        assert said in text


def test_two_looks_of_a_person_a_day_apart_resolve_the_track(desk: stage.Desk, lead: Browser) -> None:
    track = opened(desk)
    lead.see(f"/demarches/{track}")
    assert lead.fill(f"/demarches/{track}/regard", saw="").status_code == 422
    assert lead.fill(f"/demarches/{track}/regard", saw="down").status_code == 303
    assert state(desk, track) == ("open", 1)
    desk.clock.forward(hours=25)
    lead.come_in(desk.clock(), account_id=desk.lead)
    assert lead.fill(f"/demarches/{track}/regard", saw="down").status_code == 303
    assert state(desk, track) == ("resolved", 2)


def test_who_is_asked_to_look_sees_it_on_the_dashboard_and_on_her_own_page(
    desk: stage.Desk, lead: Browser, hers: Browser, world: World
) -> None:
    track = opened(desk)
    with transaction(desk.factory) as session:
        checks.ask(session, desk.clock(), session.get_one(TrackRow, track))
    assert f"/demarches/{track}" in lead.see("/bureau").text
    assert "regarder si un contenu est encore là" in hers.see(f"/notes/{world.case.id}").text
    lead.see(f"/demarches/{track}")
    lead.fill(f"/demarches/{track}/regard", saw="still_up")
    assert f"/demarches/{track}" not in lead.see("/bureau").text


def test_nobody_is_asked_to_look_at_an_image_of_a_minor(desk: stage.Desk, lead: Browser) -> None:
    track = opened(desk, harm="minor_image", age_on_image="minor")
    page = lead.see(f"/demarches/{track}").text
    assert 'name="saw"' not in page
    assert "personne ne doit la regarder" in page
    assert lead.fill(f"/demarches/{track}/regard", saw="down").status_code == 409
    assert state(desk, track) == ("open", 0)


def test_what_was_done_elsewhere_is_recorded_with_its_number_and_day(desk: stage.Desk, lead: Browser) -> None:
    track = opened(desk)
    lead.see(f"/demarches/{track}")
    lost = lead.fill(f"/demarches/{track}/faite", act="stopncii", number="P-123", on="demain")
    assert lost.status_code == 422
    assert 'value="P-123"' in lost.text
    assert 'value="stopncii" selected' in lost.text
    assert lead.fill(f"/demarches/{track}/faite", act="astrologie", number="", on="2026-11-24").status_code == 422
    assert lead.fill(f"/demarches/{track}/faite", act="stopncii", number="P-123", on="2026-11-24").status_code == 303
    with transaction(desk.factory) as session:
        (done,) = guided.of_track(session, track)
    assert (done["act"], done["on"], done["number"], done["outcome"]) == ("stopncii", "2026-11-24", "P-123", "none")
    assert "Numéro : P-123" in plain(lead.see(f"/demarches/{track}"))


def test_evidence_that_failed_is_taken_again_only_when_it_is_safe(desk: stage.Desk, lead: Browser) -> None:
    track = opened(desk)
    with transaction(desk.factory) as session:
        content = session.get_one(ContentRow, session.get_one(TrackRow, track).content_id)
        stage.seal(session, content.id, "failed")
        failed = content.exhibit_id
    lead.see(f"/demarches/{track}")
    assert lead.fill(f"/demarches/{track}/preuve").status_code == 422
    assert lead.fill(f"/demarches/{track}/preuve", safe="yes").status_code == 303
    with transaction(desk.factory) as session:
        content = session.get_one(ContentRow, session.get_one(TrackRow, track).content_id)
        assert content.exhibit_id != failed
        assert session.get_one(Exhibit, content.exhibit_id).state == "capturing"


def test_a_guided_act_shows_the_forms_fields_in_order_and_what_to_copy(desk: stage.Desk, lead: Browser) -> None:
    track = opened(desk)
    page = lead.see(f"/demarches/{track}/faire/pharos").text
    labels = ["La catégorie", "La date et l&#39;heure", "L&#39;adresse du contenu", "Un commentaire"]
    places = [page.index(label) for label in labels]
    assert places == sorted(places)
    assert 'data-copy="Copier"' in page
    assert "/static/copy.js" in page
    assert lead.get(f"/demarches/{track}/faire/astrologie").status_code == 404


def test_the_pin_of_another_service_is_never_asked_for_and_never_kept(desk: stage.Desk, lead: Browser) -> None:
    track = opened(desk)
    page = lead.see(f"/demarches/{track}/faire/stopncii").text
    assert 'name="pin"' not in page
    assert "ne l&#39;écrivez pas ici" in page
    refused = lead.fill(f"/demarches/{track}/faite", act="stopncii", number="12 pin 4321", on="2026-11-24")
    assert refused.status_code == 422
    with transaction(desk.factory) as session:
        assert guided.of_track(session, track) == []


def test_a_station_that_refuses_the_complaint_leads_to_the_letter_to_the_prosecutor(
    desk: stage.Desk, lead: Browser
) -> None:
    track = opened(desk)
    lead.see(f"/demarches/{track}/faire/police_complaint")
    said = {"act": "police_complaint", "on": "2026-11-24", "service": "Commissariat de Lille", "refused": "yes"}
    assert lead.fill(f"/demarches/{track}/faite", **said).status_code == 303
    page = plain(lead.see(f"/demarches/{track}"))
    assert "Commissariat de Lille" in page
    assert "Signalement au procureur d'un refus de prendre la plainte" in page
