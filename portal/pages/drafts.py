"""Preparing a letter: which pages, which letter and why, who signs, by which way; then the draft."""

from __future__ import annotations

from fastapi import APIRouter, Response

from cases import case
from portal import drafting
from portal.access import Entered
from portal.visit import Visit
from takedown.errors import TakedownError

router = APIRouter(include_in_schema=False)


@router.get("/demarches/{track_id}/courrier", name="draft_form")
def form(visit: Entered, track_id: str, courrier: str = "") -> Response:
    """The choices: the ladder proposes with its reasons, the person chooses (design.md section 7).

    `courrier` is a letter that another page offers, such as the one that tells of a retraction.
    """
    on = drafting.sheet(visit, track_id, courrier)
    return _page(visit, on, drafting.begin(on, courrier))


@router.post("/demarches/{track_id}/courrier", name="draft")
def draft(visit: Entered, track_id: str) -> Response:
    """The draft, or the form again with everything that was typed and the reason why not."""
    on = drafting.sheet(visit, track_id, visit.typed("letter"))
    typed = drafting.read(visit, on)
    if typed.problems:
        return _page(visit, on, typed, status=422)
    try:
        with visit.session.begin_nested():
            notice_id = drafting.write(visit, on, typed)
    except TakedownError as error:
        return _page(visit, on, typed, refusal=error, status=409)
    return visit.go(f"/lettres/{notice_id}")


def _page(
    visit: Visit,
    on: drafting.Sheet,
    typed: drafting.Typed,
    *,
    refusal: TakedownError | None = None,
    status: int = 200,
) -> Response:
    visit.residence = case.load(visit.session, visit.case_id).residence
    return visit.page("draft", status=status, on=on, given=typed, refusal=refusal, langs=drafting.LANGS)
