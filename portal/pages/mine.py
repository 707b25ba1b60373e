"""The person's own case: now, next, what happened; adding addresses, pausing, a safe contact, another code."""

from __future__ import annotations

from fastapi import APIRouter, Response

from cases import case
from portal import opening, reading
from portal.access import Entered
from portal.visit import Visit
from takedown import checks, intake, listing, statistics

router = APIRouter(include_in_schema=False)


@router.get("/notes/{case_id}", name="case")
def show(visit: Entered, case_id: str) -> Response:
    """Now, the next step, the figures, the timeline newest first."""
    return _page(visit, case_id)


@router.post("/notes/{case_id}/adresses", name="case_addresses")
def addresses(visit: Entered, case_id: str) -> Response:
    """Add what she found herself; each address becomes a content with its track."""
    lines = opening.address_lines(visit.typed("addresses"))
    harm, age = visit.typed("harm"), visit.typed("age")
    problems = {}
    if not lines or opening.addresses_problem(lines):
        problems["addresses"] = opening.addresses_problem(lines) or "portal.open.problem.address"
    if harm not in opening.HARMS:
        problems["harm"] = "portal.open.problem.harm"
    if age not in opening.AGES or (harm in opening.IMAGE_HARMS and age == "none"):
        problems["age"] = "portal.open.problem.age"
    if problems:
        return _page(visit, case_id, problems=problems, status=422)
    for line in lines:
        intake.by_address(
            visit.session, visit.now, case_id=case_id, url=line, harm=opening.harm_for_age(harm, age),
            age_on_image=age, actor=visit.actor.id, catalogue=visit.services.catalogue,
        )  # fmt: skip
    return visit.go(f"/notes/{case_id}")


@router.post("/notes/{case_id}/pause", name="case_pause")
def pause(visit: Entered, case_id: str) -> Response:
    """Stop looking and sending until she wants to go on."""
    case.pause(visit.session, visit.now, case_id, actor=visit.actor.id)
    return visit.go(f"/notes/{case_id}")


@router.post("/notes/{case_id}/reprise", name="case_resume")
def resume(visit: Entered, case_id: str) -> Response:
    """Go on."""
    case.resume(visit.session, visit.now, case_id, actor=visit.actor.id)
    return visit.go(f"/notes/{case_id}")


@router.post("/notes/{case_id}/contact", name="case_contact")
def contact(visit: Entered, case_id: str) -> Response:
    """Change or remove the mailbox that letters show, and the two answers about safety."""
    e_mail = visit.typed("e_mail")
    if e_mail and not opening.E_MAIL.fullmatch(e_mail):
        return _page(visit, case_id, problems={"e_mail": "portal.open.problem.e_mail"}, status=422)
    kept = {name: value for name, value in case.load(visit.session, case_id).contact.items() if name != "letters"}
    case.change(
        visit.session, visit.now, case_id, contact={**kept, "letters": e_mail} if e_mail else kept,
        ex_partner=bool(visit.typed("ex_partner")), danger=bool(visit.typed("danger")), actor=visit.actor.id,
    )  # fmt: skip
    return visit.go(f"/notes/{case_id}")


@router.post("/notes/{case_id}/code", name="case_code")
def code(visit: Entered, case_id: str) -> Response:
    """Another receipt code; the old one and every browser signed in by it stop working."""
    file = case.load(visit.session, case_id)
    fresh = case.renew_receipt(visit.session, visit.now, case_id, actor=visit.actor.id)
    opened = case.OpenedCase(case_id, file.number, fresh)
    return visit.page("receipt", opened=opened, given=opening.Typed())


def _page(visit: Visit, case_id: str, *, problems: dict[str, str] | None = None, status: int = 200) -> Response:
    file = case.load(visit.session, case_id)
    visit.residence = file.residence
    coming = [line for line in statistics.coming(visit.session, visit.now, case_id) if line["due_at"]]
    first, rest = reading.shown_first(listing.tracks(visit.session, case_id))
    return visit.page(
        "case", status=status, file=file, first=first, rest=rest,
        now_code=reading.now_code(visit.session, file), coming=coming,
        counts=statistics.counts(visit.session, case_id), tracks=[*first, *rest],
        timeline=list(reversed(statistics.timeline(visit.session, case_id))), asked=opening,
        problems=problems or {}, typed=visit.typed,
        mandates=[one for one in reading.mandates(visit.session, case_id, visit.day) if one.holds],
        wanted={row.id for row in checks.wanted(visit.session, case_id)},
    )  # fmt: skip
