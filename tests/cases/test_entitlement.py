"""The table of acts, against a second table written out by hand: every act x every role x every relation."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import product
from typing import Any

import pytest

from cases.entitlement import ACTS, ANONYMOUS, OWNER, PARTS, ROLES, Actor, CaseView, may, why_not

ALL_SCOPES = frozenset({"watch", "notify", "complain"})
# One letter per part: Subject, Relative, Agent, leaD, laWyer, aUditor. What each may do in an open case of hers or his,
# under a mandate valid today, with what somebody else made.
LETTERS = dict(zip("SRADWU", ("subject", "relative", "agent", "lead", "lawyer", "auditor"), strict=True))
LETTERS_OF = {part: letter for letter, part in LETTERS.items()}
ON_CASE = {
    "case.read": "SRADW", "case.change": "SRADW", "case.pause": "SRADW", "case.resume": "SRADW", "case.close": "SADW",
    "case.export": "SDW", "case.erase": "SD", "case.release": "D", "case.merge": "AD", "receipt.renew": "SADW",
    "member.add": "DW", "member.remove": "SD", "mandate.grant": "SAD", "mandate.revoke": "SD", "ledger.read": "SADWU",
    "watch.read": "SRADW", "watch.add": "SRADW", "watch.attest": "SRADW", "watch.review": "ADW",
    "watch.activate": "ADW", "watch.pause": "SRADW", "watch.remove": "SRADW", "hit.read": "SRADW",
    "hit.judge": "SRADW", "fingerprint.share": "SRADW", "content.read": "SRADW", "content.add": "SRADW",
    "check.add": "SRADW", "notice.read": "SRADW", "notice.draft": "SRADW", "notice.approve": "SRADW",
    "notice.approve_second": "ADW", "notice.send": "SRADW", "notice.withdraw": "SRADW", "notice.mark_sent": "SRADW",
    "reply.read": "SRADW", "reply.add": "SRADW", "deadline.read": "SRADW", "evidence.capture": "SRADW",
    "evidence.read": "SRADW", "evidence.export": "SADW",
}  # fmt: skip
ON_INSTANCE = {
    "case.open": {"agent", "lead", "lawyer"},
    "mail.read": {"agent", "lead", "lawyer"}, "press.read": {"agent", "lead", "lawyer"},
    "contact.find": {"agent", "lead", "lawyer"}, "contact.confirm": {"lead", "lawyer"},
    "dashboard.read": {"agent", "lead", "lawyer", "relative"}, "report.read": {"lead"},
    "account.read": {"lead", "operator"}, "account.add": {"lead", "operator"}, "account.disable": {"lead", "operator"},
    "token.create": {"agent", "lead", "lawyer", "operator"}, "template.read": {"agent", "lead", "lawyer", "operator"},
    "template.review": {"lawyer"}, "office.change": {"lead", "lawyer"},
    "source.read": {"agent", "lead", "lawyer", "operator", "auditor"},
    "source.control": {"operator"}, "health.read": {"lead", "operator", "auditor"},
    "audit.verify": {"lead", "operator", "auditor"}, "backup.manage": {"operator"},
}  # fmt: skip


def pairs(first: Iterable[Any], second: Iterable[Any]) -> Collection[Any]:
    """Every one of the first with every one of the second."""
    return list(product(first, second))


WRITES_WHILE_CLOSED = {"case.resume", "case.erase", "case.release"}


def somebody(part: str) -> Actor:
    return Actor("account-1", part, "organisation-1")


def member(part: str | None, **more: object) -> CaseView:
    return CaseView("open", part, **({"scopes": ALL_SCOPES} | more))  # type: ignore[arg-type]


def test_no_act_is_in_one_table_only() -> None:
    assert ON_CASE.keys() | ON_INSTANCE.keys() == ACTS.keys()
    assert {act for act, rule in ACTS.items() if rule.on_case} == ON_CASE.keys()


@pytest.mark.parametrize(("act", "part"), pairs(ON_CASE, PARTS))
def test_a_member_under_mandate_may_do_what_the_table_says(act: str, part: str) -> None:
    allowed = part in {LETTERS[letter] for letter in ON_CASE[act]}
    assert may(somebody(part), act, member(part)) is allowed


@pytest.mark.parametrize(("act", "role"), pairs(ON_INSTANCE, ROLES))
def test_an_act_on_the_instance_depends_on_the_role_only(act: str, role: str) -> None:
    assert may(Actor("account-1", role), act) is (role == "owner" or role in ON_INSTANCE[act])


@pytest.mark.parametrize(("act", "role"), pairs(ON_CASE, [*ROLES, "anonymous", "invented"]))
def test_a_stranger_and_a_former_member_may_do_nothing_in_a_case(act: str, role: str) -> None:
    if role != "owner":
        assert why_not(Actor("account-1", role), act, member(None)) == "entitlement.stranger"


@pytest.mark.parametrize(("act", "part"), pairs(ON_CASE, [*PARTS, None]))
def test_the_operator_sees_no_content_whatever_part_somebody_gave_him(act: str, part: str | None) -> None:
    assert not may(Actor("account-1", "operator"), act, member(part))


@pytest.mark.parametrize(("act", "actor"), pairs(ON_CASE, [OWNER, *(somebody(part) for part in PARTS)]))
def test_nobody_may_do_anything_in_an_erased_case_or_without_one(act: str, actor: Actor) -> None:
    assert not may(actor, act, CaseView("erased", actor.role, ALL_SCOPES))
    assert not may(actor, act, None)


@pytest.mark.parametrize("act", ACTS)
def test_the_owner_of_a_personal_instance_may_do_everything_alone(act: str) -> None:
    assert may(OWNER, act, CaseView("open", made_by=("owner",)))


@pytest.mark.parametrize("act", ACTS)
def test_nobody_signed_in_may_do_nothing(act: str) -> None:
    assert not may(ANONYMOUS, act, member(None))


@pytest.mark.parametrize(("act", "part"), pairs(ON_CASE, ["lawyer", "relative"]))
def test_without_a_mandate_a_lawyer_and_a_relative_may_do_nothing(act: str, part: str) -> None:
    assert not may(somebody(part), act, member(part, scopes=frozenset()))


@pytest.mark.parametrize("act", ON_CASE)
def test_a_lawyer_who_opened_the_case_keeps_it_and_records_her_mandate_before_she_acts(act: str) -> None:
    seen = member("lawyer", scopes=frozenset(), opening=True)
    allowed = act == "mandate.grant" or (LETTERS_OF["lawyer"] in ON_CASE[act] and ACTS[act].scope is None)
    assert may(somebody("lawyer"), act, seen) is allowed
    assert not may(somebody("relative"), act, member("relative", scopes=frozenset(), opening=True))


@pytest.mark.parametrize(("act", "part"), pairs(ON_CASE, ["agent", "lead"]))
def test_without_a_mandate_an_association_sends_nothing_and_may_do_the_rest(act: str, part: str) -> None:
    outward = act in {"fingerprint.share", "notice.approve", "notice.approve_second", "notice.send", "notice.mark_sent"}
    allowed = LETTERS_OF[part] in ON_CASE[act] and not outward
    assert may(somebody(part), act, member(part, scopes=frozenset())) is allowed


@pytest.mark.parametrize("act", [act for act, rule in ACTS.items() if rule.scope])
def test_a_mandate_of_another_scope_does_not_cover_the_act(act: str) -> None:
    other = ALL_SCOPES - {ACTS[act].scope}
    assert why_not(somebody("lawyer"), act, member("lawyer", scopes=other)) == "entitlement.mandate"


@pytest.mark.parametrize("act", ["watch.review", "notice.approve_second"])
@pytest.mark.parametrize("part", ["agent", "lead", "lawyer"])
@pytest.mark.parametrize("two_people", [True, False])
def test_nobody_reviews_her_own_work(act: str, part: str, two_people: bool) -> None:
    own = member(part, made_by=("account-1",), two_people=two_people)
    assert why_not(somebody(part), act, own) == "entitlement.second_person"


@pytest.mark.parametrize("part", ["subject", "relative", "agent", "lead", "lawyer"])
def test_who_drafted_may_be_one_of_those_who_approve_but_never_the_second_one(part: str) -> None:
    own = member(part, made_by=("account-1",))
    assert may(somebody(part), "notice.approve", own)
    assert why_not(somebody("agent"), "notice.approve_second", member("agent", made_by=("account-1",))) is not None


@pytest.mark.parametrize(("act", "part"), pairs(ON_CASE, PARTS))
def test_a_closed_case_is_read_and_taken_up_again_but_not_worked_on(act: str, part: str) -> None:
    closed = CaseView("closed", part, ALL_SCOPES)
    reads = act.endswith((".read", ".export")) or act in WRITES_WHILE_CLOSED
    assert may(somebody(part), act, closed) is (reads and may(somebody(part), act, member(part)))


@pytest.mark.parametrize("act", ["notice.approve", "notice.approve_second", "notice.send", "watch.activate"])
def test_a_paused_case_looks_for_nothing_and_sends_nothing(act: str) -> None:
    assert why_not(somebody("lawyer"), act, CaseView("paused", "lawyer", ALL_SCOPES)) == "entitlement.status"
    assert may(somebody("lawyer"), "notice.draft", CaseView("paused", "lawyer", ALL_SCOPES))


@pytest.mark.parametrize("actor", [OWNER, *(somebody(part) for part in PARTS)])
@pytest.mark.parametrize("act", ["hit.read", "hit.judge", "watch.activate"])
def test_a_frozen_case_shows_no_hit_to_anybody(actor: Actor, act: str) -> None:
    assert not may(actor, act, CaseView("open", actor.role, ALL_SCOPES, frozen=True))


def test_a_frozen_case_goes_on_with_what_was_begun() -> None:
    frozen = member("subject", frozen=True)
    assert may(somebody("subject"), "notice.send", frozen)
    assert may(somebody("subject"), "case.read", frozen)


def test_an_act_that_is_not_in_the_table_is_an_error_and_never_allowed() -> None:
    with pytest.raises(KeyError):
        may(OWNER, "case.invented", member("lead"))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_refusal_has_a_sentence(lang: str) -> None:
    from config.messages import render

    for code in ("stranger", "role", "status", "frozen", "mandate", "second_person"):
        assert render(f"entitlement.{code}", {}, lang)
