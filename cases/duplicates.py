"""Duplicates: one person registered twice in one organisation, and what its staff put under one cover.

Nothing is moved: each case keeps its key, its chain, its letters and its clocks. What is new goes into the case kept.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from cases import claims, mandate, people
from cases.claims import PARIS
from cases.errors import CaseRefused
from cases.tables import CaseFile, Mandate, Member
from storage import ledger
from storage.tables import LedgerEntry

JOINED, TAKEN_IN = "case.joined", "case.taken_in"  # in the chain of the other case, and in that of the one kept
STAFF = ("agent", "lead")


@dataclass(frozen=True)
class Twin:
    """Another case of the same person, as far as a number tells."""

    id: str
    number: str


def twins(session: Session, case_id: str) -> list[Twin]:
    """Live cases of the same organisation on the same person that nobody has joined with this one, oldest first.

    Other organisations' cases are never among them: neither side is told of the other (`cases.claims`).
    """
    row = session.get_one(CaseFile, case_id)
    query = select(CaseFile).where(
        CaseFile.subject_key_blind == row.subject_key_blind,
        CaseFile.organisation_id == row.organisation_id,
        CaseFile.status.in_(("open", "paused")),
        CaseFile.id.not_in({case_id, *_cover(session, case_id)}),
    )
    return [Twin(one.id, one.number) for one in session.scalars(query.order_by(CaseFile.id))]


def kept(session: Session, case_id: str) -> Twin | None:
    """The case under whose cover this one was put, None for one that stands by itself."""
    found = _linked(session, case_id, JOINED)
    return found[0] if found else None


def taken_in(session: Session, case_id: str) -> list[Twin]:
    """The cases put under this one's cover, the first one first."""
    return _linked(session, case_id, TAKEN_IN)


def join(session: Session, now: dt.datetime, keep_id: str, other_id: str, *, lift: bool, actor: str) -> None:
    """Put `other` under the cover of `keep`; both chains say so, and the other's staff takes part in `keep` too.

    The mandate given to the association counts in both, and the more careful answer on her safety is kept. With
    `lift` (a person who may release a case has looked) `keep` is no longer held back, unless somebody else claims her;
    the other one stays as it is, since it may be the abuser who opened it. Raises `CaseRefused`.
    """
    for case_id in sorted((keep_id, other_id)):  # always in one order: two merges never wait for each other
        ledger.head(session, case_id)
    if other_id not in {one.id for one in twins(session, keep_id)}:
        raise CaseRefused("These are not two open cases of one person in one organisation: look at them again.")
    if kept(session, keep_id) or kept(session, other_id):
        raise CaseRefused("One of these was joined with another case before: open that one.")
    keep, other = session.get_one(CaseFile, keep_id), session.get_one(CaseFile, other_id)
    _take_part(session, now, keep_id, other_id, actor)
    _stay_careful(keep, other)
    for case_id, act, subject in ((other_id, JOINED, keep_id), (keep_id, TAKEN_IN, other_id)):
        ledger.append(session, case_id=case_id, at=now, actor=actor, act=act, subject=("case_file", subject))
    if lift and keep.frozen and not _claimed_elsewhere(session, keep):
        claims.release(session, now, keep_id, actor=actor)


def _take_part(session: Session, now: dt.datetime, keep_id: str, other_id: str, actor: str) -> None:
    """Only the organisation's own people: a lawyer, a relative, the holder of a code see the case that let them in."""
    here = {(one.account_id, one.part) for one in session.scalars(select(Member).where(Member.case_id == keep_id))}
    runs = or_(Member.until.is_(None), Member.until > now)
    there = select(Member).where(Member.case_id == other_id, Member.part.in_(STAFF), runs)
    for member in session.scalars(there.order_by(Member.id)).all():
        if (member.account_id, member.part) not in here:
            people.join(session, now, keep_id, member.account_id, member.part, until=member.until, actor=actor)
    day = now.astimezone(PARIS).date()
    known = {_paper(one) for one in mandate.of_case(session, keep_id, day)}
    for one in mandate.of_case(session, other_id, day):
        if one.kind == "association" and _paper(one) not in known:
            mandate.grant(
                session, now, case_id=keep_id, account_id=one.account_id, kind=one.kind, scope=one.scope.split(),
                valid_from=one.valid_from, valid_until=one.valid_until, document_sha256=one.document_sha256,
                actor=actor,
            )  # fmt: skip


def _paper(one: Mandate) -> tuple[object, ...]:
    return one.account_id, one.kind, one.scope, one.valid_from, one.valid_until


def _stay_careful(keep: CaseFile, other: CaseFile) -> None:
    keep.ex_partner, keep.danger = keep.ex_partner or other.ex_partner, keep.danger or other.danger
    if other.under_18_today == "yes" or keep.under_18_today == "unknown":
        keep.under_18_today = other.under_18_today


def _cover(session: Session, case_id: str) -> set[str]:
    """Every case under the same cover as this one."""
    above = kept(session, case_id)
    top = above.id if above else case_id
    return {top, *(one.id for one in taken_in(session, top))}


def _linked(session: Session, case_id: str, act: str) -> list[Twin]:
    query = (
        select(CaseFile.id, CaseFile.number)
        .join(LedgerEntry, LedgerEntry.subject_id == CaseFile.id)
        .where(LedgerEntry.case_id == case_id, LedgerEntry.act == act, CaseFile.status != "erased")
    )
    return [Twin(*found) for found in session.execute(query.order_by(LedgerEntry.seq))]


def _claimed_elsewhere(session: Session, keep: CaseFile) -> bool:
    """Whether any other live case names the same person, in whatever organisation."""
    query = select(CaseFile.id).where(
        CaseFile.subject_key_blind == keep.subject_key_blind,
        CaseFile.status.in_(("open", "paused")),
        CaseFile.id.not_in({keep.id, *_cover(session, keep.id)}),
    )
    return session.scalar(query.limit(1)) is not None
