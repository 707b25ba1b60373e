"""Mandates: the written authority of a lawyer, a relative or an association to act for somebody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from cases.errors import CaseRefused
from cases.tables import Account, Mandate
from storage import ledger
from storage.database import new_id

SCOPES = ("watch", "notify", "complain")
ROLES_OF_KIND = {"lawyer": {"lawyer"}, "relative": {"relative"}, "association": {"agent", "lead"}}


def grant(
    session: Session,
    now: dt.datetime,
    *,
    case_id: str,
    account_id: str,
    kind: str,
    scope: Iterable[str],
    valid_from: dt.date,
    valid_until: dt.date | None = None,
    document_sha256: str | None = None,
    actor: str,
) -> str:
    """Record a signed mandate; both dates are included. Raises `CaseRefused` when it does not fit the account.

    An association's mandate is accepted by one account and covers all members of the case from that organisation.
    """
    scopes = _checked(session, account_id, kind, tuple(scope))
    if valid_until is not None and valid_until < valid_from:
        raise CaseRefused("The mandate ends before it begins: correct its dates.")
    mandate = Mandate(
        id=new_id(now), case_id=case_id, account_id=account_id, kind=kind, scope=" ".join(scopes),
        valid_from=valid_from, valid_until=valid_until, document_sha256=document_sha256, created_at=now,
    )  # fmt: skip
    session.add(mandate)
    session.flush()
    _log(session, now, mandate, "mandate.grant", actor)
    return mandate.id


def revoke(session: Session, now: dt.datetime, mandate_id: str, *, actor: str) -> None:
    """End a mandate at once: the person may do so at any time."""
    mandate = session.get_one(Mandate, mandate_id)
    if mandate.revoked_at is not None:
        return
    mandate.revoked_at = now
    session.flush()
    _log(session, now, mandate, "mandate.revoke", actor)


def scopes_on(session: Session, case_id: str, account_id: str, day: dt.date) -> frozenset[str]:
    """What the mandates valid on a day let an account do in a case; its association's count for agents and leads."""
    account = session.get(Account, account_id)
    holds = Mandate.account_id == account_id
    if account is not None and account.role in ROLES_OF_KIND["association"]:
        colleagues = select(Account.id).where(Account.organisation_id == account.organisation_id)
        holds = or_(holds, and_(Mandate.kind == "association", Mandate.account_id.in_(colleagues)))
    scopes = session.scalars(select(Mandate.scope).where(_valid(case_id, day), holds))
    return frozenset(word for scope in scopes for word in scope.split())


def valid_on(session: Session, case_id: str, account_id: str, day: dt.date, scope: str | None = None) -> bool:
    """Whether an account has a mandate on a day (the date of sending, law.md 22.1), for a scope or for any."""
    scopes = scopes_on(session, case_id, account_id, day)
    return scope in scopes if scope else bool(scopes)


def of_case(session: Session, case_id: str, day: dt.date) -> list[Mandate]:
    """The mandates valid on a day, oldest first."""
    return list(session.scalars(select(Mandate).where(_valid(case_id, day)).order_by(Mandate.valid_from, Mandate.id)))


def history(session: Session, case_id: str) -> list[Mandate]:
    """Every mandate of a case that ever was, oldest first: one that ended or was taken back stays there."""
    query = select(Mandate).where(Mandate.case_id == case_id)
    return list(session.scalars(query.order_by(Mandate.valid_from, Mandate.id)))


def any_on(session: Session, case_id: str, day: dt.date) -> bool:
    """Whether anybody holds a mandate over a case on a day: the tie to the person was seen by somebody."""
    return session.scalar(select(Mandate.id).where(_valid(case_id, day)).limit(1)) is not None


def _valid(case_id: str, day: dt.date) -> ColumnElement[bool]:
    return and_(
        Mandate.case_id == case_id,
        Mandate.valid_from <= day,
        or_(Mandate.valid_until.is_(None), Mandate.valid_until >= day),
        Mandate.revoked_at.is_(None),
    )


def _checked(session: Session, account_id: str, kind: str, scopes: tuple[str, ...]) -> tuple[str, ...]:
    if not scopes or not set(scopes) <= set(SCOPES):
        raise CaseRefused(f"A mandate names what it covers, out of: {', '.join(SCOPES)}.")
    if session.get_one(Account, account_id).role not in ROLES_OF_KIND.get(kind, set()):
        raise CaseRefused(
            "This account cannot hold a mandate of that kind: choose the lawyer, relative or association."
        )
    return tuple(sorted(set(scopes)))


def _log(session: Session, now: dt.datetime, mandate: Mandate, act: str, actor: str) -> None:
    detail = {"account": mandate.account_id, "kind": mandate.kind, "scope": mandate.scope}
    subject = ("mandate", mandate.id)
    ledger.append(session, case_id=mandate.case_id, at=now, actor=actor, act=act, subject=subject, detail=detail)
