"""Who may do what: one pure table of acts, asked by every page, every API route and every command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PARTS = ("subject", "relative", "agent", "lead", "lawyer", "auditor")
ROLES = ("owner", "subject", "relative", "agent", "lead", "lawyer", "operator", "auditor")
UNDER_MANDATE = frozenset({"relative", "lawyer"})  # may do nothing in a case without a mandate valid today
UNTIL_IT_COMES = frozenset({"lawyer"})  # who opened the case while she spoke, and has yet to receive her mandate
READABLE = frozenset({"open", "paused", "closed"})
LIVE = frozenset({"open", "paused"})
OPEN = frozenset({"open"})


@dataclass(frozen=True)
class Actor:
    """Who asks: an account, `owner` (personal mode), or `subject` with her receipt code (then `case_id` is hers)."""

    id: str
    role: str
    organisation_id: str | None = None
    case_id: str | None = None


OWNER = Actor("owner", "owner")
ANONYMOUS = Actor("", "anonymous")


@dataclass(frozen=True)
class CaseView:
    """What of a case decides about one actor today; `cases.case.view` makes it.

    `part` is the actor's part in the case, None for a stranger and for somebody whose membership has ended.
    `scopes` are those of the mandates valid today; `opening` says that the actor opened the case and that no mandate of
    his was ever recorded in it: he keeps it, and acts outside only once one is there. `made_by` is who made the thing
    to be reviewed or approved.
    """

    status: str
    part: str | None = None
    scopes: frozenset[str] = field(default_factory=frozenset)
    opening: bool = False
    frozen: bool = False
    two_people: bool = True
    made_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Act:
    """One line of the table: which parts (for an act on the instance: which roles), and under which conditions."""

    who: frozenset[str]
    on_case: bool = True
    status: frozenset[str] = READABLE
    scope: str | None = None  # the mandate's scope that lawyers and relatives need for it
    staff_scope: str | None = None  # the scope that the association's own people need too: acts in her name outside
    second: bool = False  # never by who made the thing
    while_frozen: bool = True
    opening: frozenset[str] = frozenset()  # parts that may do it only until their own mandate is recorded


def _act(
    who: str,
    status: frozenset[str] = READABLE,
    *,
    scope: str | None = None,
    staff_scope: str | None = None,
    second: bool = False,
    while_frozen: bool = True,
    opening: frozenset[str] = frozenset(),
) -> Act:
    return Act(frozenset(who.split()), True, status, scope, staff_scope, second, while_frozen, opening)


def _instance(who: str) -> Act:
    return Act(frozenset(who.split()), on_case=False)


_ALL = "subject relative agent lead lawyer"
_STAFF = "agent lead lawyer"

ACTS: Mapping[str, Act] = {
    "case.read": _act(_ALL),
    "case.change": _act(_ALL, LIVE),
    "case.pause": _act(_ALL, LIVE),
    "case.resume": _act(_ALL, READABLE),
    "case.close": _act("subject " + _STAFF, LIVE),
    "case.export": _act("subject lead lawyer"),
    "case.erase": _act("subject lead"),
    "case.release": _act("lead"),
    "case.merge": _act("agent lead", LIVE),
    "receipt.renew": _act("subject agent lead lawyer", LIVE),
    "member.add": _act("lead lawyer", LIVE),
    "member.remove": _act("subject lead", LIVE),
    "mandate.grant": _act("subject agent lead", LIVE, opening=UNTIL_IT_COMES),
    "mandate.revoke": _act("subject lead", LIVE),
    "ledger.read": _act("subject agent lead lawyer auditor"),
    "watch.read": _act(_ALL),
    "watch.add": _act(_ALL, LIVE, scope="watch"),
    "watch.attest": _act(_ALL, LIVE, scope="watch"),
    "watch.review": _act(_STAFF, LIVE, scope="watch", second=True),
    "watch.activate": _act(_STAFF, OPEN, scope="watch", while_frozen=False),
    "watch.pause": _act(_ALL, LIVE, scope="watch"),
    "watch.remove": _act(_ALL, LIVE, scope="watch"),
    "fingerprint.share": _act(_ALL, LIVE, scope="notify", staff_scope="notify"),
    "hit.read": _act(_ALL, scope="watch", while_frozen=False),
    "hit.judge": _act(_ALL, LIVE, scope="watch", while_frozen=False),
    "content.read": _act(_ALL),
    "content.add": _act(_ALL, LIVE, scope="notify"),
    "check.add": _act(_ALL, LIVE, scope="notify"),
    "notice.read": _act(_ALL),
    "notice.draft": _act(_ALL, LIVE, scope="notify"),
    "notice.approve": _act(_ALL, OPEN, scope="notify", staff_scope="notify"),
    "notice.approve_second": _act(_STAFF, OPEN, scope="notify", staff_scope="notify", second=True),
    "notice.send": _act(_ALL, OPEN, scope="notify", staff_scope="notify"),
    "notice.withdraw": _act(_ALL, LIVE, scope="notify"),
    "notice.mark_sent": _act(_ALL, OPEN, scope="notify", staff_scope="notify"),
    "reply.read": _act(_ALL),
    "reply.add": _act(_ALL, LIVE, scope="notify"),
    "deadline.read": _act(_ALL),
    "evidence.capture": _act(_ALL, LIVE, scope="notify"),
    "evidence.read": _act(_ALL),
    "evidence.export": _act("subject " + _STAFF),
    "case.open": _instance("agent lead lawyer"),
    "mail.read": _instance("agent lead lawyer"),
    "contact.find": _instance("agent lead lawyer"),
    "contact.confirm": _instance("lead lawyer"),
    "dashboard.read": _instance("agent lead lawyer relative"),
    "press.read": _instance("agent lead lawyer"),
    "report.read": _instance("lead"),
    "account.read": _instance("lead operator"),
    "account.add": _instance("lead operator"),
    "account.disable": _instance("lead operator"),
    "token.create": _instance("agent lead lawyer operator"),
    "template.read": _instance("agent lead lawyer operator"),
    "template.review": _instance("lawyer"),
    "office.change": _instance("lead lawyer"),
    "source.read": _instance("agent lead lawyer operator auditor"),
    "source.control": _instance("operator"),
    "health.read": _instance("lead operator auditor"),
    "audit.verify": _instance("lead operator auditor"),
    "backup.manage": _instance("operator"),
}


def may(actor: Actor, act: str, case: CaseView | None = None) -> bool:
    """Whether the actor may do the act, on the case if it is one on a case; an act outside the table is a KeyError."""
    return why_not(actor, act, case) is None


def why_not(actor: Actor, act: str, case: CaseView | None = None) -> str | None:
    """None when allowed, else a code of `config/texts/cases.toml`; shown to a stranger, each reads "not found"."""
    rule = ACTS[act]
    if not rule.on_case:
        return None if actor.role == "owner" or actor.role in rule.who else "entitlement.role"
    if case is None or case.status == "erased":
        return "entitlement.stranger"
    if actor.role != "owner" and (refusal := _refuse_person(actor, rule, case)):
        return refusal
    if case.status not in rule.status:
        return "entitlement.status"
    return "entitlement.frozen" if case.frozen and not rule.while_frozen else None


def _refuse_person(actor: Actor, rule: Act, case: CaseView) -> str | None:
    """The owner of a personal instance is asked none of this (design.md section 5); everybody else all of it."""
    if case.part is None or actor.role == "operator" or actor.role not in ROLES:
        return "entitlement.stranger"
    who = rule.who | rule.opening if case.opening else rule.who
    if case.part not in who or (actor.role == "auditor") != (case.part == "auditor"):
        return "entitlement.role"
    return _refuse_mandate(rule, case) or _refuse_same_person(actor, rule, case)


def _refuse_mandate(rule: Act, case: CaseView) -> str | None:
    if case.part in UNDER_MANDATE:
        waits = case.opening and case.part in UNTIL_IT_COMES and rule.scope is None
        covered = waits or (bool(case.scopes) and (rule.scope is None or rule.scope in case.scopes))
        return None if covered else "entitlement.mandate"
    if case.part in {"agent", "lead"} and rule.staff_scope and rule.staff_scope not in case.scopes:
        return "entitlement.mandate"
    return None


def _refuse_same_person(actor: Actor, rule: Act, case: CaseView) -> str | None:
    return "entitlement.second_person" if rule.second and actor.id in case.made_by else None
