"""A letter in the portal: seen whole, approved by one person for one sending, taken back while it can be."""

from __future__ import annotations

import html
from dataclasses import replace
from types import MappingProxyType

import pytest
from sqlalchemy import select

from storage.database import transaction
from takedown import guiding, notices, replies
from takedown.delivery.message import Doubtful
from takedown.tables import DispatchRow, NoticeRow, ReplyRow
from tests.conftest import World
from tests.portal.chromium import Tab
from tests.portal.conftest import Browser, plain, signed_in
from tests.takedown import desk as stage


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
    assert "Plus court." in lead.see(f"/lettres/{notice}").text  # whoever prepared it reads what is asked


def test_what_a_letter_does_not_allow_is_said_and_nothing_is_kept(desk: stage.Desk, lead: Browser) -> None:
    notice = drafted(desk)
    said = lead.fill(f"/lettres/{notice}/envoyee", number="FR-77", on="2026-11-24")
    assert said.status_code == 409
    assert "Seul un formulaire ou une lettre validés" in html.unescape(said.text)
    assert status(desk, notice) == "ready"


def test_what_lacks_is_named_and_what_was_ticked_stays_ticked(desk: stage.Desk, lead: Browser) -> None:
    with transaction(desk.factory) as session:
        content = desk.content(session)
        notice = desk.draft(session, [stage.track_of(session, content).id])
    assert 'name="confirmed"' in lead.see(f"/lettres/{notice}").text
    refused = lead.fill(f"/lettres/{notice}/complete", confirmed="something.else")
    assert refused.status_code == 409
    assert "dsa16" not in html.unescape(refused.text).partition("<form")[0].partition('role="alert"')[2]
    assert "bonne foi" in html.unescape(refused.text).partition('role="alert"')[2].partition("</div>")[0]
    assert lead.fill(f"/lettres/{notice}/complete", confirmed="dsa16.2.d").status_code == 303
    assert status(desk, notice) == "ready"


def test_with_danger_her_safety_is_asked_before_anything_leaves(desk: stage.Desk, lead: Browser, world: World) -> None:
    notice = drafted(desk)
    lead.fill(f"/notes/{world.case.id}/contact", danger="yes")
    assert 'name="safe"' in lead.see(f"/lettres/{notice}").text
    assert lead.fill(f"/lettres/{notice}/accord").status_code == 422
    assert status(desk, notice) == "ready"


def test_a_form_filled_in_by_hand_is_recorded_with_its_number_and_day(desk: stage.Desk, lead: Browser) -> None:
    with transaction(desk.factory) as session:
        content = desk.content(session, "https://formed.example/p/7")
        notice = desk.draft(session, [stage.track_of(session, content).id])
        desk.ready(session, notice)
    lead.see(f"/lettres/{notice}")
    assert lead.fill(f"/lettres/{notice}/accord").status_code == 303
    page = lead.see(f"/lettres/{notice}").text
    assert page.index("https://formed.example/report") < page.index(
        "https://formed.example/p/7", page.index('id="link"')
    )
    assert page.count('data-copy="Copier"') == 3  # the form, the address, the letter's own words
    for wrong in ("", "hier", "2026-11-25"):
        again = lead.fill(f"/lettres/{notice}/envoyee", number="FR-77", on=wrong)
        assert again.status_code == 422
        assert 'value="FR-77"' in again.text
    assert lead.fill(f"/lettres/{notice}/envoyee", number="FR-77", on="2026-11-24").status_code == 303
    assert status(desk, notice) == "sent"
    assert "Ce courrier est parti le mardi 24 novembre 2026." in lead.see(f"/lettres/{notice}").text


def test_the_fields_of_a_form_come_in_its_own_order_with_every_address_of_the_letter(desk: stage.Desk) -> None:
    formed = desk.catalogue.platforms["formed"]
    asks = ["legal_name", "reasons", "addresses"]
    known = formed.model_copy(update={"channels": [formed.channels[0].model_copy(update={"asks": asks})]})
    catalogue = replace(desk.catalogue, platforms=MappingProxyType({"formed": known}))
    with transaction(desk.factory) as session:
        contents = [desk.content(session, f"https://formed.example/p/{number}") for number in (7, 8)]
        notice = desk.draft(session, [stage.track_of(session, content).id for content in contents])
        row = session.get_one(NoticeRow, notice)
        name, reasons, addresses = guiding.letter_form(session, row, catalogue, lang="fr")
        assert name.value == ""  # the name she signs with is hers to type
        assert "Imagerie Sociale Ltd" in reasons.value
        assert addresses.value == "https://formed.example/p/7\nhttps://formed.example/p/8"


