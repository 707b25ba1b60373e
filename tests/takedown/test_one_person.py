"""One person registered twice in one organisation: found, shown to staff, and put under one cover by one act."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cases import case, claims, duplicates, mandate, people
from cases.errors import CaseRefused
from monitor import watch
from monitor.document import WatchDocument
from monitor.tables import WatchTerm
from storage import ledger, vault
from storage.database import transaction
from takedown import listing, one_person, statistics
from tests.takedown.desk import URL, Desk, codes

PAGE = "https://images.example/p/1"
NAME = {"kind": "name", "value": "Camille Exemple", "aliases": ("Cam Exemple",)}
HANDLE = {"kind": "handle", "value": "camille_exemple"}


def second_case(session: Session, desk: Desk, organisation: str | None = None) -> str:
    """Her case once more, opened by the lead."""
    here = organisation or case.load(session, desk.case_id).organisation_id
    opened = case.open_case(session, desk.clock(), organisation_id=here, name="EXEMPLE Camille", lang="fr",
                            danger=True, actor=desk.lead)  # fmt: skip
    return opened.id


def look_for(session: Session, desk: Desk, case_id: str, *terms: dict[str, Any], places: tuple[str, ...]) -> str:
    document = WatchDocument.model_validate({"case": case_id, "terms": terms, "sources": places})
    added = watch.add(session, desk.clock(), case_id=case_id, document=document, actor=desk.agent)
    for act in ("attest", "review", "activate"):
        watch.move(session, desk.clock(), added.watch_id, act, actor="system", waived=True)
    return added.watch_id


def standing(session: Session, watch_id: str) -> list[str]:
    return [row.kind for row in watch.terms_of(session, [watch_id])]


def test_a_second_case_of_one_person_is_found_in_one_organisation_and_never_in_another(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        elsewhere = people.add_organisation(session, desk.clock(), kind="association", name="Autre")
        stranger = second_case(session, desk, elsewhere)
        assert duplicates.twins(session, stranger) == duplicates.twins(session, desk.case_id) == []
        other = second_case(session, desk)
        assert [one.id for one in duplicates.twins(session, desk.case_id)] == [other]
        with pytest.raises(CaseRefused, match="one person"):
            one_person.merge(session, desk.clock(), desk.case_id, stranger, lift=True, actor=desk.lead)


def test_joined_cases_keep_their_keys_chains_and_history_and_say_in_both_what_was_done(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        other = second_case(session, desk)
        people.join(session, desk.clock(), other, desk.lead, "lead", actor="system")
        before = [entry.hash for entry in ledger.read(session, other)]
        one_person.merge(session, desk.clock(), desk.case_id, other, lift=True, actor=desk.lead)
        assert duplicates.twins(session, desk.case_id) == duplicates.twins(session, other) == []
        assert [one.id for one in duplicates.taken_in(session, desk.case_id)] == [other]
        kept = duplicates.kept(session, other)
        assert kept is not None
        assert kept.id == desk.case_id
        assert [entry.hash for entry in ledger.read(session, other)][: len(before)] == before
        for case_id in (desk.case_id, other):
            assert ledger.verify(session, case_id).intact
            assert case.load(session, case_id).status == "open"
        vault.destroy_case_key(session, other, desk.clock())
        assert case.load(session, desk.case_id).danger  # the more careful answer, under the key of the case kept
        with pytest.raises(CaseRefused):
            one_person.merge(session, desk.clock(), desk.case_id, other, lift=True, actor=desk.lead)


def test_a_page_in_both_cases_goes_on_where_a_letter_was_written_and_its_deadline_still_runs(desk: Desk) -> None:
    desk.sent()
    with transaction(desk.factory) as session:
        keep = second_case(session, desk)
        hers = dataclasses.replace(desk, case_id=keep)
        hers.content(session, f"{URL}/index.html")
        desk.content(session, PAGE)
        hers.content(session, f"{PAGE}/")
        running = statistics.coming(session, desk.clock(), desk.case_id)
        done = one_person.merge(session, desk.clock(), keep, desk.case_id, lift=False, actor=desk.lead)
        assert done.same_pages == 2
        assert running
        assert statistics.coming(session, desk.clock(), desk.case_id) == running
        assert _live(session, keep) == [f"{PAGE}/"]
        assert _live(session, desk.case_id) == [URL]
        for case_id in (keep, desk.case_id):
            assert codes(session, case_id).count("content.merged") == 1


def test_what_both_cases_look_for_is_looked_for_once_and_what_only_one_does_goes_on(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        other = second_case(session, desk)
        look_for(session, desk, desk.case_id, NAME, places=("forum", "blog"))
        less = {**NAME, "aliases": ()}
        thinned = look_for(session, desk, other, less, HANDLE, places=("forum",))
        emptied = look_for(session, desk, other, NAME, places=("blog",))
        further = look_for(session, desk, other, NAME, places=("elsewhere",))
        wider = look_for(session, desk, other, {**NAME, "aliases": ("Mille",)}, places=("forum",))
        done = one_person.merge(session, desk.clock(), desk.case_id, other, lift=False, actor=desk.lead)
        assert done.repeated == 2
        assert standing(session, thinned) == ["handle"]
        assert standing(session, emptied) == []
        assert standing(session, further) == standing(session, wider) == ["name"]
        assert {row.id: row.status for row in watch.of_case(session, other)} == {
            thinned: "active", emptied: "paused", further: "active", wider: "active",
        }  # fmt: skip
        assert session.query(WatchTerm).filter_by(watch_id=emptied).count() == 1  # the row stays


def test_only_whoever_may_release_a_case_lifts_what_holds_it_back_and_never_for_the_other_one(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        one, two = (_held(session, desk, "Léa Invention") for _ in range(2))
        one_person.merge(session, desk.clock(), one, two, lift=False, actor=desk.agent)
        assert set(claims.frozen(session)) == {one, two}
        three, four = (_held(session, desk, "Zoé Invention") for _ in range(2))
        one_person.merge(session, desk.clock(), three, four, lift=True, actor=desk.lead)
        assert set(claims.frozen(session)) == {one, two, four}


def test_the_staff_and_the_mandate_of_the_other_case_count_in_the_one_kept_a_lawyer_does_not(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        keep, other = (_held(session, desk, "Léa Invention") for _ in range(2))
        day = desk.clock().date()
        for part, account in (("agent", desk.agent), ("lawyer", desk.lawyer)):
            people.join(session, desk.clock(), other, account, part, actor="system")
        for kind, account in (("association", desk.agent), ("lawyer", desk.lawyer)):
            mandate.grant(session, desk.clock(), case_id=other, account_id=account, kind=kind, scope=("notify",),
                          valid_from=day, actor="subject")  # fmt: skip
        one_person.merge(session, desk.clock(), keep, other, lift=False, actor=desk.lead)
        assert mandate.scopes_on(session, keep, desk.agent, day) == {"notify"}
        assert mandate.scopes_on(session, keep, desk.lawyer, day) == set()


def _live(session: Session, case_id: str) -> list[str]:
    return [one.address for one in listing.tracks(session, case_id) if one.status in ("open", "waiting", "to_act")]


def _held(session: Session, desk: Desk, name: str) -> str:
    here = case.load(session, desk.case_id).organisation_id
    return case.open_case(session, desk.clock(), organisation_id=here, name=name, lang="fr", actor=desk.lead).id
