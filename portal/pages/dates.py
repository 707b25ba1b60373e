"""Dates: the press limits of all cases for the lawyer, when a content was first posted, and the calendar's address."""

from __future__ import annotations

from fastapi import APIRouter, Response

from cases import people
from cases.entitlement import OWNER, Actor, may
from cases.errors import CaseRefused
from portal import reading
from portal.access import Entered
from portal.errors import NotFound
from portal.visit import Visit
from takedown import calendar_feed, press, statistics, store
from takedown.errors import TakedownError
from takedown.listing import tracks
from takedown.tables import TrackRow

router = APIRouter(include_in_schema=False)


@router.get("/prescriptions", name="press")
def limits(visit: Entered) -> Response:
    """Every press limit of every case this person may read, the most urgent first."""
    cases = {one.id: one for one in reading.my_cases(visit.session, visit.now, visit.actor)}
    found = press.limits(visit.session, visit.now, list(cases), visit.services.catalogue.deadlines)
    first = {one.content_id: one.id for case_id in cases for one in reversed(tracks(visit.session, case_id))}
    return visit.page("press", limits=found, cases=cases, track_of=first)


@router.get("/demarches/{track_id}/mise-en-ligne", name="published_form")
def published_form(visit: Entered, track_id: str) -> Response:
    """Ask when it was first posted, where that was read, and who sees it."""
    return _published(visit, track_id)


@router.post("/demarches/{track_id}/mise-en-ligne", name="published")
def published(visit: Entered, track_id: str) -> Response:
    """Keep the answer; a day that nobody knows stays without one."""
    source, day, audience = visit.typed("source"), visit.typed_day("on"), visit.typed("audience")
    problems = {}
    if source not in press.SOURCES:
        problems["source"] = "portal.dates.problem.source"
    if source != "unknown" and day is None:
        problems["on"] = "portal.form.problem.day"
    if audience not in press.AUDIENCES:
        problems["audience"] = "portal.dates.problem.audience"
    if problems:
        return _published(visit, track_id, problems, 422)
    content_id = store.get(visit.session, TrackRow, track_id).content_id
    press.say_published(
        visit.session, visit.now, content_id, on=None if source == "unknown" else day, source=source,
        audience=audience, actor=visit.actor.id,
    )  # fmt: skip
    return visit.go(f"/demarches/{track_id}")


@router.get("/agenda", name="calendar")
def calendar(visit: Entered) -> Response:
    """Whether a calendar reads the deadlines, and a new address for it."""
    return _calendar(visit)


@router.post("/agenda", name="calendar_new")
def calendar_new(visit: Entered) -> Response:
    """A new secret address, shown this once; the earlier one stops working."""
    secret = calendar_feed.create(visit.session, visit.now, visit.actor.id)
    return _calendar(visit, f"{visit.services.settings.base_url.rstrip('/')}/agenda/{secret}.ics")


@router.post("/agenda/fin", name="calendar_end")
def calendar_end(visit: Entered) -> Response:
    """The address stops working."""
    calendar_feed.revoke(visit.session, visit.now, visit.actor.id)
    return visit.go("/agenda")


@router.get("/agenda/{secret}.ics", name="calendar_feed")
def feed(visit: Entered, secret: str) -> Response:
    """The calendar itself, for whoever holds its secret: numbers and rules of the cases its maker may read today."""
    actor = _maker(visit, secret)
    numbers = {one.id: one.number for one in reading.my_cases(visit.session, visit.now, actor)}
    lines = [*statistics.late(visit.session, visit.now), *statistics.coming(visit.session, visit.now)]
    shown = list(numbers) if may(actor, "press.read") else []
    found = press.limits(visit.session, visit.now, shown, visit.services.catalogue.deadlines)
    made = calendar_feed.ics(visit.now, numbers, lines, found)
    return Response(made, media_type="text/calendar; charset=utf-8")


def _maker(visit: Visit, secret: str) -> Actor:
    """Whose rights of today the feed has; not found for a secret that is unknown or ended, or an account that is."""
    maker = calendar_feed.actor_of(visit.session, secret)
    if maker is None:
        raise NotFound
    if maker == OWNER.id:
        return OWNER
    try:
        return people.actor_of(visit.session, maker)
    except CaseRefused as error:
        raise NotFound from error


def _calendar(visit: Visit, address: str = "") -> Response:
    return visit.page("calendar", address=address, since=calendar_feed.since(visit.session, visit.actor.id))


def _published(visit: Visit, track_id: str, problems: dict[str, str] | None = None, status: int = 200) -> Response:
    row = store.get(visit.session, TrackRow, track_id)
    on = next((one for one in tracks(visit.session, row.case_id) if one.id == track_id), None)
    if on is None:
        raise TakedownError("This page is gone: go back to the case.")
    return visit.page("published", status=status, on=on, sources=press.SOURCES, audiences=press.AUDIENCES,
                      problems=problems or {}, typed=visit.typed)  # fmt: skip
