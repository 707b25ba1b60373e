"""One track: what can be done about one content in one place, what was done elsewhere, and whether it is gone."""

from __future__ import annotations

import datetime as dt

from fastapi import APIRouter, Response

from cases import case
from cases.age import NEVER_FETCHED
from evidence.tables import Exhibit
from portal import drafting
from portal.access import Entered
from portal.errors import NotFound
from portal.visit import Visit
from takedown import checks, content, delisting, evidence_clocks, guided, guiding, store
from takedown.errors import TakedownError
from takedown.offer import Offer, Offers
from takedown.tables import ContentRow, TrackRow

router = APIRouter(include_in_schema=False)
SEEN: tuple[str, ...] = ("down", "still_up", "hidden", "moved", "replaced", "unclear")
LONGEST_NUMBER = 80
COUNTDOWNS = frozenset({"press_near", "press_days_left"})
"""Warnings that count days: for those at work, never for the person herself."""


@router.get("/demarches/{track_id}", name="track")
def show(visit: Entered, track_id: str) -> Response:
    """The content, the steps of its ladder with their reasons, what was recorded, and the question: is it gone?"""
    return _page(visit, track_id)


@router.post("/demarches/{track_id}/regard", name="track_check")
def check(visit: Entered, track_id: str) -> Response:
    """Record what a person saw; nobody is asked to look at an image of a minor."""
    if visit.typed("saw") not in SEEN:
        return _page(visit, track_id, {"saw": "portal.track.problem.saw"}, 422)
    if not _may_be_looked_at(visit, track_id):
        return _page(visit, track_id, {"saw": "portal.track.problem.never"}, 409)
    try:
        with visit.session.begin_nested():
            checks.made(
                visit.session, visit.now, track_id=track_id, code=visit.typed("saw"), by=visit.actor.id,
                confirm_after=visit.services.settings.confirm_after,
            )  # fmt: skip
    except TakedownError as error:
        return _page(visit, track_id, {"saw": error.code}, 409)
    return visit.go(f"/demarches/{track_id}")


@router.get("/demarches/{track_id}/faire/{act}", name="track_guide")
def guide(visit: Entered, track_id: str, act: str) -> Response:
    """One guided act: for whom, where, the form's fields in their order with what to copy, and where to record it."""
    if act not in visit.services.catalogue.guided_acts:
        raise NotFound
    row = store.get(visit.session, TrackRow, track_id)
    visit.residence = case.load(visit.session, row.case_id).residence
    seen = guiding.sheet(visit.session, row, act, visit.services.catalogue, lang=visit.lang)
    return visit.page("act", sheet=seen, track_id=track_id, problems={}, typed=visit.typed)


@router.post("/demarches/{track_id}/faite", name="track_act")
def act(visit: Entered, track_id: str) -> Response:
    """Record a report, a form or a call that a person made elsewhere, with its number and day."""
    day, problems = visit.typed_day("on"), {}
    if visit.typed("act") not in {one.do for one in _elsewhere(drafting.offers(visit, track_id), visit, track_id)}:
        problems["act"] = "portal.track.problem.act"
    if day is None:
        problems["on"] = "portal.form.problem.day"
    if len(visit.typed("number")) > LONGEST_NUMBER:
        problems["number"] = "portal.track.problem.number"
    if problems or day is None:
        return _page(visit, track_id, problems, 422)
    try:
        with visit.session.begin_nested():
            _record(visit, track_id, day)
    except TakedownError as error:
        return _page(visit, track_id, {"number": error.code}, 422)
    return visit.go(f"/demarches/{track_id}")


@router.post("/demarches/{track_id}/preuve", name="track_capture")
def capture(visit: Entered, track_id: str) -> Response:
    """Take the evidence that was held back or failed, once a person said that the site may see us come."""
    if visit.typed("safe") != "yes":
        return _page(visit, track_id, {"safe": "portal.track.problem.safe"}, 422)
    row = store.get(visit.session, TrackRow, track_id)
    content.capture_anyway(visit.session, visit.now, row.content_id, safe=True, actor=visit.actor.id)
    return visit.go(f"/demarches/{track_id}")


@router.post("/demarches/{track_id}/dereferencement", name="track_delist")
def delist(visit: Entered, track_id: str) -> Response:
    """One more track for the same content, at a search engine; the page's own track goes on."""
    row, catalogue = store.get(visit.session, TrackRow, track_id), visit.services.catalogue
    if visit.typed("engine") not in {one.id for one in delisting.engines(catalogue)}:
        return _page(visit, track_id, {"engine": "portal.track.problem.engine"}, 422)
    opened = delisting.begin(
        visit.session, visit.now, row.content_id, visit.typed("engine"), actor=visit.actor.id, catalogue=catalogue
    )
    return visit.go(f"/demarches/{opened.id}")


def _may_be_looked_at(visit: Visit, track_id: str) -> bool:
    row = store.get(visit.session, TrackRow, track_id)
    return visit.session.get_one(ContentRow, row.content_id).age_on_image not in NEVER_FETCHED


def _elsewhere(found: Offers, visit: Visit, track_id: str) -> list[Offer]:
    """The steps that no letter of ours covers: a person takes them, and records them here; each once."""
    written = {choice.do for choice in drafting.sheet(visit, track_id).choices}
    return list({one.do: one for one in found.steps if one.do not in written}.values())


def _warnings(visit: Visit, found: Offers) -> list[str]:
    """What to read first; instead of a countdown the person is told, once, to see a lawyer now."""
    quiet = visit.words("portal.dates.press_soon")
    counts = COUNTDOWNS if not visit.staff else frozenset[str]()
    told = [one for one in found.warnings if one not in found.questions()]
    said = visit.words.told
    return list(
        dict.fromkeys(
            quiet if one["code"] in counts else said("recourse.warning", one["code"], str(one["text"])) for one in told
        )
    )


def _page(visit: Visit, track_id: str, problems: dict[str, str] | None = None, status: int = 200) -> Response:
    on, found = drafting.sheet(visit, track_id), drafting.offers(visit, track_id)
    visit.residence = case.load(visit.session, visit.case_id).residence
    exhibit = visit.session.get(Exhibit, on.track.exhibit_id) if on.track.exhibit_id else None
    return visit.page(
        "track", status=status, on=on, offers=found, elsewhere=_elsewhere(found, visit, track_id), seen=SEEN,
        done=guided.of_track(visit.session, track_id), exhibit=exhibit, problems=problems or {}, typed=visit.typed,
        looked_at=_may_be_looked_at(visit, track_id), engines=delisting.engines(visit.services.catalogue),
        warnings=_warnings(visit, found),
        evidence=evidence_clocks.reminders(
            visit.session, visit.now, [visit.case_id], visit.services.catalogue, on.track.content_id
        ),
    )  # fmt: skip


def _record(visit: Visit, track_id: str, day: dt.date) -> None:
    """An engine's form starts the clock of its own track; every other act is kept with what was handed over."""
    act, number, by = visit.typed("act"), visit.typed("number"), visit.actor.id
    if store.get(visit.session, TrackRow, track_id).place == delisting.ENGINE:
        delisting.form_sent(
            visit.session, visit.now, track_id, act=act, number=number, done_on=day, actor=by,
            catalogue=visit.services.catalogue, letterbook=visit.services.letterbook,
        )  # fmt: skip
        return
    guided.record(
        visit.session, visit.now, track_id=track_id, act=act, number=number, done_on=day, actor=by,
        service=visit.typed("service"), copy=visit.typed("copy") == "yes", refused=visit.typed("refused") == "yes",
    )  # fmt: skip
