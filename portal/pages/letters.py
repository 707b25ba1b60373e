"""The letters of a case: read, confirm, approve, return, take back; as paper and as text."""

from __future__ import annotations

from fastapi import APIRouter, Response

from cases import case
from portal.access import Entered
from portal.letter import asks_safety, do, page
from portal.visit import Visit
from takedown import compose, notices, paper, store, vouching
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
def letter_pdf(visit: Entered, notice_id: str, copie: str = "") -> Response:
    """The letter on paper; the copy for the file (`?copie=dossier`) has links."""
    return _printed(visit, notice_id, "pdf", links=copie == "dossier")


@router.get("/lettres/{notice_id}/texte", name="letter_text")
def letter_text(visit: Entered, notice_id: str) -> Response:
    """The letter as text, to be pasted into a form."""
    return _printed(visit, notice_id, "text")


@router.get("/lettres/{notice_id}/word", name="letter_word")
def letter_word(visit: Entered, notice_id: str) -> Response:
    """The letter as a Word document, to be edited and taken in again."""
    return _printed(visit, notice_id, "docx")


@router.get("/lettres/{notice_id}/courriel", name="letter_mail")
def letter_mail(visit: Entered, notice_id: str) -> Response:
    """The letter as a mail that was not sent, to be opened in one's own mail program."""
    return _printed(visit, notice_id, "eml")


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


@router.post("/lettres/{notice_id}/destinataire", name="letter_addressee")
def vouch(visit: Entered, notice_id: str) -> Response:
    """Confirm an addressee that was typed, once it was looked up."""
    return do(visit, notice_id, lambda: vouching.vouch(visit.session, visit.now, notice_id, actor=visit.actor.id))


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


@router.post("/lettres/{notice_id}/retirer", name="letter_retract")
def retract(visit: Entered, notice_id: str) -> Response:
    """Take back a letter that left by mistake; ticked by somebody who read what it means."""
    if not visit.typed("sure"):
        return page(visit, notice_id, problems={"sure": "portal.letter.problem.sure"}, status=422)
    return do(visit, notice_id, lambda: notices.retract(visit.session, visit.now, notice_id, actor=visit.actor.id))


def _printed(visit: Visit, notice_id: str, form: str, *, links: bool = False) -> Response:
    """A download whose name says nothing."""
    services = visit.services
    stationery = compose.stationery(services.settings, services.letterbook)
    data = paper.printed(visit.session, visit.now, notice_id, form, stationery=stationery, links=links)
    mime, ending = paper.FORMS[form]
    name = f'attachment; filename="note.{ending}"'
    return Response(data, media_type=mime, headers={"Content-Disposition": name})
