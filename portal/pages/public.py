"""The pages before any sign-in: start, what to know first, leaving fast, the limits of the service."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from cases import sessions
from portal import browser
from portal.access import Entered

router = APIRouter(include_in_schema=False)
NEUTRAL = {"fr": "https://meteofrance.com/", "en": "https://www.bbc.co.uk/weather"}
"""Where leaving leads: the weather, which anybody could have been reading (experience.md 1.1)."""
NEXT = {"open": "/ouvrir", "code": "/code"}


@router.get("/", name="home")
def home(visit: Entered) -> Response:
    """What the service does and does not do, and three ways in."""
    return visit.page("home", personal=visit.services.personal)


@router.get("/avant", name="before")
def before(visit: Entered, to: str = "open") -> Response:
    """The interruption: how to leave, and what leaving cannot hide, before the first sensitive page."""
    return visit.page("before", next=NEXT.get(to, NEXT["open"]))


@router.get("/limites", name="limits")
def limits(visit: Entered) -> Response:
    """What stays on this device, what nobody can promise, and how far this site can be used without sight or mouse."""
    return visit.page("limits")


@router.get("/sortie", name="leave")
def leave(visit: Entered) -> Response:
    """Leave at once: the session ends, the browser forgets us, the weather comes. By GET, for it must never fail."""
    sessions.end(visit.session, visit.now, visit.cookie)
    response = RedirectResponse(NEUTRAL[visit.lang], 303)
    browser.take_back(response, visit.services.settings)
    return response
