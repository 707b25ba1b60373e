"""Organisations, accounts and members: who signs in, with which role, and who takes part in a case."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass, field

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cases import passwords, receipt
from cases.entitlement import PARTS, ROLES, Actor
from cases.errors import CaseRefused
from cases.tables import Account, CaseFile, Member, Organisation, WebSession
from storage import ledger, vault
from storage.database import new_id
from storage.vault import INSTANCE

KINDS = ("association", "law_office", "personal")
TRIES = 5  # failed sign-ins in a row before the account waits
WAIT = dt.timedelta(minutes=1)  # doubled with each further failure
LONGEST_WAIT = dt.timedelta(hours=1)
PARTS_OF_ROLE = {
    "subject": {"subject"}, "relative": {"relative"}, "agent": {"agent"}, "lead": {"lead", "agent"},
    "lawyer": {"lawyer"}, "auditor": {"auditor"},
}  # fmt: skip


@dataclass(frozen=True)
class Person:
    """An opened account."""

    id: str
    organisation_id: str
    role: str
    login: str = field(repr=False)
    name: str = field(repr=False)
    disabled: bool


def add_organisation(session: Session, now: dt.datetime, *, kind: str, name: str, two_people: bool = False) -> str:
    """Register an association, a law office or the one organisation of a personal instance; gives back its id."""
    if kind not in KINDS:
        raise CaseRefused(f"An organisation is one of: {', '.join(KINDS)}.")
    row_id = new_id(now)
    sealed = vault.seal(session, INSTANCE, "organisation", "name", row_id, name)
    organisation = Organisation(id=row_id, kind=kind, name_sealed=sealed, two_people=two_people, created_at=now)
    session.add(organisation)
    session.flush()
    return organisation.id


def add_account(
    session: Session,
    now: dt.datetime,
    *,
    organisation_id: str,
    role: str,
    login: str,
    name: str,
    password: str | None,
    actor: str,
) -> str:
    """Register somebody who may sign in, without a password only once `set_password` gave one.

    Raises `CaseRefused` for an unknown role, a used login or a weak password.
    """
    if role not in ROLES or role == "owner":
        raise CaseRefused(f"A role is one of: {', '.join(ROLES[1:])}.")
    known, hashed = (
        login_blind(session, login),
        passwords.NONE if password is None else passwords.hash_password(password),
    )
    if session.scalar(select(Account.id).where(Account.login_blind == known)):
        raise CaseRefused("This login is in use: choose another one.")
    account_id = new_id(now)
    account = Account(
        id=account_id, organisation_id=organisation_id, role=role, login_blind=known,
        login_sealed=vault.seal(session, INSTANCE, "account", "login", account_id, login),
        display_sealed=vault.seal(session, INSTANCE, "account", "display", account_id, name),
        password_hash=hashed, failed_sign_ins=0, created_at=now,
    )  # fmt: skip
    session.add(account)
    session.flush()
    _log(session, now, actor, "account.add", account_id, role=role)
    return account_id


def sign_in(session: Session, now: dt.datetime, login: str, password: str) -> Person | None:
    """The person, or None: an unknown login, a wrong password, a waiting and a disabled account are all one answer.

    It does not raise, so that the caller's transaction keeps the count of failures; the same Argon2 work is done in
    every case.
    """
    account = session.scalar(
        select(Account).where(Account.login_blind == login_blind(session, login)).with_for_update()
    )
    right = passwords.fits(account.password_hash if account else None, password)
    if account is None or account.disabled_at or (account.locked_until and account.locked_until > now):
        return None
    if not right:
        _count_failure(account, now)
        return None
    account.failed_sign_ins, account.locked_until = 0, None
    if passwords.HASHER.check_needs_rehash(account.password_hash):
        account.password_hash = passwords.hash_password(password)
    return _open(session, account)


def by_receipt(session: Session, now: dt.datetime, code: str) -> str | None:  # noqa: ARG001 - every store function takes `now`
    """The id of the case that a receipt code opens, else None after the same Argon2 work.

    Sixteen random digits looked up by blind index: with 1,000 cases a guesser needs 10^13 tries of some 0.15 s each,
    which is why no lock is needed that somebody else could use to keep the person out.
    """
    digits = receipt.digits(code)
    found = session.scalar(select(CaseFile).where(CaseFile.receipt_blind == receipt.blind(session, digits)))
    right = passwords.fits(found.receipt_hash if found else None, digits)
    return found.id if found is not None and right and found.status != "erased" else None


def load_account(session: Session, account_id: str) -> Person:
    """An account, opened; raises `CaseRefused` when there is none."""
    account = session.get(Account, account_id)
    if account is None:
        raise CaseRefused("There is no such account: list them with `vigie user list`.")
    return _open(session, account)


def organisation_name(session: Session, organisation_id: str) -> str:
    """The name that an organisation gave itself."""
    row = session.get_one(Organisation, organisation_id)
    return vault.open_text(session, INSTANCE, "organisation", "name", row.id, row.name_sealed)


def list_accounts(session: Session, organisation_id: str | None = None) -> list[Person]:
    """The accounts of one organisation, or of all, oldest first."""
    query = select(Account).order_by(Account.id)
    if organisation_id is not None:
        query = query.where(Account.organisation_id == organisation_id)
    return [_open(session, account) for account in session.scalars(query)]


def actor_of(session: Session, account_id: str) -> Actor:
    """The actor that an account is, for `cases.entitlement`; a disabled account is refused."""
    account = session.get(Account, account_id)
    if account is None or account.disabled_at:
        raise CaseRefused("This account cannot act here any more: ask the lead of your organisation.")
    return Actor(account.id, account.role, account.organisation_id)


def set_password(session: Session, now: dt.datetime, account_id: str, password: str, *, actor: str) -> None:
    """Give an account a new password; every session of it ends."""
    account = session.get_one(Account, account_id)
    account.password_hash = passwords.hash_password(password)
    account.failed_sign_ins, account.locked_until = 0, None
    _end_sessions(session, now, account_id)
    _log(session, now, actor, "account.password", account_id)


def set_role(session: Session, now: dt.datetime, account_id: str, role: str, *, actor: str) -> None:
    """Give an account another role; its parts in cases stay as they are until somebody changes them."""
    if role not in ROLES or role == "owner":
        raise CaseRefused(f"A role is one of: {', '.join(ROLES[1:])}.")
    session.get_one(Account, account_id).role = role
    _log(session, now, actor, "account.role", account_id, role=role)


def disable(session: Session, now: dt.datetime, account_id: str, *, actor: str) -> None:
    """Close an account: it signs in no more, its sessions end, its parts in cases end."""
    session.get_one(Account, account_id).disabled_at = now
    _end_sessions(session, now, account_id)
    session.execute(update(Member).where(Member.account_id == account_id, Member.until.is_(None)).values(until=now))
    _log(session, now, actor, "account.disable", account_id)


def join(
    session: Session,
    now: dt.datetime,
    case_id: str,
    account_id: str,
    part: str,
    *,
    until: dt.datetime | None = None,
    actor: str,
) -> str:
    """Make an account take part in a case; raises `CaseRefused` when the part does not fit the account's role."""
    account = session.get_one(Account, account_id)
    if part not in PARTS or part not in PARTS_OF_ROLE.get(account.role, set()):
        raise CaseRefused("This account's role cannot take that part in a case: choose another account or part.")
    member = session.scalar(
        select(Member).where(Member.case_id == case_id, Member.account_id == account_id, Member.part == part)
    )
    if member is None:
        member = Member(id=new_id(now), case_id=case_id, account_id=account_id, part=part, since=now, until=until)
        session.add(member)
    member.until = until
    session.flush()
    detail = {"account": account_id, "part": part}
    subject = ("member", member.id)
    ledger.append(session, case_id=case_id, at=now, actor=actor, act="member.join", subject=subject, detail=detail)
    return member.id


