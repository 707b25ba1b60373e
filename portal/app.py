"""Puts the portal together: routes, the one door, the headers, and quiet pages for what goes wrong."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from cases.errors import CaseError, CaseNotFound
from evidence.errors import EvidenceError
from monitor.errors import MonitorError
from portal import access, browser, headers
from portal.api import v1
from portal.errors import Incomplete, MustSignIn, NotFound, NotNow, PortalError, Unkept
from portal.help_lines import lines_of
from portal.pages import (
    answers,
    dates,
    doors,
    drafts,
    editing,
    hits,
    letters,
    machine,
    mails,
    mandates,
    mine,
    models,
    office,
    opening,
    phone,
    prints,
    public,
    tracks,
    watched,
    work,
)
from portal.services import Services
from portal.words import Words, environment
from takedown.errors import TakedownError

ROUTERS = (
    public.router, doors.router, phone.router, opening.router, mine.router, watched.router, prints.router, hits.router,
    mandates.router, tracks.router, drafts.router, letters.router, editing.router, answers.router, mails.router,
    work.router, machine.router, models.router, office.router, dates.router, v1.router,
)  # fmt: skip
API = "/api/"
STATIC = Path(__file__).parent / "static"


def create_app(services: Services) -> FastAPI:
    """The portal; raises `PortalError` when a route is missing from the table of access."""
    app = FastAPI(title="Vigie", version=services.version, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.services = services
    for router in ROUTERS:
        app.include_router(router)
    access.check_table(route for router in ROUTERS for route in router.routes)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    headers.install(app, services.settings)
    for error in (PortalError, CaseError, MonitorError, EvidenceError, TakedownError, HTTPException):
        app.add_exception_handler(error, _answer)
    app.add_exception_handler(RequestValidationError, _answer)
    app.add_exception_handler(DBAPIError, _answer)  # a database that restarts, or has no room left
    return app


def _answer(request: Request, error: Exception) -> Response:
    """One quiet page, or one problem document: what happened in our words, nothing of what was typed."""
    problem = _problem(error)
    if request.url.path.startswith(API):
        return _document(request, problem)
    if isinstance(problem, MustSignIn) and request.method == "GET":
        return RedirectResponse("/", 303)  # an ended session looks like a first visit
    return _page(request, problem)


def _problem(error: Exception) -> PortalError:
    if isinstance(error, PortalError):
        return error
    if isinstance(error, DBAPIError):
        return Unkept()
    if isinstance(error, CaseNotFound):
        return NotFound()
    if isinstance(error, HTTPException):
        found: PortalError = NotFound() if error.status_code in (404, 405) else PortalError("portal.problem.refused")
        found.status = error.status_code
        return found
    if isinstance(error, TakedownError):
        return NotNow(error.code, **error.params)
    return Incomplete() if isinstance(error, RequestValidationError) else NotNow()


def _document(request: Request, problem: PortalError) -> Response:
    """RFC 9457."""
    lang = browser.language(request)
    words = Words(lang, request.app.state.services.catalogue, plain=True)
    body = {
        "type": "about:blank",
        "title": words(problem.code, **problem.params),
        "status": problem.status,
        "code": problem.code,
    }
    return JSONResponse(body, problem.status, media_type="application/problem+json")


def _page(request: Request, problem: PortalError) -> Response:
    services: Services = request.app.state.services
    lang = browser.language(request)
    shown = environment().get_template("problem.html").render(
        t=Words(lang, services.catalogue, plain=True), lang=lang, code=problem.code, params=problem.params,
        signed_in=False, csrf="", here="/", nav=(), help_lines=lines_of(services.catalogue, "FR"),
    )  # fmt: skip
    return HTMLResponse(shown, problem.status)
