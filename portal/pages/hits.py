"""To review: one hit at a time, in words, never an image; her judgement and what follows from it."""

from __future__ import annotations

import json

from fastapi import APIRouter, Response

from cases import case
from crawler.address import canonical
from monitor import doubtful, following, judgement, store
from monitor.store import HitView
from portal import opening
from portal.access import Entered
from portal.visit import Visit
from storage import nofetch
from takedown import intake

router = APIRouter(include_in_schema=False)
WAITING = ("new",)
NEAR = 31  # bits of 256 within which two PDQ prints need no doubt (design.md section 7)


@router.get("/notes/{case_id}/a-voir", name="hits")
def next_hit(visit: Entered, case_id: str, after: str = "") -> Response:
    """The next hit nobody judged; `after` is one put off: those that follow it come first."""
    visit.residence = case.load(visit.session, case_id).residence
    waiting = [hit for hit in store.hits(visit.session, case_id, states=WAITING) if hit.band != "rejected"]
    ids = [hit.id for hit in waiting]
    start = ids.index(after) + 1 if after in ids else 0
    ordered = waiting[start:] + waiting[:start]
    if not ordered:
        return visit.page("hits_done", case_id=case_id)
    return _page(visit, ordered[0], left=len(ordered))


@router.get("/notes/{case_id}/a-voir/points", name="candidates")
def candidates(visit: Entered, case_id: str) -> Response:
    """The points of the doubtful pictures as a file, to be compared on her own machine with `vigie hash verify`."""
    lines = "".join(json.dumps(line) + "\n" for line in doubtful.candidates(visit.session, case_id))
    named = {"Content-Disposition": 'attachment; filename="a-comparer.jsonl"', "Cache-Control": "no-store"}
    return Response(lines, media_type="application/x-ndjson", headers=named)


@router.get("/pages/{hit_id}", name="hit")
def show(visit: Entered, hit_id: str) -> Response:
    """One hit, whatever was said of it before; a judgement may be changed."""
    return _page(visit, store.hit(visit.session, hit_id), left=0)


@router.post("/pages/{hit_id}", name="hit_judge")
def judge(visit: Entered, hit_id: str) -> Response:
    """Keep what she says; "me" with a harm opens a content at once."""
    hit = store.hit(visit.session, hit_id)
    verdict, harm, age = visit.typed("verdict"), visit.typed("harm"), visit.typed("age") or "none"
    problems = _problems(hit, verdict, harm, age)
    if problems:
        return _page(visit, hit, left=0, problems=problems, status=422)
    if age == "minor":
        nofetch.add(visit.session, visit.now, canonical(hit.address))  # whatever else is said: nobody goes there again
    row = judgement.judge(
        visit.session, visit.now, hit_id, verdict=verdict, actor=visit.actor.id, age_on_image=age,
        harm=opening.harm_for_age(harm, age) if verdict == "me" else None,
    )  # fmt: skip
    if verdict == "me":
        intake.run(visit.session, visit.now, row, catalogue=visit.services.catalogue)
    return visit.go(f"/notes/{hit.case_id}/a-voir")


@router.post("/pages/{hit_id}/suivre", name="hit_follow")
def follow(visit: Entered, hit_id: str) -> Response:
    """Watch the picture of a confirmed hit, for a person who does not have it: one consented click."""
    hit = store.hit(visit.session, hit_id)
    consent, url = visit.typed("consent") == "yes", visit.typed("picture")
    reason = following.why_not(visit.session, hit_id)
    if not reason and not consent:
        reason = "follow.no_consent"
    if not reason and url not in [each["url"] for each in following.pictures(visit.session, hit_id)]:
        reason = "follow.which"
    if reason:
        return _page(visit, hit, left=0, problems={"follow": reason}, status=422)
    following.follow(visit.session, visit.now, hit_id, consent=consent, actor=visit.actor.id, url=url)
    return visit.go(f"/notes/{hit.case_id}/a-voir")


def _problems(hit: HitView, verdict: str, harm: str, age: str) -> dict[str, str]:
    wrong = {
        "verdict": verdict not in judgement.VERDICTS,
        "harm": verdict == "me" and harm not in opening.HARMS,
        "age": age not in opening.AGES
        or (verdict == "me" and age == "none" and (hit.kind == "image" or harm in opening.IMAGE_HARMS)),
    }
    return {name: f"portal.hit.problem.{name}" for name, is_wrong in wrong.items() if is_wrong}


def _page(
    visit: Visit, hit: HitView, *, left: int, problems: dict[str, str] | None = None, status: int = 200
) -> Response:
    source = visit.services.catalogue.sources.get(hit.source)
    return visit.page(
        "hit", status=status, hit=hit, left=left, problems=problems or {}, asked=opening, typed=visit.typed,
        source=source.name if source else hit.source, distance=_distance_code(hit),
        to_compare=hit.kind == "image" and hit.band == "context" and hit.state in doubtful.OPEN,
        pictures=[] if following.why_not(visit.session, hit.id) else following.pictures(visit.session, hit.id),
    )  # fmt: skip


def _distance_code(hit: HitView) -> str | None:
    """How near an image is to a registered one, in words."""
    if hit.kind != "image" or hit.distance is None:
        return None
    return "portal.hit.near.very" if hit.distance <= NEAR else "portal.hit.near.some"
