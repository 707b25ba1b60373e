"""The case (dossier): opened, read, paused, resumed, closed, exported and erased."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from cases import claims, receipt, sessions
from cases.errors import CaseNotFound, CaseRefused
from cases.tables import CaseFile, Mandate, Member, Organisation
from storage import ledger, retention, vault
from storage.database import changed, new_id

SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U: a number is read over the telephone
AGES = ("yes", "no", "unknown")


@dataclass(frozen=True)
class OpenedCase:
    """What opening a case gives, once: the receipt code is kept only as a hash."""

    id: str
    number: str
    receipt_code: str = field(repr=False)


@dataclass(frozen=True)
class Case:
    """A case with its sealed columns opened."""

    id: str
    number: str
    organisation_id: str
    status: str
    lang: str
    residence: str
    name: str = field(repr=False)
    contact: Mapping[str, str] = field(repr=False)
    under_18_today: str
    ex_partner: bool
    danger: bool
    frozen: bool
    created_at: dt.datetime
    closed_at: dt.datetime | None


def open_case(
    session: Session,
    now: dt.datetime,
    *,
    organisation_id: str,
    name: str,
    lang: str,
    contact: Mapping[str, str] | None = None,
    under_18_today: str = "unknown",
    ex_partner: bool = False,
    danger: bool = False,
    residence: str = "FR",
    with_code: bool = True,
    actor: str,
) -> OpenedCase:
    """Open a case with its own key; a second active claim on the same person freezes (see `cases.claims`).

    Without a code (opened for somebody on the telephone) only the staff come in, until `renew_receipt` gives one.
    Raises `CaseRefused` for an empty name, or an answer outside yes, no, unknown.
    """
    if not claims.fold_name(name) or under_18_today not in AGES:
        raise CaseRefused("A case needs the person's name, and yes, no or unknown for being under 18 today.")
    if session.get_one(Organisation, organisation_id).kind == "personal" and _somebody_here(session, organisation_id):
        raise CaseRefused(
            "A personal instance protects one person, who has her case already: look at `vigie case list`."
        )
    case_id = new_id(now)
    vault.create_case_key(session, case_id, now)
    name_sealed = vault.seal(session, case_id, "case_file", "subject_name", case_id, name)
    row = CaseFile(
        id=case_id, number=_number(session), organisation_id=organisation_id, status="open", lang=lang,
        residence=residence, subject_name_sealed=name_sealed, subject_key_blind=claims.subject_key(session, name),
        contact_sealed=_seal_contact(session, case_id, contact or {}), under_18_today=under_18_today,
        ex_partner=ex_partner, danger=danger, frozen=False, created_at=now,
    )  # fmt: skip
    code = receipt.give(session, row) if with_code else ""
    session.add(row)
    session.flush()
    ledger.append(session, case_id=case_id, at=now, actor=actor, act="case.open", subject=("case_file", case_id))
    if session.get_one(Organisation, organisation_id).kind != "personal":
        claims.conflicts(session, now, row)
    return OpenedCase(case_id, row.number, code)


def load(session: Session, case_id: str) -> Case:
    """The opened case; raises `CaseNotFound` when there is none or it was erased."""
    row = session.get(CaseFile, case_id)
    if row is None or row.status == "erased":
        raise CaseNotFound("There is no such case: look it up with `vigie case list`.")
    return _open(session, row)


def by_number(session: Session, number: str) -> Case:
    """The case with a number as it is printed, whatever the capitals; raises `CaseNotFound`."""
    row_id = session.scalar(select(CaseFile.id).where(CaseFile.number == number.strip().upper()))
    return load(session, row_id or "")


def list_cases(session: Session, account_id: str | None = None, *, now: dt.datetime | None = None) -> list[Case]:
    """The cases that an account takes part in (at `now`; without it, memberships without an end), or all, newest first.

    None is for the owner of a personal instance and for commands; erased cases are never listed.
    """
    query = select(CaseFile).where(CaseFile.status != "erased").order_by(CaseFile.id.desc())
    if account_id is not None:
        runs = Member.until.is_(None) if now is None else or_(Member.until.is_(None), Member.until > now)
        query = query.where(CaseFile.id.in_(select(Member.case_id).where(Member.account_id == account_id, runs)))
    return [_open(session, row) for row in session.scalars(query)]


def change(
    session: Session,
    now: dt.datetime,
    case_id: str,
    *,
    contact: Mapping[str, str] | None = None,
    under_18_today: str | None = None,
    ex_partner: bool | None = None,
    danger: bool | None = None,
    lang: str | None = None,
    actor: str,
) -> None:
    """Change what is given and leave the rest; the ledger notes which answers changed, never from what to what."""
    given = {"under_18_today": under_18_today, "ex_partner": ex_partner, "danger": danger, "lang": lang}
    values: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    if values.get("under_18_today", "unknown") not in AGES:
        raise CaseRefused("Being under 18 today is yes, no or unknown.")
    if contact is not None:
        values["contact_sealed"] = _seal_contact(session, case_id, contact)
    row = _live_row(session, case_id)
    for key, value in values.items():
        setattr(row, key, value)
    _log(session, now, case_id, "case.change", actor, changed=sorted(values))


def pause(session: Session, now: dt.datetime, case_id: str, *, actor: str) -> None:
    """Stop looking and sending for a while."""
    _move(session, now, case_id, ("open",), "paused", "case.pause", actor)


def resume(session: Session, now: dt.datetime, case_id: str, *, actor: str) -> None:
    """Go on with a case that was paused or closed."""
    _move(session, now, case_id, ("paused", "closed"), "open", "case.resume", actor)


def close(session: Session, now: dt.datetime, case_id: str, *, actor: str) -> None:
    """End the work on a case; it stays readable until the person has it erased."""
    _move(session, now, case_id, ("open", "paused"), "closed", "case.close", actor)


def has_code(session: Session, case_id: str) -> bool:
    """Whether the person was ever given a receipt code that still opens her case."""
    return session.scalar(select(CaseFile.receipt_hash).where(CaseFile.id == case_id)) is not None


def renew_receipt(session: Session, now: dt.datetime, case_id: str, *, actor: str) -> str:
    """Give the case another receipt code; the old one and every browser signed in by it stop working."""
    code = receipt.give(session, _live_row(session, case_id))
    sessions.end_of_case(session, now, case_id)
    _log(session, now, case_id, "receipt.renew", actor)
    return code


def erase(session: Session, now: dt.datetime, case_id: str, *, actor: str) -> None:
    """Erase a case for good: its key is destroyed, its rows go, its number, its dates and its chain stay verifiable.

    Evidence packages on disk are noise from then on; `evidence.custody.sweep` removes them.
    """
    row = _live_row(session, case_id)
    _log(session, now, case_id, "case.erase", actor)
    sessions.end_of_case(session, now, case_id)
    row.status, row.erased_at, row.frozen = "erased", now, False
    row.subject_name_sealed, row.contact_sealed, row.subject_key_blind = b"", b"", ""
    row.receipt_blind, row.receipt_hash = None, None
    row.under_18_today, row.ex_partner, row.danger = "unknown", False, False
    session.flush()
    retention.forget(session)
    vault.destroy_case_key(session, case_id, now)
    session.expire_all()


def export(session: Session, now: dt.datetime, case_id: str, *, actor: str) -> dict[str, Any]:
    """All that this room knows of a case, as one document that she may take away, with its journal."""
    case = load(session, case_id)
    _log(session, now, case_id, "case.export", actor)
    members = session.scalars(select(Member).where(Member.case_id == case_id).order_by(Member.id))
    mandates = session.scalars(select(Mandate).where(Mandate.case_id == case_id).order_by(Mandate.id))
    return {
        "case": {**asdict(case), "contact": dict(case.contact)},
        "members": [{"account": m.account_id, "part": m.part, "since": m.since, "until": m.until} for m in members],
        "mandates": [
            {"account": m.account_id, "kind": m.kind, "scope": m.scope.split(), "valid_from": m.valid_from,
             "valid_until": m.valid_until, "revoked_at": m.revoked_at}
            for m in mandates
        ],
        "ledger": [
            {"seq": e.seq, "at": e.at, "actor": e.actor, "act": e.act, "subject": [e.subject_table, e.subject_id],
             "detail": ledger.detail(session, e), "previous_hash": e.previous_hash, "hash": e.hash}
            for e in ledger.read(session, case_id)
        ],
    }  # fmt: skip


def _live_row(session: Session, case_id: str) -> CaseFile:
    """The row, locked after the chain, in the order that every act on a case takes them: no two wait for each other."""
    if session.get(CaseFile, case_id) is not None:
        ledger.head(session, case_id)
    row = session.get(CaseFile, case_id, with_for_update=True, populate_existing=True)
    if row is None or row.status == "erased":
        raise CaseNotFound("There is no such case: look it up with `vigie case list`.")
    return row


def _move(
    session: Session, now: dt.datetime, case_id: str, sources: tuple[str, ...], target: str, act: str, actor: str
) -> None:
    moved = update(CaseFile).where(CaseFile.id == case_id, CaseFile.status.in_(sources))
    moved = moved.values(status=target, closed_at=now if target == "closed" else None)
    if changed(session.execute(moved, execution_options={"synchronize_session": "fetch"})) != 1:
        raise CaseRefused(f"Only a case that is {' or '.join(sources)} can become {target}: look at it again.")
    _log(session, now, case_id, act, actor)


def _log(session: Session, now: dt.datetime, case_id: str, act: str, actor: str, **detail: Any) -> None:
    subject = ("case_file", case_id)
    ledger.append(session, case_id=case_id, at=now, actor=actor, act=act, subject=subject, detail=detail)


def _open(session: Session, row: CaseFile) -> Case:
    name = vault.open_text(session, row.id, "case_file", "subject_name", row.id, row.subject_name_sealed)
    contact = json.loads(vault.open_text(session, row.id, "case_file", "contact", row.id, row.contact_sealed))
    return Case(
        row.id, row.number, row.organisation_id, row.status, row.lang, row.residence, name, contact,
        row.under_18_today, row.ex_partner, row.danger, row.frozen, row.created_at, row.closed_at,
    )  # fmt: skip


def _seal_contact(session: Session, case_id: str, contact: Mapping[str, str]) -> bytes:
    text = json.dumps(dict(contact), ensure_ascii=False, sort_keys=True)
    return vault.seal(session, case_id, "case_file", "contact", case_id, text)


def _somebody_here(session: Session, organisation_id: str) -> bool:
    living = select(CaseFile.id).where(CaseFile.organisation_id == organisation_id, CaseFile.status != "erased")
    return session.scalar(living.limit(1)) is not None


def _number(session: Session) -> str:
    while True:
        signs = "".join(secrets.choice(SIGNS) for _ in range(8))
        number = f"V-{signs[:4]}-{signs[4:]}"
        if session.scalar(select(CaseFile.id).where(CaseFile.number == number)) is None:
            return number
