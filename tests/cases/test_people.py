"""Accounts, sign-in, receipt codes and browsers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cases import case, passwords, people, sessions, view
from cases.entitlement import Actor, may
from cases.errors import CaseRefused
from cases.tables import Account, CaseFile
from storage.database import transaction

PASSWORD = "quatre mots en file indienne"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def session(world: Any) -> Any:
    with transaction(world.factory) as opened:
        yield opened


def sign_in(session: Session, now: dt.datetime, password: str = PASSWORD) -> people.Person | None:
    return people.sign_in(session, now, "agent@rive.example", password)


def test_a_person_signs_in_with_her_login_however_it_is_capitalised(session: Session, world: Any) -> None:
    found = people.sign_in(session, world.now, "  AGENT@Rive.example ", PASSWORD)
    assert found is not None
    assert (found.id, found.role, found.name) == (world.agent, "agent", "Personne agent")


def test_a_wrong_password_an_unknown_login_and_a_disabled_account_get_one_answer(session: Session, world: Any) -> None:
    people.disable(session, world.now, world.lawyer, actor=world.lead)
    assert people.sign_in(session, world.now, "agent@rive.example", "another password") is None
    assert people.sign_in(session, world.now, "nobody@rive.example", PASSWORD) is None
    assert people.sign_in(session, world.now, "lawyer@rive.example", PASSWORD) is None


def test_an_account_without_a_password_lets_nobody_in_until_it_is_given_one(session: Session, world: Any) -> None:
    made = people.add_account(
        session, world.now, organisation_id=world.organisation, role="agent", login="new@rive.example",
        name="Personne nouvelle", password=None, actor=world.lead,
    )  # fmt: skip
    for guess in ("", passwords.NONE, PASSWORD):
        assert people.sign_in(session, world.now, "new@rive.example", guess) is None
    people.set_password(session, world.now, made, PASSWORD, actor=world.lead)
    found = people.sign_in(session, world.now, "new@rive.example", PASSWORD)
    assert found is not None
    assert found.id == made


def test_an_unknown_login_costs_the_same_work_as_a_known_one(
    session: Session, world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[str] = []
    real = passwords.HASHER

    class Counting:
        def verify(self, stored: str, given: str) -> bool:
            worked.append(stored[:20])
            return real.verify(stored, given)

        hash, check_needs_rehash = real.hash, real.check_needs_rehash

    monkeypatch.setattr(passwords, "HASHER", Counting())
    for login in ("agent@rive.example", "nobody@rive.example"):
        assert people.sign_in(session, world.now, login, "another password") is None
    assert people.by_receipt(session, world.now, "0000 0000 0000 0000") is None
    assert len(worked) == 3
    assert len(set(worked)) == 1  # the same parameters each time


def test_five_failures_lock_the_account_and_each_further_one_longer(session: Session, world: Any) -> None:
    for _ in range(people.TRIES):
        assert sign_in(session, world.now, "another password") is None
    assert sign_in(session, world.now) is None
    later = world.now + MINUTE
    assert sign_in(session, later + dt.timedelta(seconds=1)) is not None
    for _ in range(people.TRIES + 1):
        now = later + dt.timedelta(hours=2)
        account = session.get_one(Account, world.agent)
        account.locked_until = None
        sign_in(session, now, "another password")
    assert account.locked_until == now + 2 * MINUTE


def test_the_right_password_starts_the_count_again(session: Session, world: Any) -> None:
    for _ in range(people.TRIES - 1):
        sign_in(session, world.now, "another password")
    assert sign_in(session, world.now) is not None
    sign_in(session, world.now, "another password")
    assert sign_in(session, world.now) is not None


def test_an_accent_typed_in_two_ways_is_the_same_password(session: Session, world: Any) -> None:
    people.set_password(session, world.now, world.agent, "été comme hiver, café", actor=world.lead)
    assert sign_in(session, world.now, "e\u0301te\u0301 comme hiver, cafe\u0301") is not None


def test_weak_passwords_unknown_roles_and_used_logins_are_refused(session: Session, world: Any) -> None:
    common = {"organisation_id": world.organisation, "name": "Personne", "actor": "system"}
    for role, login, password in (
        ("agent", "new@rive.example", "court"),
        ("owner", "new@rive.example", PASSWORD),
        ("agent", "Agent@RIVE.example", PASSWORD),
    ):
        with pytest.raises(CaseRefused):
            people.add_account(session, world.now, role=role, login=login, password=password, **common)


def test_neither_login_nor_name_is_in_the_database_in_clear(session: Session, world: Any) -> None:
    row = session.execute(select(Account).where(Account.id == world.agent)).scalar_one()
    everything = b"".join(
        str(value).encode() if not isinstance(value, bytes) else value for value in vars(row).values()
    )
    assert b"rive.example" not in everything
    assert b"Personne" not in everything


@pytest.mark.parametrize("separator", [" ", "-", "", " - ", "\u00a0"])
def test_a_receipt_code_opens_its_case_however_it_is_typed(session: Session, world: Any, separator: str) -> None:
    typed = world.case.receipt_code.replace(" ", separator)
    assert people.by_receipt(session, world.now, typed) == world.case.id


def test_a_receipt_code_has_sixteen_digits_in_four_groups_and_is_not_kept(session: Session, world: Any) -> None:
    assert [len(group) for group in world.case.receipt_code.split(" ")] == [4, 4, 4, 4]
    digits = world.case.receipt_code.replace(" ", "")
    row = session.execute(text("SELECT * FROM case_file")).one()
    assert digits not in str(tuple(row))


@pytest.mark.parametrize("code", ["", "0", "0000 0000 0000 0000", "not a code", "１２３４", "²³"])
def test_a_wrong_receipt_code_opens_nothing(session: Session, world: Any, code: str) -> None:
    assert people.by_receipt(session, world.now, code) is None


def test_a_new_receipt_code_voids_the_old_one_and_signs_its_browsers_out(session: Session, world: Any) -> None:
    browser = sessions.start(session, world.now, case_id=world.case.id)
    code = case.renew_receipt(session, world.now, world.case.id, actor=world.agent)
    assert people.by_receipt(session, world.now, world.case.receipt_code) is None
    assert people.by_receipt(session, world.now, code) == world.case.id
    assert sessions.find(session, world.now, browser.cookie) is None


def test_the_subject_sees_her_case_and_no_other(session: Session, world: Any) -> None:
    other = case.open_case(
        session, world.now, organisation_id=world.elsewhere, name="Léa Invention", lang="fr", actor=world.stranger
    )
    her = Actor("subject", "subject", case_id=world.case.id)
    assert may(her, "case.read", view.of(session, world.now, her, world.case.id))
    assert not may(her, "case.read", view.of(session, world.now, her, other.id))


def test_a_browser_is_forgotten_after_twenty_idle_minutes(session: Session, world: Any) -> None:
    browser = sessions.start(session, world.now, account_id=world.agent)
    for step in range(1, 4):
        assert sessions.find(session, world.now + step * 19 * MINUTE, browser.cookie) is not None
    assert sessions.find(session, world.now + (3 * 19 + 20) * MINUTE, browser.cookie) is None


def test_a_browser_is_forgotten_after_eight_hours_however_busy(session: Session, world: Any) -> None:
    browser = sessions.start(session, world.now, account_id=world.agent)
    for minutes in range(0, 480, 15):
        assert sessions.find(session, world.now + minutes * MINUTE, browser.cookie) is not None
    assert sessions.find(session, world.now + 480 * MINUTE, browser.cookie) is None


def test_signing_out_ends_this_browser_and_a_new_password_ends_all(session: Session, world: Any) -> None:
    first, second = (sessions.start(session, world.now, account_id=world.agent) for _ in range(2))
    assert len(sessions.running(session, world.now, world.agent)) == 2
    sessions.end(session, world.now, first.cookie)
    assert sessions.find(session, world.now, first.cookie) is None
    assert sessions.find(session, world.now, second.cookie) is not None
    people.set_password(session, world.now, world.agent, "cinq mots de plus ici", actor=world.lead)
    assert sessions.find(session, world.now, second.cookie) is None


def test_one_account_cannot_end_another_ones_browser(session: Session, world: Any) -> None:
    browser = sessions.start(session, world.now, account_id=world.agent)
    found = sessions.find(session, world.now, browser.cookie)
    assert found is not None
    sessions.end_one(session, world.now, found.id, account_id=world.stranger)
    assert sessions.find(session, world.now, browser.cookie) is not None


def test_cookies_are_not_kept_and_do_not_repeat(session: Session, world: Any) -> None:
    started = [sessions.start(session, world.now, account_id=world.agent) for _ in range(20)]
    assert len({each.cookie for each in started} | {each.csrf for each in started}) == 40
    kept = str(session.execute(text("SELECT id FROM web_session")).all())
    assert not any(each.cookie in kept for each in started)
    assert sessions.find(session, world.now, "invented") is None


def test_a_part_must_fit_the_role(session: Session, world: Any) -> None:
    for account, part in ((world.operator, "lead"), (world.auditor, "agent"), (world.relative, "lawyer")):
        with pytest.raises(CaseRefused):
            people.join(session, world.now, world.case.id, account, part, actor=world.lead)


def test_who_left_or_whose_time_is_over_sees_nothing_of_the_case(session: Session, world: Any) -> None:
    agent = people.actor_of(session, world.agent)
    people.join(session, world.now, world.case.id, world.agent, "agent", until=world.now + MINUTE, actor=world.lead)
    assert may(agent, "case.read", view.of(session, world.now, agent, world.case.id))
    assert not may(agent, "case.read", view.of(session, world.now + MINUTE, agent, world.case.id))
    people.leave(session, world.now, world.case.id, world.lead, actor=world.lead)
    lead = people.actor_of(session, world.lead)
    assert not may(lead, "case.read", view.of(session, world.now, lead, world.case.id))
    assert case.list_cases(session, world.lead, now=world.now) == []


def test_a_colleague_who_is_no_member_sees_nothing(session: Session, world: Any) -> None:
    colleague = people.add_account(
        session, world.now, organisation_id=world.organisation, role="lead", login="autre@rive.example",
        name="Autre", password=PASSWORD, actor="system",
    )  # fmt: skip
    actor = people.actor_of(session, colleague)
    assert not may(actor, "case.read", view.of(session, world.now, actor, world.case.id))


def test_a_disabled_account_acts_no_more(session: Session, world: Any) -> None:
    people.disable(session, world.now, world.agent, actor=world.lead)
    with pytest.raises(CaseRefused):
        people.actor_of(session, world.agent)


def test_reading_an_opened_case_prints_no_name(session: Session, world: Any) -> None:
    opened = case.load(session, world.case.id)
    assert opened.name == "Camille Exemple"
    assert "Camille" not in repr(opened)
    assert "camille" not in repr(opened)
    assert session.get_one(CaseFile, opened.id).subject_key_blind != ""
