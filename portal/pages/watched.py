"""What we look for: words, prints and sources of a case's watches, and the steps from draft to active."""

from __future__ import annotations

from fastapi import APIRouter, Response

from cases import case
from monitor import flood, watch
from monitor.errors import MonitorError
from portal import reading
from portal.access import Entered
from portal.errors import NotNow
from portal.visit import Visit

router = APIRouter(include_in_schema=False)


@router.get("/notes/{case_id}/mots", name="watch")
def show(visit: Entered, case_id: str) -> Response:
    """The watches of a case; an image is never shown, only the date and quality of its prints."""
    file = case.load(visit.session, case_id)
    visit.residence = file.residence
    return visit.page(
        "watch", file=file, watches=reading.watches(visit.session, case_id), steps=watch.TRANSITIONS,
        stopped=flood.stopped(visit.session, [case_id]), most=flood.MOST,
    )  # fmt: skip


@router.post("/mots/{term_id}/retrait", name="term_remove")
def remove(visit: Entered, term_id: str) -> Response:
    """Stop looking for one term."""
    watch.remove_term(visit.session, visit.now, term_id, actor=visit.actor.id)
    return visit.go(f"/notes/{visit.case_id}/mots")


@router.post("/veilles/{watch_id}/attest", name="watch_attest")
def attest(visit: Entered, watch_id: str) -> Response:
    """Declare, under the reminder of the law, that this watch protects the person concerned."""
    return _move(visit, watch_id, "attest")


@router.post("/veilles/{watch_id}/review", name="watch_review")
def review(visit: Entered, watch_id: str) -> Response:
    """A second person has seen who is behind it."""
    return _move(visit, watch_id, "review")


@router.post("/veilles/{watch_id}/activate", name="watch_activate")
def activate(visit: Entered, watch_id: str) -> Response:
    """Begin, or begin again, to look."""
    return _move(visit, watch_id, "activate")


@router.post("/veilles/{watch_id}/pause", name="watch_pause")
def pause(visit: Entered, watch_id: str) -> Response:
    """Stop looking for a while."""
    return _move(visit, watch_id, "pause")


@router.post("/empreintes/{print_id}/reprise", name="print_release")
def release(visit: Entered, print_id: str) -> Response:
    """Compare a picture again that was stopped because it matched too much."""
    try:
        flood.release(visit.session, visit.now, print_id, actor=visit.actor.id)
    except MonitorError as error:
        raise NotNow("portal.problem.changed") from error
    return visit.go(f"/notes/{visit.case_id}/mots")


def _move(visit: Visit, watch_id: str, step: str) -> Response:
    try:
        watch.move(
            visit.session, visit.now, watch_id, step, actor=visit.actor.id, waived=visit.services.personal
        )  # fmt: skip
    except MonitorError as error:
        raise NotNow("portal.problem.changed") from error
    return visit.go(f"/notes/{visit.case_id}/mots")
