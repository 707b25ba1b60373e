"""The letters of a case: read, confirm, approve, return, take back; as paper and as text."""

from __future__ import annotations

from fastapi import APIRouter, Response

from cases import case
from portal.access import Entered
from portal.letter import asks_safety, do, page, preview
from takedown import notices, store
from takedown.render import pdf, text
from takedown.tables import NoticeRow

router = APIRouter(include_in_schema=False)
SAFETY = {"yes": True, "no": False}


@router.get("/notes/{case_id}/lettres", name="letters")
def letters(visit: Entered, case_id: str) -> Response:
    """The letters of the case, each with its state."""
    visit.residence = case.load(visit.session, case_id).residence
    rows = [store.get(visit.session, NoticeRow, one.id) for one in notices.list_notices(visit.session, case_id)]
    shown = [(row, store.open_addressee(visit.session, row)) for row in rows]
    return visit.page("letters", letters=shown, case_id=case_id)


@router.get("/lettres/{notice_id}", name="letter")
def letter(visit: Entered, notice_id: str) -> Response:
    """One letter: to whom, what it says, what is in it and what is missing, what to think of before it leaves."""
    return page(visit, notice_id)


@router.get("/lettres/{notice_id}/pdf", name="letter_pdf")
def letter_pdf(visit: Entered, notice_id: str) -> Response:
    """The letter on paper."""
    layout = pdf.Layout.load(visit.services.settings.config_dir)
    return _file(pdf.render(preview(visit, notice_id).letter, layout), "application/pdf", "note.pdf")


@router.get("/lettres/{notice_id}/texte", name="letter_text")
def letter_text(visit: Entered, notice_id: str) -> Response:
    """The letter as text, to be pasted into a form."""
    said = text.render(preview(visit, notice_id).letter)
    return _file(said.encode(), "text/plain; charset=utf-8", "note.txt")


@router.post("/lettres/{notice_id}/complete", name="letter_ready")
def ready(visit: Entered, notice_id: str) -> Response:
    """Declare it complete; what only a person can confirm is ticked one by one."""
    confirmed = frozenset(str(value) for value in visit.form.getlist("confirmed"))
    return do(
        visit, notice_id,
        lambda: notices.mark_ready(
            visit.session, visit.now, notice_id, actor=visit.actor.id, letterbook=visit.services.letterbook,
            catalogue=visit.services.catalogue, confirmed=confirmed,
        ),
    )  # fmt: skip


@router.post("/lettres/{notice_id}/accord", name="letter_approve")
def approve(visit: Entered, notice_id: str) -> Response:
    """Approve one sending; with an ex-partner or danger, only after the question about safety."""
    safe = SAFETY.get(visit.typed("safe"))
    if asks_safety(visit) and safe is None:
        return page(visit, notice_id, problems={"safe": "portal.letter.problem.safety"}, status=422)
    assert visit.case_view is not None
    two_people = visit.case_view.two_people and not visit.services.personal
    return do(
        visit, notice_id,
        lambda: notices.approve(
            visit.session, visit.now, notice_id, actor=visit.actor.id, catalogue=visit.services.catalogue,
            letterbook=visit.services.letterbook, settings=visit.services.settings, two_people=two_people,
            safe_to_notify=safe,
        ),
    )  # fmt: skip


@router.post("/lettres/{notice_id}/retour", name="letter_return")
def give_back(visit: Entered, notice_id: str) -> Response:
    """Return it to who prepared it, with a comment."""
    comment = visit.typed("comment")
    if not comment:
        return page(visit, notice_id, problems={"comment": "portal.letter.problem.comment"}, status=422)
    return do(
        visit, notice_id,
        lambda: notices.return_(visit.session, visit.now, notice_id, comment=comment, actor=visit.actor.id),
    )  # fmt: skip


@router.post("/lettres/{notice_id}/annuler", name="letter_undo")
def undo(visit: Entered, notice_id: str) -> Response:
    """Take an approval back while nothing has left."""
    return do(visit, notice_id, lambda: notices.undo(visit.session, visit.now, notice_id, actor=visit.actor.id))


@router.post("/lettres/{notice_id}/abandon", name="letter_withdraw")
def withdraw(visit: Entered, notice_id: str) -> Response:
    """Give this letter up before it leaves."""
    return do(visit, notice_id, lambda: notices.withdraw(visit.session, visit.now, notice_id, actor=visit.actor.id))


def _file(data: bytes, mime: str, name: str) -> Response:
    """A download whose name says nothing."""
    return Response(data, media_type=mime, headers={"Content-Disposition": f'attachment; filename="{name}"'})
