"""Mail that answers no letter we know: somebody at work says which letter it answers, or that it is none of ours."""

from __future__ import annotations

from fastapi import APIRouter, Response
from sqlalchemy import select

from cases import view
from cases.entitlement import may
from portal.access import Entered
from portal.visit import Visit
from takedown import unmatched
from takedown.errors import TakedownError
from takedown.tables import NoticeRow

router = APIRouter(include_in_schema=False)
SHOWN = 2_000  # characters of a message: enough to know what it is about


@router.get("/courriers", name="mails")
def mails(visit: Entered) -> Response:
    """What waits, oldest first: who says to have written, whether our server proved it, the words as plain text."""
    return _page(visit)


@router.post("/courriers/{mail_id}", name="mail_settle")
def settle(visit: Entered, mail_id: str) -> Response:
    """Attach it to the letter whose reference was typed, or throw it away."""
    try:
        with visit.session.begin_nested():
            if visit.typed("do") == "discard":
                unmatched.discard(visit.session, visit.now, mail_id, actor=visit.actor.id)
                return visit.go("/courriers")
            notice = _letter(visit, visit.typed("reference"))
            if notice is None:
                return _page(visit, {mail_id: "portal.mails.problem.reference"}, 422)
            unmatched.attach(
                visit.session, visit.now, mail_id, notice.id, actor=visit.actor.id, catalogue=visit.services.catalogue
            )
    except TakedownError as error:
        return _page(visit, {mail_id: error.code}, 409)
    return visit.go(f"/lettres/{notice.id}")


def _letter(visit: Visit, reference: str) -> NoticeRow | None:
    """The letter with this reference, if the visitor may record an answer to it; a stranger's letter is none."""
    found = visit.session.scalar(select(NoticeRow).where(NoticeRow.reference == reference.upper()))
    if found is None:
        return None
    seen = view.of(visit.session, visit.now, visit.actor, found.case_id)
    return found if may(visit.actor, "reply.add", seen) else None


def _page(visit: Visit, problems: dict[str, str] | None = None, status: int = 200) -> Response:
    return visit.page(
        "mails", status=status, mails=unmatched.waiting(visit.session), shown=SHOWN, problems=problems or {}
    )
