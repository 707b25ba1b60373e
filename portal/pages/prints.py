"""Fingerprints of pictures, made on the visitor's device: only their lines arrive, and become a watch to attest."""

from __future__ import annotations

from fastapi import APIRouter, Response

from monitor import watch
from monitor.document import WatchDocument, prints
from monitor.errors import DocumentError
from portal.access import Entered
from portal.visit import Visit

router = APIRouter(include_in_schema=False)
AGES = ("adult", "minor", "unknown")
NUMBER, QUALITY = {"number": "{number}"}, {"quality": "{quality}"}  # the page fills them in
REFUSALS = ("poor", "unreadable", "not_a_picture", "too_many_pixels", "too_heavy", "empty")
ANSWERS = {"good": NUMBER | QUALITY, "fair": NUMBER | QUALITY} | dict.fromkeys(REFUSALS, NUMBER)
"""What the page says of a picture: the quality of its print, or why there is none (fingerprints/decode.py)."""


@router.get("/notes/{case_id}/empreintes", name="prints_form")
def show(visit: Entered, case_id: str) -> Response:  # noqa: ARG001 - the door reads it
    """The age on the image first; then the pictures, which stay on the device."""
    return _form(visit, {})


@router.post("/notes/{case_id}/empreintes", name="prints_add")
def add(visit: Entered, case_id: str) -> Response:
    """Take the lines in as a new watch in draft: it looks only after it was attested and reviewed."""
    problem, sources = _age_problem(visit.typed("age_on_image")), _sources(visit)
    if problem:
        return _form(visit, {"age_on_image": problem})
    if not sources:
        return _form(visit, {"prints": "portal.prints.problem.no_source"})
    try:
        lines = prints(visit.typed("prints"))
        document = WatchDocument(case=case_id, fingerprints=lines, sources=sources, age_on_image="adult")
    except DocumentError:
        return _form(visit, {"prints": "portal.prints.problem.lines"})
    return _taken(visit, document)


def _age_problem(age: str) -> str:
    """The age on the image decides before anything else: a minor's picture has no fingerprint here (design.md 7)."""
    if age not in AGES:
        return "portal.open.problem.age"
    return "" if age == "adult" else "portal.prints.problem.not_adult"


def _taken(visit: Visit, document: WatchDocument) -> Response:
    """A watch of which every line was refused is not kept."""
    attempt = visit.session.begin_nested()
    actor = visit.actor.id or "subject"
    added = watch.add(visit.session, visit.now, case_id=document.case, document=document, actor=actor)
    if added.fingerprints == 0:
        attempt.rollback()
        return _form(visit, {"prints": "portal.prints.problem.refused"})
    attempt.commit()
    return visit.go(f"/notes/{document.case}/mots")


def _sources(visit: Visit) -> tuple[str, ...]:
    return tuple(source.id for source in visit.services.catalogue.sources.values() if source.enabled)


def _form(visit: Visit, problems: dict[str, str]) -> Response:
    """The form again with what was typed: nothing is lost."""
    return visit.page("prints", status=422 if problems else 200, problems=problems, ages=AGES, answers=ANSWERS)
