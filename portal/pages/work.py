"""At work: the dashboard, the whole file of a case, its journal and its exhibits."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from fastapi import APIRouter, Response

from cases import case, claims, duplicates, mandate, people, view
from cases.entitlement import may
from cases.errors import CaseError
from evidence import custody
from evidence.errors import EvidenceError
from portal import reading
from portal.access import Entered
from portal.pages import mandates
from portal.visit import Visit
from storage import ledger
from takedown import evidence_clocks, listing, merging, notices, one_person, statistics
from takedown.evidence_clocks import EvidenceReminder

router = APIRouter(include_in_schema=False)


@router.get("/bureau", name="desk")
def desk(visit: Entered) -> Response:
    """What is to be done today, then the cases, then the addressees."""
    cases = reading.my_cases(visit.session, visit.now, visit.actor)
    return visit.page(
        "desk", cases=cases, folded=reading.folded, numbers={one.id: one.number for one in cases},
        today=reading.today(visit.session, visit.now, cases), addressees=reading.per_addressee(visit.session, cases),
        counts={one.id: statistics.counts(visit.session, one.id) for one in cases},
        evidence=[one for one in _evidence(visit, [one.id for one in cases]) if one.clock.rings(visit.day)],
        to_do={one.id: reading.to_do(visit.session, visit.now, one.id) for one in cases} if visit.staff else {},
    )  # fmt: skip


@router.get("/bureau/{case_id}", name="file")
def file(visit: Entered, case_id: str) -> Response:
    """Everything of a case on one page: contents, tracks, deadlines with their working, letters, exhibits, access."""
    opened = case.load(visit.session, case_id)
    visit.residence = opened.residence
    lines = (*statistics.late(visit.session, visit.now, case_id), *statistics.coming(visit.session, visit.now, case_id))
    return visit.page(
        "file", file=opened, tracks=listing.tracks(visit.session, case_id), deadlines=lines,
        letters=notices.list_notices(visit.session, case_id), watches=reading.watches(visit.session, case_id),
        exhibits=custody.list_exhibits(visit.session, case_id), members=_members(visit, case_id),
        duplicates=merging.likely(visit.session, case_id), kept=duplicates.kept(visit.session, case_id),
        taken_in=duplicates.taken_in(visit.session, case_id), mergeable=lambda other: _may_merge(visit, other),
        twins=duplicates.twins(visit.session, case_id) if visit.may("case.merge") else (), scopes=mandate.SCOPES,
        to_do=reading.to_do(visit.session, visit.now, case_id) if visit.staff else (), holders=mandates.KIND_OF,
        mandates=reading.mandates(visit.session, case_id, visit.day),
        evidence=_evidence(visit, [case_id]),
    )  # fmt: skip


@router.post("/bureau/{case_id}/doublons", name="merge")
def merge(visit: Entered, case_id: str) -> Response:
    """Two addresses are one page: the second one's open tracks are closed; only contents of this case can be named."""
    pairs = {(pair.keep, pair.other) for pair in merging.likely(visit.session, case_id)}
    chosen = (visit.typed("keep"), visit.typed("other"))
    if chosen not in pairs:
        return visit.problem("portal.problem.refused")
    merging.merge(visit.session, visit.now, *chosen, actor=visit.actor.id)
    return visit.go(f"/bureau/{case_id}")


@router.post("/bureau/{case_id}/personne", name="same_person")
def same_person(visit: Entered, case_id: str) -> Response:
    """Another case is of the same person: this one is kept, what runs in the other goes on there."""
    other = visit.typed("other")
    if not _may_merge(visit, other):
        return visit.problem("portal.problem.refused")
    one_person.merge(visit.session, visit.now, case_id, other, lift=visit.may("case.release"), actor=visit.actor.id)
    return visit.go(f"/bureau/{case_id}")


@router.post("/bureau/{case_id}/verifie", name="case_release")
def release(visit: Entered, case_id: str) -> Response:
    """A person has seen who is behind a case that was held back: it goes on."""
    claims.release(visit.session, visit.now, case_id, actor=visit.actor.id)
    return visit.go(f"/bureau/{case_id}")


@router.get("/bureau/{case_id}/journal", name="journal")
def journal(visit: Entered, case_id: str) -> Response:
    """Who did or read what, newest first, and whether the chain is whole."""
    visit.residence = case.load(visit.session, case_id).residence
    entries = ledger.read(visit.session, case_id)
    return visit.page(
        "journal", case_id=case_id, entries=list(reversed(entries)), report=ledger.verify(visit.session, case_id),
        names={actor: _name(visit, actor) for actor in {entry.actor for entry in entries}},
    )  # fmt: skip


@router.get("/pieces/{exhibit_id}", name="exhibit")
def exhibit(visit: Entered, exhibit_id: str) -> Response:
    """The members of an exhibit, checked against its manifest's hash before they are handed out."""
    try:
        members = custody.read(
            visit.session, visit.now, exhibit_id=exhibit_id, state_dir=visit.services.settings.state_dir,
            actor=visit.actor.id,
        )  # fmt: skip
    except EvidenceError:
        return visit.problem("portal.problem.exhibit")
    headers = {"Content-Disposition": 'attachment; filename="piece.zip"'}
    return Response(_zip(members), media_type="application/zip", headers=headers)


def _may_merge(visit: Visit, other: str) -> bool:
    """Whether the visitor may merge that case as well: a stranger to it is never told what it holds."""
    return may(visit.actor, "case.merge", view.of(visit.session, visit.now, visit.actor, other))


def _evidence(visit: Visit, case_ids: list[str]) -> list[EvidenceReminder]:
    return evidence_clocks.reminders(visit.session, visit.now, case_ids, visit.services.catalogue)


def _members(visit: Visit, case_id: str) -> list[tuple[str, object]]:
    return [(_name(visit, member.account_id), member) for member in reading.members(visit.session, case_id)]


def _name(visit: Visit, actor: str) -> str:
    """Who an actor is: a person's name, or the word for subject, owner and machine."""
    if actor in ("subject", "owner", "system"):
        return visit.words(f"portal.actor.{actor}")
    try:
        return people.load_account(visit.session, actor).name
    except CaseError:
        return visit.words("portal.actor.unknown")


def _zip(members: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(members.items()):
            archive.writestr(zipfile.ZipInfo(name), data)
    return packed.getvalue()
