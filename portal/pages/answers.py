"""After the approval: sent by hand, in doubt, answered; what a person knows and the machine cannot see."""

from __future__ import annotations

import datetime as dt

from fastapi import APIRouter, Response

from portal.access import Entered
from portal.letter import do, page
from portal.visit import Visit
from takedown import incoming, notices, outbox, posting, replies, store
from takedown.errors import NoticeError
from takedown.tables import NoticeRow, ReplyRow

router = APIRouter(include_in_schema=False)
LEFT = {"yes": True, "no": False}
NOON = dt.time(12)  # of a day whose hour nobody noted


@router.post("/lettres/{notice_id}/envoyee", name="letter_sent")
def sent(visit: Entered, notice_id: str) -> Response:
    """She filled the form in, or posted the letter, herself: its number and day, from which the deadlines run."""
    day = visit.typed_day("on")
    if day is None:
        return page(visit, notice_id, problems={"on": "portal.form.problem.day"}, status=422)
    by_post = store.get(visit.session, NoticeRow, notice_id).channel == "post"
    record = posting.post if by_post else notices.mark_sent
    return do(
        visit, notice_id,
        lambda: record(
            visit.session, visit.now, notice_id, number=visit.typed("number"), on=day, actor=visit.actor.id,
            catalogue=visit.services.catalogue,
        ),
    )  # fmt: skip


@router.post("/lettres/{notice_id}/poste", name="letter_post")
def posted(visit: Entered, notice_id: str) -> Response:
    """What the post said of a letter she sent: presented, received, returned, and the day."""
    step, day = visit.typed("step"), visit.typed_day("post_on")
    problems = {} if step in posting.STEPS[1:] else {"step": "portal.post.problem.step"}
    if day is None:
        problems["post_on"] = "portal.form.problem.day"
    if problems or day is None:
        return page(visit, notice_id, problems=problems, status=422)
    return do(
        visit, notice_id,
        lambda: posting.follow(visit.session, visit.now, notice_id, step=step, on=day, actor=visit.actor.id),
    )  # fmt: skip


@router.post("/lettres/{notice_id}/doute", name="letter_doubt")
def doubt(visit: Entered, notice_id: str) -> Response:
    """Did it leave? Somebody looked among the sent messages and knows; nothing is sent again before."""
    left, dispatch = LEFT.get(visit.typed("left")), notices.dispatch_of(visit.session, notice_id)
    if left is None:
        return page(visit, notice_id, problems={"left": "portal.letter.problem.left"}, status=422)
    return do(visit, notice_id, lambda: _resolve(visit, dispatch, sent=left))


@router.post("/lettres/{notice_id}/reponse", name="letter_reply")
def reply(visit: Entered, notice_id: str) -> Response:
    """Record an answer that was read elsewhere: what it is, its words, its day."""
    day, kind, words = visit.typed_day("on"), visit.typed("kind"), visit.typed("words")
    wrong = {"kind": kind not in replies.KINDS, "on": day is None, "words": len(words) > incoming.LONGEST}
    codes = {"kind": "portal.letter.problem.kind", "on": "portal.form.problem.day",
             "words": "portal.problem.too_large"}  # fmt: skip
    problems = {name: codes[name] for name, is_wrong in wrong.items() if is_wrong}
    if problems or day is None:
        return page(visit, notice_id, problems=problems, status=422)
    at = min(visit.now, dt.datetime.combine(day, NOON, dt.UTC))
    return do(
        visit, notice_id,
        lambda: replies.add(
            visit.session, visit.now, notice_id, kind=kind, text=words, actor=visit.actor.id, received_at=at,
            catalogue=visit.services.catalogue,
        ),
    )  # fmt: skip


@router.post("/reponses/{reply_id}", name="reply_confirm")
def confirm(visit: Entered, reply_id: str) -> Response:
    """A person has read an answer, vouches for its sender, or corrects what it is; only then is it acted on."""
    notice_id, kind = store.get(visit.session, ReplyRow, reply_id).notice_id, visit.typed("kind")
    if kind not in replies.KINDS:
        return page(visit, notice_id, problems={f"kind-{reply_id}": "portal.letter.problem.kind"}, status=422)
    return do(
        visit, notice_id,
        lambda: replies.confirm(
            visit.session, visit.now, reply_id, kind=kind, actor=visit.actor.id, catalogue=visit.services.catalogue
        ),
    )  # fmt: skip


def _resolve(visit: Visit, dispatch: str | None, *, sent: bool) -> None:
    if dispatch is None:
        raise NoticeError.coded("refusal.no_approval")
    outbox.resolve_doubt(
        visit.session, visit.now, dispatch, sent=sent, actor=visit.actor.id, catalogue=visit.services.catalogue
    )
