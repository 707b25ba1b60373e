"""A case opened while somebody is on the telephone: short, nothing declared in her place, and nothing forgotten."""

from __future__ import annotations

import re

from cases import case, mandate
from storage import ledger
from storage.database import transaction
from takedown import listing
from tests.conftest import World
from tests.portal.conftest import Browser, Opener, plain

SAID = {
    "name": "Léa Invention", "harm": "defamation", "age": "none", "danger": "yes",
    "addresses": "https://forum.example/a\nhttps://forum.example/b",
}  # fmt: skip


def _opened(browser: Browser, **said: str) -> str:
    browser.see("/ouvrir/telephone")
    answer = browser.fill("/ouvrir/telephone", **{**SAID, **said})
    assert answer.status_code == 303
    return answer.headers["location"].rpartition("/")[2]


def test_four_answers_open_a_case_whose_file_says_what_is_still_to_do(browse: Opener, world: World) -> None:
    agent = browse("agent")
    assert "/ouvrir/telephone" in agent.see("/bureau").text
    case_id = _opened(agent)
    page = plain(agent.see(f"/bureau/{case_id}"))
    for words in ("Léa Invention", "forum.example/b", "Mandat à recevoir", "Code à donner"):
        assert words in page
    assert not re.search(r"(?:\d{4} ){3}\d{4}", page)
    assert "Mandat à recevoir" in plain(browse("lead").see("/bureau"))
    with transaction(world.factory) as session:
        assert case.load(session, case_id).danger
        assert len(listing.tracks(session, case_id)) == 2
        assert not case.has_code(session, case_id)


def test_the_mandate_and_the_code_that_came_later_leave_the_list(browse: Opener, world: World) -> None:
    agent = browse("agent")
    case_id = _opened(agent)
    agent.see(f"/bureau/{case_id}")
    today = world.now.date()
    answer = agent.fill(
        f"/bureau/{case_id}/mandat", signed_on=today.isoformat(), holder=world.agent, scope=["watch", "notify"]
    )
    assert answer.status_code == 303
    given = agent.fill(f"/notes/{case_id}/code")
    (code,) = re.findall(r"(?:\d{4} ){3}\d{4}", given.text)
    page = plain(agent.see(f"/bureau/{case_id}"))
    assert "Mandat à recevoir" not in page
    assert "Code à donner" not in page
    assert "Mandat signé le mardi 24 novembre 2026" in page
    with transaction(world.factory) as session:
        assert mandate.scopes_on(session, case_id, world.agent, today) == {"watch", "notify"}
    her = browse()
    her.see("/code")
    assert her.fill("/code", code=code).status_code == 303


def test_a_mandate_of_nobody_for_nothing_or_from_tomorrow_is_not_recorded(browse: Opener, world: World) -> None:
    agent = browse("agent")
    case_id = _opened(agent)
    agent.see(f"/bureau/{case_id}")
    said = {"signed_on": "2026-11-24", "holder": world.agent, "scope": "notify"}
    for wrong in ({"signed_on": "2026-11-25"}, {"holder": world.stranger}, {"scope": "everything"}, {"scope": ""}):
        assert agent.fill(f"/bureau/{case_id}/mandat", **{**said, **wrong}).status_code == 422
    with transaction(world.factory) as session:
        assert not mandate.any_on(session, case_id, world.now.date())


def test_an_incomplete_call_loses_nothing_and_a_stranger_finds_no_form(browse: Opener) -> None:
    agent = browse("agent")
    agent.see("/ouvrir/telephone")
    page = agent.fill("/ouvrir/telephone", **{**SAID, "harm": "intimate_image"})
    assert page.status_code == 422
    assert "Léa Invention" in plain(page)
    assert 'href="#age"' in page.text
    assert browse().see("/ouvrir/telephone").status_code in (303, 401)
    assert browse("subject").see("/ouvrir/telephone").status_code == 404


def test_a_person_registered_twice_is_shown_at_once_and_joined_by_one_button(browse: Opener, world: World) -> None:
    agent, lead = browse("agent"), browse("lead")
    case_id = _opened(agent, name="Camille Exemple")
    page = plain(agent.see(f"/bureau/{case_id}"))
    assert "Un autre dossier porte sur la même personne" in page
    assert world.case.number in page
    assert agent.fill(f"/bureau/{case_id}/personne", other=world.case.id).status_code == 303
    page = plain(agent.see(f"/bureau/{case_id}"))
    assert "Un autre dossier porte sur la même personne" not in page
    assert "avec ses propres courriers et échéances" in page
    assert world.case.number in page
    assert "Ce dossier est réuni à un autre" in plain(agent.see(f"/bureau/{world.case.id}"))
    assert "Personne lead" in page  # she followed the other case
    assert "en cours de vérification" in page
    assert agent.fill(f"/bureau/{case_id}/verifie").status_code == 403
    lead.see(f"/bureau/{case_id}")
    assert lead.fill(f"/bureau/{case_id}/verifie").status_code == 303
    assert "en cours de vérification" not in plain(lead.see(f"/bureau/{case_id}"))


