"""The case: opened, paused, closed, erased; mandates; conflicting claims."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cases import audit, case, claims, mandate, people, sessions, view
from cases.entitlement import Actor, may
from cases.errors import CaseNotFound, CaseRefused
from cases.tables import CaseFile, Mandate, Member
from storage import ledger
from storage.database import Base, transaction
from storage.vault import INSTANCE

DAY = dt.timedelta(days=1)


@pytest.fixture
def session(world: Any) -> Any:
    with transaction(world.factory) as opened:
        yield opened


def acts(session: Session, case_id: str) -> list[str]:
    return [entry.act for entry in ledger.read(session, case_id)]


def open_other(session: Session, world: Any, name: str, organisation: str | None = None) -> case.OpenedCase:
    return case.open_case(
        session, world.now, organisation_id=organisation or world.elsewhere, name=name, lang="fr", actor=world.stranger
    )


def test_a_case_is_opened_with_a_number_that_tells_nothing(session: Session, world: Any) -> None:
    other = open_other(session, world, "Léa Invention")
    assert len(other.number) == len("V-7K3Q-M9TD")
    assert other.number[:2] == "V-"
    assert not set(other.number[2:].replace("-", "")) - set(case.SIGNS)
    assert case.by_number(session, f" {other.number.lower()} ").id == other.id


def test_a_nameless_case_is_refused(session: Session, world: Any) -> None:
    for name in ("", "  ", "...", "\u0301"):
        with pytest.raises(CaseRefused):
            open_other(session, world, name)


def test_nothing_that_names_her_is_in_the_database_in_clear(session: Session, world: Any) -> None:
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(table)):
            kept = b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
            assert b"amille" not in kept
            assert b"exemple.example" not in kept


def test_a_case_is_paused_resumed_closed_and_taken_up_again(session: Session, world: Any) -> None:
    steps = ((case.pause, "paused"), (case.resume, "open"), (case.close, "closed"), (case.resume, "open"))
    for act, status in steps:
        act(session, world.now, world.case.id, actor=world.agent)
        assert case.load(session, world.case.id).status == status
    assert acts(session, world.case.id)[-4:] == ["case.pause", "case.resume", "case.close", "case.resume"]
    with pytest.raises(CaseRefused):
        case.resume(session, world.now, world.case.id, actor=world.agent)


def test_only_what_is_given_changes(session: Session, world: Any) -> None:
    case.change(
        session, world.now, world.case.id, danger=True, contact={"email": "autre@exemple.example"}, actor="subject"
    )
    changed = case.load(session, world.case.id)
    assert (changed.danger, changed.ex_partner, changed.lang) == (True, False, "fr")
    assert changed.contact == {"email": "autre@exemple.example"}


def test_an_account_lists_the_cases_it_takes_part_in(session: Session, world: Any) -> None:
    other = open_other(session, world, "Léa Invention")
    people.join(session, world.now, other.id, world.stranger, "agent", actor=world.stranger)
    assert [each.id for each in case.list_cases(session, world.stranger)] == [other.id]
    assert [each.id for each in case.list_cases(session, world.agent)] == [world.case.id]
    assert {each.id for each in case.list_cases(session)} == {other.id, world.case.id}


def test_the_export_holds_the_case_its_members_and_its_journal(session: Session, world: Any) -> None:
    document = case.export(session, world.now, world.case.id, actor="subject")
    assert document["case"]["name"] == "Camille Exemple"
    assert {each["part"] for each in document["members"]} == {"agent", "lead", "lawyer", "relative", "auditor"}
    assert document["ledger"][-1]["act"] == "case.export"


def test_an_erased_case_cannot_be_read_listed_or_acted_on_and_its_chain_still_verifies(
    session: Session, world: Any
) -> None:
    browser = sessions.start(session, world.now, case_id=world.case.id)
    case.erase(session, world.now, world.case.id, actor="subject")
    with pytest.raises(CaseNotFound):
        case.load(session, world.case.id)
    with pytest.raises(CaseNotFound):
        case.erase(session, world.now, world.case.id, actor="subject")
    assert case.list_cases(session) == []
    assert sessions.find(session, world.now, browser.cookie) is None
    assert people.by_receipt(session, world.now, world.case.receipt_code) is None
    agent = people.actor_of(session, world.agent)
    assert not may(agent, "case.read", view.of(session, world.now, agent, world.case.id))
    assert acts(session, world.case.id)[-1] == "case.erase"
    assert all(report.intact for report in audit.chains(session))


def test_an_erased_case_leaves_a_number_two_dates_and_no_row_that_points_at_it(session: Session, world: Any) -> None:
    case.erase(session, world.now, world.case.id, actor="subject")
    row = session.get_one(CaseFile, world.case.id)
    assert (row.status, row.erased_at, row.number) == ("erased", world.now, world.case.number)
    assert (row.subject_name_sealed, row.contact_sealed, row.subject_key_blind) == (b"", b"", "")
    assert (row.receipt_blind, row.receipt_hash) == (None, None)
    assert session.scalars(select(Member)).all() == []
    assert session.scalars(select(Mandate)).all() == []


def test_the_audit_sees_a_case_whose_whole_chain_was_taken_away(session: Session, world: Any) -> None:
    assert all(report.intact for report in audit.chains(session))
    for table in ("ledger_entry", "ledger_head"):
        session.execute(text(f"DELETE FROM {table} WHERE case_id = :case_id"), {"case_id": world.case.id})
    assert [report.intact for report in audit.chains(session) if report.case_id == world.case.id] == [False]


@given(
    start=st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)),
    length=st.one_of(st.none(), st.integers(0, 1000)),
    offset=st.integers(-5, 1010),
)
def test_a_mandate_is_valid_from_its_first_to_its_last_day(start: dt.date, length: int | None, offset: int) -> None:
    from sqlalchemy import create_engine

    engine = create_engine("sqlite://")
    Base.metadata.tables["mandate"].create(engine)
    Base.metadata.tables["account"].create(engine)
    day = start + dt.timedelta(days=offset)
    until = None if length is None else start + dt.timedelta(days=length)
    with Session(engine) as session:
        session.add(
            Mandate(id="m", case_id="c", account_id="a", kind="lawyer", scope="notify watch", valid_from=start,
                    valid_until=until, created_at=dt.datetime(2026, 11, 24, tzinfo=dt.UTC))
        )  # fmt: skip
        session.flush()
        valid = start <= day and (until is None or day <= until)
        assert mandate.valid_on(session, "c", "a", day) is valid
        assert mandate.valid_on(session, "c", "a", day, "notify") is valid
        assert not mandate.valid_on(session, "c", "a", day, "complain")
        assert not mandate.valid_on(session, "c", "b", day)
    engine.dispose()


def test_a_revoked_mandate_stops_the_lawyer_at_once(session: Session, world: Any) -> None:
    lawyer = people.actor_of(session, world.lawyer)
    assert may(lawyer, "notice.send", view.of(session, world.now, lawyer, world.case.id))
    hers = session.scalars(select(Mandate.id).where(Mandate.account_id == world.lawyer)).one()
    mandate.revoke(session, world.now, hers, actor="subject")
    assert not may(lawyer, "case.read", view.of(session, world.now, lawyer, world.case.id))


def test_an_associations_mandate_covers_its_members_of_the_case_only(session: Session, world: Any) -> None:
    lead = people.actor_of(session, world.lead)
    assert view.of(session, world.now, lead, world.case.id).scopes == frozenset(mandate.SCOPES)
    stranger = people.actor_of(session, world.stranger)
    assert view.of(session, world.now, stranger, world.case.id).scopes == frozenset()


def test_a_mandate_ends_on_the_day_it_ends_in_paris(session: Session, world: Any) -> None:
    midnight = dt.datetime(2026, 11, 24, 23, 30, tzinfo=dt.UTC)  # Wednesday 25 November 2026, 0:30 in Paris
    hers = session.scalars(select(Mandate).where(Mandate.account_id == world.lawyer)).one()
    hers.valid_until = dt.date(2026, 11, 24)
    session.flush()
    lawyer = people.actor_of(session, world.lawyer)
    assert may(lawyer, "case.read", view.of(session, midnight - dt.timedelta(hours=1), lawyer, world.case.id))
    assert not may(lawyer, "case.read", view.of(session, midnight, lawyer, world.case.id))


@pytest.mark.parametrize(
    "change",
    [{"scope": ()}, {"scope": ("everything",)}, {"kind": "association"}, {"valid_until": dt.date(2026, 11, 1)}],
)
def test_a_mandate_that_does_not_fit_is_refused(session: Session, world: Any, change: dict[str, Any]) -> None:
    fitting = {"kind": "lawyer", "scope": ("notify",), "valid_from": dt.date(2026, 11, 24)}
    with pytest.raises(CaseRefused):
        mandate.grant(
            session, world.now, case_id=world.case.id, account_id=world.lawyer, actor="subject", **fitting | change
        )


def is_frozen(session: Session, case_id: str) -> bool:
    return case.load(session, case_id).frozen


def test_two_claims_on_one_person_freeze_both_and_neither_case_says_so(session: Session, world: Any) -> None:
    first = open_other(session, world, "Léa Invention")
    assert not is_frozen(session, first.id)
    second = open_other(session, world, "INVENTION, Lea", world.organisation)
    assert is_frozen(session, first.id)
    assert is_frozen(session, second.id)
    for opened in (first, second):
        assert acts(session, opened.id) == ["case.open"]
    assert acts(session, INSTANCE)[-1] == "claim.conflict"
    assert set(claims.frozen(session)) == {first.id, second.id}


def test_an_abuser_who_registers_her_does_not_stop_a_case_whose_tie_was_seen(session: Session, world: Any) -> None:
    abuser = open_other(session, world, "Camille Exemple")
    assert is_frozen(session, abuser.id)
    assert not is_frozen(session, world.case.id)


def test_another_person_a_closed_case_and_an_erased_one_are_no_conflict(session: Session, world: Any) -> None:
    closed = open_other(session, world, "Léa Invention")
    case.close(session, world.now, closed.id, actor=world.stranger)
    erased = open_other(session, world, "Léa Invention")
    case.erase(session, world.now, erased.id, actor=world.stranger)
    third = open_other(session, world, "Léa Invention")
    fourth = open_other(session, world, "Léo Invention")
    assert not is_frozen(session, third.id)
    assert not is_frozen(session, fourth.id)


def test_a_frozen_case_goes_on_once_a_person_released_it(session: Session, world: Any) -> None:
    first, second = open_other(session, world, "Léa Invention"), open_other(session, world, "Lea Invention")
    claims.release(session, world.now, first.id, actor=world.lead)
    assert (is_frozen(session, first.id), is_frozen(session, second.id)) == (False, True)


def test_a_personal_instance_has_one_subject_and_freezes_nothing(session: Session, world: Any) -> None:
    mine = people.add_organisation(session, world.now, kind="personal", name="moi")
    one = open_other(session, world, "Léa Invention", mine)
    assert not is_frozen(session, one.id)
    with pytest.raises(CaseRefused, match="one person"):
        open_other(session, world, "Une Autre", mine)
    case.erase(session, world.now, one.id, actor="owner")
    assert open_other(session, world, "Une Autre", mine).number


@given(st.text(max_size=30), st.text(max_size=30))
def test_folding_a_name_ignores_order_and_case_and_is_stable(first: str, second: str) -> None:
    folded = claims.fold_name(f"{first} {second}")
    assert claims.fold_name(folded) == claims.fold_name(claims.fold_name(folded))
    assert claims.fold_name(f"{second} {first}") == folded


@pytest.mark.parametrize("written", ["Léa-Marie O'Test", "O’TEST Lea Marie", "  lea   marie o test "])
def test_ways_of_writing_a_name_meet(written: str) -> None:
    assert claims.fold_name(written) == "lea marie o test"


def test_who_is_not_there_reads_as_erased(session: Session, world: Any) -> None:
    actor = Actor("account", "lead")
    assert view.of(session, world.now, actor, "no-such-case").status == "erased"
