"""The first version of the API: cases, hits and letters, with a token; reasons come in both languages."""

from __future__ import annotations

import dataclasses
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from cases import case
from cases.case import Case
from config.messages import both
from config.records import Harm
from monitor import judgement, store
from monitor.store import HitView
from portal import opening, reading
from portal.access import Entered
from portal.errors import Incomplete
from portal.words import document
from takedown import intake, notices

router = APIRouter(prefix="/api/v1")


class Verdict(BaseModel):
    """What a person says of a hit; `harm` is needed with "me", `age_on_image` when an image is concerned."""

    model_config = ConfigDict(extra="forbid")
    verdict: Literal["me", "not_me", "unsure"]
    harm: Harm | None = None
    age_on_image: Literal["adult", "minor", "unknown", "none"] = "none"


class Approval(BaseModel):
    """One person's approval of one sending; `safe_to_notify` is asked with an ex-partner or danger."""

    model_config = ConfigDict(extra="forbid")
    safe_to_notify: bool | None = None


@router.get("/openapi.json", name="api_description", include_in_schema=False)
def description(request: Request, visit: Entered) -> Response:  # noqa: ARG001 - the door opens for everybody
    """This API as an OpenAPI 3.1 document."""
    return JSONResponse(request.app.openapi())


@router.get("/cases", name="api_cases")
def cases(visit: Entered) -> Response:
    """The cases the token's account takes part in."""
    return _json([_case(one) for one in reading.my_cases(visit.session, visit.now, visit.actor)])


@router.get("/cases/{case_id}", name="api_case")
def one_case(visit: Entered, case_id: str) -> Response:
    """One case."""
    return _json(_case(case.load(visit.session, case_id)))


@router.get("/cases/{case_id}/hits", name="api_hits")
def hits(visit: Entered, case_id: str, state: str = "") -> Response:
    """The hits of a case, newest first, or those in one state."""
    found = store.hits(visit.session, case_id, states=(state,) if state else ())
    return _json([_hit(hit) for hit in found])


@router.post("/hits/{hit_id}/judgement", name="api_hit_judge")
def judge(visit: Entered, hit_id: str, said: Verdict) -> Response:
    """Judge a hit; "me" opens a content at once."""
    concerned = store.hit(visit.session, hit_id).kind == "image" or said.harm in opening.IMAGE_HARMS
    if said.verdict == "me" and (said.harm is None or (concerned and said.age_on_image == "none")):
        raise Incomplete("portal.problem.harm_and_age")
    row = judgement.judge(
        visit.session, visit.now, hit_id, verdict=said.verdict, harm=said.harm, age_on_image=said.age_on_image,
        actor=visit.actor.id,
    )  # fmt: skip
    content = (
        intake.run(visit.session, visit.now, row, catalogue=visit.services.catalogue) if said.verdict == "me" else None
    )
    return _json({"judgement": row, "verdict": said.verdict, "content": content})


@router.get("/cases/{case_id}/notices", name="api_notices")
def list_notices(visit: Entered, case_id: str) -> Response:
    """The letters of a case."""
    return _json([dataclasses.asdict(one) for one in notices.list_notices(visit.session, case_id)])


@router.post("/notices/{notice_id}/approval", name="api_notice_approve")
def approve(visit: Entered, notice_id: str, said: Approval) -> Response:
    """Approve one sending; `dispatch` is null while a second person's approval is missing."""
    assert visit.case_view is not None
    dispatch = notices.approve(
        visit.session, visit.now, notice_id, actor=visit.actor.id, catalogue=visit.services.catalogue,
        letterbook=visit.services.letterbook, settings=visit.services.settings,
        two_people=visit.case_view.two_people and not visit.services.personal, safe_to_notify=said.safe_to_notify,
    )  # fmt: skip
    return _json({"notice": notice_id, "dispatch": dispatch})


def _case(file: Case) -> dict[str, Any]:
    """What a list needs; the safe contact stays on the pages."""
    names = ("id", "number", "status", "name", "lang", "residence", "frozen", "created_at", "closed_at")
    return {name: getattr(file, name) for name in names}


def _hit(hit: HitView) -> dict[str, Any]:
    reasons = [{**reason, "text": both(reason["code"], reason.get("params", {}))} for reason in hit.reasons]
    return {**dataclasses.asdict(hit), "reasons": reasons}


def _json(value: Any) -> Response:
    return Response(document(value), media_type="application/json")