def test_the_copy_button_copies_or_selects_the_value(
    desk: stage.Desk, tab: Tab, here: str, world: World, lead: Browser
) -> None:
    with transaction(desk.factory) as session:
        content = desk.content(session, "https://formed.example/p/7")
        notice = desk.draft(session, [stage.track_of(session, content).id])
        desk.ready(session, notice)
    lead.see(f"/lettres/{notice}")
    lead.fill(f"/lettres/{notice}/accord")
    signed_in(tab, here, world, account_id=world.lead)
    tab.call("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    tab.open(f"{here}/lettres/{notice}")
    tab.until("document.querySelectorAll('[data-copy] + button').length === 3")
    tab.eval("document.querySelector('#line-1 + button').click()")
    tab.until("document.querySelector('#line-1 + button').textContent === 'Copié'")
    tab.eval("navigator.clipboard.writeText = () => Promise.reject(new Error('refused'))")
    tab.eval("document.querySelector('#line-1 + button').click()")
    tab.until("getSelection().toString().includes('https://formed.example/p/7')")


def in_doubt(desk: stage.Desk) -> str:
    with transaction(desk.factory) as session:
        notice, dispatch = desk.approved(session)
    desk.clock.forward(minutes=11)
    desk.send(dispatch, stage.Postman(trouble=[Doubtful("cut", "cut")]))
    return notice


@pytest.mark.parametrize(("left", "then"), [("yes", "sent"), ("no", "queued")])
def test_a_doubt_is_resolved_by_somebody_who_looked(desk: stage.Desk, lead: Browser, left: str, then: str) -> None:
    notice = in_doubt(desk)
    assert f"/lettres/{notice}" in lead.see("/bureau").text
    page = lead.see(f"/lettres/{notice}")
    assert "Est-il parti" in page.text
    assert lead.fill(f"/lettres/{notice}/doute").status_code == 422
    assert status(desk, notice) == "in_doubt"
    assert lead.fill(f"/lettres/{notice}/doute", left=left).status_code == 303
    assert status(desk, notice) == then
    again = lead.fill(f"/lettres/{notice}/doute", left="yes")
    assert again.status_code == 409
    with transaction(desk.factory) as session:
        assert len(session.scalars(select(DispatchRow)).all()) == 1


def test_an_answer_read_elsewhere_is_recorded_and_acted_on(desk: stage.Desk, lead: Browser) -> None:
    notice, _ = desk.sent()
    lead.see(f"/lettres/{notice}")
    lost = lead.fill(f"/lettres/{notice}/reponse", words="Nous refusons.", on="2026-11-24")
    assert lost.status_code == 422
    assert "Nous refusons." in lost.text
    given = {"kind": "refusal", "words": "Nous refusons.", "on": "2026-11-24"}
    assert lead.fill(f"/lettres/{notice}/reponse", **given).status_code == 303
    assert status(desk, notice) == "answered"
    page = lead.see(f"/lettres/{notice}").text
    assert "Nous refusons." in page
    assert "Refus, mardi 24 novembre 2026" in page


def test_an_unproved_answer_moves_nothing_until_a_person_vouches_for_it(desk: stage.Desk, lead: Browser) -> None:
    notice, _ = desk.sent()
    with transaction(desk.factory) as session:
        reference = session.get_one(NoticeRow, notice).reference
        raw = f"From: a@elsewhere.example\nSubject: {reference}\n\nLe contenu a été retiré.".encode()
        reply = replies.take_in(session, desk.clock(), raw, catalogue=desk.catalogue)
    assert status(desk, notice) == "sent"
    assert "prouvée" in lead.see(f"/lettres/{notice}").text
    assert "origine non prouvée" in plain(lead.see("/bureau"))
    assert f"/lettres/{notice}" in lead.see("/bureau").text
    lead.see(f"/lettres/{notice}")
    assert lead.fill(f"/reponses/{reply}", kind="nonsense").status_code == 422
    assert lead.fill(f"/reponses/{reply}", kind="acknowledgement").status_code == 303
    assert "Réponses à lire" not in plain(lead.see("/bureau"))
    assert status(desk, notice) == "acknowledged"
    with transaction(desk.factory) as session:
        assert session.get_one(ReplyRow, reply).authenticated
