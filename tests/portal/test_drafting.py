"""Preparing a letter in the portal: the ladder proposes with reasons, the person chooses, nothing typed is lost."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from cases.tables import CaseFile
from storage.database import transaction
from takedown import notices, store
from takedown.drafting import Office
from takedown.tables import ContentRow, NoticeRow, TrackRow
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


def test_the_list_of_what_is_missing_names_what_each_line_asks_for(desk: stage.Desk, lead: Browser) -> None:
    (track,) = tracks(desk, stage.URL)
    lead.see(f"/demarches/{track}/courrier")
    page = lead.fill(f"/demarches/{track}/courrier", **chosen(track, fact_data="", fact_risk=""))
    said = re.findall(r'<li><a href="#fact_\w+">(.+?)</a>', page.text)
    assert [line.partition("\u00a0: ")[2] for line in said] == ["Ce courrier a besoin de quelques mots ici."] * 2
    assert len(set(said)) == 2


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


def test_a_site_without_a_record_says_so_and_at_work_another_addressee_can_be_typed(
    desk: stage.Desk, lead: Browser, hers: Browser
) -> None:
    (track,) = tracks(desk, "https://petit-forum.example/1")
    page, own = lead.see(f"/demarches/{track}/courrier").text, hers.see(f"/demarches/{track}/courrier").text
    assert "contact vérifié" in page
    assert "contact vérifié" in own
    assert 'name="letter"' not in own
    assert 'name="to" value="given"' in page
    assert 'name="way"' not in page


PROSECUTOR = {
    "letter": "L29", "to": "given", "entity": "Procureur de la République",
    "lines": "Tribunal judiciaire\n67 rue Servient\n69003 Lyon", "fact_civil_identity": "née à Aubeville",
    "fact_elected_address": "cabinet Barreau, Lyon", "fact_refused_on": "2026-11-16", "fact_refused_at": "15 h 20",
    "fact_unit": "commissariat d'Aubeville", "fact_reason_given": "« Ce n'est pas ici. »", "signer": "subject",
}  # fmt: skip


def test_a_letter_to_an_address_that_was_typed_waits_until_somebody_looked_it_up(
    desk: stage.Desk, lead: Browser
) -> None:
    (track,) = tracks(desk, stage.URL)
    with transaction(desk.factory) as session:
        stage.sign_all(session, desk.clock(), desk.lawyer, ("L29",))
    lead.see(f"/demarches/{track}/courrier")
    where = lead.fill(f"/demarches/{track}/courrier", **chosen(track, **PROSECUTOR)).headers["location"]
    page = lead.see(where)
    assert "69003 Lyon" in page.text
    assert "non vérifiée" in page.text
    (line,) = drafts(desk)
    assert (line.letter, line.channel) == ("L29", "post")
    ticked = re.findall(r'name="confirmed" value="([^"]+)"', page.text)
    assert lead.fill(f"{where}/complete", confirmed=ticked).status_code == 303
    refused = lead.fill(f"{where}/accord")
    assert refused.status_code == 409
    assert "saisie à la main" in refused.text
    assert lead.fill(f"{where}/destinataire").status_code == 303
    assert "vérifiée le" in plain(lead.see(where))
    assert lead.fill(f"{where}/accord").status_code == 303


def test_a_letter_in_english_goes_to_another_addressee_of_the_catalogue(desk: stage.Desk, lead: Browser) -> None:
    (track,) = tracks(desk, stage.URL)
    lead.see(f"/demarches/{track}/courrier")
    answer = lead.fill(f"/demarches/{track}/courrier", **chosen(track, lang="en", to="record", record="formed", way=""))
    (line,) = drafts(desk)
    assert (line.lang, line.platform, line.channel) == ("en", "formed", "form")
    assert "Imagerie Sociale Ltd" in lead.see(answer.headers["location"]).text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"to": "record", "record": "nobody"}, "record"), ({"to": "everybody"}, "to"),
        ({"letter": "L20", "lang": "fr"}, "letter"), ({"letter": "L14", "lang": "en", "signer": "subject"}, "lang"),
    ],
)  # fmt: skip
def test_an_addressee_or_language_that_does_not_exist_is_said_at_its_field(
    desk: stage.Desk, lead: Browser, wrong: dict[str, str], field: str
) -> None:
    (track,) = tracks(desk, stage.URL)
    lead.see(f"/demarches/{track}/courrier")
    page = lead.fill(f"/demarches/{track}/courrier", **chosen(track, **wrong))
    assert page.status_code == 422
    assert f'id="{field}-wrong"' in page.text


def test_a_typed_addressee_without_a_name_is_refused_in_words_and_kept(desk: stage.Desk, lead: Browser) -> None:
    (track,) = tracks(desk, stage.URL)
    lead.see(f"/demarches/{track}/courrier")
    page = lead.fill(f"/demarches/{track}/courrier", **chosen(track, to="given", email="greffe@tribunal.example"))
    assert page.status_code == 409
    assert "Il manque le nom du destinataire" in plain(page)
    assert "greffe@tribunal.example" in page.text
    assert drafts(desk) == []


def test_the_person_herself_writes_to_the_usual_addressee_only(desk: stage.Desk, hers: Browser) -> None:
    (track,) = tracks(desk, stage.URL)
    assert 'name="to"' not in hers.see(f"/demarches/{track}/courrier").text
    typed = chosen(track, signer="subject", to="given", entity="Quelqu'un", email="x@ailleurs.example")
    assert hers.fill(f"/demarches/{track}/courrier", **typed).status_code == 422
    assert drafts(desk) == []


@pytest.mark.parametrize("flag", ["ex_partner", "danger"])
def test_in_danger_a_typed_address_is_for_authorities_only(desk: stage.Desk, lead: Browser, flag: str) -> None:
    (track,) = tracks(desk, stage.URL)
    with transaction(desk.factory) as session:
        session.execute(update(CaseFile).values({flag: True}))
    lead.see(f"/demarches/{track}/courrier")
    typed = chosen(track, to="given", entity="Hébergement", email="abuse@ailleurs.example")
    where = lead.fill(f"/demarches/{track}/courrier", **typed).headers["location"]
    lead.fill(f"{where}/destinataire")
    ticked = re.findall(r'name="confirmed" value="([^"]+)"', lead.see(where).text)
    lead.fill(f"{where}/complete", confirmed=ticked)
    refused = lead.fill(f"{where}/accord", safe="yes")
    assert refused.status_code == 409
    assert "peut atteindre la personne en cause" in plain(refused)


def test_after_a_retraction_the_letter_that_tells_its_addressee_is_one_press_away(
    desk: stage.Desk, lead: Browser
) -> None:
    notice_id, track = desk.sent(office=Office("Association Rive Claire", stage.MAILBOX))  # whoever signed takes back
    with transaction(desk.factory) as session:
        session.execute(update(TrackRow).values(status="resolved"))
        session.execute(update(ContentRow).values(harm="intimate_image"))
        notices.retract(session, desk.clock(), notice_id, actor=desk.lead)
    page = lead.see(f"/lettres/{notice_id}").text
    (offered,) = re.findall(r'href="(/demarches/[^"]+courrier=L31)"', page)
    form = lead.see(offered.replace("&amp;", "&"))
    assert re.findall(r'name="letter" value="([^"]+)" checked', form.text) == ["L31"]
    assert re.findall(r'name="track" value="([^"]+)" checked', form.text) == [track]
    typed = {
        "letter": "L31", "track": track, "signer": "association", "way": "email", "fact_mistakes": "Mauvaise page.",
        "fact_withdrawn": "en entier", "fact_corrected": "néant",
    }  # fmt: skip
    assert lead.fill(f"/demarches/{track}/courrier", **typed).status_code == 303


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
