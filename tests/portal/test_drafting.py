"""Preparing a letter in the portal: the ladder proposes with reasons, the person chooses, nothing typed is lost."""

from __future__ import annotations

import re

import pytest

from storage.database import transaction
from takedown import notices, store
from takedown.tables import NoticeRow
from tests.conftest import World
from tests.portal.conftest import Browser, plain
from tests.takedown import desk as stage


def tracks(desk: stage.Desk, *urls: str, harm: str = "doxxing", **given: str) -> list[str]:
    with transaction(desk.factory) as session:
        contents = [desk.content(session, url, harm=harm, **{"age_on_image": "none", **given}) for url in urls]
        return [stage.track_of(session, content).id for content in contents]


def chosen(of: str | list[str], **changed: str) -> dict[str, str | list[str]]:
    return {
        "track": of, "letter": "L01.doxxing", "signer": "association", "way": "email",
        "fact_data": "une adresse postale", "fact_risk": "Le message invite à s'y rendre.", **changed,
    }  # fmt: skip


def drafts(desk: stage.Desk) -> list[notices.Line]:
    with transaction(desk.factory) as session:
        return notices.list_notices(session, desk.case_id)


def test_the_form_proposes_one_letter_with_its_reason_and_shows_the_addressee_with_its_source(
    desk: stage.Desk, lead: Browser
) -> None:
    (track,) = tracks(desk, stage.URL)
    page = plain(lead.see(f"/demarches/{track}/courrier"))
    assert re.findall(r'name="letter" value="([^"]+)" checked', page) == ["L01.doxxing"]
    assert page.count("Proposé") == 1
    assert "Peut être fait dès maintenant." in page
    assert 'value="L03"' in page  # another choice, with its own reason
    assert "Vient si aucune réponse n'arrive." in page
    assert "notice@images.example" in page
    assert "Coordonnées lues dans : invented, le vendredi 20 novembre 2026." in page


def test_one_letter_covers_the_chosen_pages_of_one_site_and_no_other(desk: stage.Desk, lead: Browser) -> None:
    one, two, elsewhere = tracks(
        desk, "https://images.example/1", "https://images.example/2", "https://formed.example/1"
    )
    page = lead.see(f"/demarches/{one}/courrier").text
    assert {one, two} == set(re.findall(r'name="track" value="([^"]+)" checked', page))
    refused = lead.fill(f"/demarches/{one}/courrier", **chosen([one, elsewhere]))
    assert refused.status_code == 422
    answer = lead.fill(f"/demarches/{one}/courrier", **chosen([one, two]))
    assert answer.status_code == 303
    (line,) = drafts(desk)
    assert (line.letter, line.signer, line.channel) == ("L01.doxxing", "association", "email")
    shown = lead.see(answer.headers["location"]).text
    assert "images.example/1" in shown
    assert "une adresse postale" in shown
    with transaction(desk.factory) as session:
        assert {row.id for row in store.tracks_of(session, line.id)} == {one, two}
        assert session.get_one(NoticeRow, line.id).drafted_by == desk.lead


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"fact_data": ""}, "fact_data"), ({"fact_risk": "x" * 401}, "fact_risk"), ({"letter": "L99"}, "letter"),
        ({"signer": "lawyer"}, "signer"), ({"way": "pigeon"}, "way"), ({"track": ""}, "track"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_the_rest_stays(
    desk: stage.Desk, lead: Browser, wrong: dict[str, str], field: str
) -> None:
    (track,) = tracks(desk, stage.URL)
    lead.see(f"/demarches/{track}/courrier")
    page = lead.fill(f"/demarches/{track}/courrier", **chosen(track, **wrong))
    assert page.status_code == 422
    text = plain(page)
    assert f'id="{field}-wrong"' in text
    assert f'href="#{field}"' in text
    assert re.search(rf'id="{field}"', text)
    for name in ("fact_data", "fact_risk"):
        assert wrong.get(name, str(chosen(track)[name])) in text
    if field not in ("way", "signer"):
        assert 'value="email" checked' in text
        assert 'value="association" checked' in text
    assert drafts(desk) == []


def test_without_sealed_evidence_the_reason_is_given_in_her_language_and_nothing_is_lost(
    desk: stage.Desk, lead: Browser
) -> None:
    with transaction(desk.factory) as session:
        content = desk.content(session, harm="doxxing", age_on_image="none")
        track = stage.track_of(session, content).id
        stage.seal(session, content, "capturing")
    lead.see(f"/demarches/{track}/courrier")
    page = lead.fill(f"/demarches/{track}/courrier", **chosen(track))
    assert page.status_code == 409
    assert "La preuve est en cours de scellement" in page.text
    assert "une adresse postale" in page.text
    assert drafts(desk) == []


def test_a_site_without_a_record_says_so_instead_of_offering_a_letter(desk: stage.Desk, lead: Browser) -> None:
    (track,) = tracks(desk, "https://petit-forum.example/1")
    page = lead.see(f"/demarches/{track}/courrier")
    assert "contact vérifié" in page.text
    assert 'name="letter"' not in page.text


def test_the_person_prepares_and_signs_her_own_letter(
    desk: stage.Desk, lead: Browser, hers: Browser, world: World
) -> None:
    (track,) = tracks(desk, stage.URL)
    assert f"/demarches/{track}" in hers.see(f"/notes/{world.case.id}").text
    page = hers.see(f"/demarches/{track}/courrier").text
    assert re.findall(r'name="signer" value="([^"]+)"', page) == ["subject"]
    assert hers.fill(f"/demarches/{track}/courrier", **chosen(track, signer="association")).status_code == 422
    assert hers.fill(f"/demarches/{track}/courrier", **chosen(track, signer="subject")).status_code == 303
    (line,) = drafts(desk)
    assert line.signer == "subject"
    assert "Camille Exemple" in hers.see(f"/lettres/{line.id}").text


def test_a_whole_letter_goes_from_the_form_to_the_queue(desk: stage.Desk, lead: Browser) -> None:
    (track,) = tracks(desk, stage.URL)
    lead.see(f"/demarches/{track}/courrier")
    where = lead.fill(f"/demarches/{track}/courrier", **chosen(track)).headers["location"]
    page = lead.see(where).text
    ticked = re.findall(r'name="confirmed" value="([^"]+)"', page)
    assert lead.fill(f"{where}/complete", confirmed=ticked).status_code == 303
    assert lead.fill(f"{where}/accord").status_code == 303
    assert [line.status for line in drafts(desk)] == ["queued"]