def test_whoever_takes_part_in_one_of_the_two_cases_learns_a_number_and_no_more(browse: Opener, world: World) -> None:
    agent, lead = browse("agent"), browse("lead")
    case_id = _opened(lead, name="Camille Exemple")
    number = re.findall(r"V-\w{4}-\w{4}", plain(lead.see(f"/bureau/{case_id}")))[0]
    page = agent.see(f"/bureau/{world.case.id}")
    assert f"Dossier {number} : seule une personne qui suit les deux" in plain(page)
    assert case_id not in page.text
    assert agent.fill(f"/bureau/{world.case.id}/personne", other=case_id).status_code == 409


def test_a_lawyer_opens_on_the_telephone_sees_her_case_and_acts_once_the_mandate_is_there(
    browse: Opener, world: World
) -> None:
    lawyer = browse("lawyer")
    case_id = _opened(lawyer)
    assert "Mandat à recevoir" in plain(lawyer.see(f"/bureau/{case_id}"))
    assert "Léa Invention" in plain(lawyer.see("/bureau"))
    assert lawyer.see(f"/notes/{case_id}/a-voir").status_code == 403  # looking for her needs the mandate
    today = world.now.date().isoformat()
    lawyer.see(f"/bureau/{case_id}")
    said = {"signed_on": today, "holder": world.lawyer, "scope": ["watch", "notify"], "valid_until": "2027-11-24"}
    assert lawyer.fill(f"/bureau/{case_id}/mandat", **said).status_code == 303
    page = plain(lawyer.see(f"/bureau/{case_id}"))
    assert "jusqu'au mercredi 24 novembre 2027" in page
    assert "Mandat à recevoir" not in page
    assert lawyer.see(f"/notes/{case_id}/a-voir").status_code == 200
    assert lawyer.fill(f"/notes/{case_id}/code").status_code == 200
    assert lawyer.fill(f"/bureau/{case_id}/mandat", **said).status_code == 403  # from now on others record hers


def test_a_mandate_taken_back_stops_at_once_and_stays_in_the_list(browse: Opener, world: World) -> None:
    lawyer = browse("lawyer")
    case_id = _opened(lawyer)
    lawyer.see(f"/bureau/{case_id}")
    lawyer.fill(f"/bureau/{case_id}/mandat", signed_on="2026-11-24", holder=world.lawyer, scope="notify")
    lead = browse("lead")
    (path,) = re.findall(r'action="(/bureau/[^"]+/mandats/[^"]+/fin)"', lead.see(f"/bureau/{case_id}").text)
    assert lead.fill(path).status_code == 303
    page = plain(lead.see(f"/bureau/{case_id}"))
    assert "retiré le mardi 24 novembre 2026" in page
    assert path not in page
    assert lawyer.see(f"/bureau/{case_id}").status_code == 403  # not even as the one who opened it
    with transaction(world.factory) as session:
        assert [entry.act for entry in ledger.read(session, case_id) if entry.act.startswith("mandate")] == [
            "mandate.grant", "mandate.revoke",
        ]  # fmt: skip


def test_the_person_sees_who_acts_for_her_and_takes_it_back_herself(browse: Opener, world: World) -> None:
    with transaction(world.factory) as session:
        mandate.grant(
            session, world.now, case_id=world.case.id, account_id=world.lawyer, kind="lawyer", scope=["notify"],
            valid_from=world.now.date(), actor="subject",
        )  # fmt: skip
        held = len(mandate.of_case(session, world.case.id, world.now.date()))
    hers = browse("subject")
    page = hers.see(f"/notes/{world.case.id}")
    assert "Qui agit pour vous" in plain(page)
    path = re.findall(r'action="(/bureau/[^"]+/mandats/[^"]+/fin)"', page.text)[-1]
    answer = hers.fill(path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/notes/{world.case.id}")
    with transaction(world.factory) as session:
        assert len(mandate.of_case(session, world.case.id, world.now.date())) == held - 1


def test_a_mandate_that_ends_before_it_begins_or_of_another_case_is_refused(browse: Opener, world: World) -> None:
    agent = browse("agent")
    case_id = _opened(agent)
    agent.see(f"/bureau/{case_id}")
    said = {"signed_on": "2026-11-24", "holder": world.agent, "scope": "notify"}
    for until in ("2026-11-23", "demain"):
        assert agent.fill(f"/bureau/{case_id}/mandat", **said, valid_until=until).status_code == 422
    lead = browse("lead")
    lead.see(f"/bureau/{case_id}")
    assert lead.fill(f"/bureau/{case_id}/mandats/{case_id}/fin").status_code == 404