def leave(session: Session, now: dt.datetime, case_id: str, account_id: str, *, actor: str) -> None:
    """End an account's parts in a case from now on; what it did stays in the ledger."""
    current = update(Member).where(Member.case_id == case_id, Member.account_id == account_id)
    session.execute(current.values(until=now), execution_options={"synchronize_session": "fetch"})
    detail = {"account": account_id}
    ledger.append(session, case_id=case_id, at=now, actor=actor, act="member.leave", detail=detail)


def login_blind(session: Session, login: str) -> str:
    """The blind index of a login: capitals, surrounding spaces and ways of writing an accent do not matter."""
    return vault.blind(session, "login", unicodedata.normalize("NFKC", login).strip().casefold())


def _open(session: Session, account: Account) -> Person:
    return Person(
        account.id, account.organisation_id, account.role,
        vault.open_text(session, INSTANCE, "account", "login", account.id, account.login_sealed),
        vault.open_text(session, INSTANCE, "account", "display", account.id, account.display_sealed),
        account.disabled_at is not None,
    )  # fmt: skip


def _count_failure(account: Account, now: dt.datetime) -> None:
    account.failed_sign_ins += 1
    if (beyond := account.failed_sign_ins - TRIES) >= 0:
        account.locked_until = now + min(WAIT * 2 ** min(beyond, 10), LONGEST_WAIT)


def _end_sessions(session: Session, now: dt.datetime, account_id: str) -> None:
    running = update(WebSession).where(WebSession.account_id == account_id, WebSession.revoked_at.is_(None))
    session.execute(running.values(revoked_at=now), execution_options={"synchronize_session": "fetch"})


def _log(session: Session, now: dt.datetime, actor: str, act: str, account_id: str, **detail: str) -> None:
    subject = ("account", account_id)
    ledger.append(session, case_id=INSTANCE, at=now, actor=actor, act=act, subject=subject, detail=detail)
