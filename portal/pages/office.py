"""The paper of an office: its letterhead and its signature, given, shown as a date, taken away."""

from __future__ import annotations

from fastapi import APIRouter, Response

from portal.access import Entered
from portal.errors import NotFound
from portal.visit import Visit
from takedown import letterhead
from takedown.errors import TakedownError

router = APIRouter(include_in_schema=False)
SLOTS = ("letterhead", "signature", "own")
"""What may be given: the office's two pictures, and the visitor's own signature."""


@router.get("/papier", name="office")
def office(visit: Entered) -> Response:
    """What stands on the letters that this office signs."""
    return _page(visit)


@router.post("/papier/{slot}", name="office_give")
def give(visit: Entered, slot: str) -> Response:
    """Take a picture in; it is written anew, and the one before is taken away."""
    data, kind = visit.given("file"), _kind(slot)
    if not data:
        return _page(visit, problem="portal.office.problem.file", status=422)
    try:
        letterhead.give(
            visit.session, visit.now, kind=kind, data=data, organisation=_organisation(visit), actor=visit.actor.id,
            own=slot == "own",
        )  # fmt: skip
    except TakedownError as error:
        return _page(visit, problem=error.code, status=409)
    return visit.go("/papier")


@router.post("/papier/{slot}/retirer", name="office_take")
def take(visit: Entered, slot: str) -> Response:
    """No letter approved from now on carries it."""
    letterhead.take_away(
        visit.session, visit.now, kind=_kind(slot), organisation=_organisation(visit), actor=visit.actor.id,
        own=slot == "own",
    )  # fmt: skip
    return visit.go("/papier")


def _page(visit: Visit, *, problem: str | None = None, status: int = 200) -> Response:
    here = _organisation(visit)
    slots = [slot for slot in SLOTS if slot != "own" or visit.actor.role == "lawyer"]
    given = {
        slot: letterhead.since(visit.session, here, visit.actor.id if slot == "own" else None, _kind(slot), visit.now)
        for slot in slots
    }
    return visit.page("office", status=status, given=given, problem=problem)


def _kind(slot: str) -> str:
    if slot not in SLOTS:
        raise NotFound
    return "letterhead" if slot == "letterhead" else "signature"


def _organisation(visit: Visit) -> str:
    """The visitor's office; the owner of a personal instance signs in her own name and has none."""
    if visit.actor.organisation_id is None:
        raise NotFound
    return visit.actor.organisation_id
